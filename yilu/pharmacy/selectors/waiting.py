"""Whether somebody still waits for medicine."""

from uuid import UUID

from yilu.clinical.selectors.prescriptions import is_owed_besides
from yilu.pharmacy.models import Dispense
from yilu.pharmacy.states import OPEN, OWED


def waits_for_medicine(visit_id: UUID) -> bool:
    """Whether medicines of a visit are paid and not handed over yet. One query.

    What the pharmacist has sent back counts: its doctor confirms it, or calls it off.
    """
    return Dispense.objects.filter(visit_id=visit_id, state__in=OWED).exists()


def is_last_of_visit(visit_id: UUID, prescription_id: UUID) -> bool:
    """Whether no other medicine of a visit is still to be handed over. Two queries at most.

    One that its doctor looks at again counts, and so does the rest of one given in part once
    that was begun.
    """
    return not is_owed_besides(visit_id, prescription_id)


def is_rest_owed_besides(visit_id: UUID, prescription_id: UUID) -> bool:
    """Whether the rest of another prescription, given in part, is being put together. One query."""
    rests = Dispense.objects.filter(visit_id=visit_id, state__in=OPEN).exclude(given=[])
    return rests.exclude(prescription_id=prescription_id).exists()
