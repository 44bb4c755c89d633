"""What a patient's account may do for its own people: free times, booking, paying, waiting."""

import json
from datetime import date, time
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from yilu.billing.operations.deposits import open_deposit
from yilu.billing.operations.payments import ask_payment, fetch_qr
from yilu.facility.selectors.sites import site_zone
from yilu.platform import api
from yilu.platform.errors import NotAllowed
from yilu.platform.money import as_json
from yilu.portal.api.router import router
from yilu.portal.operations.booking import Choice, Details, Person, book_online
from yilu.portal.operations.waiting import WaitOnline, wait_online
from yilu.portal.selectors.mine import my_bookings, my_people
from yilu.portal.selectors.places import my_place
from yilu.scheduling import tickets
from yilu.scheduling.selectors.free_time import free_slots
from yilu.scheduling.selectors.lines import BookingLine
from yilu.scheduling.selectors.prepaying import Prepaid, prepaids
from yilu.scheduling.states import BookingState, Channel
from yilu.scheduling.terms import ToPay

Ticket = Annotated[str, Field(max_length=300)]


class PersonOut(api.Shape):
    id: UUID
    name: str
    missing: list[str]


class MySlotOut(api.Shape):
    starts_at: api.Instant
    ends_at: api.Instant
    practitioner: UUID


class MyWish(api.Shape):
    """A time for one of the account's people. `ticket` is that of a turn in a queue."""

    site: UUID
    service: UUID
    practitioner: UUID
    starts_at: api.Instant
    patient: UUID
    reason: Annotated[api.Note, Field(max_length=500)] | None = None
    is_first_visit: api.Flag = False
    ticket: Ticket = ""


class ToPayOut(api.Shape):
    """What must be paid before the booking stands, and until when; unpaid it is let go."""

    amount: api.Money
    pay_by: api.Instant


class CodeOut(api.Shape):
    """The words of a payment code; show it, or hand it to the wallet."""

    code: str
    amount: api.Money
    state: str


class MyBookingOut(api.Shape):
    id: UUID
    number: str
    state: BookingState
    starts_at: api.Instant
    ends_at: api.Instant
    practitioner: UUID
    patient: UUID
    to_pay: ToPayOut | None = None


class PlaceOut(api.Shape):
    """Where somebody stands in the clinic's queue: how many ahead, and from–to minutes."""

    ticket: str
    state: str
    ahead: int
    low_minutes: int
    high_minutes: int
    says: str


class WaitIn(api.Shape):
    site: UUID
    service: UUID
    practitioner: UUID | None = None
    patient: UUID
    from_: Annotated[date, Field(alias="from")]
    until: date
    weekdays: Annotated[list[Annotated[int, Field(ge=0, le=6)]], Field(max_length=7)] = []
    not_before: time | None = None
    not_after: time | None = None


class WaitOut(api.Shape):
    id: UUID


def own(request: api.ApiRequest) -> None:
    """Only for a patient's account. Raises: NotAllowed."""
    if request.actor.kind != "patient":
        raise NotAllowed


@router.get("/my/patients", response=api.Listed[PersonOut])
def my_patients(request: api.ApiRequest) -> HttpResponse:
    """The account's people."""
    own(request)
    found = [
        {"id": one.id, "name": str(one.name), "missing": list(one.missing)}
        for one in my_people(request.actor)
    ]
    return api.answer({"items": found, "next": None})


@router.get("/my/free-slots", response=api.Listed[MySlotOut])
def my_free_slots(  # noqa: PLR0917 (the question has these parts)
    request: api.ApiRequest,
    service: UUID,
    site: UUID,
    from_: Annotated[api.Instant, Query(alias="from", description="Starts at this or later.")],
    to: Annotated[api.Instant, Query(description="Starts before this; at most 31 days later.")],
    practitioner: UUID | None = None,
    ticket: Annotated[str, Query(max_length=300)] = "",
) -> HttpResponse:
    """The times that this channel may sell; with a ticket also those that others queue for."""
    own(request)
    if ticket:
        tickets.place_of(ticket, request.actor)
    found = free_slots(
        site_id=site,
        service_id=service,
        practitioner_id=practitioner,
        starts_from=from_,
        starts_until=to,
        channel=Channel.MINI,
        is_admitted=bool(ticket),
    )
    zone = site_zone(site)
    items = [
        {
            "starts_at": slot.starts_at.astimezone(zone),
            "ends_at": slot.ends_at.astimezone(zone),
            "practitioner": slot.practitioner_id,
        }
        for slot in found
    ]
    return api.answer({"items": items, "next": None})


