"""What reception does when it hears of something."""

from uuid import UUID

from yilu.platform import outbox
from yilu.platform.actors import Actor
from yilu.queueing.states import QueueKind
from yilu.reception.operations.departures import NEEDED, leave_window

USHER = Actor.system("reception.usher", *NEEDED)


@outbox.subscriber("reception.after_payment", "BillSettled")
def after_payment(told: outbox.Told) -> None:
    """A paid bill ends the wait at the cashier's."""
    visit_id = UUID(told.body["visit_id"])
    leave_window(actor=USHER, visit_id=visit_id, kind=QueueKind.CASHIER)


@outbox.subscriber("reception.after_medicine", "DispenseHandedOver")
def after_medicine(told: outbox.Told) -> None:
    """Medicine in the patient's hand ends the wait at the pharmacy."""
    visit_id = UUID(told.body["visit_id"])
    leave_window(actor=USHER, visit_id=visit_id, kind=QueueKind.PHARMACY)
