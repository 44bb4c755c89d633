"""Paying when booking: what services ask for, and what becomes of a booking paid or not paid."""

from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from yilu.platform import audit, clock, outbox, timers
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.money import ZERO
from yilu.platform.subjects import Subject
from yilu.scheduling import advance, changes, permissions
from yilu.scheduling.claims import Owner, Piece, give_back, take_again
from yilu.scheduling.errors import NothingAsked, PatientBusy, PayTimeOver, SlotTaken
from yilu.scheduling.events import (
    BookingCancelled,
    BookingDeedUndone,
    BookingPaid,
    PaymentTermsSet,
    PrepaymentAsked,
    PrepaymentLowered,
)
from yilu.scheduling.models import Booking, PaymentTerms, Prepayment
from yilu.scheduling.states import COMING, BookingState, CancelReason, PrepayState
from yilu.scheduling.terms import Terms, ToPay


@operation
def set_payment_terms(
    *, actor: Actor, site_id: UUID, service_id: UUID, terms: Terms, version: int | None = None
) -> None:
    """Say what a service asks for when it is booked. Bookings made before keep their own rule.

    Raises: NotAllowed, Stale.
    """
    actor.require(permissions.RULES, site_id)
    known = PaymentTerms.objects.select_for_update(of=("self",)).filter(service_id=service_id)
    row = known.first() or PaymentTerms(service_id=service_id, version=0)
    check_version(row, version)
    row.kind, row.amount, row.percent = terms.kind, terms.amount, terms.percent
    row.online, row.partner, row.desk = terms.online, terms.partner, terms.desk
    row.minutes = terms.minutes
    row.full_hours, row.part_hours = terms.rule.full_hours, terms.rule.part_hours
    row.part_percent = terms.rule.part_percent
    row.version += 1
    row.save()
    about = Subject("catalogue.service", service_id)
    audit.record(
        actor, "scheduling.payment_terms.set", about, site_id=site_id, kind=terms.kind,
        amount=terms.amount, percent=terms.percent, minutes=terms.minutes,
        full_hours=row.full_hours, part_hours=row.part_hours, part_percent=row.part_percent,
    )  # fmt: skip
    told = PaymentTermsSet(service_id)
    outbox.publish(told, actor=actor, site_id=site_id, subject=about)


@operation
def ask_for_prepayment(*, actor: Actor, booking_id: UUID, version: int | None = None) -> ToPay:
    """Have the desk ask for what the service asks for; the booking stands whether it comes or not.

    Raises:
        NotFound, NotAllowed, Stale.
        NothingAsked: the service asks for nothing at the desk, or it was asked for already.
    """
    booking = changes.hold_booking(actor, booking_id, version=version)
    terms = advance.terms_of(booking.service_id)
    due = terms.due(booking.price) if terms and terms.desk else ZERO
    is_new = not Prepayment.objects.filter(pk=booking_id).exists()
    if not (terms and due and is_new and booking.state in COMING):
        raise NothingAsked
    asked = advance.ask(booking, due, terms.rule)
    changes.write_down(actor, booking, "prepayment_asked", amount=due)
    changes.tell(actor, booking, PrepaymentAsked, booking.state, amount=due)
    return ToPay(due, asked.pay_by, is_must=False)


@operation
def hold_to_pay(*, actor: Actor, booking_id: UUID) -> ToPay:
    """What is to be paid for a booking now; nobody else opens a bill for it meanwhile. Two queries.

    Raises: PayTimeOver.
    """
    asked = advance.hold(booking_id)
    state = Booking.objects.filter(pk=booking_id).values_list("state", flat=True).first()
    found = advance.to_pay(asked, state or "") if asked else None
    if found is None:
        raise PayTimeOver
    return found


@operation
def take_prepayment(*, actor: Actor, booking_id: UUID, amount: Decimal) -> bool:
    """Note that money for a booking has come; gives back whether it is the booking's.

    It is not when more comes than is still asked for: then it was paid twice. A time that was
    let go unpaid is taken again if nobody else has it. A part makes nothing stand. Whoever calls
    gives the money back where this says no.

    Raises: NotFound, NotAllowed.
    """
    booking = changes.hold_booking(actor, booking_id)
    asked = advance.hold(booking_id)
    if asked is None or asked.paid + amount > asked.amount:
        return False
    before, is_whole = booking.state, asked.paid + amount == asked.amount
    if before == BookingState.CANCELLED:
        may_come_back = asked.state == PrepayState.LAPSED and is_whole
        if not (may_come_back and _taken_again(booking)):
            return False
    elif before not in COMING:
        return False
    asked.paid += amount
    # What the desk did before is built upon now: taken back, it would ask for what is paid.
    booking.undo = None
    asked.state = PrepayState.PAID if is_whole else PrepayState.WAITING
    advance.keep(asked)
    if is_whole:
        timers.cancel(booking_id, advance.UNPAID)
    if is_whole and booking.state == BookingState.REQUESTED:
        changes.check_and_set(booking, BookingState.CONFIRMED)
    changes.keep(booking, "state")
    changes.write_down(actor, booking, "prepaid", amount=amount)
    if before == BookingState.CANCELLED:
        changes.tell(actor, booking, BookingDeedUndone, before, deed="cancelled")
    changes.tell(actor, booking, BookingPaid, before, amount=amount)
    return True


