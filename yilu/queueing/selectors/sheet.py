"""Everything about a site's queues at one moment, read at once: the ground of every board."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.db import loaded, loaded_with
from yilu.queueing.models import Queue, Serving, Station, Ticket
from yilu.queueing.rules import lengths
from yilu.queueing.rules.lengths import Away, Guess, Length, Patient, Room, Shape, Wait
from yilu.queueing.rules.order import RETURN, Waiting, in_order
from yilu.queueing.rules.policy import policy_of
from yilu.queueing.selectors.paces import Paces, paces
from yilu.queueing.states import AT_STATION, IN_QUEUE, TicketState
from yilu.scheduling.rules import without
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
    called_lately: frozenset[UUID] = frozenset()  # Stations to which somebody was called.

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
        return self._serving_by_queue.get(queue_id, [])

    @cached_property
    def stations_in_order(self) -> Sequence[Station]:
        """All stations, in the order in which they are shown."""
        return sorted(self.stations.values(), key=lambda one: (one.position, one.key))

    @cached_property
    def _serving_by_queue(self) -> Mapping[UUID, list[Station]]:
        by_queue: dict[UUID, list[Station]] = defaultdict(list)
        for station_id, queue_id in self.serving:
            if station_id in self.stations:
                by_queue[queue_id].append(self.stations[station_id])
        for mine in by_queue.values():
            mine.sort(key=lambda one: (one.position, one.key))
        return by_queue

    def wait_behind(self, queue_id: UUID) -> Wait:
        """The predicted wait of a newcomer without a booking, behind all who wait."""
        queue = self.queues[queue_id]
        gives_way = policy_of(queue.policy).walk_in_gives_way
        waiting = (self._patient(one) for one in self.waiting.get(queue_id, []))
        line = lengths.Line(self._room(queue), waiting)
        before = self._expected(queue, self.now + timedelta(minutes=gives_way))
        return self.told(queue, line.guess(coming=before))

    def places(
        self, queue_id: UUID, wanted: Collection[UUID] | None = None
    ) -> Iterator[tuple[int, Ticket, Wait]]:
        """Who waits in a queue, next first, each with how many are ahead and how long it takes.

        With `wanted` only these tickets: a forecast is worked out for nobody who is not shown.
        """
        queue = self.queues[queue_id]
        for ahead, ticket, guess in self.guesses(queue_id, wanted):
            yield ahead, ticket, self.told(queue, guess)

    def guesses(
        self, queue_id: UUID, wanted: Collection[UUID] | None = None
    ) -> Iterator[tuple[int, Ticket, Guess]]:
        """The same before it is told as a range."""
        queue = self.queues[queue_id]
        line = lengths.Line(self._room(queue))
        for ahead, ticket in enumerate(self.waiting.get(queue_id, [])):
            if wanted is None or ticket.pk in wanted:
                is_first = ticket.level < LEAST_URGENT or ticket.limit_at <= self.now
                before = [] if is_first else self._expected(queue, ticket.turn_at)
                ready = self._from_now(ticket.ready_at)
                yield ahead, ticket, line.guess(coming=before, ready=ready)
            line.add(self._patient(ticket))

    def turns(self, queue_id: UUID) -> Iterator[tuple[Expected, Guess]]:
        """Who booked with a queue's practitioner and is still to come, each with when their turn
        would be if they came in time: behind those who wait and are called before them.
        """
        queue = self.queues[queue_id]
        waiting = self.waiting.get(queue_id, [])
        for one in self._still(queue):
            line = lengths.Line(self._room(queue))
            for ticket in waiting:
                is_first = ticket.level < LEAST_URGENT or ticket.limit_at <= self.now
                if is_first or ticket.turn_at <= one.starts_at:
                    line.add(self._patient(ticket))
            before = self._expected(queue, one.starts_at)
            yield one, line.guess(coming=before, ready=self._from_now(one.starts_at))

    def is_seeing(self, queue_id: UUID) -> bool:
        """Whether patients of a queue are seen now: its practitioner is in session and not away;
        of one that is nobody's own, a station is staffed.
        """
        queue = self.queues[queue_id]
        if not queue.practitioner_id:
            return any(self.is_staffed(one.pk) for one in self.stations_of(queue_id))
        away = any(starts <= self.now < ends for starts, ends in self._work(queue).blocks)
        return self.closes_at(queue_id, self.now) is not None and not away

    def is_served(self, queue_id: UUID) -> bool:
        """Whether anybody sees patients of a queue now or later today: its practitioner has time in
        session before them, or somebody has called to one of its stations within the hour.
        """
        queue = self.queues[queue_id]
        if not queue.practitioner_id:
            return True
        if any(self.is_staffed(one.pk) for one in self.stations_of(queue_id)):
            return True
        work = self._work(queue)
        coming = [
            (max(starts, self.now), ends) for starts, ends in work.sessions if ends > self.now
        ]
        return bool(without(coming, work.blocks))

    def shape(self, queue_id: UUID, guess: Guess) -> Shape:
        """Where the percentiles of such a guess lie."""
        return self.paces.shape(self.queues[queue_id].kind, guess.depth)

    def closes_at(self, queue_id: UUID, at: datetime) -> datetime | None:
        """When the session of a queue's practitioner ends that an instant is in, if in any."""
        sessions = self._work(self.queues[queue_id]).sessions
        return next((ends for starts, ends in sessions if starts <= at < ends), None)

    def by_place(self, queue_id: UUID, ahead: int) -> float:
        """What counting places alone would say, in minutes: those before one, each as long as
        everybody takes here. Forecasts are measured against it.
        """
        kind, stations = self.queues[queue_id].kind, self.stations_of(queue_id)
        inside = sum(len(self.at_station.get(one.pk, ())) for one in stations)
        staffed = max(1, sum(1 for one in stations if self.is_staffed(one.pk)))
        usual = self.paces.usual(kind)
        return (ahead + inside) * usual.mean / staffed

    def told(self, queue: Queue, guess: Guess) -> Wait:
        """A guess as patients and staff are told it."""
        return guess.told(self.paces.shape(queue.kind, guess.depth))

    def length_of(self, ticket: Ticket) -> Length:
        """How long a patient will take, as far as this clinic knows."""
        kind = self.queues[ticket.queue_id].kind
        return self._length(kind, ticket.practitioner_id, ticket.service_id)

    def _length(self, kind: str, practitioner_id: UUID | None, service_id: UUID | None) -> Length:
        special = (kind, practitioner_id, service_id)
        if special not in self._lengths:
            self._lengths[special] = self.paces.length(*special, self._hour)
        return self._lengths[special]

    @cached_property
    def _lengths(self) -> dict[tuple[str, UUID | None, UUID | None], Length]:
        return {}

    @cached_property
    def _hour(self) -> int:
        return self.now.astimezone(site_zone(self.site_id)).hour

    def _patient(self, ticket: Ticket) -> Patient:
        return Patient(self._from_now(ticket.ready_at), self.length_of(ticket))

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

    def _expected(self, queue: Queue, turn_at: datetime) -> list[Patient]:
        """Who booked a time before this turn with the queue's practitioner, and is not here."""
        return [patient for starts_at, patient in self._coming_to(queue) if starts_at < turn_at]

    def _coming_to(self, queue: Queue) -> list[tuple[datetime, Patient]]:
        """Who is still expected there, each with their booked time: who is to come first, first."""
        if queue.pk not in self._comings:
            coming = [(one.starts_at, self._coming(queue, one)) for one in self._still(queue)]
            self._comings[queue.pk] = sorted(coming, key=lambda one: one[1].ready)
        return self._comings[queue.pk]

    @cached_property
    def _comings(self) -> dict[UUID, list[tuple[datetime, Patient]]]:
        return {}

    def _still(self, queue: Queue) -> list[Expected]:
        """Whose booked or promised time is not so long past that they hardly come any more."""
        late = self.now - STAYS_AWAY
        return [one for one in self._work(queue).expected if one.comes_at > late]

    def _coming(self, queue: Queue, booking: Expected) -> Patient:
        length = self._length(queue.kind, queue.practitioner_id, booking.service_id)
        return Patient(max(self._from_now(booking.comes_at), 0.0), length)

    def _work(self, queue: Queue) -> WorkAhead:
        who = queue.practitioner_id
        return self.ahead.get(who, WorkAhead()) if who else WorkAhead()

    def _from_now(self, at: datetime) -> float:
        return (at - self.now).total_seconds() / 60

    def is_staffed(self, station_id: UUID) -> bool:
        """Whether somebody has called to this station within the hour, or is with a patient."""
        return station_id in self.called_lately or station_id in self.at_station

    def _minutes_in(self, ticket: Ticket) -> float:
        since = ticket.started_at or ticket.called_at or self.now
        return max((self.now - since).total_seconds() / 60, 0.0)


