"""Whether a visit still waits for the laboratory: what other apps ask."""

from uuid import UUID

from yilu.diagnostics.models import LabOrder
from yilu.diagnostics.states import LAB_PENDING, LabState


def waits_for_laboratory(visit_id: UUID) -> bool:
    """Whether something of a visit is to be collected or reported. One query."""
    return LabOrder.objects.filter(visit_id=visit_id, state__in=LAB_PENDING).exists()


def is_to_be_sampled(visit_id: UUID) -> bool:
    """Whether something of a visit is to be collected. One query."""
    return LabOrder.objects.filter(visit_id=visit_id, state=LabState.ORDERED).exists()


def lab_order_price(order_id: UUID) -> tuple[UUID, str, str] | None:
    """The visit, the test and the state of an order, for whoever charges it. One query."""
    found = LabOrder.objects.filter(pk=order_id).values_list("visit_id", "test", "state").first()
    return None if found is None else (found[0], found[1], found[2])
