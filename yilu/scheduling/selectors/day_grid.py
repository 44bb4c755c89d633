"""The day as a grid: a column per practitioner or chair, everything placed by five minutes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from yilu.catalogue.selectors.services import services
from yilu.facility.selectors.places import PlaceName, place_names
from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.scheduling import permissions
from yilu.scheduling.models import Allocation, Block, Resource, Session
from yilu.scheduling.rules import Period, without
from yilu.scheduling.selectors.bookings import day_bookings
from yilu.scheduling.selectors.lines import BookingLine
from yilu.scheduling.selectors.topics import day_topic
from yilu.scheduling.states import HOLDS_TIME, BlockKind, BookingState, ResourceKind
from yilu.workforce.selectors.practitioners import practitioner_names

STEP = timedelta(minutes=5)
USUAL_HOURS = (8, 18)
USUAL_SHORTEST = 15
OWNERS = ("practitioner_id", "room_id", "chair_id", "device_id")


@dataclass(frozen=True, slots=True)
class Placed:
    """A stretch of the grid: `at` five-minute steps below the top, `steps` high."""

    starts_at: datetime
    ends_at: datetime
    at: int
    steps: int

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


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
    """A clinic day of a site. `steps` is the height of the grid in five minutes."""

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

    Who has neither a session nor a booking that day has no column. Fifteen queries at most,
    however many.
    """
    actor.require(permissions.SEE, site_id)
    every = day_bookings(actor, site_id, day)
    lines = [line for line in every if line.state != BookingState.CANCELLED]
    sessions = _sessions(site_id, day)
    held = held_by(line.id for line in lines)
    resources = {
        one.pk: one
        for one in Resource.objects.filter(pk__in={*sessions, *(r for r, _ in held)}, kind=kind)
    }
    by_id = {line.id: line for line in lines}
    columns: dict[UUID, list[BookingLine]] = defaultdict(list)
    for resource_id, booking_id in held:
        if resource_id in resources:
            columns[resource_id].append(by_id[booking_id])
    homes = {one.pk: one.home_id for one in resources.values()}
    places = places_of({r for r, _ in held} | set(homes.values()))
    zone = site_zone(site_id)
    opens_at, closes_at = _bounds(day, zone, sessions, resources, lines)
    read = DayRead(
        zone,
        opens_at,
        closes_at,
        shortest_service(site_id),
        sessions,
        _blocks(site_id, day),
        columns,
        {b: str(places[r].name) for r, b in held if r in places and r not in resources},
    )
    names = practitioner_names(one.practitioner_id for one in resources.values())
    things = places_of(set(resources))
    shown = [
        grid_column(
            one,
            read,
            resource_name(one, names, things),
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
        steps=_steps(closes_at - opens_at),
        hours=tuple(_hours(opens_at, closes_at)),
        columns=tuple(sorted(shown, key=lambda c: (c.sessions == (), c.home, c.name))),
        by_state=_count(every),
        cancelled=tuple(line for line in every if line.state == BookingState.CANCELLED),
    )


def _sessions(site_id: UUID, day: date) -> dict[UUID, list[Period]]:
    found: dict[UUID, list[Period]] = defaultdict(list)
    open_then = Session.objects.filter(site_id=site_id, clinic_day=day, active=True)
    for resource_id, during in open_then.values_list("resource_id", "during"):
        found[resource_id].append((during.lower, during.upper))
    return dict(found)


def _blocks(site_id: UUID, day: date) -> dict[UUID, list[Block]]:
    found: dict[UUID, list[Block]] = defaultdict(list)
    for block in Block.objects.filter(site_id=site_id, clinic_day=day, active=True):
        found[block.resource_id].append(block)
    return dict(found)


def held_by(booking_ids: Iterable[UUID]) -> list[tuple[UUID, UUID]]:
    """What each booking holds or held: (resource, booking)."""
    held = Allocation.objects.filter(booking_id__in=list(booking_ids)).exclude(
        active=False, booking__state__in=HOLDS_TIME
    )
    pairs = held.values_list("resource_id", "booking_id").order_by("resource_id").distinct()
    return [(resource_id, booking_id) for resource_id, booking_id in pairs if booking_id]


def places_of(resource_ids: Iterable[UUID | None]) -> dict[UUID, PlaceName]:
    """The names of rooms, chairs and devices by their resource. Two queries."""
    wanted = [one for one in resource_ids if one]
    rows = Resource.objects.filter(pk__in=wanted).values_list("pk", *OWNERS[1:])
    owners = {pk: next((one for one in ids if one), None) for pk, *ids in rows}
    names = place_names(owners.values())
    return {pk: names[owner] for pk, owner in owners.items() if owner in names}


def shortest_service(site_id: UUID) -> timedelta:
    lengths = [service.minutes for service in services(site_id)]
    return timedelta(minutes=min(lengths, default=USUAL_SHORTEST))


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
    first, last = min(edges).astimezone(zone), max(edges).astimezone(zone)
    top = first.replace(minute=0, second=0, microsecond=0)
    end = last.replace(minute=0, second=0, microsecond=0)
    return top, end if end == last else end + timedelta(hours=1)


def grid_column(resource: Resource, day: DayRead, name: str, home: str) -> GridColumn:
    sessions = day.sessions.get(resource.pk, [])
    lines = sorted(day.lines.get(resource.pk, []), key=lambda line: line.starts_at)
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
    first = max(starts_at, day.opens_at)
    last = max(min(ends_at, day.closes_at), first + STEP)
    at = _steps(first - day.opens_at)
    until = _steps(last - day.opens_at)
    return Placed(
        starts_at.astimezone(day.zone), ends_at.astimezone(day.zone), at, max(until - at, 1)
    )


def _steps(length: timedelta) -> int:
    return length // STEP


def _hours(opens_at: datetime, closes_at: datetime) -> Iterable[datetime]:
    hour = opens_at
    while hour < closes_at:
        yield hour
        hour += timedelta(hours=1)


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
