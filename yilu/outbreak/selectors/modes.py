"""How a site stands: in outbreak mode, in a drill, or in neither; and what it has planned."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.outbreak import permissions
from yilu.outbreak.models import Outbreak, SitePlan
from yilu.outbreak.states import Illness
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import loaded
from yilu.platform.names import Localized


@dataclass(frozen=True, slots=True)
class PlanInfo:
    """What a site has planned; see `SitePlan`."""

    id: UUID
    site_id: UUID
    route: Localized
    room_id: UUID
    queue_id: UUID
    valid_hours: int
    window_minutes: int
    drill_days: int
    online_per_day: int | None
    closed_service_ids: tuple[UUID, ...]
    made_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Mode:
    """What is on at a site now: outbreak mode, or a drill of it. Times are local."""

    id: UUID
    site_id: UUID
    is_drill: bool
    illness: Illness
    reason: str
    began_at: datetime
    version: int
    plan: PlanInfo

    @property
    def binds_patients(self) -> bool:
        """Whether patients are asked, told and sent apart: never in a drill."""
        return not self.is_drill

    @property
    def holds_from(self) -> datetime:
        """Answers from before this moment do not count any more."""
        return clock.now() - timedelta(hours=self.plan.valid_hours)


@dataclass(frozen=True, slots=True)
class DrillDue:
    """That a site should drill again: `days` since the last time; None if it never has."""

    days: int | None


def mode_of(site_id: UUID) -> Mode | None:
    """What is on at a site now. One query; two while something is."""
    on = loaded(Outbreak, "site_id = %(site)s AND ended_at IS NULL", {"site": site_id})
    plan = plan_of(site_id) if on else None
    if plan is None:
        return None
    found = on[0]
    return Mode(
        id=found.pk,
        site_id=site_id,
        is_drill=found.is_drill,
        illness=Illness(found.illness),
        reason=found.reason,
        began_at=found.began_at.astimezone(site_zone(site_id)),
        version=found.version,
        plan=plan,
    )


def plan_of(site_id: UUID) -> PlanInfo | None:
    """What a site has planned; None before anybody has. One query."""
    row = SitePlan.objects.filter(site_id=site_id).first()
    if row is None:
        return None
    return PlanInfo(
        id=row.pk,
        site_id=row.site_id,
        route=row.route,
        room_id=row.room_id,
        queue_id=row.queue_id,
        valid_hours=row.valid_hours,
        window_minutes=row.window_minutes,
        drill_days=row.drill_days,
        online_per_day=row.online_per_day,
        closed_service_ids=tuple(row.closed_service_ids),
        made_at=row.made_at,
        version=row.version,
    )


def drill_due(actor: Actor, site_id: UUID) -> DrillDue | None:
    """Whether those who may drill should, counted from the last drill, else from the plan.

    Two queries; none for those who may not.
    """
    if not actor.may(permissions.DRILL, site_id):
        return None
    plan = plan_of(site_id)
    if plan is None:
        return None
    drills = Outbreak.objects.filter(site_id=site_id, is_drill=True, is_withdrawn=False)
    last = drills.values_list("began_at", flat=True).first()
    days = (clock.now() - (last or plan.made_at)).days
    if days < plan.drill_days:
        return None
    return DrillDue(days if last else None)
