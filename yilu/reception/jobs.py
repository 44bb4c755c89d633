"""What reception does when it hears of something."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yilu.platform import outbox, undo
from yilu.platform.actors import Actor
from yilu.queueing.states import QueueKind
from yilu.reception.operations.arrivals import CHECKED_IN
from yilu.reception.operations.departures import FINISHED, NEEDED, leave_window
from yilu.reception.operations.undoing import undo_check_in, undo_finish_ticket

USHER = Actor.system("reception.usher", *NEEDED)

undo.reverses(CHECKED_IN, undo_check_in, _("Check-in taken back. The patient's record stays."))
undo.reverses(
    FINISHED,
    undo_finish_ticket,
    _("Taken back: the patient is with you again. What was signed stays signed."),
)


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
