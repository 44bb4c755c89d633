"""Joining the waiting list and leaving it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q

from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import patient_exists
from yilu.platform import audit, clock, outbox, timers
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import NotAllowed, NotFound
from yilu.scheduling import permissions
from yilu.scheduling.errors import (
    AlreadyWaiting,
    DaysOver,
    NoLongerWaiting,
    TimesOutOfOrder,
    UnknownBooking,
    UnknownPatient,
)
from yilu.scheduling.events import WaitingBookingNoted, WaitingListJoined, WaitingListLeft
from yilu.scheduling.models import Booking, Offer, WaitingEntry
from yilu.scheduling.selectors.facts import Facts, service_facts
from yilu.scheduling.selectors.topics import booking_topic, offer_topic, waiting_topic
from yilu.scheduling.states import COMING, Channel, OfferState, Urgency, WaitingState

FARTHEST = timedelta(days=90)
END = "scheduling.end_waiting"
LONGEST_NOTICE = 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class WaitingWish:
    """For what somebody waits, and which times would do, on the wall of the site.

    No practitioner means any, no weekday any day, no time the whole day. `instead_of` is a
    booking that they hold and would give up for an earlier time.
    """

    site_id: UUID
    service_id: UUID
    practitioner_id: UUID | None
    patient_id: UUID
    from_on: date
    until_on: date
    channel: str
    weekdays: Collection[int] = ()
    not_before: time | None = None
    not_after: time | None = None
    notice_minutes: int = 60
    urgency: str = Urgency.USUAL
    note: str = ""
    instead_of: UUID | None = None


@operation
def join_waiting_list(*, actor: Actor, wish: WaitingWish) -> UUID:
    """Put a patient on the waiting list. The first freed time that fits is offered to them.

    Only staff say that somebody is urgent. Six queries.

    Raises:
        NotAllowed: neither staff who may book here, nor the patient's own account.
        UnknownService, UnknownPractitioner, UnknownPatient, UnknownBooking.
        DaysOver, TimesOutOfOrder: no time can be meant.
        AlreadyWaiting: they wait for this service here already.
    """
    facts = service_facts(wish.service_id, wish.practitioner_id)
    _check_may_join(actor, wish, facts)
    if not patient_exists(wish.patient_id):
        raise UnknownPatient
    today = _today(wish.site_id)
    _check_times(wish, today)
    _check_booking(wish)
    entry = WaitingEntry(
        site_id=wish.site_id,
        service_id=wish.service_id,
        practitioner_id=wish.practitioner_id,
        patient_id=wish.patient_id,
        from_on=wish.from_on,
        until_on=wish.until_on,
        weekdays=sorted(set(wish.weekdays)),
        not_before=wish.not_before,
        not_after=wish.not_after,
        notice_minutes=min(max(wish.notice_minutes, 0), LONGEST_NOTICE),
        urgency=wish.urgency if actor.may(permissions.BOOK, wish.site_id) else Urgency.USUAL,
        note=wish.note.strip(),
        channel=wish.channel,
        instead_of_id=wish.instead_of,
        clinic_day=today,
    )
    with on_violation(scheduling_waiting_once=AlreadyWaiting):
        entry.save(force_insert=True)
    audit.record(
        actor,
        "scheduling.waiting.joined",
        entry,
        site_id=entry.site_id,
        patient_id=entry.patient_id,
        channel=entry.channel,
        urgency=entry.urgency,
    )
    _begin(actor, entry)
    return entry.pk


@operation
def wait_for_sooner(*, actor: Actor, booking_id: UUID) -> UUID:
    """Wait for a time before that of a booking, with the same practitioner, on any day until then.

    Raises: as `join_waiting_list`; UnknownBooking, when it is not to come any more.
    """
    booking = Booking.objects.filter(pk=booking_id, state__in=COMING).first()
    if booking is None:
        raise UnknownBooking
    today = _today(booking.site_id)
    wish = WaitingWish(
        site_id=booking.site_id,
        service_id=booking.service_id,
        practitioner_id=booking.practitioner_id,
        patient_id=booking.patient_id,
        from_on=today,
        until_on=min(booking.clinic_day, today + FARTHEST),
        channel=Channel.MY,
        instead_of=booking.pk,
    )
    return join_waiting_list(actor=actor, wish=wish)


@operation
def leave_waiting_list(*, actor: Actor, entry_id: UUID, version: int | None = None) -> None:
    """Take a patient off the waiting list. A time that is kept for them goes to the next.

    Raises:
        NotFound, NotAllowed, Stale.
        NoLongerWaiting: the entry has ended.
    """
    entry = _hold(actor, entry_id)
    check_version(entry, version)
    if entry.state != WaitingState.WAITING:
        raise NoLongerWaiting
    _end(actor, entry, WaitingState.LEFT)


@operation
def undo_leave_waiting_list(*, actor: Actor, entry_id: UUID) -> None:
    """Put somebody back where they were on the list.

    Raises:
        NotFound, NotAllowed.
        NoLongerWaiting: the entry did not end by leaving, or its days are over.
        AlreadyWaiting: they have joined again meanwhile.
    """
    entry = _hold(actor, entry_id)
    if entry.state != WaitingState.LEFT or entry.until_on < _today(entry.site_id):
        raise NoLongerWaiting
    entry.state, entry.ended_at = WaitingState.WAITING, None
    entry.version += 1
    with on_violation(scheduling_waiting_once=AlreadyWaiting):
        entry.save(update_fields=["state", "ended_at", "version"])
    audit.record(
        actor,
        "scheduling.waiting.restored",
        entry,
        site_id=entry.site_id,
        patient_id=entry.patient_id,
    )
    _begin(actor, entry)


@operation
def end_entry(*, actor: Actor, entry_id: UUID) -> None:
    """End an entry whose days are over. One that has ended stays as it is."""
    entry = WaitingEntry.objects.select_for_update(no_key=True).get(pk=entry_id)
    if entry.state == WaitingState.WAITING and _end_of(entry) <= clock.now():
        _end(actor, entry, WaitingState.ENDED)


@operation
def note_booking(*, actor: Actor, booking_id: UUID, is_moved: bool = False) -> None:
    """Remember on the list what a patient who waits has booked meanwhile, or no longer has.

    They stay on the list, now for something earlier. Running twice changes nothing; of a booking
    that `is_moved` only, the new time is told. Two queries, four for the entry that changes.
    """
    booking = Booking.objects.get(pk=booking_id)
    same = Q(service_id=booking.service_id, site_id=booking.site_id)
    entries = WaitingEntry.objects.select_for_update(no_key=True).filter(
        same | Q(instead_of_id=booking.pk),
        patient_id=booking.patient_id,
        state=WaitingState.WAITING,
    )
    for entry in entries:
        if booking.state in COMING and entry.instead_of_id is None:
            entry.instead_of_id = booking.pk
        elif booking.state not in COMING and entry.instead_of_id == booking.pk:
            entry.instead_of_id = None
        else:
            if is_moved and entry.instead_of_id == booking.pk:
                _tell_noted(actor, entry, booking.pk)
            continue
        entry.version += 1
        entry.save(update_fields=["instead_of_id", "version"])
        audit.record(
            actor,
            "scheduling.waiting.booking_noted",
            entry,
            site_id=entry.site_id,
            patient_id=entry.patient_id,
            booking=entry.instead_of_id,
        )
        _tell_noted(actor, entry, booking.pk)


def _hold(actor: Actor, entry_id: UUID) -> WaitingEntry:
    """The entry, locked until the deed ends, for staff who book there or the patient.

    Raises: NotFound, NotAllowed.
    """
    entry = WaitingEntry.objects.select_for_update(no_key=True).filter(pk=entry_id).first()
    if entry is None:
        raise NotFound
    if not actor.is_owner(entry.patient_id, entry.instead_of_id):
        actor.require_to_see(permissions.SEE, entry.site_id)
        actor.require(permissions.BOOK, entry.site_id)
    return entry


def _check_may_join(actor: Actor, wish: WaitingWish, facts: Facts) -> None:
    if actor.may(permissions.BOOK, wish.site_id):
        return
    # Who holds a booking's link may ask for an earlier time of just that.
    is_theirs = actor.is_owner(wish.patient_id, wish.instead_of)
    if not (is_theirs and facts.service.online):
        raise NotAllowed(permission=permissions.BOOK)


def _check_times(wish: WaitingWish, today: date) -> None:
    if not today <= wish.until_on <= today + FARTHEST or wish.from_on > wish.until_on:
        raise DaysOver
    if wish.not_before and wish.not_after and wish.not_before >= wish.not_after:
        raise TimesOutOfOrder


def _check_booking(wish: WaitingWish) -> None:
    """What they would give up must be theirs, and still to come."""
    if wish.instead_of is None:
        return
    theirs = Booking.objects.filter(
        pk=wish.instead_of, patient_id=wish.patient_id, state__in=COMING
    )
    if not theirs.exists():
        raise UnknownBooking


def _today(site_id: UUID) -> date:
    return clock.now().astimezone(site_zone(site_id)).date()


def _end_of(entry: WaitingEntry) -> datetime:
    """The midnight after the last day that would do."""
    return clock.day_bounds(entry.until_on, site_zone(entry.site_id))[1]


def _begin(actor: Actor, entry: WaitingEntry) -> None:
    """Tell that somebody waits, and let the entry end with the last day that would do."""
    joined = WaitingListJoined(
        entry_id=entry.pk,
        patient_id=entry.patient_id,
        service_id=entry.service_id,
        practitioner_id=entry.practitioner_id,
        from_on=entry.from_on,
        until_on=entry.until_on,
    )
    _publish(actor, entry, joined)
    timers.schedule(END, due_at=_end_of(entry), subject_id=entry.pk, site_id=entry.site_id)


def _end(actor: Actor, entry: WaitingEntry, state: WaitingState) -> None:
    entry.state, entry.ended_at = state, clock.now()
    entry.version += 1
    entry.save(update_fields=["state", "ended_at", "version"])
    audit.record(
        actor,
        f"scheduling.waiting.{state}",
        entry,
        site_id=entry.site_id,
        patient_id=entry.patient_id,
    )
    _publish(actor, entry, WaitingListLeft(entry.pk, entry.patient_id, state))


def _tell_noted(actor: Actor, entry: WaitingEntry, booking_id: UUID) -> None:
    """Say what who waits has booked, or no longer has. Two queries."""
    noted = WaitingBookingNoted(entry.pk, entry.patient_id, entry.instead_of_id)
    # Whoever is asked about a time just now reads there which booking it would replace.
    asked = Offer.objects.filter(entry=entry, state=OfferState.OPEN)
    offers = [offer_topic(offer_id) for offer_id in asked.values_list("id", flat=True)]
    _publish(actor, entry, noted, booking_topic(booking_id), *offers)


def _publish(actor: Actor, entry: WaitingEntry, event: object, *topics: str) -> None:
    outbox.publish(
        event,
        actor=actor,
        site_id=entry.site_id,
        subject=entry,
        topics=[waiting_topic(entry.site_id), *topics],
    )
