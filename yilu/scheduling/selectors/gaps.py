"""Who fits a free time of the grid: from the pinboard, of those to be moved, of those who wait."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from yilu.catalogue.selectors.services import service_infos
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.names import Localized
from yilu.scheduling import permissions
from yilu.scheduling.errors import UnknownPractitioner, UnknownService
from yilu.scheduling.fit import Fit, fit, ranked
from yilu.scheduling.models import Booking, Resource, WaitingEntry
from yilu.scheduling.selectors.facts import Facts, service_facts
from yilu.scheduling.selectors.free_time import free_rows
from yilu.scheduling.selectors.lines import BookingLine, booking_lines
from yilu.scheduling.selectors.pinboard import pinboard
from yilu.scheduling.selectors.stranded import stranded
from yilu.scheduling.selectors.waiters import Freed, waiters
from yilu.scheduling.states import Urgency
from yilu.scheduling.things import needs_met

MOST_SHOWN = 8
Start = tuple[datetime, datetime, UUID]


@dataclass(frozen=True, slots=True)
class Gap:
    """A free time of a practitioner, or of the room, chair or device that `thing_id` names."""

    site_id: UUID
    practitioner_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    thing_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Movable:
    """A booking that could be put into the gap, at its head."""

    line: BookingLine
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody on the waiting list whom the gap would do. `score` is that of `fit`."""

    entry_id: UUID
    version: int
    practitioner_id: UUID
    patient: PatientBrief | None
    service: Localized
    urgency: Urgency
    starts_at: datetime
    ends_at: datetime
    waited_days: int
    has_until: datetime | None
    score: int


@dataclass(frozen=True, slots=True)
class WhoFits:
    """All who fit a gap, best first in each list."""

    pinned: tuple[Movable, ...]
    stranded: tuple[Movable, ...]
    waiting: tuple[Waiting, ...]

    @property
    def many(self) -> int:
        return len(self.pinned) + len(self.stranded) + len(self.waiting)


def who_fits(actor: Actor, gap: Gap) -> WhoFits:
    """Who could be booked into a gap. Sixteen queries, and two for each further service; one more
    for a gap of a room, chair or device.

    Everybody shown has a time in the gap at which all that the service needs is free.
    Raises: NotAllowed.
    """
    actor.require(permissions.SEE, gap.site_id)
    starts = _Starts(gap)
    pinned = pinboard(actor, gap.site_id)
    on_board = {line.id for line in pinned}
    ids = [one for one in stranded([gap.site_id]) if one not in on_board][: 4 * MOST_SHOWN]
    lost = booking_lines(actor, Booking.objects.filter(pk__in=ids).order_by("starts_at"), "grid")
    return WhoFits(
        _movable(pinned, starts),
        _movable(lost, starts),
        _waiting(actor, gap, starts),
    )


class _Starts:
    """The possible starts in a gap by service, each read once."""

    def __init__(self, gap: Gap) -> None:
        self.gap = gap
        self._known: dict[UUID, list[Start]] = {}
        self._thing = Resource.objects.filter(pk=gap.thing_id).first() if gap.thing_id else None

    def of(self, service_id: UUID, practitioner_id: UUID | None = None) -> list[Start]:
        """In order of time; in a gap of a thing only with that practitioner, if one is named."""
        if service_id not in self._known:
            self._known[service_id] = self._read(service_id)
        known = self._known[service_id]
        if self.gap.thing_id is None or practitioner_id is None:
            return known
        return [one for one in known if one[2] == practitioner_id]

    def _read(self, service_id: UUID) -> list[Start]:
        gap = self.gap
        try:
            facts: Facts = service_facts(service_id, gap.practitioner_id)
        except (UnknownService, UnknownPractitioner):
            return []
        thing = self._thing
        if gap.thing_id and not (thing and any(needs_met(facts, thing.kind, thing.detail))):
            return []
        rows = free_rows(facts, gap.site_id, gap.starts_at, gap.ends_at)
        return sorted((start, end, who) for start, end, who in rows if end <= gap.ends_at)


def _movable(lines: Iterable[BookingLine], starts: _Starts) -> tuple[Movable, ...]:
    zone = site_zone(starts.gap.site_id)
    found = []
    for line in lines:
        length = timedelta(minutes=line.minutes)
        for starts_at, _, _ in starts.of(line.service_id, line.practitioner_id):
            if starts_at + length <= starts.gap.ends_at:
                found.append(Movable(line, starts_at.astimezone(zone)))
                break
    return tuple(found[:MOST_SHOWN])


def _waiting(actor: Actor, gap: Gap, starts: _Starts) -> tuple[Waiting, ...]:
    now, zone = clock.now(), site_zone(gap.site_id)
    owner = gap.practitioner_id or gap.thing_id or gap.site_id
    freed = Freed(owner, gap.site_id, owner, gap.starts_at, gap.ends_at)
    found: list[Fit] = []
    for one in waiters(freed, of_thing=gap.thing_id is not None):
        for starts_at, ends_at, _ in starts.of(one.service_id, one.practitioner_id):
            if one.takes(starts_at, now, zone):
                whole = starts_at == gap.starts_at and ends_at == gap.ends_at
                found.append(fit(one, starts_at, now, is_whole=whole))
                break
    best = ranked(found)[:MOST_SHOWN]
    entries = WaitingEntry.objects.in_bulk([one.waiter.entry_id for one in best])
    people = patient_briefs(actor, [one.patient_id for one in entries.values()], "waiting_list")
    services = service_infos({one.waiter.service_id for one in best})
    return tuple(
        Waiting(
            entry_id=one.waiter.entry_id,
            version=entries[one.waiter.entry_id].version,
            patient=people.get(entries[one.waiter.entry_id].patient_id),
            service=services[one.waiter.service_id].name,
            urgency=Urgency(one.waiter.urgency),
            starts_at=one.starts_at.astimezone(zone),
            ends_at=_at(starts, one)[1].astimezone(zone),
            practitioner_id=_at(starts, one)[2],
            waited_days=(now - one.waiter.since).days,
            has_until=one.waiter.has_until and one.waiter.has_until.astimezone(zone),
            score=one.score,
        )
        for one in best
    )


def _at(starts: _Starts, one: Fit) -> Start:
    """The start that was found for somebody, with its end and with whom."""
    rows = starts.of(one.waiter.service_id, one.waiter.practitioner_id)
    return next(row for row in rows if row[0] == one.starts_at)
