"""What billing does when it hears of something, and when a timer is due."""

from uuid import UUID

from yilu.billing import permissions
from yilu.billing.errors import AlreadyBilled
from yilu.billing.operations.payments import (
    ASK_TIMER,
    GATEWAY,
    ask_gateway,
    close_at_gateway,
)
from yilu.billing.operations.prescriptions import charge_prescriptions, void_prescription_charges
from yilu.billing.operations.refunds import ask_refund
from yilu.platform import outbox, timers
from yilu.platform.actors import Actor

CHARGER = Actor.system("billing.charger", permissions.CHARGE, permissions.SEE)


@outbox.subscriber("billing.charge_prescription", "PrescriptionSigned")
def charge_prescription(told: outbox.Told) -> None:
    """Charge the drugs of a signed prescription."""
    charge_prescriptions(actor=CHARGER, visit_id=UUID(told.body["visit_id"]))


@outbox.subscriber("billing.void_prescription", "PrescriptionVoided")
def void_prescription(told: outbox.Told) -> None:
    """Take the drugs of a voided prescription off again, unless they are paid for."""
    try:
        void_prescription_charges(actor=CHARGER, prescription_id=UUID(told.body["prescription_id"]))
    except AlreadyBilled:
        return  # Paid money goes back by a refund that somebody decides on.


@outbox.subscriber("billing.ask_refund", "RefundAsked")
def ask_for_refund(told: outbox.Told) -> None:
    """Have the gateway give back what it took."""
    ask_refund(actor=GATEWAY, refund_id=told.subject_id)


@outbox.subscriber("billing.close_at_gateway", "PaymentClosed")
def close_code(told: outbox.Told) -> None:
    """Let nobody pay any more by a code that was closed here, by cash or by a newer one."""
    close_at_gateway(actor=GATEWAY, payment_id=told.subject_id)


@timers.handler(ASK_TIMER, slow=True)
def ask_for_payment(due: timers.Due) -> None:
    """Ask the gateway what became of a payment without a notice; nothing is held meanwhile."""
    ask_gateway(actor=GATEWAY, payment_id=due.subject_id)
