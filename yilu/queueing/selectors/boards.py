"""Queues as staff see them: who waits, how long, why in this order, and where they are called."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform.actors import Actor
from yilu.platform.db import loaded
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized
from yilu.queueing import permissions
from yilu.queueing.models import Queue, Ticket
from yilu.queueing.rules.lengths import Wait
from yilu.queueing.rules.policy import policy_of
from yilu.queueing.rules.reasons import Grounds, why_here
from yilu.queueing.selectors.points import (
    QueueInfo,
    StationInfo,
    queue_as_info,
    station_as_info,
)
from yilu.queueing.selectors.sheet import Sheet, sheet
from yilu.queueing.states import AT_STATION, IN_QUEUE, TicketState
from yilu.visits.states import NIGHT


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A queue among those of its site: how many wait, and how long a newcomer would."""

    queue: QueueInfo
    waiting: int
    at_station: int
    missed: int
    longest_since: datetime | None
    newcomer: Wait


@dataclass(frozen=True, slots=True)
class TicketRow:
    """One ticket on a board. Times are on the site's wall clock."""

    id: UUID
    number: str
    state: str
    level: int
    ahead: int | None
    visit_id: UUID
    patient_id: UUID
    booking_id: UUID | None
    patient: PatientBrief | None
    why: str
    since: datetime
    promise_minutes: int
    booked_at: datetime | None
    low_at: datetime | None
    high_at: datetime | None
    station_id: UUID | None
    station: Localized
    called_at: datetime | None
    started_at: datetime | None
    skips: int
    recalls: int
    version: int

    @property
    def predicted(self) -> str:
        """When their turn will come: `10:28–10:33`, or nothing when it has."""
        if self.low_at is None or self.high_at is None:
            return ""
        return f"{self.low_at:%H:%M}–{self.high_at:%H:%M}"

    @property
    def state_label(self) -> str:
        """The state in the reader's words."""
        return str(TicketState(self.state).label)


@dataclass(frozen=True, slots=True)
class QueueBoard:
    """One queue: who is called or in the room, who waits in order, who missed their call."""

    queue: QueueInfo
    stations: tuple[StationInfo, ...]
    at_station: tuple[TicketRow, ...]
    waiting: tuple[TicketRow, ...]
    missed: tuple[TicketRow, ...]
    newcomer: Wait


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """Where a visit waits now: for the desks' lists, without the patient."""

    ticket_id: UUID
    visit_id: UUID
    number: str
    queue_id: UUID
    kind: str
    state: str
    since: datetime
    ahead: int | None
    low_minutes: int
    high_minutes: int
    promise_minutes: int
    station_id: UUID | None
    version: int


def queues(actor: Actor, site_id: UUID) -> list[QueueLine]:
    """The queues of a site, with how many wait in each. Six queries."""
    actor.require_to_see(permissions.SEE, site_id)
    seen = sheet(site_id)
    number = Counter((ticket.queue_id, ticket.state) for ticket in seen.tickets)
    return [_line(seen, queue, number) for queue in seen.queues.values()]


def queue_board(actor: Actor, queue_id: UUID) -> QueueBoard:
    """One queue with its patients, in order, each with a sentence that says why. Nine queries.

    Raises:
        NotFound: there is no such queue, or the actor may not know of it.
    """
    found = loaded(Queue, "id = %(id)s AND is_active", {"id": queue_id})
    if not found:
        raise NotFound
    queue = found[0]
    actor.require_to_see(permissions.SEE, queue.site_id)
    seen = sheet(queue.site_id, queue_ids=[queue_id])
    tickets = [t for t in seen.tickets if t.state in IN_QUEUE]
    briefs = patient_briefs(actor, [t.patient_id for t in tickets], "queue")
    stations = seen.stations_of(queue_id)
    here = [t for s in stations for t in seen.at_station.get(s.pk, ()) if t.queue_id == queue_id]
    missed = sorted(
        (t for t in tickets if t.state == TicketState.SKIPPED),
        key=lambda one: one.called_at or one.ready_at,
    )
    return QueueBoard(
        queue=queue_as_info(queue),
        stations=tuple(station_as_info(one) for one in stations),
        at_station=tuple(ticket_row(seen, one, briefs) for one in here),
        waiting=tuple(
            ticket_row(seen, ticket, briefs, ahead, wait)
            for ahead, ticket, wait in seen.places(queue_id)
        ),
        missed=tuple(ticket_row(seen, one, briefs) for one in missed),
        newcomer=seen.wait_behind(queue_id),
    )


def waiting_by_visit(site_id: UUID, day: date) -> dict[UUID, WaitingLine]:
    """Where each visit waits now, or is called to, in the queue it joined last. Six queries."""
    seen = sheet(site_id)
    lines = lines_by_visit(seen, day)
    return {line.visit_id: line for line in forecast(seen, lines.values())}


