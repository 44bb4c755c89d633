"""Limiting what patients may book by themselves at a site, and lifting that again."""

from collections.abc import Iterable
from uuid import UUID

from yilu.facility.selectors.sites import site_info
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.scheduling import permissions
from yilu.scheduling.events import OnlineLimitLifted, OnlineLimitSet
from yilu.scheduling.models import Curb


@operation
def limit_online(
    *, actor: Actor, site_id: UUID, per_day: int | None = None, closed_ids: Iterable[UUID] = ()
) -> None:
    """Limit bookings online at a site from now on; a second limit replaces the first.

    Bookings that stand stay. Without a figure and without services there is no limit.

    Raises: NotAllowed, NotFound.
    """
    actor.require(permissions.RULES, site_id)
    site_info(site_id)  # Refuses a site that there is not.
    closed = sorted(set(closed_ids))
    if per_day is None and not closed:
        lift_online_limit(actor=actor, site_id=site_id)
        return
    curb, _made = Curb.objects.select_for_update().get_or_create(
        site_id=site_id, defaults={"per_day": per_day, "closed_ids": closed}
    )
    curb.per_day, curb.closed_ids = per_day, closed
    curb.is_on, curb.since = True, clock.now()
    curb.version += 1
    curb.save(update_fields=["per_day", "closed_ids", "is_on", "since", "version"])
    audit.record(
        actor, "scheduling.curb.set", curb, site_id=site_id, per_day=per_day, closed=closed
    )
    outbox.publish(OnlineLimitSet(per_day), actor=actor, site_id=site_id, subject=curb)


@operation
def lift_online_limit(*, actor: Actor, site_id: UUID) -> None:
    """Let patients book online as ever. Nothing happens where there is no limit.

    Raises: NotAllowed.
    """
    actor.require(permissions.RULES, site_id)
    curb = Curb.objects.select_for_update().filter(site_id=site_id, is_on=True).first()
    if curb is None:
        return
    curb.is_on = False
    curb.version += 1
    curb.save(update_fields=["is_on", "version"])
    audit.record(actor, "scheduling.curb.lifted", curb, site_id=site_id)
    outbox.publish(OnlineLimitLifted(), actor=actor, site_id=site_id, subject=curb)
