"""What billing does when it hears of something, and when a timer is due."""

import logging
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yilu.billing import permissions
from yilu.billing.errors import AlreadyBilled
from yilu.billing.operations.courses import charge_course, return_course, tell_courses_paid
from yilu.billing.operations.deposits import (
    follow_booking,
    return_left_over,
    stop_asking,
)
from yilu.billing.operations.errands import (
    HAS_DUE,
    Taken,
    note_errand,
    note_forgotten,
    settle_errand,
    take_errand,
)
from yilu.billing.operations.examinations import charge_examinations, void_examination_charge
from yilu.billing.operations.keeping import book_kept
from yilu.billing.operations.laboratory import charge_laboratory, void_laboratory_charge
from yilu.billing.operations.payments import (
    ASK_TIMER,
    GATEWAY,
    ask_gateway,
    close_at_gateway,
)
from yilu.billing.operations.prescriptions import follow_prescriptions, void_prescription_charges
from yilu.billing.operations.refunds import ask_refund
from yilu.billing.operations.teeth import charge_dental_item, void_dental_charge
from yilu.billing.operations.telling import tell_returned
from yilu.billing.rules import CANCELLED, CHEAPER
from yilu.billing.states import ErrandKind
from yilu.platform import outbox, steps, timers
from yilu.platform.actors import Actor
from yilu.platform.worker.failures import trace

log = logging.getLogger(__name__)
FORGOTTEN_SECONDS = 60.0
CHARGER = Actor.system("billing.charger", permissions.CHARGE, permissions.SEE)


@outbox.subscriber("billing.charge_prescription", "PrescriptionSigned")
def charge_prescription(told: outbox.Told) -> None:
    """Charge the drugs of a signed prescription; those that cost nothing go ahead."""
    follow_prescriptions(actor=CHARGER, visit_id=UUID(told.body["visit_id"]))


@outbox.subscriber("billing.void_prescription", "PrescriptionVoided")
def void_prescription(told: outbox.Told) -> None:
    """Take the drugs of a voided prescription off again, unless they are paid for."""
    try:
        void_prescription_charges(actor=CHARGER, prescription_id=UUID(told.body["prescription_id"]))
    except AlreadyBilled:
        return  # Paid money goes back by a refund that somebody decides on.


@outbox.subscriber("billing.charge_laboratory", "LabOrdered")
def charge_lab_order(told: outbox.Told) -> None:
    """Charge the laboratory tests of a visit."""
    charge_laboratory(actor=CHARGER, visit_id=UUID(told.body["visit_id"]))


@outbox.subscriber("billing.void_laboratory", "LabOrderCancelled")
def void_lab_order(told: outbox.Told) -> None:
    """Take a cancelled test off again, unless it is paid for."""
    try:
        void_laboratory_charge(actor=CHARGER, order_id=UUID(told.body["order_id"]))
    except AlreadyBilled:
        return  # Paid money goes back by a refund that somebody decides on.


@outbox.subscriber("billing.charge_examination", "ExamRequested", "StudyArrived")
def charge_examination(told: outbox.Told) -> None:
    """Charge what is examined at the visit itself."""
    charge_examinations(actor=CHARGER, visit_id=UUID(told.body["visit_id"]))


@outbox.subscriber("billing.void_examination", "ExamWithdrawn")
def void_examination(told: outbox.Told) -> None:
    """Take a withdrawn examination off again, unless it is paid for."""
    try:
        void_examination_charge(actor=CHARGER, request_id=UUID(told.body["request_id"]))
    except AlreadyBilled:
        return  # Paid money goes back by a refund that somebody decides on.


@outbox.subscriber("billing.charge_dental", "PlannedToothDone")
def charge_dental(told: outbox.Told) -> None:
    """Charge dental treatment that was planned, now that it is done."""
    charge_dental_item(actor=CHARGER, item_id=UUID(told.body["item_id"]))


@outbox.subscriber("billing.void_dental", "PlannedToothTakenBack")
def void_dental(told: outbox.Told) -> None:
    """Take off what was not done after all, unless it is paid for."""
    try:
        void_dental_charge(actor=CHARGER, item_id=UUID(told.body["item_id"]))
    except AlreadyBilled:
        return  # Paid money goes back by a refund that somebody decides on.


@outbox.subscriber("billing.charge_course", "CourseSold")
def charge_sold_course(told: outbox.Told) -> None:
    """Charge the visit at which a course of treatment was sold."""
    ids = {name: UUID(told.body[name]) for name in ("visit_id", "course_id", "item_id")}
    charge_course(actor=CHARGER, **ids)


