"""What becomes of an advance once it is paid, and how it is set off against the visit's bill."""

from decimal import Decimal
from uuid import UUID

from django.db.models import F

from yilu.billing.events import DepositTaken
from yilu.billing.models import Bill, Deposit, Payment, Refund
from yilu.billing.operations.refunds import return_deposit, take_back
from yilu.billing.rules import LATE, PAID_TWICE, SET_OFF_ANEW
from yilu.billing.selectors.topics import bill_topics
from yilu.billing.states import PaymentMethod, PaymentState, RefundState
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.platform.money import ZERO
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.operations.prepaying import take_prepayment


def keep_deposit(*, actor: Actor, bill: Bill) -> None:
    """Hold what was paid for a booking, and have the booking stand; else give it all back.

    Call with the bill settled and locked, inside a deed.
    """
    booking_id = bill.booking_id
    if booking_id is None:
        return
    Deposit.objects.create(bill=bill, booking_id=booking_id, amount=bill.total)
    able = actor.lent(scheduling.CHANGE)
    stands = take_prepayment(actor=able, booking_id=booking_id, amount=bill.total)
    told = DepositTaken(bill.pk, booking_id, bill.patient_id, bill.total, stands)
    topics = bill_topics(bill.site_id, None, bill.pk, booking_id)
    outbox.publish(told, actor=actor, site_id=bill.site_id, subject=bill, topics=topics)
    if not stands:
        reason = PAID_TWICE if _is_held_already(bill, booking_id) else LATE
        return_deposit(actor=actor, bill_id=bill.pk, amount=bill.total, reason=reason)


def set_off(*, actor: Actor, bill: Bill, booking_id: UUID | None) -> None:
    """Pay a visit's bill from what its booking holds. Call with the bill locked, inside a deed.

    One query when nothing was paid in advance.
    """
    if booking_id is None:
        return
    deposits = Deposit.objects.select_for_update().filter(booking_id=booking_id).order_by("pk")
    for deposit in deposits:
        part = min(deposit.held - deposit.kept, bill.total - bill.paid)
        if part > ZERO:
            _apply(actor, bill, deposit, part)


def undo_set_off(*, actor: Actor, bill: Bill) -> None:
    """Have an open bill paid by nothing of a deposit, so that it can change. Inside a deed."""
    applied = Payment.objects.select_for_update().filter(bill=bill, method=PaymentMethod.DEPOSIT)
    for payment in applied.order_by("pk"):
        part = payment.amount - payment.refunded
        if part > ZERO and payment.deposit_id is not None:
            _unapply(actor, bill, payment, part)


def _is_held_already(bill: Bill, booking_id: UUID) -> bool:
    others = Deposit.objects.filter(booking_id=booking_id).exclude(pk=bill.pk)
    return others.filter(amount__gt=F("returned")).exists()


def _apply(actor: Actor, bill: Bill, deposit: Deposit, part: Decimal) -> None:
    key, now = new_id(), clock.now()
    payment = Payment(
        id=key,
        bill=bill,
        site_id=bill.site_id,
        clinic_day=bill.clinic_day,
        method=PaymentMethod.DEPOSIT,
        amount=part,
        state=PaymentState.PAID,
        deposit=deposit,
        reference=key.hex,
        paid_at=now,
    )
    payment.save(force_insert=True)
    deposit.applied += part
    deposit.version += 1
    deposit.save(update_fields=["applied", "version"])
    bill.paid += part
    bill.save(update_fields=["paid"])
    _record(actor, bill, payment, "billing.deposit.set_off", part)


def _unapply(actor: Actor, bill: Bill, payment: Payment, part: Decimal) -> None:
    key, now = new_id(), clock.now()
    Refund.objects.create(
        id=key,
        payment=payment,
        bill=bill,
        site_id=bill.site_id,
        clinic_day=bill.clinic_day,
        amount=part,
        reason=SET_OFF_ANEW,
        state=RefundState.DONE,
        reference=key.hex,
        done_at=now,
    )
    payment.refunded += part
    payment.version += 1
    payment.save(update_fields=["refunded", "version"])
    take_back(actor=actor, deposit_id=payment.deposit_id, amount=part)  # type: ignore[arg-type]
    bill.paid -= part
    bill.save(update_fields=["paid"])
    _record(actor, bill, payment, "billing.deposit.not_set_off", part)


def _record(actor: Actor, bill: Bill, payment: Payment, action: str, amount: Decimal) -> None:
    audit.record(
        actor, action, payment, site_id=bill.site_id, patient_id=bill.patient_id, amount=amount
    )
