"""Giving money back, by the way it came."""

from decimal import Decimal
from uuid import UUID

from yilu.billing import gateway, permissions
from yilu.billing.errors import GatewayDown, OwnRefund, RefundTooLarge
from yilu.billing.events import PaymentRefunded, RefundAsked
from yilu.billing.models import Bill, Payment, Refund
from yilu.billing.operations.receipts import issue_receipt
from yilu.billing.rules import REFUND_ALONE
from yilu.billing.selectors.topics import bill_topics
from yilu.billing.states import (
    BillState,
    PaymentMethod,
    PaymentState,
    RefundState,
    check_refund_move,
)
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import deed, operation
from yilu.platform.errors import NotFound
from yilu.platform.ids import new_id
from yilu.platform.money import ZERO, rounded


@operation
def refund_payment(*, actor: Actor, payment_id: UUID, amount: Decimal, reason: str) -> UUID:
    """Give back part or all of a payment. Cash is back at once; a gateway is asked by the worker.

    Raises:
        NotFound, NotAllowed.
        RefundTooLarge: more than is left of the payment.
        OwnRefund: above the limit a second person approves.
    """
    known = Payment.objects.filter(pk=payment_id).values_list("bill_id", flat=True).first()
    if known is None:
        raise NotFound
    bill = Bill.objects.select_for_update().get(pk=known)
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    actor.require_to_see(permissions.SEE, payment.site_id)
    actor.require(permissions.REFUND, payment.site_id)
    left = payment.amount - payment.refunded if payment.state == PaymentState.PAID else ZERO
    amount = rounded(amount)
    if not ZERO < amount <= left:
        raise RefundTooLarge(left=f"¥{left:.2f}")
    if amount > REFUND_ALONE and actor.user_id == payment.taken_by:
        raise OwnRefund(limit=f"¥{REFUND_ALONE:.2f}")
    return open_refund(actor=actor, payment=payment, bill=bill, amount=amount, reason=reason)


def open_refund(
    *, actor: Actor, payment: Payment, bill: Bill, amount: Decimal, reason: str
) -> UUID:
    """Write a refund of a locked payment. Call inside a deed with the bill locked too."""
    key = new_id()
    refund = Refund(
        id=key,
        payment=payment,
        bill=bill,
        site_id=bill.site_id,
        clinic_day=bill.clinic_day,
        amount=amount,
        reason=reason,
        state=RefundState.ASKED,
        reference=key.hex,
        approved_by=actor.user_id,
    )
    refund.save(force_insert=True)
    payment.refunded += amount
    payment.version += 1
    payment.save(update_fields=["refunded", "version"])
    _tell(actor, bill, refund, "billing.refund.asked")
    if payment.method == PaymentMethod.CASH:
        _finish(actor, bill, refund)
    return key


def ask_refund(*, actor: Actor, refund_id: UUID) -> None:
    """Have the gateway give the money back. Said again, it is given back once.

    Raises:
        GatewayDown: no answer; try again later.
    """
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    if refund.state == RefundState.DONE:
        return
    payment = refund.payment
    account = gateway.account_for(refund.site_id)
    is_back = gateway.give_back(
        account, payment.reference, refund.reference, refund.amount, payment.amount
    )
    if not is_back:
        raise GatewayDown
    with deed():
        bill = Bill.objects.select_for_update().get(pk=refund.bill_id)
        refund = Refund.objects.select_for_update().get(pk=refund_id)
        if refund.state != RefundState.DONE:
            _finish(actor, bill, refund)


def _finish(actor: Actor, bill: Bill, refund: Refund) -> None:
    check_refund_move(refund.state, RefundState.DONE)
    refund.state, refund.done_at = RefundState.DONE, clock.now()
    refund.version += 1
    refund.save(update_fields=["state", "done_at", "version"])
    if refund.reason != "excess":
        bill.refunded += refund.amount
        bill.version += 1
        bill.save(update_fields=["refunded", "version"])
    if bill.state == BillState.SETTLED and refund.reason != "excess":
        issue_receipt(actor=actor, bill=bill, refund=refund)
    _tell(actor, bill, refund, "billing.refund.done")


def _tell(actor: Actor, bill: Bill, refund: Refund, action: str) -> None:
    audit.record(
        actor,
        action,
        refund,
        site_id=bill.site_id,
        patient_id=bill.patient_id,
        amount=refund.amount,
        reason=refund.reason,
    )
    about = (refund.pk, refund.payment_id, bill.pk, bill.visit_id, bill.patient_id, refund.amount)
    done = refund.state == RefundState.DONE
    told = PaymentRefunded(*about) if done else RefundAsked(*about)
    topics = bill_topics(bill.site_id, bill.visit_id, bill.pk)
    outbox.publish(told, actor=actor, site_id=bill.site_id, subject=refund, topics=topics)
