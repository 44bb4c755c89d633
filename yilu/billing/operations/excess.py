"""Money that came for a bill that needs none: given back at once, by the way it came."""

from yilu.billing.models import Bill, Payment
from yilu.billing.operations.refunds import open_refund
from yilu.billing.rules import EXCESS
from yilu.platform.actors import Actor


def give_back_excess(*, actor: Actor, payment: Payment, bill: Bill) -> None:
    """Start the refund of a payment that its bill does not need. Call inside a deed."""
    open_refund(
        actor=actor,
        payment=payment,
        bill=bill,
        amount=payment.amount,
        reason=EXCESS,
    )
