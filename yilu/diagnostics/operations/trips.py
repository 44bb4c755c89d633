"""Booking the examinations of a patient as one trip: all or none, and placed anew."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yilu.catalogue.selectors.services import ServiceInfo, service_infos
from yilu.diagnostics import permissions
from yilu.diagnostics.errors import ExamTaken, NothingToPlace, TripBroken, TripEmpty
from yilu.diagnostics.events import ExamBooked, TripBooked
from yilu.diagnostics.models import ExamRequest, Trip
from yilu.diagnostics.operations.requests import write
from yilu.diagnostics.rules.trips import MOST
from yilu.diagnostics.selectors.topics import exams_topic, trip_topic
from yilu.diagnostics.selectors.trips import check_places
from yilu.diagnostics.states import ExamState, check_move
from yilu.facility.selectors.sites import site_zone
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import Conflict, Invalid, NotFound
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.operations.booking import BookingWish, book_appointment
from yilu.scheduling.operations.changing import reschedule_booking
from yilu.scheduling.states import Channel

At = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class TripWish:
    """The open examinations of one patient, each with its instant and practitioner."""

    site_id: UUID
    patient_id: UUID
    places: Mapping[UUID, At]


@operation
def book_trip(*, actor: Actor, wish: TripWish) -> UUID:
    """Book several examinations of a patient, all or none. They are told in one message.

    Raises:
        NotFound, NotAllowed.
        TripEmpty: none, too many, or some that are not this patient's here.
        RequestMoved: one is booked or withdrawn meanwhile.
        TripBroken: a rule of order does not hold; it says which.
        ExamTaken: one of the times cannot be had; it says which and why, and nothing is booked.
    """
    actor.require_to_see(permissions.SEE, wish.site_id)
    actor.require(permissions.BOOK, wish.site_id)
    held = _hold(wish)
    for one in held:
        check_move(one.state, ExamState.BOOKED)
    _check_order(actor, held, wish.places)
    named = service_infos(one.service_id for one in held)
    trip = Trip(
        site_id=wish.site_id,
        patient_id=wish.patient_id,
        clinic_day=clock.now().astimezone(site_zone(wish.site_id)).date(),
    )
    trip.save(force_insert=True)
    for one in _in_order(held, wish.places):
        with _naming(named[one.service_id]):
            _book(actor, trip, one, wish.places[one.pk])
    tell_trip(actor=actor, trip=trip, held=held)
    return trip.pk


@operation
def place_trip_anew(
    *, actor: Actor, trip_id: UUID, places: Mapping[UUID, At], version: int | None = None
) -> None:
    """Give examinations of a trip other times, all or none; what has lost its booking gets one.

    The patient is told in one message how the trip stands now.

    Raises:
        NotFound, NotAllowed, Stale.
        NothingToPlace: nothing would change.
        TripBroken, ExamTaken, TripEmpty: as `book_trip`; everything stays where it was.
    """
    trip = Trip.objects.select_for_update(no_key=True).filter(pk=trip_id).first()
    if trip is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, trip.site_id)
    actor.require(permissions.BOOK, trip.site_id)
    check_version(trip, version)
    held = _hold(TripWish(trip.site_id, trip.patient_id, places), trip)
    coming = [one for one in held if one.state in {ExamState.OPEN, ExamState.BOOKED}]
    stays = {one.pk: (one.starts_at, trip.pk) for one in coming if one.starts_at}
    _check_order(actor, coming, {**stays, **places})
    changed = [one for one in _in_order(held, places)
               if one.state == ExamState.OPEN or one.starts_at != places[one.pk][0]]  # fmt: skip
    if not changed:
        raise NothingToPlace
    named = service_infos(one.service_id for one in changed)
    for one in changed:
        with _naming(named[one.service_id]):
            if one.state == ExamState.OPEN:
                _book(actor, trip, one, places[one.pk])
            else:
                _move(actor, trip, one, places[one.pk])
    trip.version += 1
    trip.save(update_fields=["version"])
    tell_trip(actor=actor, trip=trip, held=changed)


def _hold(wish: TripWish, trip: Trip | None = None) -> list[ExamRequest]:
    found = ExamRequest.objects.select_for_update(no_key=True).filter(
        site_id=wish.site_id, patient_id=wish.patient_id
    )
    found = found.filter(trip=trip) if trip else found.filter(pk__in=wish.places)
    held = list(found.order_by("pk"))
    known = {one.pk for one in held}
    if not wish.places or len(wish.places) > MOST or not set(wish.places) <= known:
        raise TripEmpty
    return held


def _in_order(held: Sequence[ExamRequest], places: Mapping[UUID, At]) -> list[ExamRequest]:
    """In order of time and person: two trips that want the same do not wait in a circle."""
    mine = [one for one in held if one.pk in places]
    return sorted(mine, key=lambda one: (places[one.pk][0], str(places[one.pk][1])))


def _check_order(actor: Actor, held: Sequence[ExamRequest], places: Mapping[UUID, At]) -> None:
    why = check_places(actor, held, places)
    if why:
        raise TripBroken(why=why)


def _book(actor: Actor, trip: Trip, one: ExamRequest, at: At) -> None:
    wish = BookingWish(
        site_id=one.site_id,
        service_id=one.service_id,
        practitioner_id=at[1],
        starts_at=at[0],
        patient_id=one.patient_id,
        channel=Channel.DESK,
        is_told_apart=True,
    )
    booked = book_appointment(actor=actor.lent(scheduling.BOOK), wish=wish)
    one.booking_id, one.trip, one.state, one.starts_at = (
        booked.id, trip, ExamState.BOOKED, booked.starts_at,
    )  # fmt: skip
    one.version += 1
    one.save(update_fields=["booking", "trip", "state", "starts_at", "version"])
    told = ExamBooked(one.pk, one.patient_id, booked.id, trip.pk, booked.starts_at)
    write(actor=actor, held=one, deed="booked", event=told)


def _move(actor: Actor, trip: Trip, one: ExamRequest, at: At) -> None:
    if one.booking_id is None:
        raise NotFound
    reschedule_booking(
        actor=actor.lent(scheduling.SEE, scheduling.CHANGE),
        booking_id=one.booking_id,
        starts_at=at[0],
        practitioner_id=at[1],
        is_told_apart=True,
    )
    one.starts_at = at[0]
    one.version += 1
    one.save(update_fields=["starts_at", "version"])
    write(
        actor=actor,
        held=one,
        deed="moved",
        event=ExamBooked(one.pk, one.patient_id, one.booking_id, trip.pk, at[0]),
    )


@contextmanager
def _naming(service: ServiceInfo) -> Iterator[None]:
    """Let a refusal say which examination cannot be had."""
    try:
        yield
    except (Conflict, Invalid) as refused:
        raise ExamTaken(service=str(service.name), why=str(refused)) from refused


def tell_trip(*, actor: Actor, trip: Trip, held: Sequence[ExamRequest]) -> None:
    """Record and tell that a trip was booked, or is otherwise than before. Inside a deed."""
    ids = tuple(one.pk for one in held)
    audit.record(
        actor,
        "diagnostics.trip.booked" if trip.version == 1 else "diagnostics.trip.rearranged",
        trip,
        site_id=trip.site_id,
        patient_id=trip.patient_id,
        requests=[str(one) for one in ids],
    )
    outbox.publish(
        TripBooked(trip.pk, trip.version, trip.patient_id, ids),
        actor=actor,
        site_id=trip.site_id,
        subject=trip,
        topics=[exams_topic(trip.site_id), trip_topic(trip.pk)],
    )
