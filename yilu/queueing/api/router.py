"""Queues over JSON: who waits, in order, and calling the next."""

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse

from yilu.facility.selectors.sites import site_zone
from yilu.platform import api
from yilu.queueing.operations.calling import (
    CalledTicket,
    call_next,
    recall_ticket,
    skip_ticket,
)
from yilu.queueing.selectors.boards import QueueLine, TicketRow, queue_board, queues
from yilu.queueing.selectors.tickets import ticket_info

router = api.Router(tags=["queues"])


class RangeOut(api.Shape):
    """A predicted wait in minutes: always a range."""

    low: int
    high: int


class QueueOut(api.Shape):
    """A queue and how many wait in it. `newcomer` is the wait of somebody who joins now."""

    id: UUID
    site: UUID
    key: str
    kind: str
    name: str
    names: dict[str, str]
    practitioner: UUID | None
    department: UUID | None
    promise_minutes: int
    waiting: int
    called: int
    missed: int
    newcomer: RangeOut


class TicketOut(api.Shape):
    """A ticket in a queue. `ahead` and `predicted` only while it waits."""

    id: UUID
    number: str
    state: str
    level: int
    visit: UUID
    patient: UUID
    booking: UUID | None
    station: UUID | None
    ahead: int | None
    why: str
    waiting_since: datetime
    predicted_from: datetime | None
    predicted_until: datetime | None
    called_at: datetime | None
    version: int


class StationOut(api.Shape):
    """Where patients of a queue are called to."""

    id: UUID
    key: str
    name: str


class QueueBoardOut(api.Shape):
    """A queue with its tickets: at a station, waiting in order, and those who missed a call."""

    id: UUID
    site: UUID
    key: str
    kind: str
    name: str
    promise_minutes: int
    stations: list[StationOut]
    at_station: list[TicketOut]
    waiting: list[TicketOut]
    missed: list[TicketOut]
    newcomer: RangeOut


class CalledOut(api.Shape):
    """Who has been called, and where to."""

    id: UUID
    number: str
    state: str
    queue: UUID
    visit: UUID
    patient: UUID
    booking: UUID | None
    station: UUID
    called_at: datetime
    version: int


class CallNextIn(api.Shape):
    """Where the next patient is called to. A reason calls beside somebody who is still there."""

    station: UUID
    reason: api.Line = ""


class TicketStateOut(api.Shape):
    """A ticket after a deed."""

    id: UUID
    number: str
    state: str
    version: int


@router.get("/queues", response=api.Listed[QueueOut])
def all_queues(request: api.ApiRequest, site: UUID) -> HttpResponse:
    """The queues of a site, with how many wait in each."""
    lines = queues(request.actor, site)
    return api.answer({"items": [_queue(one) for one in lines], "next": None})


@router.get("/queues/{queue_id}", response=QueueBoardOut)
def one_queue(request: api.ApiRequest, queue_id: UUID) -> HttpResponse:
    """One queue with its tickets, next first, each with a sentence that says why."""
    board = queue_board(request.actor, queue_id)
    found = QueueBoardOut(
        id=board.queue.id,
        site=board.queue.site_id,
        key=board.queue.key,
        kind=board.queue.kind,
        name=str(board.queue.name),
        promise_minutes=board.queue.promise_minutes,
        stations=[StationOut(id=s.id, key=s.key, name=str(s.name)) for s in board.stations],
        at_station=[_ticket(one) for one in board.at_station],
        waiting=[_ticket(one) for one in board.waiting],
        missed=[_ticket(one) for one in board.missed],
        newcomer=RangeOut(low=board.newcomer.low, high=board.newcomer.high),
    )
    return api.answer(found, version=board.queue.version)


@router.post("/queues/{queue_id}/call-next", response={200: CalledOut, 204: None})
@api.idempotent
def call_next_ticket(request: api.ApiRequest, queue_id: UUID, body: CallNextIn) -> HttpResponse:
    """Call whoever is next to a station; 204 when nobody waits."""
    called = call_next(
        actor=request.actor, station_id=body.station, queue_id=queue_id, reason=body.reason
    )
    return api.nothing() if called is None else _called(called)


@router.post("/tickets/{ticket_id}/recall", response=CalledOut)
@api.idempotent
def recall(request: api.ApiRequest, ticket_id: UUID, version: api.IfMatch = None) -> HttpResponse:
    """Say a called number once more."""
    return _called(recall_ticket(actor=request.actor, ticket_id=ticket_id, version=version))


@router.post("/tickets/{ticket_id}/skip", response=TicketStateOut)
@api.idempotent
def skip(request: api.ApiRequest, ticket_id: UUID, version: api.IfMatch = None) -> HttpResponse:
    """Say that nobody came when the number was called."""
    skip_ticket(actor=request.actor, ticket_id=ticket_id, version=version)
    after = ticket_info(ticket_id)
    found = TicketStateOut(
        id=after.id, number=after.number, state=after.state, version=after.version
    )
    return api.answer(found, version=after.version)


def _queue(line: QueueLine) -> QueueOut:
    queue = line.queue
    return QueueOut(
        id=queue.id,
        site=queue.site_id,
        key=queue.key,
        kind=queue.kind,
        name=str(queue.name),
        names=dict(queue.name),
        practitioner=queue.practitioner_id,
        department=queue.department_id,
        promise_minutes=queue.promise_minutes,
        waiting=line.waiting,
        called=line.at_station,
        missed=line.missed,
        newcomer=RangeOut(low=line.newcomer.low, high=line.newcomer.high),
    )


def _ticket(row: TicketRow) -> TicketOut:
    return TicketOut(
        id=row.id,
        number=row.number,
        state=row.state,
        level=row.level,
        visit=row.visit_id,
        patient=row.patient_id,
        booking=row.booking_id,
        station=row.station_id,
        ahead=row.ahead,
        why=row.why,
        waiting_since=row.since,
        predicted_from=row.low_at,
        predicted_until=row.high_at,
        called_at=row.called_at,
        version=row.version,
    )


def _called(called: CalledTicket) -> HttpResponse:
    found = CalledOut(
        id=called.id,
        number=called.number,
        state="called",
        queue=called.queue_id,
        visit=called.visit_id,
        patient=called.patient_id,
        booking=called.booking_id,
        station=called.station_id,
        called_at=called.called_at.astimezone(site_zone(called.site_id)),
        version=called.version,
    )
    return api.answer(found, version=called.version)
