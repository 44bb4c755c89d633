"""The queues of a day that is over, as they stood whenever somebody joined: to forecast again what
was not forecast then.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from yilu.platform.db import loaded_with
from yilu.queueing.models import Queue, Station, Ticket
from yilu.queueing.selectors.paces import Paces, paces
from yilu.queueing.selectors.sheet import SERVED, Sheet
from yilu.queueing.states import QueueKind, TicketState
from yilu.scheduling.selectors.ahead import Expected, WorkAhead
from yilu.scheduling.selectors.past_work import PastWork, past_work


@dataclass(frozen=True, slots=True)
class Joined:
    """A ticket at the moment at which it joined its queue, with the sheet of that moment."""

    ticket: Ticket
    sheet: Sheet


@dataclass(frozen=True, slots=True)
class _Day:
    """What does not change within a day."""

    site_id: UUID
    stations: Mapping[UUID, Station]
    serving: frozenset[tuple[UUID, UUID]]
    paces: Paces
    work: Mapping[tuple[date, UUID], PastWork]
    came: Mapping[UUID, datetime]  # By booking: when its patient was ready.


def joined_on(site_id: UUID, day: date) -> Iterator[Joined]:
    """Everybody who joined a practitioner's own queue on a day and was called, one after another.

    Four queries, and two for what is known of the pace.
    """
    queues = {
        one.pk: one
        for one in Queue.objects.filter(
            site_id=site_id, kind=QueueKind.CONSULTATION, practitioner_id__isnull=False
        )
    }
    tickets = list(Ticket.objects.filter(site_id=site_id, clinic_day=day, queue_id__in=queues))
    around = _around(site_id, day, tickets)
    for queue in queues.values():
        mine = sorted((t for t in tickets if t.queue_id == queue.pk), key=lambda t: t.issued_at)
        for ticket in mine:
            if ticket.called_at is not None and ticket.called_at >= ticket.issued_at:
                yield Joined(ticket, _sheet(queue, mine, ticket.issued_at, around))


def _around(site_id: UUID, day: date, tickets: Sequence[Ticket]) -> _Day:
    stations = loaded_with(Station, "site_id = %(site)s AND is_active", {"site": site_id}, SERVED)
    return _Day(
        site_id=site_id,
        stations={one.pk: one for one, _served in stations},
        serving=frozenset((one.pk, queue) for one, (served,) in stations for queue in served),
        paces=paces(site_id),
        work=past_work(site_id, day, day),
        came={t.booking_id: t.ready_at for t in tickets if t.booking_id},
    )


def _sheet(queue: Queue, mine: Sequence[Ticket], at: datetime, around: _Day) -> Sheet:
    who = queue.practitioner_id
    day = mine[0].clinic_day
    work = around.work.get((day, who)) if who else None
    return Sheet(
        site_id=around.site_id,
        now=at,
        queues={queue.pk: queue},
        stations=around.stations,
        serving=around.serving,
        tickets=[then for one in mine if (then := _then(one, at)) is not None],
        paces=around.paces,
        ahead={who: _ahead(work, at, around.came)} if who and work else {},
    )


def _then(ticket: Ticket, at: datetime) -> Ticket | None:
    """A ticket as it stood at an instant; None when it was not there yet or no more."""
    if ticket.issued_at > at or (ticket.ended_at is not None and ticket.ended_at <= at):
        return None
    then = copy(ticket)
    if then.called_at is None or then.called_at > at:
        then.state, then.called_at, then.started_at = TicketState.WAITING, None, None
        then.station_id = None
    elif then.started_at is None or then.started_at > at:
        then.state, then.started_at = TicketState.CALLED, None
    else:
        then.state = TicketState.IN_ROOM
    then.ended_at = None
    return then


def _ahead(work: PastWork, at: datetime, came: Mapping[UUID, datetime]) -> WorkAhead:
    expected = [
        Expected(one.starts_at, one.ends_at, one.service_id)
        for one in work.bookings
        if one.was_expected(at) and (one.id not in came or came[one.id] > at)
    ]
    return WorkAhead(sessions=tuple(work.sessions), expected=tuple(expected))
