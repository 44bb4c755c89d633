"""The day as a grid: a column per practitioner or chair, everything placed by five minutes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from uuid import UUID
from zoneinfo import ZoneInfo

from yilu.catalogue.selectors.services import shortest_minutes
from yilu.facility.selectors.places import (
    DepartmentInfo,
    PlaceName,
    departments,
    place_names,
)
from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import loaded, prepared
from yilu.scheduling import permissions
from yilu.scheduling.models import Block, Resource, Session
from yilu.scheduling.rules import Period, without
from yilu.scheduling.selectors.bookings import day_rows
from yilu.scheduling.selectors.lines import BookingLine, booking_lines
from yilu.scheduling.selectors.topics import day_topic
from yilu.scheduling.states import HOLDS_TIME, BlockKind, BookingState, ResourceKind
from yilu.workforce.selectors.practitioners import PractitionerInfo, practitioner_infos

STEP = timedelta(minutes=5)
USUAL_HOURS = (8, 18)
USUAL_SHORTEST = 15


@dataclass(frozen=True, slots=True)
class Placed:
    """A stretch of the grid: `at` five-minute steps below the top, `steps` high."""

    starts_at: datetime
    ends_at: datetime
    at: int
    steps: int

    @property
    def minutes(self) -> int:
        return steps_between(self.starts_at, self.ends_at, timedelta(minutes=1))


@dataclass(frozen=True, slots=True)
class GridBooking:
    """A booking in its column, with the room or chair it is in."""

    line: BookingLine
    place: Placed
    where: str


@dataclass(frozen=True, slots=True)
class GridBlock:
    """A time at which the column cannot be had, and why."""

    id: UUID
    kind: BlockKind
    reason: str
    place: Placed
    version: int

    @property
    def kind_label(self) -> str:
        return str(self.kind.label)


@dataclass(frozen=True, slots=True)
class GridColumn:
    """One practitioner, room or chair on one day.

    `off` is what lies outside sessions, `gaps` the free times that are long enough for the
    shortest service; `places` is how many such bookings the day holds in all.
    `is_shared` says that a release plan rules some of its sessions.
    """

    resource_id: UUID
    kind: ResourceKind
    practitioner_id: UUID | None
    name: str
    home: str
    sessions: tuple[Placed, ...]
    bookings: tuple[GridBooking, ...]
    blocks: tuple[GridBlock, ...]
    off: tuple[Placed, ...]
    gaps: tuple[Placed, ...]
    booked: int
    places: int
    is_shared: bool = False

    @property
    def late_minutes(self) -> int:
        """How late the patient is who should be here now."""
        return max((one.line.late_minutes for one in self.bookings), default=0)


@dataclass(frozen=True, slots=True)
class DayGrid:
    """A clinic day of a site. `steps` is the height of the grid in five minutes.

    `people` are the practitioners of its columns and bookings, `departments` those of the site.
    """

    site_id: UUID
    day: date
    topic: str
    opens_at: datetime
    closes_at: datetime
    steps: int
    hours: tuple[datetime, ...]
    columns: tuple[GridColumn, ...]
    by_state: Mapping[str, int]
    cancelled: tuple[BookingLine, ...]
    people: Mapping[UUID, PractitionerInfo]
    departments: tuple[DepartmentInfo, ...]


@dataclass(frozen=True, slots=True)
class DayRead:
    """What was read for the grid, by resource."""

    zone: ZoneInfo
    opens_at: datetime
    closes_at: datetime
    shortest: timedelta
    sessions: Mapping[UUID, list[Period]]
    blocks: Mapping[UUID, list[Block]]
    lines: Mapping[UUID, list[BookingLine]]
    where: Mapping[UUID, str]


def day_grid(
    actor: Actor, site_id: UUID, day: date, *, kind: str = ResourceKind.PRACTITIONER
) -> DayGrid:
    """The bookings, sessions, blocks and gaps of a clinic day, a column per resource of a kind.

    Who has neither a session nor a booking that day has no column. Twelve queries at most,
    however many.
    """
    actor.require(permissions.SEE, site_id)
    found = day_rows(site_id, day)
    sessions = _sessions(site_id, day)
    held = held_by(one.pk for one in found if one.state != BookingState.CANCELLED)
    used = {*sessions, *(resource_id for resource_id, _ in held)}
    known = resources_of(used)
    resources = {pk: one for pk, one in known.items() if pk in used and one.kind == kind}
    doctors = [one.practitioner_id for one in resources.values()]
    people = practitioner_infos([*doctors, *(one.practitioner_id for one in found)])
    names = {pk: one.name for pk, one in people.items()}
    places = _named(known.values())
    every = booking_lines(actor, found, "day", names)
    lines = [line for line in every if line.state != BookingState.CANCELLED]
    zone = site_zone(site_id)
    opens_at, closes_at = _bounds(day, zone, sessions, resources, lines)
    at_site = departments(site_id)
    read = DayRead(
        zone,
        opens_at,
        closes_at,
        shortest_service(at_site),
        sessions,
        _blocks(site_id, day),
        *_columns(held, lines, resources, places),
    )
    shown = [
        grid_column(
            one,
            read,
            resource_name(one, names, places),
            str(places[one.home_id].name) if one.home_id in places else "",
        )
        for one in resources.values()
    ]
    return DayGrid(
        site_id=site_id,
        day=day,
        topic=day_topic(site_id, day),
        opens_at=opens_at,
        closes_at=closes_at,
        steps=steps_between(opens_at, closes_at),
        hours=tuple(_hours(opens_at, closes_at, zone)),
        columns=tuple(sorted(shown, key=lambda c: (c.sessions == (), c.home, c.name))),
        by_state=_count(every),
        cancelled=tuple(line for line in every if line.state == BookingState.CANCELLED),
        people=people,
        departments=tuple(at_site),
    )


def _columns(
    held: Sequence[tuple[UUID, UUID]],
    lines: Sequence[BookingLine],
    resources: Mapping[UUID, Resource],
    places: Mapping[UUID, PlaceName],
) -> tuple[dict[UUID, list[BookingLine]], dict[UUID, str]]:
    """The bookings of each resource, and where else each booking is. `held` is by resource."""
    by_id = {line.id: line for line in lines}
    columns: dict[UUID, list[BookingLine]] = {}
    where: dict[UUID, str] = {}
    for resource_id, pairs in groupby(held, itemgetter(0)):
        if resource_id in resources:
            columns[resource_id] = [by_id[booking_id] for _, booking_id in pairs]
        elif resource_id in places:
            name = str(places[resource_id].name)
            where |= {booking_id: name for _, booking_id in pairs}
    return columns, where


_OF_DAY = "site_id = %(site)s AND clinic_day = %(day)s AND active ORDER BY during, id"


def _sessions(site_id: UUID, day: date) -> dict[UUID, list[Period]]:
    found: dict[UUID, list[Period]] = defaultdict(list)
    for one in loaded(Session, _OF_DAY, {"site": site_id, "day": day}):
        found[one.resource_id].append((one.during.lower, one.during.upper))
    return dict(found)


def _blocks(site_id: UUID, day: date) -> dict[UUID, list[Block]]:
    found: dict[UUID, list[Block]] = defaultdict(list)
    for block in loaded(Block, _OF_DAY, {"site": site_id, "day": day}):
        found[block.resource_id].append(block)
    return dict(found)


# What a booking no longer holds counts only if it is over: then it shows where it was.
_HELD = """
SELECT DISTINCT a.resource_id, a.booking_id
FROM scheduling_allocation a JOIN scheduling_booking b ON b.id = a.booking_id
WHERE a.booking_id = ANY(%(ids)s) AND (a.active OR b.state <> ALL(%(holding)s))
ORDER BY a.resource_id, a.booking_id
"""


def held_by(booking_ids: Iterable[UUID]) -> list[tuple[UUID, UUID]]:
    """What each booking holds or held: (resource, booking). One query."""
    wanted = {"ids": list(booking_ids), "holding": [str(s) for s in HOLDS_TIME]}
    found = prepared(_HELD, wanted) if wanted["ids"] else []
    return [(resource_id, booking_id) for resource_id, booking_id in found]


_AND_HOMES = """
id = ANY(%(ids)s) OR id IN (SELECT home_id FROM scheduling_resource WHERE id = ANY(%(ids)s))
"""


def resources_of(resource_ids: Iterable[UUID]) -> dict[UUID, Resource]:
    """Resources by their id, and those that are the home of one. One query."""
    wanted = {"ids": list(resource_ids)}
    found = loaded(Resource, _AND_HOMES, wanted) if wanted["ids"] else []
    return {one.pk: one for one in found}


def places_of(resource_ids: Iterable[UUID | None]) -> dict[UUID, PlaceName]:
    """The names of rooms, chairs and devices by their resource. Two queries."""
    return _named(Resource.objects.filter(pk__in=[one for one in resource_ids if one]))


def _named(resources: Iterable[Resource]) -> dict[UUID, PlaceName]:
    owners = {one.pk: one.room_id or one.chair_id or one.device_id for one in resources}
    names = place_names(owners.values())
    return {pk: names[owner] for pk, owner in owners.items() if owner in names}


def shortest_service(at_site: Iterable[DepartmentInfo]) -> timedelta:
    """How long the shortest service takes that a site's departments offer. One query."""
    shortest = shortest_minutes(one.key for one in at_site)
    return timedelta(minutes=USUAL_SHORTEST if shortest is None else shortest)


