"""Giving money back, by the way it came."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import F

from yilu.billing import gateway, permissions
from yilu.billing.errors import GatewayDown, OwnRefund, RefundTooLarge
from yilu.billing.events import DepositReturned, PaymentRefunded, RefundAsked
from yilu.billing.models import Bill, Deposit, Payment, Refund
from yilu.billing.operations.keeping import free_kept
from yilu.billing.operations.receipts import issue_receipt
from yilu.billing.rules import EXCESS, REFUND_ALONE
from yilu.billing.selectors.topics import bill_topics
from yilu.billing.states import (
    BillState,
    PaymentMethod,
    PaymentState,
    RefundState,
    check_refund_move,
)
from yilu.facility.selectors.sites import site_zone
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import deed, operation
from yilu.platform.errors import NotFound
from yilu.platform.ids import new_id
from yilu.platform.money import ZERO, rounded
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.operations.prepaying import note_returned


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
    if left and bill.booking_id is not None:
        left = min(left, Deposit.objects.select_for_update().get(pk=bill.pk).held)
    amount = rounded(amount)
    if not ZERO < amount <= left:
        raise RefundTooLarge(left=f"¥{left:.2f}")
    if amount > REFUND_ALONE and actor.user_id == payment.taken_by:
        raise OwnRefund(limit=f"¥{REFUND_ALONE:.2f}")
    key = open_refund(actor=actor, payment=payment, bill=bill, amount=amount, reason=reason)
    if bill.booking_id is not None:
        able = actor.lent(scheduling.CHANGE)
        note_returned(actor=able, booking_id=bill.booking_id, amount=amount)
    return key


def open_refund(
    *, actor: Actor, payment: Payment, bill: Bill, amount: Decimal, reason: str
) -> UUID:
    """Write a refund of a locked payment. Call inside a deed with the bill locked too.

    What was set off from a deposit goes back to whoever paid the deposit, by that way.
    """
    key = new_id()
    refund = Refund(
        id=key,
        payment=payment,
        bill=bill,
        site_id=bill.site_id,
        clinic_day=_day_of(bill),
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
    if bill.booking_id is not None and reason != EXCESS:
        free_kept(actor=actor, bill=bill, amount=amount)
        _count_returned(actor, bill, refund, bill.booking_id)
    _tell(actor, bill, refund, "billing.refund.asked")
    if payment.method in {PaymentMethod.CASH, PaymentMethod.DEPOSIT}:
        _finish(actor, bill, refund)
    if payment.deposit_id is not None:
        Bill.objects.select_for_update().get(pk=payment.deposit_id)
        take_back(actor=actor, deposit_id=payment.deposit_id, amount=amount)
        return_deposit(actor=actor, bill_id=payment.deposit_id, amount=amount, reason=reason)
    return key


def return_deposit(*, actor: Actor, bill_id: UUID, amount: Decimal, reason: str) -> Decimal:
    """Give back of a deposit what is held, at most `amount`; gives back how much. Inside a deed."""
    bill = Bill.objects.select_for_update().get(pk=bill_id)
    deposit = Deposit.objects.select_for_update().get(pk=bill_id)
    left = wanted = min(amount, deposit.held)
    paid = Payment.objects.select_for_update().filter(bill=bill, state=PaymentState.PAID)
    for payment in paid.order_by("pk"):
        part = min(left, payment.amount - payment.refunded)
        if part > ZERO:
            open_refund(actor=actor, payment=payment, bill=bill, amount=part, reason=reason)
            left -= part
    return wanted - left


def take_back(*, actor: Actor, deposit_id: UUID, amount: Decimal) -> None:
    """Have a deposit hold again what was set off. One query, inside a deed."""
    Deposit.objects.filter(pk=deposit_id).update(
        applied=F("applied") - amount, version=F("version") + 1
    )


def _count_returned(actor: Actor, bill: Bill, refund: Refund, booking_id: UUID) -> None:
    Deposit.objects.filter(pk=bill.pk).update(
        returned=F("returned") + refund.amount, version=F("version") + 1
    )
    told = DepositReturned(
        refund.pk, bill.pk, booking_id, bill.patient_id, refund.amount, refund.reason
    )
    topics = bill_topics(bill.site_id, None, bill.pk, bill.booking_id)
    outbox.publish(told, actor=actor, site_id=bill.site_id, subject=refund, topics=topics)


def _day_of(bill: Bill) -> date:
    """The day on which money goes back: an advance was often paid on an earlier one."""
    if bill.booking_id is None:
        return bill.clinic_day
    return clock.now().astimezone(site_zone(bill.site_id)).date()


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
    if refund.reason != EXCESS:
        # A part that goes back before all is paid is owed again; later, the bill stays paid.
        if bill.state == BillState.OPEN:
            bill.paid -= refund.amount
        else:
            bill.refunded += refund.amount
        bill.version += 1
        bill.save(update_fields=["paid", "refunded", "version"])
    if bill.state == BillState.SETTLED and refund.reason != EXCESS:
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
    topics = bill_topics(bill.site_id, bill.visit_id, bill.pk, bill.booking_id)
    outbox.publish(told, actor=actor, site_id=bill.site_id, subject=refund, topics=topics)