def sheet(site_id: UUID, *, queue_ids: Iterable[UUID] | None = None) -> Sheet:
    """The sheet of a site, or of some of its queues. Six queries, however many wait.

    Five where no queue is a practitioner's own.
    """
    now, zone = clock.now(), site_zone(site_id)
    asked = {
        "site": site_id,
        "some": None if queue_ids is None else list(queue_ids),
        "since": (now - timedelta(days=1)).date(),
        "live": [str(state) for state in IN_QUEUE],
        "recent": now - STAFFED_WITHIN,
    }
    queues = {queue.pk: queue for queue in loaded(Queue, _QUEUES, asked)}
    stations = loaded_with(Station, _STATIONS, asked, SERVED, _CALLED)
    doctors = [queue.practitioner_id for queue in queues.values() if queue.practitioner_id]
    return Sheet(
        site_id=site_id,
        now=now,
        queues=queues,
        stations={station.pk: station for station, _ in stations},
        serving=frozenset((station.pk, one) for station, (served, _) in stations for one in served),
        tickets=[one for one in loaded(Ticket, _TICKETS, asked) if one.queue_id in queues],
        paces=paces(site_id),
        ahead=work_ahead(site_id, now.astimezone(zone).date(), doctors) if doctors else {},
        called_lately=frozenset(station.pk for station, (_, is_called) in stations if is_called),
    )


