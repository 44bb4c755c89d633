"""Everything that changes when a site is open. Nothing else writes hours, closures, days."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from yilu.facility import permissions
from yilu.facility.errors import ClosureEndsBeforeStart, HoursEndBeforeStart, HoursOverlap
from yilu.facility.events import (
    CalendarDaySet,
    OpeningHoursSet,
    SiteClosureLifted,
    SiteClosureSet,
)
from yilu.facility.models import CalendarDay, Closure, DayOverride, OpeningHours, Site
from yilu.facility.rules import WeeklyHours, check_hours
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized


@operation
def set_opening_hours(*, actor: Actor, site_id: UUID, hours: Sequence[WeeklyHours]) -> None:
    """Give a site these weekly opening hours instead of those it had.

    Raises: NotFound, NotAllowed, HoursOverlap, HoursEndBeforeStart.
    """
    site = _hold_site(site_id, actor)
    check_hours(hours)
    OpeningHours.objects.filter(site_id=site_id).delete()
    with on_violation(
        facility_openinghours_no_overlap=HoursOverlap,
        facility_openinghours_end_after_start=HoursEndBeforeStart,
    ):
        OpeningHours.objects.bulk_create(
            OpeningHours(site_id=site_id, weekday=h.weekday, opens=h.opens, closes=h.closes)
            for h in hours
        )
    week = [[h.weekday, h.opens.isoformat(), h.closes.isoformat()] for h in hours]
    audit.record(actor, "facility.hours.set", site, site_id=site_id, week=week)
    outbox.publish(OpeningHoursSet(site_id), actor=actor, site_id=site_id, subject=site)


@operation
def close_site(
    *, actor: Actor, site_id: UUID, starts_on: date, ends_on: date, reason: Localized
) -> UUID:
    """Close a site on these days, both included. What was booked is for the desk to move.

    Raises: NotFound, NotAllowed, ClosureEndsBeforeStart.
    """
    _hold_site(site_id, actor)
    closure = Closure(site_id=site_id, starts_on=starts_on, ends_on=ends_on, reason=reason)
    with on_violation(facility_closure_end_after_start=ClosureEndsBeforeStart):
        closure.save(force_insert=True)
    days = [starts_on, ends_on]
    audit.record(actor, "facility.closure.set", closure, site_id=site_id, days=days)
    closed = SiteClosureSet(site_id, starts_on, ends_on)
    outbox.publish(closed, actor=actor, site_id=site_id, subject=closure)
    return closure.pk


@operation
def lift_closure(*, actor: Actor, closure_id: UUID, version: int | None = None) -> None:
    """Let a closure no longer hold. Repeating it changes nothing.

    Raises: NotFound, NotAllowed, Stale.
    """
    closure = Closure.objects.select_for_update().filter(pk=closure_id).first()
    if closure is None:
        raise NotFound
    actor.require(permissions.MANAGE, closure.site_id)
    if closure.lifted_at is not None:
        return
    check_version(closure, version)
    closure.lifted_at = clock.now()
    closure.version += 1
    closure.save()
    audit.record(actor, "facility.closure.lifted", closure, site_id=closure.site_id)
    lifted = SiteClosureLifted(closure.site_id, closure.starts_on, closure.ends_on)
    outbox.publish(lifted, actor=actor, site_id=closure.site_id, subject=closure)


@operation
def set_calendar_day(
    *, actor: Actor, day: date, kind: str, name: Localized, works_as: int | None = None
) -> None:
    """Treat a day as a holiday or a working day, whatever the public calendar says.

    Raises: NotAllowed: the actor looks after no site.
    """
    actor.require_anywhere(permissions.MANAGE)
    own = CalendarDay.objects.select_for_update().filter(day=day).first()
    if own is None:
        own = CalendarDay(day=day, version=0)
    own.kind, own.name = kind, name
    own.works_as = works_as if kind == DayOverride.WORKDAY else None
    own.version += 1
    own.save()
    _tell_day(actor, own, kind)


@operation
def forget_calendar_day(*, actor: Actor, day: date) -> None:
    """Treat a day again as the public calendar says. Repeating it changes nothing.

    Raises: NotAllowed: the actor looks after no site.
    """
    actor.require_anywhere(permissions.MANAGE)
    own = CalendarDay.objects.select_for_update().filter(day=day).first()
    if own is None:
        return
    CalendarDay.objects.filter(pk=own.pk).delete()
    _tell_day(actor, own, "public")


def _tell_day(actor: Actor, own: CalendarDay, kind: str) -> None:
    audit.record(actor, "facility.calendar_day.set", own, day=own.day, kind=kind)
    outbox.publish(CalendarDaySet(own.day, kind), actor=actor, site_id=None, subject=own)


def _hold_site(site_id: UUID, actor: Actor) -> Site:
    site = Site.objects.select_for_update().filter(pk=site_id).first()
    if site is None:
        raise NotFound
    actor.require(permissions.MANAGE, site_id)
    return site
