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
from yilu.queueing.rules.lengths import Away, Length, Patient, Room, Wait
from yilu.queueing.rules.order import RETURN, Waiting, in_order
from yilu.queueing.rules.policy import policy_of
from yilu.queueing.selectors.paces import Paces, paces
from yilu.queueing.states import AT_STATION, IN_QUEUE, TicketState
from yilu.scheduling.selectors.ahead import Expected, WorkAhead, work_ahead

STAFFED_WITHIN = timedelta(minutes=60)
# Who booked and is not here so long after their time hardly comes any more.
STAYS_AWAY = timedelta(minutes=15)
LEAST_URGENT = 4


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
    ahead: Mapping[UUID, WorkAhead]

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

    def wait_behind(self, queue_id: UUID) -> Wait:
        """The predicted wait of a newcomer without a booking, behind all who wait."""
        gives_way = policy_of(self.queues[queue_id].policy).walk_in_gives_way
        before = self._expected(queue_id, self.now + timedelta(minutes=gives_way))
        return self._predict(queue_id, self.waiting.get(queue_id, []), before)

    def places(self, queue_id: UUID) -> Iterable[tuple[int, Ticket, Wait]]:
        """Who waits in a queue, next first, each with how many are ahead and how long it takes."""
        waiting = self.waiting.get(queue_id, [])
        for ahead, ticket in enumerate(waiting):
            is_first = ticket.level < LEAST_URGENT or ticket.limit_at <= self.now
            before = [] if is_first else self._expected(queue_id, ticket.turn_at)
            yield ahead, ticket, self._predict(queue_id, waiting[:ahead], before, ticket.ready_at)

    def length_of(self, ticket: Ticket) -> Length:
        """How long a patient will take, as far as this clinic knows."""
        hour = self.now.astimezone(site_zone(self.site_id)).hour
        kind = self.queues[ticket.queue_id].kind
        return self.paces.length(kind, ticket.practitioner_id, ticket.service_id, hour)

    def _predict(
        self,
        queue_id: UUID,
        ahead: Sequence[Ticket],
        before: Iterable[Expected],
        ready_at: datetime | None = None,
    ) -> Wait:
        queue = self.queues[queue_id]
        return lengths.predict(
            self._room(queue),
            [Patient(self._from_now(one.ready_at), self.length_of(one)) for one in ahead],
            coming=[self._coming(queue, one) for one in before],
            ready=self._from_now(ready_at or self.now),
            width=self.paces.width(queue.kind),
        )

    def _room(self, queue: Queue) -> Room:
        """The stations of a queue, who is in them, and when its practitioner is away."""
        stations = self.stations_of(queue.pk)
        inside = [
            lengths.left_of(self.length_of(ticket), self._minutes_in(ticket))
            for station in stations
            for ticket in self.at_station.get(station.pk, ())
        ]
        staffed = sum(1 for one in stations if self.is_staffed(one.pk))
        return Room(inside, max(1, staffed), self._away(queue))

    def _away(self, queue: Queue) -> list[Away]:
        work = self._work(queue)
        if not work.sessions:
            return []
        day_begins = self.now - timedelta(days=1)
        gaps = [((day_begins, work.sessions[0][0]), False)]
        gaps += [(one, False) for one in work.breaks] + [(one, True) for one in work.blocks]
        return [
            Away(self._from_now(starts), self._from_now(ends), is_firm)
            for (starts, ends), is_firm in sorted(gaps)
            if ends > self.now
        ]

    def _expected(self, queue_id: UUID, turn_at: datetime) -> list[Expected]:
        """Who booked a time before this turn with the queue's practitioner, and is not here."""
        late = self.now - STAYS_AWAY
        work = self._work(self.queues[queue_id])
        return [one for one in work.expected if late < one.starts_at < turn_at]

    def _coming(self, queue: Queue, booking: Expected) -> Patient:
        hour = self.now.astimezone(site_zone(self.site_id)).hour
        length = self.paces.length(queue.kind, queue.practitioner_id, booking.service_id, hour)
        return Patient(max(self._from_now(booking.starts_at), 0.0), length)

    def _work(self, queue: Queue) -> WorkAhead:
        who = queue.practitioner_id
        return self.ahead.get(who, WorkAhead()) if who else WorkAhead()

    def _from_now(self, at: datetime) -> float:
        return (at - self.now).total_seconds() / 60

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
    """The sheet of a site, or of some of its queues. Six queries, however many wait.

    Five where no queue is a practitioner's own.
    """
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
    doctors = [queue.practitioner_id for queue in by_id.values() if queue.practitioner_id]
    today = now.astimezone(site_zone(site_id)).date()
    return Sheet(
        site_id=site_id,
        now=now,
        queues=by_id,
        stations={one.station_id: one.station for one in servings},
        serving=frozenset((one.station_id, one.queue_id) for one in servings),
        tickets=[ticket for ticket in tickets if ticket.queue_id in by_id],
        paces=paces(site_id),
        ahead=work_ahead(site_id, today, doctors) if doctors else {},
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
