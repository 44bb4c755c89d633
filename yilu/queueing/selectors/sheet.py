"""Everything about a site's queues at one moment, read at once: the ground of every board."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.db.models import Q

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.queueing.models import Queue, Serving, Station, Ticket
from yilu.queueing.rules import lengths
from yilu.queueing.rules.lengths import Length, Wait
from yilu.queueing.rules.order import RETURN, Waiting, in_order
from yilu.queueing.selectors.paces import Paces, paces
from yilu.queueing.states import AT_STATION, IN_QUEUE, TicketState

STAFFED_WITHIN = timedelta(minutes=60)


@dataclass(frozen=True)
class Sheet:
    """The live tickets, queues and stations of a site, with what is known of its pace."""

    site_id: UUID
    now: datetime
    queues: Mapping[UUID, Queue]
    stations: Mapping[UUID, Station]
    serving: frozenset[tuple[UUID, UUID]]  # (station, queue)
    tickets: Sequence[Ticket]
    paces: Paces

    @cached_property
    def waiting(self) -> Mapping[UUID, list[Ticket]]:
        """Who waits, by queue, next first."""
        by_queue: dict[UUID, dict[UUID, Ticket]] = defaultdict(dict)
        for ticket in self.tickets:
            if ticket.state == TicketState.WAITING:
                by_queue[ticket.queue_id][ticket.pk] = ticket
        return {
            queue_id: [mine[one.id] for one in in_order(map(_as_waiting, mine.values()), self.now)]
            for queue_id, mine in by_queue.items()
        }

    @cached_property
    def at_station(self) -> Mapping[UUID, list[Ticket]]:
        """Who is called or in the room, by station, latest call first."""
        by_station: dict[UUID, list[Ticket]] = defaultdict(list)
        for ticket in self.tickets:
            if ticket.state in AT_STATION and ticket.station_id:
                by_station[ticket.station_id].append(ticket)
        for mine in by_station.values():
            mine.sort(key=lambda one: one.called_at or self.now, reverse=True)
        return by_station

    def stations_of(self, queue_id: UUID) -> list[Station]:
        """The stations that serve a queue, in order."""
        mine = [self.stations[s] for s, q in self.serving if q == queue_id and s in self.stations]
        return sorted(mine, key=lambda one: (one.position, one.key))

    def wait_behind(self, queue_id: UUID, ahead: int | None = None) -> Wait:
        """The predicted wait of somebody with so many ahead; None is a newcomer, behind all."""
        waiting = self.waiting.get(queue_id, [])
        return self._predict(queue_id, waiting if ahead is None else waiting[:ahead])

    def places(self, queue_id: UUID) -> Iterable[tuple[int, Ticket, Wait]]:
        """Who waits in a queue, next first, each with how many are ahead and how long it takes."""
        waiting = self.waiting.get(queue_id, [])
        for ahead, ticket in enumerate(waiting):
            yield ahead, ticket, self._predict(queue_id, waiting[:ahead])

    def length_of(self, ticket: Ticket) -> Length:
        """How long a patient will take, as far as this clinic knows."""
        hour = self.now.astimezone(site_zone(self.site_id)).hour
        kind = self.queues[ticket.queue_id].kind
        return self.paces.length(kind, ticket.practitioner_id, ticket.service_id, hour)

    def _predict(self, queue_id: UUID, ahead: Sequence[Ticket]) -> Wait:
        stations = self.stations_of(queue_id)
        staffed = max(1, sum(1 for one in stations if self.is_staffed(one.pk)))
        inside = [
            lengths.left_of(self.length_of(ticket), self._minutes_in(ticket))
            for station in stations
            for ticket in self.at_station.get(station.pk, ())
        ]
        kind = self.queues[queue_id].kind
        return lengths.predict(
            [self.length_of(one) for one in ahead],
            inside,
            staffed,
            width=self.paces.width(kind),
        )

    @cached_property
    def _recent(self) -> frozenset[UUID]:
        since = self.now - STAFFED_WITHIN
        return frozenset(
            t.station_id
            for t in self.tickets
            if t.station_id and t.called_at and t.called_at > since
        )

    def is_staffed(self, station_id: UUID) -> bool:
        """Whether somebody has called to this station within the hour, or is with a patient."""
        return station_id in self._recent or station_id in self.at_station

    def _minutes_in(self, ticket: Ticket) -> float:
        since = ticket.started_at or ticket.called_at or self.now
        return max((self.now - since).total_seconds() / 60, 0.0)


def sheet(site_id: UUID, *, queue_ids: Iterable[UUID] | None = None) -> Sheet:
    """The sheet of a site, or of some of its queues. Five queries, however many wait."""
    now = clock.now()
    yesterday = (now - timedelta(days=1)).date()
    queues = Queue.objects.filter(site_id=site_id, is_active=True)
    tickets = Ticket.objects.filter(site_id=site_id, clinic_day__gte=yesterday).filter(
        Q(state__in=IN_QUEUE) | Q(called_at__gt=now - STAFFED_WITHIN)
    )
    if queue_ids is not None:
        wanted = list(queue_ids)
        queues, tickets = queues.filter(pk__in=wanted), tickets.filter(queue_id__in=wanted)
    by_id = {queue.pk: queue for queue in queues.order_by("position", "key")}
    served = Serving.objects.filter(
        station__site_id=site_id, station__is_active=True
    ).select_related("station")
    servings = list(served)
    return Sheet(
        site_id=site_id,
        now=now,
        queues=by_id,
        stations={one.station_id: one.station for one in servings},
        serving=frozenset((one.station_id, one.queue_id) for one in servings),
        tickets=[ticket for ticket in tickets if ticket.queue_id in by_id],
        paces=paces(site_id),
    )


def _as_waiting(ticket: Ticket) -> Waiting:
    return Waiting(
        ticket.pk,
        ticket.level,
        ticket.turn_at,
        ticket.limit_at,
        ticket.ready_at,
        ticket.placed == RETURN,
    )
