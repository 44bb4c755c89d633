"""The bills by which bookings are paid for in advance."""

from uuid import UUID

from yilu.billing.models import Bill
from yilu.billing.selectors.bills import BillDetail, bill_detail
from yilu.billing.states import BillState
from yilu.platform.actors import Actor


def open_advance(actor: Actor, booking_id: UUID) -> BillDetail | None:
    """The bill by which a booking can be paid for in advance now. Seven queries.

    Raises: NotFound: not one that the actor may see.
    """
    bills = Bill.objects.filter(booking_id=booking_id, state=BillState.OPEN)
    bill_id = bills.values_list("pk", flat=True).first()
    return bill_detail(actor=actor, bill_id=bill_id) if bill_id else None


def paid_advances(actor: Actor, booking_id: UUID | None) -> list[BillDetail]:
    """What was paid for a booking in advance, with its receipts. One query and six for each.

    Raises: NotFound: not one that the actor may see.
    """
    if booking_id is None:
        return []
    bills = Bill.objects.filter(booking_id=booking_id, state=BillState.SETTLED).order_by("pk")
    ids = bills.values_list("pk", flat=True)
    return [bill_detail(actor=actor, bill_id=one) for one in ids]