@router.post("/my/bookings", response={201: MyBookingOut})
@api.idempotent
def my_book(request: api.ApiRequest, wish: MyWish) -> HttpResponse:
    """Book for one of the account's people. Where the service is paid for in advance the booking
    is `requested`, with `to_pay`: see `/my/bookings/{id}/payment`. Refused with 409 `queue_first`
    where many want the time, `share_used_up` or `not_yet_released` where the channel has none to
    give; by the rules for patients with `too_many_that_day`, `too_many_in_department`,
    `too_many_with_doctor`, `too_many_open` or `online_blocked`."""
    own(request)
    booked = book_online(
        actor=request.actor,
        choice=Choice(wish.site, wish.service, wish.practitioner, wish.starts_at),
        person=Person(patient_id=wish.patient),
        details=Details(
            reason=wish.reason or "",
            is_first_visit=wish.is_first_visit,
            channel=Channel.MINI,
            ticket=wish.ticket,
        ),
    )
    zone = site_zone(wish.site)
    shown = {
        "id": booked.id,
        "number": booked.number,
        "state": booked.state,
        "starts_at": booked.starts_at.astimezone(zone),
        "ends_at": booked.ends_at.astimezone(zone),
        "practitioner": booked.practitioner_id,
        "patient": wish.patient,
        "to_pay": _to_pay(booked.to_pay, zone),
    }
    return api.answer(shown, status=201)


@router.get("/my/bookings", response=api.Listed[MyBookingOut])
def my_coming(request: api.ApiRequest) -> HttpResponse:
    """The account's bookings that are to come, soonest first."""
    own(request)
    coming = my_bookings(request.actor).coming
    asked = prepaids(line.id for line in coming)
    found = [read(line, asked.get(line.id)) for line in coming]
    return api.answer({"items": found, "next": None})


def _with_code(request: api.ApiRequest, response: HttpResponse) -> HttpResponse:
    """The code of a payment that is kept: nothing is held while the gateway is asked for it."""
    payment_id = UUID(json.loads(response.content)["payment"])
    asked = fetch_qr(actor=request.actor, payment_id=payment_id)
    shown = {"code": asked.qr, "amount": as_json(asked.amount), "state": asked.state}
    again = api.answer(shown, status=response.status_code)
    if "Idempotency-Replayed" in response.headers:
        again["Idempotency-Replayed"] = "true"
    return again


@router.post("/my/bookings/{booking_id}/payment", response={201: CodeOut})
@api.idempotent_then(_with_code)
def my_pay(request: api.ApiRequest, booking_id: UUID) -> HttpResponse:
    """Ask for the code by which a `requested` booking is paid; again, it is the same code.

    Refused with 409 `pay_time_over` once the booking was let go. That it was paid shows in the
    booking's state: `confirmed`."""
    own(request)
    bill_id = open_deposit(actor=request.actor, booking_id=booking_id)
    payment_id = ask_payment(actor=request.actor, bill_id=bill_id)
    return api.answer({"payment": payment_id}, status=201)


@router.get("/my/bookings/{booking_id}/place", response=PlaceOut)
def my_queue_place(request: api.ApiRequest, booking_id: UUID) -> HttpResponse:
    """Where the patient stands on the day; 404 before they have arrived."""
    own(request)
    place = my_place(request.actor, booking_id)
    return api.answer(
        {
            "ticket": place.number,
            "state": place.state,
            "ahead": place.ahead,
            "low_minutes": place.low_minutes,
            "high_minutes": place.high_minutes,
            "says": place.says,
        }
    )


@router.post("/my/waiting-list", response={201: WaitOut})
@api.idempotent
def my_wait(request: api.ApiRequest, wish: WaitIn) -> HttpResponse:
    """Join the waiting list: the first freed time that fits is offered by SMS and WeChat.

    `weekdays` count from 0 (Monday), none means any; times are on the wall clock of the site."""
    own(request)
    entry_id = wait_online(
        actor=request.actor,
        wish=WaitOnline(
            site_id=wish.site,
            service_id=wish.service,
            practitioner_id=wish.practitioner,
            patient_id=wish.patient,
            from_on=wish.from_,
            until_on=wish.until,
            weekdays=tuple(wish.weekdays),
            not_before=wish.not_before,
            not_after=wish.not_after,
            channel=Channel.MINI,
        ),
    )
    return api.answer({"id": entry_id}, status=201)


def _to_pay(asked: ToPay | None, zone: ZoneInfo) -> dict[str, Any] | None:
    if asked is None:
        return None
    return {"amount": as_json(asked.amount), "pay_by": asked.pay_by.astimezone(zone)}


def read(line: BookingLine, asked: Prepaid | None) -> dict[str, Any]:
    """A booking as the API shows it to whose it is."""
    due = asked.to_pay if asked else None
    return {
        "id": line.id,
        "number": line.number,
        "state": line.state,
        "starts_at": line.starts_at,
        "ends_at": line.ends_at,
        "practitioner": line.practitioner_id,
        "patient": line.patient_id,
        "to_pay": _to_pay(due, site_zone(line.site_id)),
    }
