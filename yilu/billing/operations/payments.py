"""Taking money for a bill by a code that the payer scans, and what cash shares with it."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from yilu.billing import gateway, permissions
from yilu.billing.errors import BillChanged, BillNotOpen, GatewayDown, NothingToPay
from yilu.billing.events import PaymentAsked, PaymentClosed, PaymentTaken
from yilu.billing.models import Bill, Payment
from yilu.billing.operations.excess import give_back_excess
from yilu.billing.operations.settling import settle
from yilu.billing.selectors.topics import bill_topics
from yilu.billing.states import (
    AWAITED,
    BillState,
    PaymentMethod,
    PaymentState,
    check_payment_move,
)
from yilu.facility.selectors.sites import site_info
from yilu.platform import audit, clock, outbox, timers
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, deed, operation
from yilu.platform.errors import NotFound
from yilu.platform.ids import new_id
from yilu.platform.money import ZERO, rounded
from yilu.scheduling.errors import PayTimeOver
from yilu.scheduling.selectors.prepaying import due_for

QR_LIVES = timedelta(minutes=10)
# The gateway takes no order that ends at once.
SHORTEST = timedelta(minutes=1)
# Clinic time between two questions when no notice comes.
ASK_EVERY = timedelta(seconds=20)
ASK_TIMER = "billing.ask_gateway"
GATEWAY = Actor.system("billing.gateway", permissions.TAKE, permissions.SEE, permissions.REFUND)


@dataclass(frozen=True, slots=True)
class QrPayment:
    """A code; empty until the gateway has given one. One that `is_over` is not to be scanned."""

    payment_id: UUID
    bill_id: UUID
    state: PaymentState
    amount: Decimal
    qr: str
    is_over: bool = False


@operation
def ask_payment(
    *, actor: Actor, bill_id: UUID, due: Decimal | None = None, version: int | None = None
) -> UUID:
    """Open a payment by code for all that is left of a bill; the code itself comes by `fetch_qr`.

    A payment that is already waiting is the same payment, unless its time or its sum is over.
    The gateway is not called here.

    Raises:
        NotFound, NotAllowed, Stale, BillNotOpen, NothingToPay, NoGateway.
        BillChanged: `due`, the sum that the payer agreed to, is no longer what is left.
    """
    bill = hold_bill(actor=actor, bill_id=bill_id, due=due, version=version)
    gateway.account_for(bill.site_id)
    waiting = Payment.objects.filter(bill=bill, state__in=AWAITED).first()
    if waiting is not None and waiting.amount == bill.left and not _is_over(waiting):
        return waiting.pk
    close_awaited(actor=actor, bill=bill)
    payment = _new_payment(bill, PaymentMethod.WECHAT, bill.left)
    payment.state, payment.expires_at = PaymentState.CREATED, clock.machine_now() + _lives(bill)
    payment.taken_by = actor.user_id
    payment.save(force_insert=True)
    _schedule_question(payment)
    _write_down(actor, bill, payment, "billing.payment.asked")
    return payment.pk


def fetch_qr(*, actor: Actor, payment_id: UUID) -> QrPayment:
    """The code of an awaited payment, asked from the gateway when we have none yet.

    Holds no lock while the gateway is asked, and asking again asks for the same order.

    Raises:
        NotFound, NotAllowed.
        GatewayDown: no answer; the payment stays and may be asked for again.
    """
    payment = _payment(payment_id, actor)
    if payment.qr or payment.state != PaymentState.CREATED or payment.expires_at is None:
        return _as_qr(payment)
    bill, site = payment.bill, site_info(payment.site_id)
    account = gateway.account_for(payment.site_id)
    what = f"{site.name} {payment.reference}"
    qr = gateway.create_order(account, payment.reference, payment.amount, what, payment.expires_at)
    with deed():
        payment = Payment.objects.select_for_update().get(pk=payment_id)
        if payment.state == PaymentState.CREATED:
            payment.qr, payment.state = qr, PaymentState.PENDING
            payment.version += 1
            payment.save(update_fields=["qr", "state", "version"])
            told = PaymentAsked(*_about(bill, payment), payment.method, payment.amount)
            _publish(actor, bill, payment, told)
    return _as_qr(payment)


def ask_gateway(*, actor: Actor, payment_id: UUID) -> None:
    """Ask what became of a payment for which no notice came; closes it when its time is over.

    Asks again later while it waits, and when the gateway does not answer.
    """
    payment = _payment(payment_id, actor)
    if payment.state not in AWAITED:
        return
    try:
        account = gateway.account_for(payment.site_id)
        order = gateway.ask_order(account, payment.reference)
        over = _is_over(payment)
        if order.state == "waiting" and over:
            gateway.close_order(account, payment.reference)
            order = gateway.ask_order(account, payment.reference)
    except GatewayDown:
        _schedule_question(payment)
        return
    _follow(actor, payment, order, is_over=over)


def close_at_gateway(*, actor: Actor, payment_id: UUID) -> None:
    """Have the gateway refuse a code that we no longer want paid, and take what came before.

    Said again, it closes once. What was paid meanwhile is booked, and given back if too much.

    Raises:
        NotFound, NotAllowed.
        GatewayDown: no answer; try again later.
    """
    payment = _payment(payment_id, actor)
    if payment.state != PaymentState.CLOSED or not payment.qr:
        return
    account = gateway.account_for(payment.site_id)
    order = gateway.ask_order(account, payment.reference)
    if order.state == "waiting":
        gateway.close_order(account, payment.reference)
        order = gateway.ask_order(account, payment.reference)
    if order.state == "paid":
        take_gateway_payment(actor=actor, order=order)


@operation
def take_gateway_payment(*, actor: Actor, order: gateway.OrderState) -> UUID:
    """Book what the gateway says was paid. Said again, it is booked once.

    Money for a bill that is no longer open is taken in and given back at once: it is never
    kept twice and never lost.

    Raises:
        NotFound: no payment of ours has this number, or another sum.
    """
    known = Payment.objects.filter(reference=order.reference).values_list("pk", "bill_id").first()
    if known is None:
        raise NotFound
    bill = Bill.objects.select_for_update().get(pk=known[1])
    payment = Payment.objects.select_for_update().get(pk=known[0])
    if payment.amount != order.amount:
        raise NotFound
    if payment.state == PaymentState.PAID:
        return payment.pk
    check_payment_move(payment.state, PaymentState.PAID)
    payment.state, payment.paid_at = PaymentState.PAID, clock.now()
    payment.transaction_id = order.transaction_id
    payment.version += 1
    payment.save(update_fields=["state", "paid_at", "transaction_id", "version"])
    timers.cancel(payment.pk, ASK_TIMER)
    if _wants(bill) and payment.amount <= bill.left:
        _take_in(actor, bill, payment)
    else:
        _tell_taken(actor, bill, payment)
        give_back_excess(actor=actor, payment=payment, bill=bill)
    return payment.pk


def _follow(actor: Actor, payment: Payment, order: gateway.OrderState, *, is_over: bool) -> None:
    if order.state == "paid":
        take_gateway_payment(actor=actor, order=order)
    elif order.state == "gone" and (is_over or payment.state == PaymentState.PENDING):
        # Meanwhile it may have been paid or replaced, and a code that replaced it stays.
        with deed():
            bill = Bill.objects.select_for_update().get(pk=payment.bill_id)
            payment = Payment.objects.select_for_update().get(pk=payment.pk)
            if payment.state in AWAITED:
                _close(actor, bill, payment)
    else:
        _schedule_question(payment)


def hold_bill(*, actor: Actor, bill_id: UUID, due: Decimal | None, version: int | None) -> Bill:
    """The bill, locked, if the actor may take money for it or owns it. Call inside a deed.

    Raises:
        NotFound, NotAllowed, Stale, BillNotOpen, NothingToPay.
        BillChanged: `due`, the sum that the payer agreed to, is no longer what is left.
    """
    bill = Bill.objects.select_for_update().filter(pk=bill_id).first()
    if bill is None:
        raise NotFound
    if not actor.is_owner(bill.patient_id, bill.visit_id, bill.booking_id):
        actor.require_to_see(permissions.SEE, bill.site_id)
        actor.require(permissions.TAKE, bill.site_id)
    if bill.state != BillState.OPEN:
        raise BillNotOpen
    if bill.booking_id is not None and due_for(bill.booking_id) is None:
        raise PayTimeOver
    if not bill.left:
        raise NothingToPay
    check_version(bill, version)
    if due is not None and rounded(due) != bill.left:
        raise BillChanged
    return bill


def take_in_cash(*, actor: Actor, bill: Bill, amount: Decimal, tendered: Decimal) -> Payment:
    """Book cash for a held bill, which it settles when nothing is left. Call inside a deed."""
    close_awaited(actor=actor, bill=bill)
    payment = _new_payment(bill, PaymentMethod.CASH, amount)
    payment.tendered, payment.taken_by = rounded(tendered), actor.user_id
    payment.state, payment.paid_at = PaymentState.PAID, clock.now()
    payment.save(force_insert=True)
    _take_in(actor, bill, payment)
    return payment


def _payment(payment_id: UUID, actor: Actor) -> Payment:
    payment = Payment.objects.select_related("bill").filter(pk=payment_id).first()
    if payment is None:
        raise NotFound
    bill = payment.bill
    if not actor.is_owner(bill.patient_id, bill.visit_id, bill.booking_id):
        actor.require_to_see(permissions.SEE, payment.site_id)
    return payment


def _is_over(payment: Payment) -> bool:
    return payment.expires_at is not None and payment.expires_at <= clock.machine_now()


def _lives(bill: Bill) -> timedelta:
    """How long a code stands: never longer than the booking that it pays for is kept."""
    asked = due_for(bill.booking_id) if bill.booking_id else None
    if asked is None:
        return QR_LIVES
    return max(min(QR_LIVES, asked.pay_by - clock.now()), SHORTEST)


def _wants(bill: Bill) -> bool:
    """Whether money for it is taken in. An advance that lapsed may still bring its time back."""
    lapsed = bill.booking_id is not None and bill.state == BillState.VOID
    return bill.state == BillState.OPEN or lapsed


def _new_payment(bill: Bill, method: PaymentMethod, amount: Decimal) -> Payment:
    key = new_id()
    return Payment(
        id=key,
        bill=bill,
        site_id=bill.site_id,
        clinic_day=bill.clinic_day,
        method=method,
        amount=amount,
        reference=key.hex,
        refunded=ZERO,
    )


def _take_in(actor: Actor, bill: Bill, payment: Payment) -> None:
    bill.paid += payment.amount
    _tell_taken(actor, bill, payment)
    if bill.paid == bill.total:
        settle(actor=actor, bill=bill)
    else:
        bill.version += 1
        bill.save(update_fields=["paid", "version"])


def close_awaited(*, actor: Actor, bill: Bill) -> None:
    """Ask nobody any more for a payment of this bill that has not come."""
    for payment in Payment.objects.select_for_update().filter(bill=bill, state__in=AWAITED):
        _close(actor, bill, payment)


def _close(actor: Actor, bill: Bill, payment: Payment) -> None:
    check_payment_move(payment.state, PaymentState.CLOSED)
    payment.state = PaymentState.CLOSED
    payment.version += 1
    payment.save(update_fields=["state", "version"])
    timers.cancel(payment.pk, ASK_TIMER)
    _tell_closed(actor, bill, payment)


def _schedule_question(payment: Payment) -> None:
    timers.schedule(
        ASK_TIMER,
        due_at=clock.now() + ASK_EVERY,
        subject_id=payment.pk,
        site_id=payment.site_id,
    )


def _tell_closed(actor: Actor, bill: Bill, payment: Payment) -> None:
    _write_down(actor, bill, payment, "billing.payment.closed")
    _publish(actor, bill, payment, PaymentClosed(*_about(bill, payment)))


def _tell_taken(actor: Actor, bill: Bill, payment: Payment) -> None:
    told = PaymentTaken(*_about(bill, payment), payment.method, payment.amount)
    _write_down(actor, bill, payment, "billing.payment.taken")
    _publish(actor, bill, payment, told)


def _about(bill: Bill, payment: Payment) -> tuple[UUID, UUID, UUID | None, UUID]:
    """How each of a payment's events begins: payment, bill, visit, patient."""
    return payment.pk, bill.pk, bill.visit_id, bill.patient_id


def _write_down(actor: Actor, bill: Bill, payment: Payment, action: str) -> None:
    audit.record(
        actor,
        action,
        payment,
        site_id=bill.site_id,
        patient_id=bill.patient_id,
        method=payment.method,
        amount=payment.amount,
    )


def _publish(actor: Actor, bill: Bill, payment: Payment, told: object) -> None:
    topics = bill_topics(bill.site_id, bill.visit_id, bill.pk, bill.booking_id)
    outbox.publish(told, actor=actor, site_id=bill.site_id, subject=payment, topics=topics)


def _as_qr(payment: Payment) -> QrPayment:
    state = PaymentState(payment.state)
    over = state not in AWAITED or _is_over(payment)
    return QrPayment(payment.pk, payment.bill_id, state, payment.amount, payment.qr, over)
