"""How a booking comes to be paid for in advance. Only operations call this."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from yilu.platform import clock, timers
from yilu.platform.actors import Actor
from yilu.platform.money import ZERO
from yilu.scheduling.models import Booking, PaymentTerms, Prepayment
from yilu.scheduling.patient_rules import Wanted, binds, judge, locked_book
from yilu.scheduling.states import COMING, GROUP_OF, BookingState, Prepay, PrepayState
from yilu.scheduling.terms import Back, RefundRule, Terms, ToPay, given_back

UNPAID = "scheduling.unpaid"
# How long somebody has at least to pay for a booking whose cancellation is taken back.
AGAIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody who books without the desk has to do first: pay, or wait to be confirmed."""

    due: Decimal
    terms: Terms | None


def asked_of(actor: Actor, channel: str, wanted: Wanted, fee: Decimal | None) -> Asked | None:
    """What is asked of who books, if anything is. No query for staff, two for patients.

    Raises:
        What `judge` refuses, and OneAtATime.
    """
    if not binds(actor, channel):
        return None
    book, row = locked_book(wanted.patient_id, wanted.service_id)
    bar = judge(book, wanted)
    terms = read_terms(row)
    due = terms.due(fee) if terms else ZERO
    if terms and due and (bar or terms.asks(GROUP_OF[channel])):
        return Asked(due, terms)
    return Asked(ZERO, None) if bar else None


def begin(booking: Booking, due: Decimal, terms: Terms) -> ToPay:
    """Ask for a sum that must be paid, else the booking is let go. Two queries."""
    pay_by = clock.now() + timedelta(minutes=terms.minutes)
    asked = _prepayment(booking, due, terms.rule, min(pay_by, booking.starts_at), is_must=True)
    asked.save(force_insert=True)
    _watch(booking, asked)
    return ToPay(due, asked.pay_by, is_must=True)


def ask(booking: Booking, due: Decimal, rule: RefundRule) -> Prepayment:
    """Ask for a sum for a booking that stands; it may be paid until it begins. One query."""
    asked = _prepayment(booking, due, rule, booking.starts_at, is_must=False)
    asked.save(force_insert=True)
    return asked


def terms_of(service_id: UUID) -> Terms | None:
    """The terms of a service. One query."""
    row = PaymentTerms.objects.filter(service_id=service_id).values().first()
    return read_terms(row)


def read_terms(row: Mapping[str, Any] | None) -> Terms | None:
    """A row of terms; None where nothing is asked for."""
    if row is None or row["kind"] == Prepay.NONE:
        return None
    amount = row["amount"]
    return Terms(
        kind=row["kind"],
        amount=None if amount is None else Decimal(str(amount)),
        percent=row["percent"],
        online=row["online"],
        partner=row["partner"],
        desk=row["desk"],
        minutes=row["minutes"],
        rule=RefundRule(row["full_hours"], row["part_hours"], row["part_percent"]),
    )


def hold(booking_id: UUID) -> Prepayment | None:
    """What was asked for a booking, locked until the deed ends. One query."""
    return Prepayment.objects.select_for_update(of=("self",)).filter(pk=booking_id).first()


def rule_of(asked: Prepayment) -> RefundRule:
    """The rule that was shown when the booking was made."""
    return RefundRule(asked.full_hours, asked.part_hours, asked.part_percent)


def back_of(asked: Prepayment | None, starts_at: datetime, *, is_clinics: bool) -> Back | None:
    """What goes back if the booking is cancelled now; None if nothing was ever asked."""
    if asked is None:
        return None
    return given_back(asked.paid, rule_of(asked), starts_at, clock.now(), is_clinics=is_clinics)


def end(asked: Prepayment, returned: Decimal, state: PrepayState = PrepayState.ENDED) -> None:
    """Ask no more for a booking, and give back part of what was paid. One query."""
    asked.paid -= returned
    asked.state = state
    keep(asked)


def follow_time(booking: Booking) -> None:
    """Let the time to pay follow a booking to another time. One query, two where it changes.

    What must be paid keeps its deadline: moving gives nobody more time to hold a place unpaid.
    What is only asked for may be paid until the booking begins, as before.
    """
    waits = Prepayment.objects.select_for_update(of=("self",)).filter(state=PrepayState.WAITING)
    asked = waits.filter(pk=booking.pk).first()
    if asked is None:
        return
    pay_by = min(asked.pay_by, booking.starts_at) if asked.is_must else booking.starts_at
    if pay_by != asked.pay_by:
        asked.pay_by = pay_by
        keep(asked)
        _watch(booking, asked)


def ask_again(booking: Booking) -> None:
    """Let what was asked hold again for a booking whose cancellation is taken back. Three queries.

    Who still has to pay has at least a quarter of an hour for it.
    """
    asked = hold(booking.pk)
    if asked is None:
        return
    asked.state = PrepayState.PAID if asked.paid >= asked.amount else PrepayState.WAITING
    if asked.state == PrepayState.WAITING and asked.is_must:
        asked.pay_by = min(max(asked.pay_by, clock.now() + AGAIN), booking.starts_at)
        _watch(booking, asked)
    keep(asked)


def keep(asked: Prepayment) -> None:
    """Write it back with a new version. One query."""
    asked.version += 1
    asked.save()


def to_pay(asked: Prepayment, state: str) -> ToPay | None:
    """What can still be paid for a booking in this state, if anything. No query."""
    left = asked.amount - asked.paid
    is_open = asked.state == PrepayState.WAITING and state in COMING and asked.pay_by > clock.now()
    if not is_open or left <= ZERO:
        return None
    return ToPay(left, asked.pay_by, asked.is_must and state == BookingState.REQUESTED)


def _watch(booking: Booking, asked: Prepayment) -> None:
    """Let a booking that is not paid in time be let go. One query for a must, else none."""
    if asked.is_must:
        timers.schedule(UNPAID, due_at=asked.pay_by, subject_id=booking.pk, site_id=booking.site_id)


def _prepayment(
    booking: Booking, due: Decimal, rule: RefundRule, pay_by: datetime, *, is_must: bool
) -> Prepayment:
    return Prepayment(
        booking=booking,
        amount=due,
        is_must=is_must,
        pay_by=pay_by,
        full_hours=rule.full_hours,
        part_hours=rule.part_hours,
        part_percent=rule.part_percent,
    )