def _bounds(
    day: date,
    zone: ZoneInfo,
    sessions: Mapping[UUID, list[Period]],
    resources: Mapping[UUID, Resource],
    lines: Sequence[BookingLine],
) -> Period:
    """From the full hour before the first thing to the full hour after the last."""
    midnight, _ = clock.day_bounds(day, zone)
    edges = [edge for pk in resources for period in sessions.get(pk, ()) for edge in period]
    edges += [edge for line in lines for edge in (line.starts_at, line.ends_at)]
    if not edges:
        return midnight.replace(hour=USUAL_HOURS[0]), midnight.replace(hour=USUAL_HOURS[1])
    edges = [edge.astimezone(UTC) for edge in edges]
    first, last = min(edges).astimezone(zone), max(edges).astimezone(zone)
    top = first.replace(minute=0, second=0, microsecond=0)
    end = last.replace(minute=0, second=0, microsecond=0)
    return top, end if end == last else _later(end, zone)


def grid_column(resource: Resource, day: DayRead, name: str, home: str) -> GridColumn:
    sessions = day.sessions.get(resource.pk, [])
    lines = sorted(day.lines.get(resource.pk, []), key=lambda line: line.starts_at.astimezone(UTC))
    blocks = day.blocks.get(resource.pk, [])
    taken = [(line.starts_at, line.ends_at) for line in lines if line.state in HOLDS_TIME]
    taken += [(line.starts_at, line.ends_at) for line in lines if line.state == "finished"]
    taken += [(block.during.lower, block.during.upper) for block in blocks]
    gaps = [gap for gap in without(sessions, taken) if gap[1] - gap[0] >= day.shortest]
    whole = [(day.opens_at, day.closes_at)]
    return GridColumn(
        resource_id=resource.pk,
        kind=ResourceKind(resource.kind),
        practitioner_id=resource.practitioner_id,
        name=name,
        home=home,
        sessions=tuple(_place(day, *one) for one in sessions),
        bookings=tuple(
            GridBooking(line, _place(day, line.starts_at, line.ends_at), day.where.get(line.id, ""))
            for line in lines
        ),
        blocks=tuple(_block(day, one) for one in blocks),
        off=tuple(_place(day, *one) for one in without(whole, sessions)),
        gaps=tuple(_place(day, *one) for one in gaps),
        booked=len(taken) - len(blocks),
        places=len(taken) - len(blocks) + sum((b - a) // day.shortest for a, b in gaps),
        is_shared=resource.is_shared,
    )


def _block(day: DayRead, block: Block) -> GridBlock:
    place = _place(day, block.during.lower, block.during.upper)
    return GridBlock(block.pk, BlockKind(block.kind), block.reason, place, block.version)


def _place(day: DayRead, starts_at: datetime, ends_at: datetime) -> Placed:
    opens_at, closes_at, starts_at, ends_at = (
        one.astimezone(UTC) for one in (day.opens_at, day.closes_at, starts_at, ends_at)
    )
    first = max(starts_at, opens_at)
    last = max(min(ends_at, closes_at), first + STEP)
    at, until = steps_between(opens_at, first), steps_between(opens_at, last)
    return Placed(
        starts_at.astimezone(day.zone), ends_at.astimezone(day.zone), at, max(until - at, 1)
    )


def steps_between(since: datetime, until: datetime, step: timedelta = STEP) -> int:
    """How many steps lie between two instants, whatever the clocks on the wall did meanwhile."""
    # Through UTC: two times of one zone are else compared on the wall, whose clocks may change.
    return (until.astimezone(UTC) - since.astimezone(UTC)) // step


def _hours(opens_at: datetime, closes_at: datetime, zone: ZoneInfo) -> Iterable[datetime]:
    hour = opens_at
    while hour.astimezone(UTC) < closes_at.astimezone(UTC):
        yield hour
        hour = _later(hour, zone)


def _later(hour: datetime, zone: ZoneInfo) -> datetime:
    return (hour.astimezone(UTC) + timedelta(hours=1)).astimezone(zone)


def resource_name(
    resource: Resource, people: Mapping[UUID, object], things: Mapping[UUID, PlaceName]
) -> str:
    if resource.practitioner_id:
        return str(people[resource.practitioner_id])
    return str(things[resource.pk].name) if resource.pk in things else resource.kit


def _count(lines: Iterable[BookingLine]) -> dict[str, int]:
    counts = dict.fromkeys(BookingState.values, 0)
    for line in lines:
        counts[line.state] += 1
    return counts
