"""Release plans of a site, and the sessions that they rule."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.scheduling import permissions
from yilu.scheduling.models import ReleasePlan, Resource
from yilu.scheduling.selectors.resources import ResourceInfo, resource_infos
from yilu.scheduling.selectors.shares import shared_of_day, shared_sessions
from yilu.scheduling.shares import Share, Shared
from yilu.scheduling.states import ChannelGroup, ResourceKind, ShareUnit

AHEAD = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class PlanInfo:
    """A plan as it was set."""

    id: UUID
    version: int
    name: str
    unit: ShareUnit
    falls_hours: int
    per_person: int
    has_draw: bool
    needs_id: bool
    shares: dict[str, Share]
    resource_ids: tuple[UUID, ...]
    weekdays: tuple[int, ...]
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupLine:
    """What one kind of channel has sold of a session, and may; `at` is a release to come."""

    label: str
    used: int
    amount: int | None
    at: datetime | None

    def __add__(self, other: "GroupLine") -> "GroupLine":
        amount = None if self.amount is None or other.amount is None else self.amount + other.amount
        return GroupLine(self.label, self.used + other.used, amount, self.at or other.at)

    @property
    def is_full(self) -> bool:
        return self.amount is not None and self.used >= self.amount

    @property
    def is_over(self) -> bool:
        return self.amount is not None and self.used > self.amount


@dataclass(frozen=True, slots=True)
class RuledSession:
    """A ruled session, on the wall of its site."""

    who: str
    plan: str
    day: date
    starts_at: datetime
    ends_at: datetime
    falls_at: datetime
    has_fallen: bool
    groups: tuple[GroupLine, ...]


def release_plans(actor: Actor, site_id: UUID) -> list[PlanInfo]:
    """The plans of a site. Six queries. Raises: NotFound: the actor may not see them."""
    actor.require_to_see(permissions.SEE, site_id)
    found = ReleasePlan.objects.filter(site_id=site_id, is_active=True)
    plans = list(found.prefetch_related("shares", "uses"))
    names = resource_infos(use.resource_id for plan in plans for use in plan.uses.all())
    return [_info(plan, names) for plan in plans]


def release_plan(actor: Actor, site_id: UUID, plan_id: UUID) -> PlanInfo:
    """One plan. Six queries. Raises: NotFound."""
    found = next((one for one in release_plans(actor, site_id) if one.id == plan_id), None)
    if found is None:
        raise NotFound
    return found


def ruled_sessions(actor: Actor, site_id: UUID) -> list[RuledSession]:
    """The ruled sessions of today and the next week, in order of time. Four queries.

    Raises: NotFound: the actor may not see them.
    """
    actor.require_to_see(permissions.SEE, site_id)
    now = clock.now()
    found = shared_sessions(site_id=site_id, first=now, until=now + AHEAD)
    return told([one for one in found if one.ends_at > now])


def told(sessions: list[Shared]) -> list[RuledSession]:
    """Ruled sessions in words and on the wall. Three queries."""
    names = resource_infos(one.resource_id for one in sessions)
    now = clock.now()
    return [
        RuledSession(
            who=names[one.resource_id].name,
            plan=one.plan.name,
            day=one.clinic_day,
            starts_at=one.starts_at.astimezone(one.zone),
            ends_at=one.ends_at.astimezone(one.zone),
            falls_at=one.falls_at.astimezone(one.zone),
            has_fallen=one.falls_at <= now,
            groups=tuple(_group(one, group, now) for group in ChannelGroup),
        )
        for one in sessions
    ]


def day_shares(site_id: UUID, day: date) -> dict[UUID, tuple[GroupLine, ...]]:
    """What kinds of channels with a share have sold of a day, by resource. One query.

    Ask only where a resource of the day is shared out. The sessions of a day count together; a
    session that has fallen to all is left out.
    """
    now = clock.now()
    found: dict[UUID, dict[str, GroupLine]] = {}
    for one in shared_of_day(site_id, day):
        lines = found.setdefault(one.resource_id, {})
        for line in (_group(one, group, now) for group in ChannelGroup):
            if line.amount is None or one.falls_at <= now:
                continue
            had = lines.get(line.label)
            lines[line.label] = had + line if had else line
    return {resource_id: tuple(lines.values()) for resource_id, lines in found.items() if lines}


def people_to_rule(actor: Actor, site_id: UUID) -> list[ResourceInfo]:
    """The practitioners whose sessions a plan can rule. Four queries. Raises: NotFound."""
    actor.require_to_see(permissions.SEE, site_id)
    found = Resource.objects.filter(site_id=site_id, kind=ResourceKind.PRACTITIONER, is_active=True)
    return list(resource_infos(found.values_list("pk", flat=True)).values())


def _group(session: Shared, group: ChannelGroup, now: datetime) -> GroupLine:
    share = session.plan.shares.get(group)
    at = session.released_at(group)
    return GroupLine(
        label=str(group.label),
        used=session.used(group),
        amount=share.amount if share else None,
        at=at.astimezone(session.zone) if at and at > now else None,
    )


def _info(plan: ReleasePlan, names: dict[UUID, ResourceInfo]) -> PlanInfo:
    uses = list(plan.uses.all())
    return PlanInfo(
        id=plan.pk,
        version=plan.version,
        name=plan.name,
        unit=ShareUnit(plan.unit),
        falls_hours=plan.falls_hours,
        per_person=plan.per_person,
        has_draw=plan.has_draw,
        needs_id=plan.needs_id,
        shares={
            one.group: Share(one.group, one.amount, one.days_ahead, one.released_at)
            for one in plan.shares.all()
        },
        resource_ids=tuple(use.resource_id for use in uses),
        weekdays=tuple(uses[0].weekdays) if uses else (),
        people=tuple(names[use.resource_id].name for use in uses),
    )
