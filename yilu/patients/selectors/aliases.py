"""Which record holds the place of one that was merged."""

from uuid import UUID

from yilu.patients.models import Patient


def survivor_of(patient_id: UUID) -> UUID:
    """The record that an id leads to: itself, unless it was merged. One query."""
    merged = Patient.objects.filter(pk=patient_id).values_list("merged_into_id", flat=True).first()
    return merged or patient_id
