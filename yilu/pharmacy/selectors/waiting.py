"""Whether somebody still waits for medicine."""

from collections.abc import Iterable
from uuid import UUID

from yilu.pharmacy.models import Dispense
from yilu.pharmacy.states import OPEN


def waits_for_medicine(visit_id: UUID) -> bool:
    """Whether medicines of a visit are paid and not handed over yet. One query."""
    return Dispense.objects.filter(visit_id=visit_id, state__in=OPEN).exists()


def visits_that_wait(visit_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Which of these visits wait for medicine. One query."""
    waiting = Dispense.objects.filter(visit_id__in=list(visit_ids), state__in=OPEN)
    return frozenset(waiting.values_list("visit_id", flat=True))
