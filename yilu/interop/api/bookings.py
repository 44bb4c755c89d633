"""A partner keeps times, books, reads what it booked, moves and cancels."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Annotated, Any, TypeVar
from uuid import UUID

from django.http import HttpResponse
from ninja import Query
from pydantic import Field, StringConstraints

from yilu.facility.selectors.sites import site_zone
from yilu.interop.api.router import router
from yilu.interop.api.signed import PartnerRequest
from yilu.interop.operations.booking import (
    Choice,
    PartnerWish,
    book_for_partner,
    cancel_for_partner,
    keep_for_partner,
    let_go_for_partner,
    move_for_partner,
)
from yilu.interop.selectors.bookings import OwnBooking, own_booking, own_bookings
from yilu.patients.rules.facts import PatientFacts
from yilu.patients.states import Sex
from yilu.platform import api
from yilu.scheduling.api.free_slots import written
from yilu.scheduling.api.paying import PrepaidOut, prepaid_out
from yilu.scheduling.errors import NotFree
from yilu.scheduling.selectors.instead import alternatives
from yilu.scheduling.selectors.prepaying import Prepaid, prepaid, prepaids
from yilu.scheduling.states import BookingState, Channel

R = TypeVar("R")
Reference = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$", max_length=64)
]
"""The partner's own name for a booking."""


class HoldIn(api.Shape):
    """A time to keep; no practitioner means any."""

    service: UUID
    site: UUID
    practitioner: UUID | None = None
    starts_at: api.Instant
    minutes: Annotated[api.Whole, Field(ge=1, le=30)] = 10


class HoldOut(api.Shape):
    id: UUID
    practitioner: UUID
    starts_at: api.Instant
    ends_at: api.Instant
    expires_at: api.Instant


class PersonIn(api.Shape):
    """For whom it is. The partner has asked them to agree to the clinic's use of their data."""

    name: api.Line
    sex: Sex = Sex.UNKNOWN
    born_on: date | None = None
    phone: api.Line | None = None
    id_type: api.Line | None = None
    id_number: api.Line | None = None
    language: Annotated[str, Field(max_length=10)] | None = None


class PartnerBookingIn(api.Shape):
    """A booking under the partner's own reference; `hold` is a time kept before."""

    reference: Reference
    service: UUID
    site: UUID
    practitioner: UUID | None = None
    starts_at: api.Instant
    hold: UUID | None = None
    patient: PersonIn
    has_agreed: api.Flag
    reason_for_visit: Annotated[api.Note, Field(max_length=500)] | None = None


class MaskedOut(api.Shape):
    name: str
    phone: str


class PartnerBookingOut(api.Shape):
    """A booking as the partner may see it. Who the patient is, it knows better than we say."""

    id: UUID
    reference: str
    number: str
    state: BookingState
    version: int
    site: UUID
    service: UUID
    practitioner: UUID
    starts_at: api.Instant
    ends_at: api.Instant
    clinic_day: date
    fee: api.Money | None
    cancelled_by: str
    patient: MaskedOut
    to_pay: PrepaidOut | None


class PartnerMove(api.Shape):
    """The new time; without a practitioner the same one."""

    starts_at: api.Instant
    practitioner: UUID | None = None


class PartnerCancellation(api.Shape):
    reason: api.Line


@router.post("/partner/holds", response={201: HoldOut})
@api.idempotent
def partner_hold(request: PartnerRequest, wish: HoldIn) -> HttpResponse:
    """Keep a time while the partner's user decides, for half an hour at most."""
    choice = Choice(wish.site, wish.service, wish.practitioner, wish.starts_at)
    held = _offering(
        lambda: keep_for_partner(
            actor=request.actor, partner_id=request.partner_id, choice=choice, minutes=wish.minutes
        ),
        choice,
    )
    zone = site_zone(wish.site)
    shown = {
        "id": held.id,
        "practitioner": held.practitioner_id,
        "starts_at": held.starts_at.astimezone(zone),
        "ends_at": held.ends_at.astimezone(zone),
        "expires_at": held.expires_at.astimezone(zone),
    }
    return api.answer(shown, status=201)


@router.post("/partner/holds/{hold_id}/release", response={204: None})
@api.idempotent
def partner_release(request: PartnerRequest, hold_id: UUID) -> HttpResponse:
    """Let a kept time go."""
    let_go_for_partner(actor=request.actor, partner_id=request.partner_id, hold_id=hold_id)
    return api.nothing()


