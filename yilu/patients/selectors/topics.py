"""The live topics of patients."""

from uuid import UUID


def patient_topic(patient_id: UUID) -> str:
    """Changes to what is known about one patient."""
    return f"patient:{patient_id}"
