"""Whether somebody still waits for medicine."""

from collections.abc import Iterable
from uuid import UUID

from yilu.clinical.selectors.prescriptions import is_owed_besides
from yilu.pharmacy.models import Dispense
from yilu.pharmacy.states import OPEN


def waits_for_medicine(visit_id: UUID) -> bool:
    """Whether medicines of a visit are paid and not handed over yet. One query."""
    return Dispense.objects.filter(visit_id=visit_id, state__in=OPEN).exists()


def is_last_of_visit(visit_id: UUID, prescription_id: UUID) -> bool:
    """Whether no other medicine of a visit is still to be handed over. Two queries at most.

    One that its doctor looks at again counts, and so does the rest of one given in part once
    that was begun.
    """
    rests = Dispense.objects.filter(visit_id=visit_id, state__in=OPEN).exclude(given=[])
    return not (
        is_owed_besides(visit_id, prescription_id)
        or rests.exclude(prescription_id=prescription_id).exists()
    )


def visits_that_wait(visit_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Which of these visits wait for medicine. One query."""
    waiting = Dispense.objects.filter(visit_id__in=list(visit_ids), state__in=OPEN)
    return frozenset(waiting.values_list("visit_id", flat=True))
