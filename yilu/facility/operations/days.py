"""Everything that changes single days of a site or of the group: closures, hours of one day,
and days that the group treats otherwise than the public calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from yilu.facility import permissions
from yilu.facility.errors import (
    ClosedThatDay,
    ClosureEndsBeforeStart,
    HoursOverlap,
    NoHours,
)
from yilu.facility.events import (
    CalendarDaySet,
    SiteClosureChanged,
    SiteClosureLifted,
    SiteClosureSet,
    SpecialDayDropped,
    SpecialDaySet,
)
from yilu.facility.models import (
    CalendarDay,
    Closure,
    DayOverride,
    Site,
    SpecialDay,
    SpecialHours,
)
from yilu.facility.rules import WeeklyHours, check_hours
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import NotFound, Stale
from yilu.platform.names import Localized


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
def change_closure(
    *,
    actor: Actor,
    closure_id: UUID,
    starts_on: date,
    ends_on: date,
    reason: Localized,
    version: int | None = None,
) -> None:
    """Let a closure hold on other days, or for another reason.

    Raises: NotFound, NotAllowed, Stale, ClosureEndsBeforeStart.
    """
    closure = _hold_closure(closure_id, actor, version)
    before = (closure.starts_on, closure.ends_on)
    closure.starts_on, closure.ends_on, closure.reason = starts_on, ends_on, reason
    closure.version += 1
    with on_violation(facility_closure_end_after_start=ClosureEndsBeforeStart):
        closure.save()
    site_id, days = closure.site_id, [starts_on, ends_on]
    audit.record(
        actor, "facility.closure.changed", closure, site_id=site_id, days=days, before=before
    )
    changed = SiteClosureChanged(site_id, *before, starts_on, ends_on)
    outbox.publish(changed, actor=actor, site_id=site_id, subject=closure)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialDayFacts:
    """The hours of one day, and whose rosters hold on it if not those of its own weekday."""

    hours: Sequence[tuple[time, time]]
    reason: Localized
    works_as: int | None = None


@operation
def set_special_day(
    *,
    actor: Actor,
    site_id: UUID,
    day: date,
    facts: SpecialDayFacts,
    version: int | None = None,
) -> UUID:
    """Give a site other hours on one day than its week says, instead of any it had that day.

    Raises:
        NotFound, NotAllowed; Stale: the day has been set meanwhile.
        ClosedThatDay: a closure holds on it.
        NoHours, HoursOverlap, HoursEndBeforeStart.
    """
    _hold_site(site_id, actor)
    _check_open(site_id, day)
    _check_special(facts)
    own = SpecialDay.objects.select_for_update().filter(site_id=site_id, day=day).first()
    if own is None:
        own = SpecialDay(site_id=site_id, day=day, version=0)
    check_version(own, version)
    own.works_as, own.reason = facts.works_as, facts.reason
    own.version += 1
    own.save()
    SpecialHours.objects.filter(special_day=own).delete()
    with on_violation(facility_specialhours_no_overlap=HoursOverlap):
        SpecialHours.objects.bulk_create(
            SpecialHours(special_day=own, opens=opens, closes=closes)
            for opens, closes in facts.hours
        )
    hours = [[opens.isoformat(), closes.isoformat()] for opens, closes in facts.hours]
    audit.record(
        actor, "facility.special_day.set", own, site_id=site_id, day=day, hours=hours,
        works_as=facts.works_as,
    )  # fmt: skip
    told = SpecialDaySet(site_id, day)
    outbox.publish(told, actor=actor, site_id=site_id, subject=own)
    return own.pk


@operation
def drop_special_day(*, actor: Actor, site_id: UUID, day: date, version: int | None = None) -> None:
    """Let a day have the hours of its week again. Repeating it changes nothing.

    Raises: NotFound, NotAllowed, Stale.
    """
    _hold_site(site_id, actor)
    own = SpecialDay.objects.select_for_update().filter(site_id=site_id, day=day).first()
    if own is None:
        return
    check_version(own, version)
    audit.record(actor, "facility.special_day.dropped", own, site_id=site_id, day=day)
    told = SpecialDayDropped(site_id, day)
    outbox.publish(told, actor=actor, site_id=site_id, subject=own)
    SpecialDay.objects.filter(pk=own.pk).delete()


@operation
def set_calendar_day(
    *,
    actor: Actor,
    day: date,
    kind: str,
    name: Localized,
    works_as: int | None = None,
    version: int | None = None,
) -> None:
    """Treat a day as a holiday or a working day, whatever the public calendar says.

    It holds at every site, so only who looks after all of them may. `version` is that of what
    was decided about the day before, 0 for nothing.

    Raises: NotAllowed; Stale: the day has been decided otherwise meanwhile.
    """
    _require_everywhere(actor)
    own = CalendarDay.objects.select_for_update().filter(day=day).first()
    if own is None:
        own = CalendarDay(day=day, version=0)
    check_version(own, version)
    own.kind, own.name = kind, name
    own.works_as = works_as if kind == DayOverride.WORKDAY else None
    own.version += 1
    with on_violation(facility_calendarday_day_key=Stale):
        own.save()
    _tell_day(actor, own, kind)


@operation
def forget_calendar_day(*, actor: Actor, day: date, version: int | None = None) -> None:
    """Treat a day again as the public calendar says. Repeating it changes nothing.

    Raises: NotAllowed, Stale.
    """
    _require_everywhere(actor)
    own = CalendarDay.objects.select_for_update().filter(day=day).first()
    if own is None:
        return
    check_version(own, version)
    CalendarDay.objects.filter(pk=own.pk).delete()
    _tell_day(actor, own, "public")


def _require_everywhere(actor: Actor) -> None:
    actor.require_anywhere(permissions.MANAGE)
    for site_id in Site.objects.filter(is_active=True).values_list("pk", flat=True):
        actor.require(permissions.MANAGE, site_id)


def _tell_day(actor: Actor, own: CalendarDay, kind: str) -> None:
    audit.record(actor, "facility.calendar_day.set", own, day=own.day, kind=kind)
    outbox.publish(CalendarDaySet(own.day, kind), actor=actor, site_id=None, subject=own)


def _check_open(site_id: UUID, day: date) -> None:
    held = Closure.objects.filter(site_id=site_id, lifted_at=None)
    if held.filter(starts_on__lte=day, ends_on__gte=day).exists():
        raise ClosedThatDay


def _check_special(facts: SpecialDayFacts) -> None:
    if not facts.hours:
        raise NoHours
    check_hours(WeeklyHours(0, opens, closes) for opens, closes in facts.hours)


def _hold_closure(closure_id: UUID, actor: Actor, version: int | None) -> Closure:
    closure = Closure.objects.select_for_update().filter(pk=closure_id, lifted_at=None).first()
    if closure is None:
        raise NotFound
    actor.require(permissions.MANAGE, closure.site_id)
    check_version(closure, version)
    return closure


def _hold_site(site_id: UUID, actor: Actor) -> Site:
    site = Site.objects.select_for_update().filter(pk=site_id).first()
    if site is None:
        raise NotFound
    actor.require(permissions.MANAGE, site_id)
    return site