@operation
def release_unpaid(*, actor: Actor, booking_id: UUID) -> None:
    """Let a booking go that had to be paid and was not; its time is offered on.

    What was paid of it goes back. Who paid all meanwhile, or was let off by the desk, is not
    touched. Raises: NotFound, NotAllowed.
    """
    booking = changes.hold_booking(actor, booking_id)
    asked = advance.hold(booking_id)
    is_due = asked is not None and asked.is_must and asked.pay_by <= clock.now()
    waits = booking.state == BookingState.REQUESTED and is_due
    if asked is None or not waits or asked.state != PrepayState.WAITING:
        return
    before, refund = booking.state, asked.paid
    changes.remember(booking, "cancelled", give_back(Owner(booking_id=booking_id)), refund=refund)
    changes.check_and_set(booking, BookingState.CANCELLED)
    booking.cancel_reason, booking.cancelled_by_kind = CancelReason.UNPAID, actor.kind
    changes.keep(booking, "state", "cancel_reason", "cancelled_by_kind")
    advance.end(asked, refund, PrepayState.LAPSED)
    changes.write_down(actor, booking, "cancelled", before=before, reason=CancelReason.UNPAID.value)
    told: dict[str, Any] = {"by_kind": actor.kind, "is_lapsed": True}
    told |= {"refund": refund} if refund else {}
    changes.tell(actor, booking, BookingCancelled, before, **told)


@operation
def note_returned(*, actor: Actor, booking_id: UUID, amount: Decimal) -> None:
    """Note that the clinic gave back of what was paid for a booking; it asks no more for that.

    Of one that is over or put away too. Raises: NotAllowed.
    """
    site_id = Booking.objects.values_list("site_id", flat=True).get(pk=booking_id)
    actor.require(permissions.CHANGE, site_id)
    asked = advance.hold(booking_id)
    if asked is not None and asked.paid:
        part = min(amount, asked.paid)
        asked.paid -= part
        asked.amount -= part
        advance.keep(asked)


def follow_service(*, actor: Actor, booking: Booking, old_service_id: UUID) -> None:
    """Let what is asked for follow a booking to another service. Part of a deed.

    A dearer one asks for the difference, which may be paid until the booking begins; of a
    cheaper one the rest goes back. No query when the service stays, three otherwise.
    """
    if booking.service_id == old_service_id:
        return
    asked = advance.hold(booking.pk)
    terms = advance.terms_of(booking.service_id)
    due = terms.due(booking.price) if terms else ZERO
    if asked is None:
        if terms and due and booking.state == BookingState.CONFIRMED:
            advance.ask(booking, due, terms.rule)
            changes.tell(actor, booking, PrepaymentAsked, booking.state, amount=due)
        return
    excess = max(asked.paid - due, ZERO)
    asked.amount = due
    asked.paid -= excess
    if booking.state != BookingState.REQUESTED:
        asked.is_must, asked.pay_by = False, booking.starts_at
    asked.state = PrepayState.WAITING if asked.paid < due else PrepayState.PAID
    advance.keep(asked)
    if booking.state == BookingState.REQUESTED and asked.is_must and asked.paid >= due:
        changes.check_and_set(booking, BookingState.CONFIRMED)
        booking.save(update_fields=["state"])
    if excess:
        changes.tell(actor, booking, PrepaymentLowered, booking.state, refund=excess)
    elif asked.paid < due:
        left = due - asked.paid
        changes.tell(actor, booking, PrepaymentAsked, booking.state, amount=left)


def _taken_again(booking: Booking) -> bool:
    """Whether the time that was let go could be had again, with all that was held."""
    kept = booking.undo or {}
    if booking.starts_at <= clock.now() or kept.get("deed") != "cancelled":
        return False
    pieces = [
        Piece(UUID(one), UUID(of), datetime.fromisoformat(start), datetime.fromisoformat(end))
        for one, of, start, end in kept["pieces"]
    ]
    before = (booking.state, booking.cancel_reason, booking.cancelled_by_kind)
    with suppress(SlotTaken, PatientBusy), transaction.atomic():
        take_again(pieces)
        booking.state, booking.undo = BookingState.REQUESTED, None
        booking.cancel_reason = booking.cancelled_by_kind = ""
        with on_violation(scheduling_booking_patient_once=PatientBusy):
            changes.keep(booking, "state", "cancel_reason", "cancelled_by_kind")
        return True
    booking.state, booking.cancel_reason, booking.cancelled_by_kind = before
    return False