@router.post("/partner/bookings", response={201: PartnerBookingOut})
@api.idempotent
def partner_book(request: PartnerRequest, wish: PartnerBookingIn) -> HttpResponse:
    """Book for the partner's user. Refused with 409 `slot_taken` and up to five `alternatives`
    when the time cannot be had; with 409 `reference_used` when the reference was used before.
    One that must be paid first is `requested`, with `to_pay`; the patient is sent a link to pay."""
    choice = Choice(wish.site, wish.service, wish.practitioner, wish.starts_at)
    asked = PartnerWish(
        reference=wish.reference,
        choice=choice,
        patient=PatientFacts(**wish.patient.model_dump(exclude_none=True)),
        has_agreed=wish.has_agreed,
        hold_id=wish.hold,
        reason=wish.reason_for_visit or "",
    )
    booked = _offering(
        lambda: book_for_partner(actor=request.actor, partner_id=request.partner_id, wish=asked),
        choice,
    )
    return _shown(request, booked.id, status=201)


@router.get("/partner/bookings", response=api.Listed[PartnerBookingOut])
def partner_bookings(
    request: PartnerRequest,
    reference: Annotated[str, Query(max_length=64)] = "",
    cursor: api.Cursor = None,
    limit: api.Limit = 50,
) -> HttpResponse:
    """The partner's own bookings in the order in which it made them, or the one of a reference."""
    after = api.position(cursor, UUID)
    found = own_bookings(
        request.actor,
        request.partner_id,
        reference=reference,
        after=after[0] if after else None,
        limit=limit + 1,
    )
    asked = prepaids(one.id for one in found)

    def show(one: OwnBooking) -> dict[str, Any]:
        return _out(one, asked.get(one.id))

    return api.answer(api.listed(found, limit, show=show, key=lambda one: (one.row_id,)))


@router.get("/partner/bookings/{booking_id}", response=PartnerBookingOut)
def partner_booking(request: PartnerRequest, booking_id: UUID) -> HttpResponse:
    """One of the partner's own bookings."""
    return _shown(request, booking_id, status=200)


@router.post("/partner/bookings/{booking_id}/move", response=PartnerBookingOut)
@api.idempotent
def partner_move(
    request: PartnerRequest, booking_id: UUID, move: PartnerMove, version: api.IfMatch = None
) -> HttpResponse:
    """Move a booking to another time. It keeps its number, and its old time if refused."""
    before = own_booking(request.actor, request.partner_id, booking_id)
    who = move.practitioner or before.practitioner_id
    choice = Choice(before.site_id, before.service_id, who, move.starts_at)
    _offering(
        lambda: move_for_partner(
            actor=request.actor,
            partner_id=request.partner_id,
            booking_id=booking_id,
            starts_at=move.starts_at,
            practitioner_id=who,
            version=version,
        ),
        choice,
    )
    return _shown(request, booking_id, status=200)


@router.post("/partner/bookings/{booking_id}/cancel", response=PartnerBookingOut)
@api.idempotent
def partner_cancel(
    request: PartnerRequest,
    booking_id: UUID,
    why: PartnerCancellation,
    version: api.IfMatch = None,
) -> HttpResponse:
    """Cancel a booking and free its time."""
    cancel_for_partner(
        actor=request.actor,
        partner_id=request.partner_id,
        booking_id=booking_id,
        reason=why.reason,
        version=version,
    )
    return _shown(request, booking_id, status=200)


def _offering(run: Callable[[], R], choice: Choice) -> R:
    """Run a deed; when the time cannot be had, have the refusal say what could be instead."""
    try:
        return run()
    except NotFree as refused:
        refused.instead = partial(_instead, choice)
        raise


def _instead(choice: Choice) -> list[dict[str, Any]]:
    found = alternatives(
        site_id=choice.site_id,
        service_id=choice.service_id,
        practitioner_id=choice.practitioner_id,
        starts_at=choice.starts_at,
        channel=Channel.PARTNER,
    )
    return written(found, site_zone(choice.site_id))


def _shown(request: PartnerRequest, booking_id: UUID, *, status: int) -> HttpResponse:
    found = own_booking(request.actor, request.partner_id, booking_id)
    location = f"/api/v1/partner/bookings/{booking_id}" if status == 201 else ""
    shown = _out(found, prepaid(booking_id))
    return api.answer(shown, status=status, version=found.version, location=location)


def _out(one: OwnBooking, asked: Prepaid | None) -> dict[str, Any]:
    return {
        "id": one.id,
        "reference": one.reference,
        "number": one.number,
        "state": one.state,
        "version": one.version,
        "site": one.site_id,
        "service": one.service_id,
        "practitioner": one.practitioner_id,
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "clinic_day": one.clinic_day,
        "fee": None if one.fee is None else api.money(one.fee),
        "cancelled_by": one.cancelled_by,
        "patient": {"name": one.patient_name, "phone": one.patient_phone},
        "to_pay": prepaid_out(asked, one.starts_at.tzinfo),
    }