def lines_by_visit(seen: Sheet, day: date) -> dict[UUID, WaitingLine]:
    """The same before anything is said of how long it takes. No query."""
    # Midnight sends nobody home who waits in a night clinic.
    since = seen.now - NIGHT
    there = [
        t for t in seen.tickets
        if t.state in IN_QUEUE
        and (t.clinic_day == day or (t.clinic_day < day and t.issued_at > since))
    ]  # fmt: skip
    there.sort(key=lambda one: one.issued_at)
    return {ticket.visit_id: _waiting_line(seen, ticket) for ticket in there}


def forecast(seen: Sheet, lines: Iterable[WaitingLine]) -> list[WaitingLine]:
    """Some of these lines, each with how many are ahead and how long it takes. No query."""
    shown = list(lines)
    wanted = {line.ticket_id for line in shown if line.state == TicketState.WAITING}
    places = {
        ticket.pk: (ahead, wait)
        for queue_id in {line.queue_id for line in shown if line.ticket_id in wanted}
        for ahead, ticket, wait in seen.places(queue_id, wanted)
    }
    return [
        _told(line, *places[one]) if (one := line.ticket_id) in places else line for line in shown
    ]


def ticket_row(
    seen: Sheet,
    ticket: Ticket,
    briefs: Mapping[UUID, PatientBrief],
    ahead: int | None = None,
    wait: Wait | None = None,
) -> TicketRow:
    """One ticket as a board shows it. No query."""
    zone = site_zone(seen.site_id)

    def local(at: datetime | None) -> datetime | None:
        return at.astimezone(zone) if at else None

    station = seen.stations.get(ticket.station_id) if ticket.station_id else None
    queue = seen.queues[ticket.queue_id]
    return TicketRow(
        id=ticket.pk,
        number=ticket.number,
        state=ticket.state,
        level=ticket.level,
        ahead=ahead,
        visit_id=ticket.visit_id,
        patient_id=ticket.patient_id,
        booking_id=ticket.booking_id,
        patient=briefs.get(ticket.patient_id),
        why=why(seen, ticket) if ticket.state == TicketState.WAITING else "",
        since=counted_from(ticket).astimezone(zone),
        promise_minutes=queue.promise_minutes,
        booked_at=local(ticket.booked_at),
        low_at=local(seen.now + timedelta(minutes=wait.low)) if wait else None,
        high_at=local(seen.now + timedelta(minutes=wait.high)) if wait else None,
        station_id=ticket.station_id,
        station=station.name if station else Localized(),
        called_at=local(ticket.called_at),
        started_at=local(ticket.started_at),
        skips=ticket.skips,
        recalls=ticket.recalls,
        version=ticket.version,
    )


def counted_from(ticket: Ticket) -> datetime:
    """From when a wait counts: the booked time or the arrival, whichever is later."""
    return max(ticket.ready_at, ticket.booked_at) if ticket.booked_at else ticket.ready_at


def why(seen: Sheet, ticket: Ticket) -> str:
    """The sentence that says why a ticket stands where it stands. No query."""
    zone = site_zone(seen.site_id)
    grounds = Grounds(
        level=ticket.level,
        placed=ticket.placed,
        weights=tuple(ticket.weights),
        places_back=ticket.places_back,
        booked_at=ticket.booked_at.astimezone(zone) if ticket.booked_at else None,
        ready_at=ticket.ready_at.astimezone(zone),
        limit_at=ticket.limit_at,
        limit_minutes=policy_of(seen.queues[ticket.queue_id].policy).limit_minutes(ticket.level),
        reason=ticket.reason,
        promised_at=ticket.promised_at.astimezone(zone) if ticket.promised_at else None,
    )
    return why_here(grounds, seen.now)


def _line(seen: Sheet, queue: Queue, number: Mapping[tuple[UUID, str], int]) -> QueueLine:
    waiting = seen.waiting.get(queue.pk, [])
    return QueueLine(
        queue=queue_as_info(queue),
        waiting=len(waiting),
        at_station=sum(number[queue.pk, state] for state in AT_STATION),
        missed=number[queue.pk, TicketState.SKIPPED],
        longest_since=min((counted_from(t) for t in waiting), default=None),
        newcomer=seen.wait_behind(queue.pk),
    )


def _waiting_line(seen: Sheet, ticket: Ticket) -> WaitingLine:
    queue = seen.queues[ticket.queue_id]
    return WaitingLine(
        ticket_id=ticket.pk,
        visit_id=ticket.visit_id,
        number=ticket.number,
        queue_id=ticket.queue_id,
        kind=queue.kind,
        state=ticket.state,
        since=counted_from(ticket),
        ahead=None,
        low_minutes=0,
        high_minutes=0,
        promise_minutes=queue.promise_minutes,
        station_id=ticket.station_id,
        version=ticket.version,
    )


def _told(line: WaitingLine, ahead: int, wait: Wait) -> WaitingLine:
    return replace(line, ahead=ahead, low_minutes=wait.low, high_minutes=wait.high)
