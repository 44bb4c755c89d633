"""The roster of one resource at a site: its weeks, what was opened by hand, its absences."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from yilu.facility.selectors.sites import SiteInfo, site_info
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.scheduling import permissions
from yilu.scheduling.models import Block, Resource, Session, WeeklySession
from yilu.scheduling.selectors.resources import ResourceInfo, resource_info, resource_infos
from yilu.scheduling.selectors.roster_week import ShownSession, shown_session
from yilu.scheduling.selectors.stranded import StrandedBooking, stranded_bookings
from yilu.scheduling.states import BlockKind, ResourceKind

SHOWN_BEFORE = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Week:
    """A week that holds from a day to a day, both included; the stretches by weekday."""

    valid_from: date
    valid_to: date | None
    is_now: bool
    days: tuple[tuple[tuple[time, time], ...], ...]

    @property
    def is_free(self) -> bool:
        """Whether nobody works in it."""
        return not any(self.days)


@dataclass(frozen=True, slots=True)
class Absence:
    """A time at which the resource cannot be had; one that lasts days is one."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    kind: BlockKind
    reason: str
    version: int

    @property
    def kind_label(self) -> str:
        return str(self.kind.label)


@dataclass(frozen=True, slots=True)
class ResourceRoster:
    """A resource with everything that says when it can be booked at a site."""

    site: SiteInfo
    resource: ResourceInfo
    home: str
    weeks: tuple[Week, ...]
    one_offs: tuple[ShownSession, ...]
    absences: tuple[Absence, ...]
    stranded: tuple[StrandedBooking, ...]
    many_stranded: int

    @property
    def follows_site(self) -> bool:
        """Whether it is there whenever the site is open."""
        return not self.weeks and not self.resource.is_person


def resource_roster(actor: Actor, site_id: UUID, resource_id: UUID) -> ResourceRoster:
    """A resource's roster at a site. Twenty queries. Raises: NotFound."""
    actor.require_to_see(permissions.SEE, site_id)
    resource = resource_info(resource_id)
    if resource.site_id != site_id and not resource.is_person:
        actor.require_to_see(permissions.SEE, resource.site_id)
    site = site_info(site_id)
    homes = resource_infos([resource.home_id])
    found, many = stranded_bookings(actor, site_id, resource_id)
    return ResourceRoster(
        site=site,
        resource=resource,
        home=homes[resource.home_id].name if resource.home_id in homes else "",
        weeks=weeks_of(resource_id, site),
        one_offs=_one_offs(resource_id, site),
        absences=absences_of(resource_id, site.zone),
        stranded=tuple(found),
        many_stranded=many,
    )


def weeks_of(resource_id: UUID, site: SiteInfo) -> tuple[Week, ...]:
    """The weeks of a resource at a site that hold or will, also free ones between. One query."""
    today = clock.now().astimezone(site.zone).date()
    held = WeeklySession.objects.filter(resource_id=resource_id, site_id=site.id, active=True)
    coming = list(held.filter(Q(valid_to=None) | Q(valid_to__gte=today)))
    if not coming:
        return ()
    edges = {one.valid_from for one in coming}
    edges |= {one.valid_to + timedelta(days=1) for one in coming if one.valid_to}
    return tuple(_weeks(coming, sorted(edges), today))


def _weeks(rows: Sequence[WeeklySession], edges: list[date], today: date) -> Iterable[Week]:
    """One week for each time between two days on which something changes."""
    ends: list[date | None] = [edge - timedelta(days=1) for edge in edges[1:]]
    for first, last in zip(edges, [*ends, None], strict=True):
        if last is not None and last < today:
            continue
        days: dict[int, list[tuple[time, time]]] = defaultdict(list)
        for row in rows:
            if row.valid_from <= first and (row.valid_to is None or first <= row.valid_to):
                days[row.weekday].append((row.starts, row.ends))
        stretches = tuple(tuple(sorted(days[weekday])) for weekday in range(7))
        is_now = first <= today and (last is None or today <= last)
        yield Week(first, last, is_now, stretches)


def _one_offs(resource_id: UUID, site: SiteInfo) -> tuple[ShownSession, ...]:
    held = Session.objects.filter(
        resource_id=resource_id,
        site_id=site.id,
        active=True,
        is_one_off=True,
        during__endswith__gt=clock.now(),
    ).order_by("during")
    return tuple(shown_session(one, site.zone) for one in held)


def absences_of(resource_id: UUID, zone: ZoneInfo) -> tuple[Absence, ...]:
    """What still stands in the way of a resource; parts of one absence as one. One query."""
    held = Block.objects.filter(
        resource_id=resource_id, active=True, during__endswith__gt=clock.now() - SHOWN_BEFORE
    ).order_by("during")
    found: list[Absence] = []
    for chain in chains(held):
        first, last = chain[0], chain[-1]
        if last.during.upper <= clock.now():
            continue
        found.append(
            Absence(
                first.pk,
                first.during.lower.astimezone(zone),
                last.during.upper.astimezone(zone),
                BlockKind(first.kind),
                first.reason,
                first.version,
            )
        )
    return tuple(found)


def chains(blocks: Iterable[Block]) -> list[list[Block]]:
    """Blocks in order, those that follow each other without a gap for one reason together."""
    found: list[list[Block]] = []
    for block in blocks:
        before = found[-1][-1] if found else None
        if before is not None and _goes_on(before, block):
            found[-1].append(block)
        else:
            found.append([block])
    return found


def _goes_on(before: Block, block: Block) -> bool:
    return (before.during.upper, before.kind, before.reason) == (
        block.during.lower,
        block.kind,
        block.reason,
    )


def places_to_prefer(site_id: UUID) -> list[ResourceInfo]:
    """The rooms and chairs of a site that a practitioner may prefer, by name. Three queries."""
    kinds = [ResourceKind.ROOM, ResourceKind.CHAIR]
    held = Resource.objects.filter(site_id=site_id, kind__in=kinds, is_active=True)
    return list(resource_infos(held.values_list("pk", flat=True)).values())


def guests(site_id: UUID) -> list[ResourceInfo]:
    """The practitioners of other sites, who could be given a week at this one. Three queries."""
    held = Resource.objects.filter(kind=ResourceKind.PRACTITIONER, is_active=True)
    return list(resource_infos(held.exclude(site_id=site_id).values_list("pk", flat=True)).values())
