"""What the desk grid does with a booking: drop it at a place, stretch it; and the way back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.scheduling import changes, permissions
from yilu.scheduling.claims import Claimed, Owner, claim, give_back, open_choices, take_again
from yilu.scheduling.errors import (
    LengthOutOfBounds,
    MoveRefused,
    ResourceAway,
    UnknownPractitioner,
)
from yilu.scheduling.events import BookingDeedUndone, BookingResized
from yilu.scheduling.models import Allocation, Booking
from yilu.scheduling.operations.moved import keep_place, tell_moved
from yilu.scheduling.operations.pinboard import take_off_all
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.rules import Choice, check_start, choices
from yilu.scheduling.selectors.blocks import is_absent
from yilu.scheduling.selectors.candidates import Asked, candidates
from yilu.scheduling.selectors.facts import Facts, service_facts
from yilu.scheduling.states import COMING, HOLDS_TIME, BookingState, Channel
from yilu.scheduling.things import with_thing

SHORTEST, LONGEST = 5, 12 * 60


@dataclass(frozen=True, slots=True)
class Place:
    """Where a booking is dropped. No practitioner, no length: the same as before.

    `thing_id` is a room, chair or device that it must have. A reason makes it a deed beyond
    the rules, for which a right is needed.
    """

    starts_at: datetime
    practitioner_id: UUID | None = None
    thing_id: UUID | None = None
    minutes: int | None = None
    overrule_reason: str = ""


@operation
def drop_booking(
    *, actor: Actor, booking_id: UUID, place: Place, version: int | None = None
) -> Booked:
    """Move a booking to a place of the grid, for staff. Its old place goes only with the new one.

    A length that was set by hand stays; with another practitioner it is theirs. Fee and needs
    are those of the service anew. It leaves every pinboard.

    Raises:
        NotFound, NotAllowed, Stale, MoveRefused, StartsInPast, OutOfCalendar, NotWholeMinutes.
        UnknownService, UnknownPractitioner: they do not give this service.
        PlaceUnsuited: the service does not use the thing of that column.
        OutsideSessions, SlotTaken, ResourceAway: the time cannot be had there.
        PatientBusy: the patient has another booking then.
    """
    booking = changes.hold_booking(actor, booking_id, version=version)
    if booking.state not in COMING:
        raise _refused(booking)
    check_start(place.starts_at, clock.now())
    facts = _facts(booking, place)
    found = _choices(actor, booking, facts, place.starts_at, place.overrule_reason)
    if place.thing_id is not None:
        found = with_thing(found, facts, place.thing_id)
    old = (booking.clinic_day, booking.starts_at, booking.practitioner_id)
    claimed = _claim(booking, "moved", found, is_overruled=bool(place.overrule_reason))
    who = claimed.practitioner
    booking.practitioner_id = who.practitioner_id or booking.practitioner_id
    booking.starts_at = place.starts_at
    booking.ends_at = place.starts_at + timedelta(minutes=who.minutes)
    local = place.starts_at.astimezone(site_zone(booking.site_id)).date()
    booking.clinic_day, booking.moved_from = who.clinic_day or local, old[1]
    booking.confirmed_at = booking.running_late_minutes = None
    booking.come_at = booking.under_way_at = None
    _set_terms(booking, facts, claimed, place.overrule_reason)
    keep_place(booking, "overrule_reason")
    take_off_all(actor=actor, booking=booking)
    changes.write_down(
        actor,
        booking,
        "moved",
        old_starts_at=old[1],
        old_practitioner=old[2],
        starts_at=place.starts_at,
        practitioner=booking.practitioner_id,
        resources=claimed.resource_ids,
        reason=place.overrule_reason,
    )
    tell_moved(actor, booking, *old)
    return Booked.of(booking, claimed.resource_ids)


@operation
def resize_booking(
    *,
    actor: Actor,
    booking_id: UUID,
    minutes: int,
    version: int | None = None,
    overrule_reason: str = "",
) -> Booked:
    """Make a booking longer or shorter, for staff. It keeps its start, its practitioner and,
    where they are free for the new length, its room, chair and devices.

    Resources and fee are looked at anew. Shorter is always possible.

    Raises:
        NotFound, NotAllowed, Stale, LengthOutOfBounds, UnknownService, UnknownPractitioner.
        MoveRefused: it is over.
        OutsideSessions, SlotTaken, ResourceAway: the time after it cannot be had.
        PatientBusy: the patient has another booking then.
    """
    booking = changes.hold_booking(actor, booking_id, version=version)
    if booking.state not in HOLDS_TIME:
        raise _refused(booking)
    if not SHORTEST <= minutes <= LONGEST:
        raise LengthOutOfBounds
    ends_at = booking.starts_at + timedelta(minutes=minutes)
    facts = service_facts(booking.service_id, booking.practitioner_id, day=booking.clinic_day)
    facts = replace(facts, lengths=(minutes,))
    is_shorter = ends_at <= booking.ends_at
    found = _choices(
        actor, booking, facts, booking.starts_at, overrule_reason, may_extend=is_shorter
    )
    held = set(_held(booking))
    claimed = _claim(booking, "resized", _keeping(found, held), is_overruled=bool(overrule_reason))
    old_ends_at, booking.ends_at = booking.ends_at, ends_at
    _set_terms(booking, facts, claimed, overrule_reason)
    keep_place(booking, "overrule_reason")
    changes.write_down(
        actor,
        booking,
        "resized",
        old_ends_at=old_ends_at,
        ends_at=ends_at,
        resources=claimed.resource_ids,
        reason=overrule_reason,
    )
    changes.tell(
        actor, booking, BookingResized, booking.state, old_ends_at=old_ends_at, ends_at=ends_at
    )
    return Booked.of(booking, claimed.resource_ids)


@operation
def undo_resize_booking(*, actor: Actor, booking_id: UUID, version: int | None = None) -> None:
    """Give a booking the length and the resources that it had before it was stretched.

    `version` is the one that the deed left.

    Raises: NotFound, NotAllowed, CannotUndo, ChangedSince, SlotTaken, PatientBusy.
    """
    booking = changes.hold_booking(actor, booking_id)
    pieces = changes.remembered(booking, "resized", version)
    was = booking.undo or {}
    give_back(Owner(booking_id=booking.pk))
    take_again(pieces)
    booking.ends_at = datetime.fromisoformat(was["ends_at"])
    booking.lane, booking.undo = was["lane"], None
    booking.price = service_facts(booking.service_id, day=booking.clinic_day).service.fee
    keep_place(booking)
    changes.write_down(actor, booking, "sized_back", ends_at=booking.ends_at)
    changes.tell(actor, booking, BookingDeedUndone, booking.state, deed="resized")


def _refused(booking: Booking) -> MoveRefused:
    return MoveRefused(
        current=BookingState(booking.state).label, target=BookingState.CONFIRMED.label
    )


def _facts(booking: Booking, place: Place) -> Facts:
    """What the service needs at that place, with the length that the booking keeps."""
    day = place.starts_at.astimezone(site_zone(booking.site_id)).date()
    who = place.practitioner_id or booking.practitioner_id
    facts = service_facts(booking.service_id, day=day)
    usual = dict(zip(facts.practitioner_ids, facts.lengths, strict=True))
    if who not in usual:
        raise UnknownPractitioner
    has = int((booking.ends_at - booking.starts_at).total_seconds() // 60)
    is_usual = usual.get(booking.practitioner_id) == has and who != booking.practitioner_id
    minutes = place.minutes or (usual[who] if is_usual else has)
    if not SHORTEST <= minutes <= LONGEST:
        raise LengthOutOfBounds
    return replace(facts, practitioner_ids=(who,), lengths=(minutes,))


def _choices(
    actor: Actor,
    booking: Booking,
    facts: Facts,
    starts_at: datetime,
    reason: str,
    *,
    may_extend: bool = False,
) -> list[Choice]:
    """What could be taken: within the rules, or beyond them by right and reason."""
    asked = Asked(
        booking.site_id,
        starts_at,
        booking.pk,
        channel=Channel.DESK,
        patient_id=booking.patient_id,
    )
    if reason:
        actor.require(permissions.OVERRULE, booking.site_id)
    elif not may_extend:
        return open_choices(facts, asked)
    return choices(candidates(facts, asked), len(facts.needs), may_extend=True)


def _keeping(found: Sequence[Choice], held: Collection[UUID]) -> list[Choice]:
    """The same, with what the booking holds already before all else."""
    return [
        Choice(
            choice.practitioner,
            tuple(
                tuple(sorted(options, key=lambda one: one.resource_id not in held))
                for options in choice.things
            ),
        )
        for choice in found
    ]


def _held(booking: Booking) -> list[UUID]:
    found = Allocation.objects.filter(booking_id=booking.pk, active=True)
    return list(found.values_list("resource_id", flat=True))


def _claim(booking: Booking, deed: str, found: Sequence[Choice], *, is_overruled: bool) -> Claimed:
    """Take the new place together with giving the old one back. Raises: SlotTaken, ResourceAway."""
    owner = Owner(booking_id=booking.pk)
    changes.remember(booking, deed, give_back(owner))
    claimed = claim(owner, found)
    who = claimed.practitioner
    if is_overruled and is_absent(who.resource_id, who.starts_at, who.ends_at):
        raise ResourceAway
    return claimed


def _set_terms(booking: Booking, facts: Facts, claimed: Claimed, reason: str) -> None:
    booking.price, booking.lane = facts.service.fee, claimed.lane
    booking.overrule_reason = reason.strip() or booking.overrule_reason
