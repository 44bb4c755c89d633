"""A week of a site's roster: who and what can be booked when, and what stands in the way."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Max

from yilu.facility.selectors.calendar import closures, day_kinds, roster_weekdays, special_days
from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.names import Localized
from yilu.scheduling import permissions
from yilu.scheduling.models import Allocation, Block, Resource, Session
from yilu.scheduling.selectors.resources import ResourceInfo, resource_infos
from yilu.scheduling.states import HOLDS_TIME, BlockKind, ResourceKind

WEEK = 7


@dataclass(frozen=True, slots=True)
class RosterDay:
    """A day of the week, and why it is not like others."""

    day: date
    is_today: bool
    is_over: bool
    is_closed: bool
    note: Localized


@dataclass(frozen=True, slots=True)
class ShownSession:
    """A session on the wall clock of the site."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    is_one_off: bool
    version: int


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A time at which the resource cannot be had, on the wall clock of the site."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    kind: BlockKind
    reason: str
    version: int

    @property
    def words(self) -> str:
        """What the block is, with its reason."""
        return f"{self.kind.label} · {self.reason}" if self.reason else str(self.kind.label)


@dataclass(frozen=True, slots=True)
class RosterCell:
    """A resource on a day."""

    day: date
    is_over: bool
    sessions: tuple[ShownSession, ...]
    blocks: tuple[ShownBlock, ...]
    booked: int


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A resource through the week."""

    resource: ResourceInfo
    home: str
    cells: tuple[RosterCell, ...]


@dataclass(frozen=True, slots=True)
class RosterWeek:
    """A site's week for one kind of resources. `published_until` is the last day with sessions."""

    site_id: UUID
    monday: date
    kind: ResourceKind
    days: tuple[RosterDay, ...]
    rows: tuple[RosterRow, ...]
    published_until: date | None


def roster_week(actor: Actor, site_id: UUID, monday: date, kind: str) -> RosterWeek:
    """A week of the resources of a kind, and of guests who are in session there. 15 queries.

    Raises: NotAllowed.
    """
    actor.require(permissions.SEE, site_id)
    zone = site_zone(site_id)
    last = monday + timedelta(days=WEEK - 1)
    days = _days(site_id, monday, last, zone)
    sessions = _sessions(site_id, monday, last, zone)
    resources = _resources(site_id, kind, {resource_id for resource_id, _day in sessions})
    blocks = _blocks(resources, monday, last, zone)
    booked = _booked(resources, site_id, monday, last, zone)
    homes = resource_infos(one.home_id for one in resources.values())
    published = Session.objects.filter(site_id=site_id, active=True).aggregate(
        last=Max("clinic_day")
    )
    return RosterWeek(
        site_id=site_id,
        monday=monday,
        kind=ResourceKind(kind),
        days=days,
        rows=tuple(
            RosterRow(
                one,
                homes[one.home_id].name if one.home_id in homes else "",
                tuple(
                    RosterCell(
                        day.day,
                        day.is_over,
                        tuple(sessions.get((one.id, day.day), ())),
                        tuple(blocks.get((one.id, day.day), ())),
                        booked.get((one.id, day.day), 0),
                    )
                    for day in days
                ),
            )
            for one in resources.values()
        ),
        published_until=published["last"],
    )


def roster_cell(actor: Actor, site_id: UUID, resource_id: UUID, day: date) -> RosterCell:
    """A resource on a day. Three queries. Raises: NotAllowed."""
    actor.require(permissions.SEE, site_id)
    zone = site_zone(site_id)
    sessions = _sessions(site_id, day, day, zone)
    blocks = _blocks([resource_id], day, day, zone)
    booked = _booked([resource_id], site_id, day, day, zone)
    key = (resource_id, day)
    is_over = day < clock.now().astimezone(zone).date()
    found, held = tuple(sessions.get(key, ())), tuple(blocks.get(key, ()))
    return RosterCell(day, is_over, found, held, booked.get(key, 0))


def _days(site_id: UUID, first: date, last: date, zone: ZoneInfo) -> tuple[RosterDay, ...]:
    today = clock.now().astimezone(zone).date()
    kinds = day_kinds(first, last)
    worked = roster_weekdays(site_id, first, last)
    notes: dict[date, Localized] = {day: kind.name for day, kind in kinds.items()}
    notes |= {own.day: own.reason for own in special_days(site_id, first, last)}
    for one in closures(site_id, first, last):
        notes |= {day: one.reason for day in kinds if one.starts_on <= day <= one.ends_on}
    return tuple(
        RosterDay(day, day == today, day < today, worked[day] is None, notes[day]) for day in kinds
    )


def _resources(site_id: UUID, kind: str, there: Iterable[UUID]) -> Mapping[UUID, ResourceInfo]:
    own = Resource.objects.filter(site_id=site_id, kind=kind, is_active=True)
    guests = Resource.objects.filter(pk__in=there, kind=kind, is_active=True)
    return resource_infos({*own.values_list("pk", flat=True), *guests.values_list("pk", flat=True)})


def _sessions(
    site_id: UUID, first: date, last: date, zone: ZoneInfo
) -> dict[tuple[UUID, date], list[ShownSession]]:
    found: dict[tuple[UUID, date], list[ShownSession]] = defaultdict(list)
    held = Session.objects.filter(
        site_id=site_id, active=True, clinic_day__range=(first, last)
    ).order_by("during")
    for one in held:
        found[one.resource_id, one.clinic_day].append(shown_session(one, zone))
    return dict(found)


def shown_session(one: Session, zone: ZoneInfo) -> ShownSession:
    """A session on the wall clock of a zone."""
    starts_at, ends_at = one.during.lower.astimezone(zone), one.during.upper.astimezone(zone)
    return ShownSession(one.pk, starts_at, ends_at, one.is_one_off, one.version)


def shown_block(one: Block, zone: ZoneInfo) -> ShownBlock:
    """A block on the wall clock of a zone."""
    starts_at, ends_at = one.during.lower.astimezone(zone), one.during.upper.astimezone(zone)
    return ShownBlock(one.pk, starts_at, ends_at, BlockKind(one.kind), one.reason, one.version)


def _blocks(
    resources: Iterable[UUID], first: date, last: date, zone: ZoneInfo
) -> dict[tuple[UUID, date], list[ShownBlock]]:
    found: dict[tuple[UUID, date], list[ShownBlock]] = defaultdict(list)
    held = Block.objects.filter(
        resource_id__in=list(resources), active=True, clinic_day__range=(first, last)
    ).order_by("during")
    for one in held:
        found[one.resource_id, one.clinic_day].append(shown_block(one, zone))
    return dict(found)


def _booked(
    resources: Iterable[UUID], site_id: UUID, first: date, last: date, zone: ZoneInfo
) -> dict[tuple[UUID, date], int]:
    """How many bookings each resource has on each day."""
    opens, _ends = clock.day_bounds(first, zone)
    _starts, closes = clock.day_bounds(last, zone)
    held = Allocation.objects.filter(
        resource_id__in=list(resources),
        active=True,
        booking__site_id=site_id,
        booking__state__in=HOLDS_TIME,
        booking__starts_at__gte=opens,
        booking__starts_at__lt=closes,
    )
    counts: dict[tuple[UUID, date], int] = defaultdict(int)
    for resource_id, day in held.values_list("resource_id", "booking__clinic_day"):
        counts[resource_id, day] += 1
    return counts
