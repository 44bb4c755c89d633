"""Patients change a single examination of their trip: another time, or not at all."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from yilu.diagnostics.errors import ExamNeeded, ExamTooLate, RequestMoved, TripBroken
from yilu.diagnostics.events import ExamBooked
from yilu.diagnostics.models import ExamRequest, Trip
from yilu.diagnostics.operations.requests import follow_booking, write
from yilu.diagnostics.operations.trips import At, tell_trip
from yilu.diagnostics.rules.tables import table
from yilu.diagnostics.rules.trips import needed_by
from yilu.diagnostics.selectors.trips import check_places
from yilu.diagnostics.states import ExamState
from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import NotFound
from yilu.scheduling.operations.changing import cancel_booking, reschedule_booking


@operation
def move_own_exam(
    *, actor: Actor, trip_id: UUID, request_id: UUID, at: At, version: int | None = None
) -> None:
    """Move one examination of a trip for its patient; the others stay. They are told in one
    message how the trip stands now.

    Raises:
        NotFound: no trip of theirs, or not in it.
        Stale.
        RequestMoved: it is not booked any more.
        ExamTooLate: later than we promise for its kind.
        TripBroken: a rule of order would not hold; it says which.
        And what `reschedule_booking` raises: too late to change, taken, another booking then.
    """
    trip, held, one = _hold(actor, trip_id, request_id, version)
    _check_promise(one, at[0])
    coming = [each for each in held if each.state == ExamState.BOOKED]
    stays = {each.pk: (each.starts_at, trip.pk) for each in coming if each.starts_at}
    why = check_places(actor, coming, {**stays, one.pk: at})
    if why:
        raise TripBroken(why=why)
    reschedule_booking(
        actor=_with_booking(actor, one),
        booking_id=_booking_of(one),
        starts_at=at[0],
        practitioner_id=at[1],
        is_told_apart=True,
    )
    one.starts_at = at[0]
    one.version += 1
    one.save(update_fields=["starts_at", "version"])
    told = ExamBooked(one.pk, one.patient_id, _booking_of(one), trip.pk, at[0])
    write(actor=actor, held=one, deed="moved", event=told)
    _count(trip)
    tell_trip(actor=actor, trip=trip, held=[one])


@operation
def cancel_own_exam(
    *,
    actor: Actor,
    trip_id: UUID,
    request_id: UUID,
    reason: str,
    words: str = "",
    version: int | None = None,
) -> None:
    """Cancel one examination of a trip for its patient. What the doctor asked for stays asked
    for: the centre sees it as open again.

    Raises:
        NotFound, Stale, RequestMoved: as `move_own_exam`.
        ExamNeeded: another examination of the trip waits for its result.
        And what `cancel_booking` raises: too late to change, no reason.
    """
    trip, held, one = _hold(actor, trip_id, request_id, version)
    why = _needed(held, one)
    if why:
        raise ExamNeeded(why=why)
    booking_id = _booking_of(one)
    able = _with_booking(actor, one)
    cancel_booking(actor=able, booking_id=booking_id, reason=reason, words=words)
    follow_booking(actor=actor, booking_id=booking_id)
    _count(trip)


def _hold(
    actor: Actor, trip_id: UUID, request_id: UUID, version: int | None
) -> tuple[Trip, list[ExamRequest], ExamRequest]:
    """The trip with all of its examinations, locked, and the one that is meant."""
    trip = Trip.objects.select_for_update(no_key=True).filter(pk=trip_id).first()
    if trip is None or not actor.is_owner(trip.patient_id, trip.pk):
        raise NotFound
    check_version(trip, version)
    of_trip = ExamRequest.objects.select_for_update(no_key=True).filter(trip=trip)
    held = list(of_trip.order_by("pk"))
    one = next((each for each in held if each.pk == request_id), None)
    if one is None:
        raise NotFound
    if one.state != ExamState.BOOKED:
        raise RequestMoved
    return trip, held, one


def _check_promise(one: ExamRequest, starts_at: datetime) -> None:
    """Refuse to make it later than we promise; what is late already may only become sooner."""
    if one.due_at is None or starts_at <= one.due_at:
        return
    if one.starts_at is not None and starts_at < one.starts_at:
        return
    hours = round((one.due_at - one.requested_at).total_seconds() / 3600)
    until = one.due_at.astimezone(site_zone(one.site_id))
    raise ExamTooLate(hours=hours, until=f"{until:%m-%d %H:%M}")


def _needed(held: Sequence[ExamRequest], one: ExamRequest) -> str:
    """Which rule would be broken without it, in words; empty when none."""
    now = clock.now()
    others = [
        frozenset(each.flags)
        for each in held
        if each.pk != one.pk
        and each.state == ExamState.BOOKED
        and each.starts_at is not None
        and each.starts_at > now
    ]
    says = needed_by(frozenset(one.flags), others, table())
    return str(says) if says else ""


def _with_booking(actor: Actor, one: ExamRequest) -> Actor:
    """Who has the trip has its bookings."""
    return replace(actor, owns=actor.owns | {_booking_of(one)})


def _booking_of(one: ExamRequest) -> UUID:
    if one.booking_id is None:
        raise NotFound
    booking_id: UUID = one.booking_id
    return booking_id


def _count(trip: Trip) -> None:
    trip.version += 1
    trip.save(update_fields=["version"])
