"""Setting what a site does in an outbreak."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from yilu.facility.selectors.sites import site_info
from yilu.outbreak import permissions
from yilu.outbreak.events import OutbreakPlanSet
from yilu.outbreak.models import Outbreak, SitePlan
from yilu.outbreak.operations.holding import record, tell
from yilu.outbreak.operations.switching import limit_as_planned
from yilu.outbreak.selectors.modes import plan_of
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.names import Localized
from yilu.queueing import permissions as queueing
from yilu.queueing.operations.apart import keep_apart_queue


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What somebody sets; see `SitePlan`."""

    route: Localized
    room_id: UUID
    valid_hours: int = 24
    window_minutes: int = 30
    drill_days: int = 90
    online_per_day: int | None = None
    closed_service_ids: Iterable[UUID] = field(default_factory=tuple)


@operation
def set_plan(*, actor: Actor, site_id: UUID, facts: PlanFacts, version: int | None = None) -> None:
    """Set route, room, limits and reminders of a site. The room gets a queue of its own.

    While outbreak mode is on, the limit on bookings follows at once.

    Raises: NotAllowed, NotFound, Stale, NotServedHere.
    """
    actor.require(permissions.SET_UP, site_id)
    site_info(site_id)  # Refuses a site that there is not.
    row = SitePlan.objects.select_for_update().filter(site_id=site_id).first()
    row = row or SitePlan(site_id=site_id, version=0)
    check_version(row, version)
    able = actor.lent(queueing.SET_UP, queueing.SEE)
    row.queue_id = keep_apart_queue(actor=able, site_id=site_id, room_id=facts.room_id)
    row.route, row.room_id = facts.route, facts.room_id
    row.valid_hours, row.window_minutes = facts.valid_hours, facts.window_minutes
    row.drill_days, row.online_per_day = facts.drill_days, facts.online_per_day
    row.closed_service_ids = sorted(set(facts.closed_service_ids))
    row.version += 1
    row.save()
    record(
        actor, row, "plan.set", room=row.room_id, valid_hours=row.valid_hours,
        window_minutes=row.window_minutes, drill_days=row.drill_days,
        online_per_day=row.online_per_day, closed=row.closed_service_ids,
    )  # fmt: skip
    tell(actor, row, OutbreakPlanSet(row.pk))
    plan = plan_of(site_id)
    is_on = Outbreak.objects.filter(site_id=site_id, ended_at=None, is_drill=False).exists()
    if plan is not None and is_on:
        limit_as_planned(actor=actor, plan=plan)
