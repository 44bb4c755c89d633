"""Locking what a deed relies on at a visit: always all of it, always in one order."""

from uuid import UUID

from yilu.clinical.models import Prescription, TreatmentConsent
from yilu.clinical.states import ConsentState


def hold_prescriptions(prescription_id: UUID) -> Prescription | None:
    """A prescription, with all others of its visit locked until the deed ends. One query.

    Who says whether it was the last that is owed must hold the others: two deeds at once would
    each see the other's still owed, or neither. Call inside a deed, before events are told.
    """
    visit = Prescription.objects.filter(pk=prescription_id).values("visit_id")
    # Without the key: who only refers to one, as the pharmacy's row does, need not wait.
    rows = Prescription.objects.select_for_update(no_key=True).filter(visit_id__in=visit)
    return next((row for row in rows.order_by("pk") if row.pk == prescription_id), None)


def hold_consents(visit_id: UUID) -> int:
    """Lock the consents of a visit that stand, so that none is withdrawn until the deed ends.

    Who takes one back at this moment was first, and it counts no more, or comes after: what
    began had their word. How many stand. One query.
    """
    rows = TreatmentConsent.objects.select_for_update(no_key=True).filter(
        visit_id=visit_id, state=ConsentState.GIVEN
    )
    return len(rows.order_by("pk"))
