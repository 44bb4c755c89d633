"""Bookings: make, read, move, cancel."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, TypeVar
from uuid import UUID

from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from yilu.facility.selectors.sites import site_zone
from yilu.patients.operations.patients import register_patient
from yilu.patients.rules.facts import LONGEST, LONGEST_CARD, PatientFacts
from yilu.patients.rules.words import Need
from yilu.patients.states import Sex
from yilu.platform import api, clock
from yilu.platform.errors import FieldError, Invalid
from yilu.scheduling.allocation import Part, Wishes
from yilu.scheduling.api.free_slots import written
from yilu.scheduling.api.paying import PrepaidOut, just_asked, prepaid_out
from yilu.scheduling.api.router import router
from yilu.scheduling.errors import NotFree
from yilu.scheduling.operations.booking import BookingWish, book_appointment
from yilu.scheduling.operations.changing import cancel_booking, reschedule_booking
from yilu.scheduling.operations.placing import Range, place_booking
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.rules import LONGEST_MEDICATION, MEDICATION
from yilu.scheduling.selectors.bookings import Asked, booking_detail, bookings_after
from yilu.scheduling.selectors.instead import alternatives
from yilu.scheduling.selectors.lines import BookingLine
from yilu.scheduling.selectors.prepaying import Prepaid, prepaid, prepaids
from yilu.scheduling.states import BookingState, Channel

R = TypeVar("R")


class NewPatient(api.Shape):
    """Somebody who is not registered yet. Only the name must be known."""

    name: api.Line
    sex: Sex = Sex.UNKNOWN
    born_on: date | None = None
    phone: api.Line | None = None
    id_type: api.Line | None = None
    id_number: api.Line | None = None
    language: Annotated[str, Field(max_length=10)] | None = None
    address: Annotated[api.Line, Field(max_length=LONGEST["address"])] | None = None
    visit_card: Annotated[api.Line, Field(max_length=LONGEST_CARD)] | None = None
    insurance_card: Annotated[api.Line, Field(max_length=LONGEST_CARD)] | None = None


class BookingIn(api.Shape):
    """A wish: one of `patient` and `new_patient`; no practitioner means any."""

    service: UUID
    site: UUID
    practitioner: UUID | None = None
    starts_at: api.Instant
    patient: UUID | None = None
    new_patient: NewPatient | None = None
    channel: Channel = Channel.API
    note: Annotated[api.Note, Field(max_length=500)] | None = None
    reason_for_visit: Annotated[api.Note, Field(max_length=500)] | None = None
    is_first_visit: api.Flag = False
    companion: Annotated[api.Line, Field(max_length=80)] | None = None
    special_needs: Annotated[list[Need], Field(max_length=len(Need))] = []
    medication: Annotated[api.Line, Field(max_length=LONGEST_MEDICATION)] | None = None


class PlaceIn(api.Shape):
    """A wish without a time: the days within which the system chooses. Wishes are not conditions:
    `weekdays` count from 0 (Monday), `parts` are parts of the day on the site's wall clock,
    `preferred_practitioner` is one whom the patient likes best."""

    service: UUID
    site: UUID
    practitioner: UUID | None = None
    first: date
    last: date
    weekdays: Annotated[list[Annotated[int, Field(ge=0, le=6)]], Field(max_length=7)] = []
    parts: Annotated[list[Part], Field(max_length=3)] = []
    preferred_practitioner: UUID | None = None
    patient: UUID
    channel: Channel = Channel.API
    note: Annotated[api.Note, Field(max_length=500)] | None = None
    reason_for_visit: Annotated[api.Note, Field(max_length=500)] | None = None


class BecauseOut(api.Shape):
    code: str
    points: int


class BookingOut(api.Shape):
    id: UUID
    number: str
    state: BookingState
    version: int
    starts_at: api.Instant
    ends_at: api.Instant
    practitioner: UUID
    resources: list[UUID]
    to_pay: PrepaidOut | None


class PlacedOut(BookingOut):
    """Where the system booked, with the weight of the place and what it is made of."""

    score: int
    because: list[BecauseOut]


class BookingRead(api.Shape):
    id: UUID
    number: str
    state: BookingState
    version: int
    starts_at: api.Instant
    ends_at: api.Instant
    clinic_day: date
    site: UUID
    service: UUID
    practitioner: UUID
    patient: UUID
    channel: Channel
    note: str
    is_confirmed: bool
    to_pay: PrepaidOut | None


class BookingFull(BookingRead):
    resources: list[UUID]


class Cancellation(api.Shape):
    reason: api.Line


class Move(api.Shape):
    """The new time; without a practitioner the same one, without a service the same."""

    starts_at: api.Instant
    practitioner: UUID | None = None
    service: UUID | None = None


@router.get("/bookings", response=api.Listed[BookingRead])
def bookings(  # noqa: PLR0917 (the question has these parts)
    request: api.ApiRequest,
    site: UUID,
    day: date | None = None,
    patient: UUID | None = None,
    number: Annotated[str, Query(max_length=20)] = "",
    cursor: api.Cursor = None,
    limit: api.Limit = 50,
) -> HttpResponse:
    """The bookings of a site in order of time: of a clinic day, a patient, or with a number."""
    after: Any = api.position(cursor, datetime, UUID)
    found = bookings_after(request.actor, Asked(site, day, patient, number), after, limit + 1)
    asked = prepaids(line.id for line in found)

    def show(line: BookingLine) -> dict[str, Any]:
        return _read(line, asked.get(line.id))

    return api.answer(
        api.listed(found, limit, show=show, key=lambda line: (line.starts_at, line.id))
    )


@router.post("/bookings", response={201: BookingOut})
@api.idempotent
def book(request: api.ApiRequest, wish: BookingIn) -> HttpResponse:
    """Book a service, with everything it needs or not at all. Refused with 409 `slot_taken` and up
    to five `alternatives` when the time is taken. One that must be paid first is `requested`,
    with `to_pay`."""
    wanted = BookingWish(
        site_id=wish.site,
        service_id=wish.service,
        practitioner_id=wish.practitioner,
        starts_at=wish.starts_at,
        patient_id=_patient(request, wish),
        channel=wish.channel,
        note=wish.note or "",
        reason_for_visit=wish.reason_for_visit or "",
        is_first_visit=wish.is_first_visit,
        companion=wish.companion or "",
        special_needs=tuple(wish.special_needs),
        answers={MEDICATION: wish.medication} if wish.medication else {},
    )
    booked = offering(
        lambda: book_appointment(actor=request.actor, wish=wanted),
        site_id=wish.site,
        service_id=wish.service,
        practitioner_id=wish.practitioner,
        starts_at=wish.starts_at,
    )
    return api.answer(
        _shown(booked, wish.site), status=201, version=booked.version,
        location=f"/api/v1/bookings/{booked.id}",
    )  # fmt: skip


@router.post("/bookings/placed", response={201: PlacedOut})
@api.idempotent
def place(request: api.ApiRequest, wish: PlaceIn) -> HttpResponse:
    """Book the best place between two days: the system weighs wishes, an even load, idle gaps and
    how soon it is, and says why. Refused with 409 `nothing_suits` when nothing is free."""
    first, _until = clock.day_bounds(wish.first, site_zone(wish.site))
    wanted = BookingWish(
        site_id=wish.site,
        service_id=wish.service,
        practitioner_id=wish.practitioner,
        starts_at=first,
        patient_id=wish.patient,
        channel=wish.channel,
        note=wish.note or "",
        reason_for_visit=wish.reason_for_visit or "",
    )
    wishes = Wishes(wish.weekdays, [one.value for one in wish.parts], wish.preferred_practitioner)
    placed = place_booking(actor=request.actor, wish=wanted, within=Range(wish.last, wishes))
    shown = _shown(placed.booked, wish.site) | {
        "score": placed.score,
        "because": [{"code": one.key, "points": one.points} for one in placed.reasons],
    }
    return api.answer(
        shown, status=201, version=placed.booked.version,
        location=f"/api/v1/bookings/{placed.booked.id}",
    )  # fmt: skip


@router.get("/bookings/{booking_id}", response=BookingFull)
def booking(request: api.ApiRequest, booking_id: UUID) -> HttpResponse:
    """One booking."""
    found = booking_detail(request.actor, booking_id)
    shown = _read(found.line, prepaid(booking_id)) | {"resources": list(found.resource_ids)}
    return api.answer(shown, version=found.line.version)


@router.post("/bookings/{booking_id}/cancel", response=BookingFull)
@api.idempotent
def cancel(
    request: api.ApiRequest, booking_id: UUID, why: Cancellation, version: api.IfMatch = None
) -> HttpResponse:
    """Cancel a booking and free its time."""
    cancel_booking(actor=request.actor, booking_id=booking_id, reason=why.reason, version=version)
    return booking(request, booking_id)


@router.post("/bookings/{booking_id}/reschedule", response=BookingOut)
@api.idempotent
def reschedule(
    request: api.ApiRequest, booking_id: UUID, move: Move, version: api.IfMatch = None
) -> HttpResponse:
    """Move a booking to another time. It keeps its number, and its old time if refused.

    One that must be paid first keeps its deadline."""
    before = booking_detail(request.actor, booking_id).line
    practitioner_id = move.practitioner or before.practitioner_id
    booked = offering(
        lambda: reschedule_booking(
            actor=request.actor,
            booking_id=booking_id,
            starts_at=move.starts_at,
            practitioner_id=practitioner_id,
            version=version,
            service_id=move.service,
        ),
        site_id=before.site_id,
        service_id=move.service or before.service_id,
        practitioner_id=practitioner_id,
        starts_at=move.starts_at,
    )
    asked = prepaid_out(prepaid(booking_id), site_zone(before.site_id))
    shown = _shown(booked, before.site_id) | {"to_pay": asked}
    return api.answer(shown, version=booked.version)


def offering(
    run: Callable[[], R],
    *,
    site_id: UUID,
    service_id: UUID,
    practitioner_id: UUID | None,
    starts_at: datetime,
) -> R:
    """Run a deed; when the time cannot be had, have the refusal say what could be instead."""
    try:
        return run()
    except NotFree as refused:
        ask = partial(
            alternatives,
            site_id=site_id,
            service_id=service_id,
            practitioner_id=practitioner_id,
            starts_at=starts_at,
        )
        refused.instead = lambda: written(ask(), site_zone(site_id))
        raise


def _patient(request: api.ApiRequest, wish: BookingIn) -> UUID:
    if (wish.patient is None) == (wish.new_patient is None):
        raise Invalid(FieldError("patient", "one_of", "Send either patient or new_patient."))
    if wish.patient is not None:
        return wish.patient
    given = wish.new_patient.model_dump(exclude_none=True) if wish.new_patient else {}
    facts = PatientFacts(**given)
    return register_patient(actor=request.actor, site_id=wish.site, facts=facts)


def _shown(booked: Booked, site_id: UUID) -> dict[str, Any]:
    """A booking that was just made; what it asks for is known without looking."""
    zone = site_zone(site_id)
    return {
        "id": booked.id,
        "number": booked.number,
        "state": booked.state,
        "version": booked.version,
        "starts_at": booked.starts_at.astimezone(zone),
        "ends_at": booked.ends_at.astimezone(zone),
        "practitioner": booked.practitioner_id,
        "resources": list(booked.resource_ids),
        "to_pay": just_asked(booked.to_pay, zone),
    }


def _read(line: BookingLine, asked: Prepaid | None) -> dict[str, Any]:
    return {
        "id": line.id,
        "number": line.number,
        "state": line.state,
        "version": line.version,
        "starts_at": line.starts_at,
        "ends_at": line.ends_at,
        "clinic_day": line.clinic_day,
        "site": line.site_id,
        "service": line.service_id,
        "practitioner": line.practitioner_id,
        "patient": line.patient_id,
        "channel": line.channel,
        "note": line.note,
        "is_confirmed": line.is_confirmed,
        "to_pay": prepaid_out(asked, site_zone(line.site_id)),
    }
