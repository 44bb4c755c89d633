"""Which days are holidays, and when a site is open. Public facts that anybody may read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from yilu.facility.models import CalendarDay, Closure, HolidayRule, OpeningHours, Site
from yilu.facility.rules import DayKind, WeeklyHours, kind_of, opening_of
from yilu.facility.selectors.sites import site_zone
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized


@dataclass(frozen=True, slots=True)
class ClosureInfo:
    id: UUID
    starts_on: date
    ends_on: date
    reason: Localized
    version: int


@dataclass(frozen=True, slots=True)
class CalendarDayInfo:
    day: date
    kind: str
    name: Localized
    works_as: int | None
    version: int


def day_kind(day: date) -> DayKind:
    """Working day, weekend or holiday, in the calendar of the group. One query."""
    return day_kinds(day, day)[day]


def day_kinds(from_day: date, to_day: date) -> dict[date, DayKind]:
    """The kind of each day, both ends included. One query."""
    kinds = {day: kind_of(day) for day in _days(from_day, to_day)}
    for own in CalendarDay.objects.filter(day__range=(from_day, to_day)):
        weekday = own.day.weekday() if own.works_as is None else own.works_as
        kinds[own.day] = DayKind(own.kind, own.name, weekday)
    return kinds


def open_hours(site_id: UUID, day: date) -> list[tuple[datetime, datetime]]:
    """The instants between which a site is open on a day, in order. Four queries."""
    return open_hours_between(site_id, day, day)[day]


def open_hours_between(
    site_id: UUID, from_day: date, to_day: date
) -> dict[date, list[tuple[datetime, datetime]]]:
    """`open_hours` of each day, both ends included. Four queries, however many days."""
    weekdays = roster_weekdays(site_id, from_day, to_day)
    hours = weekly_hours(site_id)
    zone = site_zone(site_id)
    return {
        day: [] if weekday is None else opening_of(day, weekday, hours, zone)
        for day, weekday in weekdays.items()
    }


def roster_weekdays(site_id: UUID, from_day: date, to_day: date) -> dict[date, int | None]:
    """The weekday whose pattern holds on each day at a site; None where it is closed.

    A site that keeps public holidays is closed on them, and on a make-up workday works by the
    pattern of the day that became free. Three queries.
    """
    rule = Site.objects.filter(pk=site_id).values_list("holiday_rule", flat=True).first()
    if rule is None:
        raise NotFound
    keeps_holidays = rule == HolidayRule.CLOSED
    closed = closures(site_id, from_day, to_day)
    return {
        day: None if _is_closed(day, closed) else _pattern(day, kind, keeps_holidays=keeps_holidays)
        for day, kind in day_kinds(from_day, to_day).items()
    }


def weekly_hours(site_id: UUID) -> list[WeeklyHours]:
    """The opening hours of a site's week, in order. One query."""
    hours = OpeningHours.objects.filter(site_id=site_id)
    return [WeeklyHours(*row) for row in hours.values_list("weekday", "opens", "closes")]


def closures(site_id: UUID, from_day: date, to_day: date) -> list[ClosureInfo]:
    """The closures that touch these days, both ends included. One query."""
    held = Closure.objects.filter(
        site_id=site_id, lifted_at=None, starts_on__lte=to_day, ends_on__gte=from_day
    )
    return [ClosureInfo(c.pk, c.starts_on, c.ends_on, c.reason, c.version) for c in held]


def calendar_days(from_day: date, to_day: date) -> list[CalendarDayInfo]:
    """The days on which the group differs from the public calendar. One query."""
    own = CalendarDay.objects.filter(day__range=(from_day, to_day))
    return [CalendarDayInfo(d.day, d.kind, d.name, d.works_as, d.version) for d in own]


def _pattern(day: date, kind: DayKind, *, keeps_holidays: bool) -> int | None:
    if not keeps_holidays:
        return day.weekday()
    return None if kind.is_holiday else kind.works_as


def _is_closed(day: date, closed: Iterable[ClosureInfo]) -> bool:
    return any(closure.starts_on <= day <= closure.ends_on for closure in closed)


def _days(from_day: date, to_day: date) -> list[date]:
    return [from_day + timedelta(days=n) for n in range((to_day - from_day).days + 1)]
