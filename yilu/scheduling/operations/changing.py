"""Changing bookings before the patient comes: cancel, move, confirm, say late; and taking back."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import on_violation, operation
from yilu.platform.errors import NotAllowed
from yilu.platform.money import ZERO
from yilu.scheduling import advance, changes, permissions
from yilu.scheduling.claims import Owner, claim, give_back, open_choices, take_again
from yilu.scheduling.errors import (
    MoveRefused,
    PatientBusy,
    RefundChanged,
    RefundStarted,
    TooLateToChange,
)
from yilu.scheduling.events import (
    BookingCancelled,
    BookingConfirmed,
    BookingDeedUndone,
    BookingRunningLate,
)
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.moved import keep_place, tell_moved
from yilu.scheduling.operations.prepaying import follow_service
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.reasons import read_reason
from yilu.scheduling.rules import Choice, check_policy, check_start
from yilu.scheduling.selectors.candidates import Asked
from yilu.scheduling.selectors.facts import Facts, service_facts
from yilu.scheduling.states import COMING, BookingState, CancelReason, Channel
from yilu.scheduling.things import with_thing

MOST_LATE = 240
WHY = ("cancel_reason", "cancel_words", "cancelled_by_kind")


@operation
def cancel_booking(
    *,
    actor: Actor,
    booking_id: UUID,
    reason: str,
    words: str = "",
    version: int | None = None,
    for_patient: bool = False,
    expected: Decimal | None = None,
) -> int:
    """Cancel a booking and free its time. The reason is kept with it: a code of `CancelReason`,
    with more in `words`, or own words. Gives back the version by which it is taken back.

    Patients may until the time that the service allows; staff may always. What was paid when
    booking goes back by the rule that was shown then: all of it when staff cancel, unless it is
    `for_patient`. `expected` is the sum that was shown before pressing, if one was.

    Raises:
        NotFound, NotAllowed, Stale, MoveRefused.
        ReasonMissing: no reason is given.
        TooLateToChange: it is too late for the patient to do it alone.
        RefundChanged: another sum goes back by now than the one that was shown.
    """
    booking = changes.hold_booking(actor, booking_id, version=version, or_owner=True)
    why = read_reason(reason, words)
    _check_in_time(actor, booking)
    is_clinics = changes.is_staff_of(actor, booking) and not for_patient
    refund = _give_back(booking, expected, is_clinics=is_clinics)
    before = booking.state
    changes.remember(booking, "cancelled", give_back(Owner(booking_id=booking.pk)), refund=refund)
    changes.check_and_set(booking, BookingState.CANCELLED)
    booking.cancel_reason, booking.cancel_words = why.code, why.words
    booking.cancelled_by_kind = actor.kind
    changes.keep(booking, "state", *WHY)
    more: dict[str, Any] = {"refund": refund} if refund else {}
    changes.write_down(actor, booking, "cancelled", before=before, **more)
    changes.tell(actor, booking, BookingCancelled, before, by_kind=actor.kind, **more)
    return booking.version


@operation
def unmake_booking(*, actor: Actor, booking_id: UUID) -> None:
    """Take back that a booking was just made: it is cancelled.

    Raises: NotFound, NotAllowed, ChangedSince.
    """
    changes.check_just_made(changes.hold_booking(actor, booking_id))
    cancel_booking(actor=actor, booking_id=booking_id, reason=CancelReason.MISTAKE)


@operation
def undo_cancel_booking(*, actor: Actor, booking_id: UUID, version: int | None = None) -> None:
    """Take a cancellation back, with all that the booking held and what was asked for it.

    Who still has to pay has a quarter of an hour for it. `version` is the one that the deed left.

    Raises:
        NotFound, NotAllowed, CannotUndo, ChangedSince.
        RefundStarted: money is on its way back to the patient already.
        SlotTaken: somebody else has the time by now.
        PatientBusy: the patient has booked another time meanwhile.
    """
    booking = changes.hold_booking(actor, booking_id)
    pieces = changes.remembered(booking, "cancelled", version)
    refund = Decimal((booking.undo or {}).get("refund") or ZERO)
    if refund:
        raise RefundStarted(amount=f"¥{refund:.2f}")
    take_again(pieces)
    before, booking.state = booking.state, (booking.undo or {})["state"]
    booking.cancel_reason = booking.cancel_words = booking.cancelled_by_kind = ""
    booking.undo = None
    with on_violation(scheduling_booking_patient_once=PatientBusy):
        changes.keep(booking, "state", *WHY)
    advance.ask_again(booking)
    changes.write_down(actor, booking, "restored", before=before)
    changes.tell(actor, booking, BookingDeedUndone, before, deed="cancelled")


@operation
def reschedule_booking(
    *,
    actor: Actor,
    booking_id: UUID,
    starts_at: datetime,
    practitioner_id: UUID | None,
    version: int | None = None,
    service_id: UUID | None = None,
    thing_id: UUID | None = None,
    is_told_apart: bool = False,
) -> Booked:
    """Move a booking to another time, practitioner or service. It keeps its number.

    The old time is let go only together with taking the new one: a refusal leaves all as it
    was. No practitioner means any. Length, needs and fee are those of the service anew.
    `thing_id` is a room, chair or device that it must have. `is_told_apart`: whoever moves it
    tells the patient.

    Raises:
        NotFound, NotAllowed, Stale, MoveRefused, TooLateToChange.
        UnknownService, UnknownPractitioner, StartsInPast, TooSoon, TooFarAhead, OutsideSessions.
        SlotTaken: the new time is taken. PlaceUnsuited: the service does not use that thing.
        PatientBusy: the patient has another booking then.
        NotYetReleased, ShareUsedUp, QueueFirst, EnoughBooked: a release plan says no.
    """
    booking = changes.hold_booking(actor, booking_id, version=version, or_owner=True)
    if booking.state not in COMING:
        raise MoveRefused(
            current=BookingState(booking.state).label, target=BookingState.CONFIRMED.label
        )
    _check_in_time(actor, booking)
    facts = _new_facts(actor, booking, starts_at, practitioner_id, service_id)
    old = (booking.clinic_day, booking.starts_at, booking.practitioner_id)
    old_service = booking.service_id
    found = _choices(actor, booking, facts, starts_at, thing_id)
    changes.remember(booking, "moved", give_back(Owner(booking_id=booking.pk)))
    claimed = claim(Owner(booking_id=booking.pk), found)
    who = claimed.practitioner
    booking.practitioner_id = who.practitioner_id or booking.practitioner_id
    was_mode, booking.mode = booking.mode, facts.service.mode
    booking.service_id, booking.price, booking.lane = facts.service.id, facts.service.fee, 0
    booking.starts_at, booking.ends_at = starts_at, starts_at + timedelta(minutes=who.minutes)
    booking.clinic_day, booking.moved_from = who.clinic_day or booking.clinic_day, old[1]
    booking.confirmed_at = booking.running_late_minutes = None
    booking.come_at = booking.under_way_at = None
    keep_place(booking)
    follow_service(actor=actor, booking=booking, old_service_id=old_service)
    changes.write_down(
        actor,
        booking,
        "moved",
        old_starts_at=old[1],
        old_practitioner=old[2],
        starts_at=starts_at,
        practitioner=booking.practitioner_id,
        resources=claimed.resource_ids,
    )
    other = booking.mode != was_mode
    tell_moved(actor, booking, *old, is_other_way=other, is_told_apart=is_told_apart)
    return Booked.of(booking, claimed.resource_ids)


@operation
def undo_reschedule_booking(*, actor: Actor, booking_id: UUID, version: int | None = None) -> None:
    """Put a booking back where it was before it was moved; what is asked for it follows.

    `version` is the one that the deed left.

    Raises:
        NotFound, NotAllowed, CannotUndo, ChangedSince, SlotTaken, PatientBusy.
    """
    booking = changes.hold_booking(actor, booking_id)
    pieces = changes.remembered(booking, "moved", version)
    old = (booking.clinic_day, booking.starts_at, booking.practitioner_id)
    old_service = booking.service_id
    give_back(Owner(booking_id=booking.pk))
    take_again(pieces)
    was = booking.undo or {}
    booking.practitioner_id, booking.service_id = (
        UUID(was["practitioner_id"]),
        UUID(was["service_id"]),
    )
    booking.starts_at = datetime.fromisoformat(was["starts_at"])
    booking.ends_at = datetime.fromisoformat(was["ends_at"])
    booking.clinic_day = datetime.fromisoformat(was["clinic_day"]).date()
    booking.lane, booking.running_late_minutes = was["lane"], was["late"]
    confirmed = was["confirmed_at"]
    booking.confirmed_at = datetime.fromisoformat(confirmed) if confirmed else None
    promised = was.get("come_at")
    booking.come_at = datetime.fromisoformat(promised) if promised else None
    booking.under_way_at = None
    service = service_facts(booking.service_id, day=booking.clinic_day).service
    was_mode, booking.mode = booking.mode, was.get("mode", booking.mode)
    booking.price = service.fee
    booking.moved_from, booking.undo = None, None
    keep_place(booking)
    follow_service(actor=actor, booking=booking, old_service_id=old_service)
    changes.write_down(actor, booking, "moved_back", starts_at=booking.starts_at)
    tell_moved(actor, booking, *old, is_other_way=booking.mode != was_mode)


@operation
def confirm_booking(*, actor: Actor, booking_id: UUID, version: int | None = None) -> int | None:
    """Note that the patient says they will come; a requested booking is agreed to thereby.

    Gives back the version by which it is taken back; none when it was said before, which changes
    nothing. Raises: NotFound, NotAllowed, Stale, MoveRefused.
    """
    booking = changes.hold_booking(actor, booking_id, version=version, or_owner=True)
    if booking.confirmed_at is not None and booking.state == BookingState.CONFIRMED:
        return None
    before = booking.state
    if before == BookingState.REQUESTED and changes.is_staff_of(actor, booking):
        changes.check_and_set(booking, BookingState.CONFIRMED)
        _ask_no_more(booking)
    elif before not in COMING:
        raise MoveRefused(current=BookingState(before).label, target=BookingState.CONFIRMED.label)
    changes.remember(booking, "confirmed", [])
    booking.confirmed_at = clock.now()
    changes.keep(booking, "state", "confirmed_at")
    changes.write_down(actor, booking, "confirmed")
    changes.tell(actor, booking, BookingConfirmed, before)
    return booking.version


@operation
def undo_confirm_booking(*, actor: Actor, booking_id: UUID, version: int | None = None) -> None:
    """Take a confirmation back. Raises: NotFound, NotAllowed, CannotUndo, ChangedSince."""
    booking = changes.hold_booking(actor, booking_id)
    changes.remembered(booking, "confirmed", version)
    before, booking.state = booking.state, (booking.undo or {})["state"]
    booking.confirmed_at = booking.undo = None
    changes.keep(booking, "state", "confirmed_at")
    changes.write_down(actor, booking, "confirmation_undone")
    changes.tell(actor, booking, BookingDeedUndone, before, deed="confirmed")


@operation
def say_running_late(
    *, actor: Actor, booking_id: UUID, minutes: int, version: int | None = None
) -> int:
    """Note that the patient will be late by some minutes; none means they are on time again.

    Gives back the version by which it is taken back.

    Raises: NotFound, NotAllowed, Stale, MoveRefused, TooLong.
    """
    booking = changes.hold_booking(actor, booking_id, version=version, or_owner=True)
    if booking.state not in COMING:
        raise MoveRefused(
            current=BookingState(booking.state).label, target=BookingState.CONFIRMED.label
        )
    changes.remember(booking, "late", [])
    booking.running_late_minutes = min(max(minutes, 0), MOST_LATE) or None
    changes.keep(booking, "running_late_minutes")
    changes.write_down(actor, booking, "said_late", minutes=minutes)
    changes.tell(
        actor,
        booking,
        BookingRunningLate,
        booking.state,
        minutes=booking.running_late_minutes or 0,
    )
    return booking.version


@operation
def undo_running_late(*, actor: Actor, booking_id: UUID, version: int | None = None) -> None:
    """Take back what was said about being late.

    Raises: NotFound, NotAllowed, CannotUndo, ChangedSince.
    """
    booking = changes.hold_booking(actor, booking_id)
    changes.remembered(booking, "late", version)
    booking.running_late_minutes = (booking.undo or {})["late"]
    booking.undo = None
    changes.keep(booking, "running_late_minutes")
    changes.write_down(actor, booking, "late_undone")
    changes.tell(actor, booking, BookingDeedUndone, booking.state, deed="late")


def _give_back(booking: Booking, expected: Decimal | None, *, is_clinics: bool) -> Decimal:
    """Note what of a prepaid sum goes back with the cancellation. One query, two if any was."""
    asked = advance.hold(booking.pk)
    back = advance.back_of(asked, booking.starts_at, is_clinics=is_clinics)
    amount = back.amount if back else ZERO
    if expected is not None and expected != amount:
        raise RefundChanged(amount=f"¥{amount:.2f}")
    if asked is not None:
        advance.end(asked, amount)
    return amount


def _ask_no_more(booking: Booking) -> None:
    """The desk agrees to a booking that was to be paid first: it may still be paid."""
    asked = advance.hold(booking.pk)
    if asked is not None and asked.is_must:
        asked.is_must, asked.pay_by = False, booking.starts_at
        advance.keep(asked)


def _check_in_time(actor: Actor, booking: Booking) -> None:
    """Refuse a patient who comes too late to change it alone; staff may always."""
    if changes.is_staff_of(actor, booking):
        return
    window = timedelta(minutes=service_facts(booking.service_id).service.change_until_minutes)
    if clock.now() > booking.starts_at - window:
        raise TooLateToChange


def _choices(
    actor: Actor, booking: Booking, facts: Facts, starts_at: datetime, thing_id: UUID | None
) -> list[Choice]:
    found = open_choices(facts, _asked(actor, booking, starts_at))
    return found if thing_id is None else with_thing(found, facts, thing_id)


def _asked(actor: Actor, booking: Booking, starts_at: datetime) -> Asked:
    # The desk moves as its own; a patient within the share that the booking came through.
    is_desk = actor.may(permissions.CHANGE, booking.site_id)
    return Asked(
        booking.site_id,
        starts_at,
        booking.pk,
        channel=Channel.DESK if is_desk else booking.channel,
        patient_id=booking.patient_id,
    )


def _new_facts(
    actor: Actor,
    booking: Booking,
    starts_at: datetime,
    practitioner_id: UUID | None,
    service_id: UUID | None,
) -> Facts:
    check_start(starts_at, clock.now())
    day = starts_at.astimezone(site_zone(booking.site_id)).date()
    facts = service_facts(service_id or booking.service_id, practitioner_id, day=day)
    if not changes.is_staff_of(actor, booking):
        check_policy(starts_at, clock.now(), facts.service)
        if facts.service.id != booking.service_id and not facts.service.online:
            raise NotAllowed(permission=permissions.CHANGE)
    return facts