@outbox.subscriber("billing.tell_courses_paid", "BillSettled")
def tell_course_paid(told: outbox.Told) -> None:
    """Have courses of treatment count once they are paid."""
    tell_courses_paid(actor=CHARGER, bill_id=UUID(told.body["bill_id"]))


@outbox.subscriber("billing.return_course", "CourseClosed")
def give_course_back(told: outbox.Told) -> None:
    """Give back what was not used of a course that ended early."""
    return_course(
        actor=CHARGER, course_id=UUID(told.body["course_id"]),
        amount=Decimal(told.body["amount"]), reason=told.body["reason"],
    )  # fmt: skip


@outbox.subscriber("billing.ask_refund", "RefundAsked")
def ask_for_refund(told: outbox.Told) -> None:
    """Have the gateway give back what it took; nothing is held while it is asked."""
    note_errand(actor=GATEWAY, kind=ErrandKind.REFUND, subject_id=told.subject_id)


@outbox.subscriber("billing.close_at_gateway", "PaymentClosed")
def close_code(told: outbox.Told) -> None:
    """Let nobody pay any more by a code that was closed here, by cash or by a newer one."""
    note_errand(actor=GATEWAY, kind=ErrandKind.CLOSE, subject_id=told.subject_id)


@outbox.subscriber("billing.follow_bookings", "BookingCancelled", "PrepaymentLowered")
def follow_bookings(told: outbox.Told) -> None:
    """Give back what a cancelled or cheaper booking said, and ask nobody any more for it."""
    is_over = told.name == "BookingCancelled"
    if is_over:
        stop_asking(actor=GATEWAY, booking_id=told.subject_id)
    amount = Decimal(told.body.get("refund") or "0")
    if amount:
        follow_booking(
            actor=GATEWAY, booking_id=told.subject_id, amount=amount,
            reason=CANCELLED if is_over else CHEAPER, event_id=told.id,
        )  # fmt: skip


@outbox.subscriber("billing.book_kept", "BookingCancelled", "BookingMissed", "BookingDeedUndone")
def book_what_is_kept(told: outbox.Told) -> None:
    """What the rule keeps of a deposit is income, as long as it keeps it."""
    book_kept(actor=GATEWAY, booking_id=told.subject_id)


@outbox.subscriber("billing.return_left_over", "VisitClosed", "BillSettled")
def give_left_over(told: outbox.Told) -> None:
    """What a finished visit did not use of its deposit goes back."""
    return_left_over(actor=GATEWAY, visit_id=UUID(told.body["visit_id"]))


@outbox.subscriber("billing.tell_of_return", "DepositReturned")
def tell_of_return(told: outbox.Told) -> None:
    """Say that money is on its way back, how much and why."""
    tell_returned(
        actor=Actor.system("billing.tell_of_return"), refund_id=UUID(told.body["refund_id"])
    )


@timers.handler(ASK_TIMER, slow=True, says=_("Ask the payment provider about a payment"))
def ask_for_payment(due: timers.Due) -> None:
    """Ask the gateway what became of a payment without a notice; nothing is held meanwhile."""
    ask_gateway(actor=GATEWAY, payment_id=due.subject_id)


def run_errand() -> float:
    """Ask the gateway the next thing; says for how many seconds there may be nothing to ask.

    A gateway that hangs holds up this step only, and no event waits for it. Whoever
    dies while asking leaves a lease that runs out; being asked again changes nothing there.
    """
    taken = take_errand(actor=GATEWAY)
    if taken is None:
        return steps.REST
    try:
        _ask(taken)
    except Exception as error:  # Whatever it is, the next try may find it mended.
        settle_errand(actor=GATEWAY, taken=taken, error=trace(error))
        log.warning("gateway_errand_failed", extra={"errand": taken.kind, "error": trace(error)})
    else:
        settle_errand(actor=GATEWAY, taken=taken)
    return 0.0


def _ask(taken: Taken) -> None:
    if taken.kind == ErrandKind.REFUND:
        ask_refund(actor=GATEWAY, refund_id=taken.subject_id)
    else:
        close_at_gateway(actor=GATEWAY, payment_id=taken.subject_id)


def find_forgotten() -> float:
    """Note what nobody asks the gateway for; says after how many seconds to look again."""
    if many := note_forgotten(actor=GATEWAY):
        log.warning("refunds_forgotten", extra={"many": many})
    return FORGOTTEN_SECONDS


steps.register("billing.gateway", run_errand, due=HAS_DUE)
steps.register("billing.forgotten", find_forgotten)
