"""Arriving with a booking, and finishing what a ticket was for."""

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from pydantic import Field

from yilu.patients.rules.words import Need
from yilu.platform import api
from yilu.queueing.selectors.tickets import ticket_detail
from yilu.reception.operations.arrivals import check_in
from yilu.reception.operations.departures import finish_ticket
from yilu.reception.selectors.arrivals import entry_questions

router = api.Router(tags=["arrivals"])
MOST = 40
"""Answers to entry questions."""


class ArriveIn(api.Shape):
    """`code` is what the clinic shows; only a patient who arrives by phone types it.

    Without `needs` those hold that were said when booking.

    `screening` answers the entry questions, by their keys.
    """

    code: api.Line = ""
    needs: Annotated[list[Need], Field(max_length=len(Need))] | None = None
    screening: Annotated[dict[api.Line, api.Line], Field(max_length=MOST)] = {}


class EntryQuestionOut(api.Shape):
    """`kind` says what may be answered: to `yes_no`, yes or no."""

    key: str
    kind: str
    ask: str


class EntryQuestionsOut(api.Shape):
    """`must`: nobody is received without an answer to each."""

    must: bool
    items: list[EntryQuestionOut]


class ArriveOut(api.Shape):
    visit: UUID
    ticket: UUID
    number: str


class FinishedOut(api.Shape):
    id: UUID
    number: str
    state: str
    version: int


@router.get("/bookings/{booking_id}/entry-questions", response=EntryQuestionsOut)
def asked(request: api.ApiRequest, booking_id: UUID) -> HttpResponse:
    """What is to be answered at the door before arriving; nothing while no outbreak is on."""
    asking = entry_questions(request.actor, booking_id)
    items = [
        EntryQuestionOut(key=one.key, kind=one.kind, ask=str(one.ask))
        for one in (asking.questions if asking else ())
    ]
    return api.answer(EntryQuestionsOut(must=bool(asking and asking.must), items=items))


@router.post("/bookings/{booking_id}/arrive", response={201: ArriveOut})
@api.idempotent
def arrive(
    request: api.ApiRequest, booking_id: UUID, data: ArriveIn, version: api.IfMatch = None
) -> HttpResponse:
    """Receive a booked patient: visit and ticket."""
    done = check_in(
        actor=request.actor,
        booking_id=booking_id,
        code=data.code,
        needs=data.needs,
        version=version,
        screening=data.screening,
    )
    out = ArriveOut(visit=done.visit_id, ticket=done.ticket_id, number=done.number)
    return api.answer(out, status=201)


@router.post("/tickets/{ticket_id}/finish", response=FinishedOut)
@api.idempotent
def finish(request: api.ApiRequest, ticket_id: UUID, version: api.IfMatch = None) -> HttpResponse:
    """End what a ticket was for, and send the patient on."""
    finish_ticket(actor=request.actor, ticket_id=ticket_id, version=version)
    ticket = ticket_detail(request.actor, ticket_id)
    out = FinishedOut(
        id=ticket.id, number=ticket.number, state=ticket.state, version=ticket.version
    )
    return api.answer(out, version=ticket.version)