_QUEUES = """
site_id = %(site)s AND is_active AND (%(some)s::uuid[] IS NULL OR id = ANY(%(some)s::uuid[]))
ORDER BY position, key
"""
_STATIONS = "site_id = %(site)s AND is_active"
SERVED = f"""
ARRAY(SELECT queue_id FROM {Serving._meta.db_table} WHERE station_id = {Station._meta.db_table}.id)
"""  # noqa: S608, SLF001 (only tables' own names are put in)
_OF_DAY = """
site_id = %(site)s AND clinic_day >= %(since)s
AND (%(some)s::uuid[] IS NULL OR queue_id = ANY(%(some)s::uuid[]))
"""
_TICKETS = f"{_OF_DAY} AND state = ANY(%(live)s)"
# All at once, not station by station: the day's tickets are read once.
_CALLED = f"""
{Station._meta.db_table}.id IN (
    SELECT station_id FROM {Ticket._meta.db_table} WHERE {_OF_DAY} AND called_at > %(recent)s
)
"""  # noqa: S608, SLF001 (only tables' own names are put in)


def _as_waiting(ticket: Ticket) -> Waiting:
    return Waiting(
        ticket.pk,
        ticket.level,
        ticket.turn_at,
        ticket.limit_at,
        ticket.ready_at,
        ticket.placed == RETURN,
    )
