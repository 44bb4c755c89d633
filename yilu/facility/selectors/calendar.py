"""Which days are holidays, and when a site is open. Public facts that anybody may read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from yilu.facility.models import (
    CalendarDay,
    Closure,
    HolidayRule,
    OpeningHours,
    Site,
    SpecialDay,
    SpecialHours,
)
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
class SpecialDayInfo:
    """A day with hours of its own; `works_as` None means that its own weekday's rosters hold."""

    id: UUID
    day: date
    works_as: int | None
    reason: Localized
    hours: tuple[tuple[time, time], ...]
    version: int


@dataclass(frozen=True, slots=True)
class OpenDay:
    """The weekday whose rosters hold, None where the site is closed, and when it is open."""

    weekday: int | None
    hours: list[tuple[datetime, datetime]]


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
    """The instants between which a site is open on a day, in order. Five queries, or six."""
    return open_hours_between(site_id, day, day)[day]


def open_hours_between(
    site_id: UUID, from_day: date, to_day: date
) -> dict[date, list[tuple[datetime, datetime]]]:
    """`open_hours` of each day, both ends included. Five queries, and one more
    when some of the days have hours of their own."""
    return {day: one.hours for day, one in open_days(site_id, from_day, to_day).items()}


def open_days(site_id: UUID, from_day: date, to_day: date) -> dict[date, OpenDay]:
    """What `roster_weekdays` and `open_hours` say of each day, both ends included, at the cost
    of the latter. Five queries, and one more when some of the days have hours of their own."""
    special = _special(site_id, from_day, to_day)
    weekdays = _weekdays(site_id, from_day, to_day, special)
    week = weekly_hours(site_id)
    zone = site_zone(site_id)
    return {
        day: OpenDay(
            weekday,
            [] if weekday is None else opening_of(day, weekday, _hours(day, special, week), zone),
        )
        for day, weekday in weekdays.items()
    }


def roster_weekdays(site_id: UUID, from_day: date, to_day: date) -> dict[date, int | None]:
    """The weekday whose pattern holds on each day at a site; None where it is closed.

    A site that keeps public holidays is closed on them, and on a make-up workday works by the
    pattern of the day that became free. On a special day it is open by hours of that day, and
    closed days are closed whatever else is said. Five queries.
    """
    return _weekdays(site_id, from_day, to_day, _special(site_id, from_day, to_day))


def _weekdays(
    site_id: UUID, from_day: date, to_day: date, special: Mapping[date, SpecialDayInfo]
) -> dict[date, int | None]:
    rule = Site.objects.filter(pk=site_id).values_list("holiday_rule", flat=True).first()
    if rule is None:
        raise NotFound
    keeps_holidays = rule == HolidayRule.CLOSED
    closed = closures(site_id, from_day, to_day)
    return {
        day: None
        if _is_closed(day, closed)
        else _pattern(day, kind, special.get(day), keeps_holidays=keeps_holidays)
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


def special_days(site_id: UUID, from_day: date, to_day: date) -> list[SpecialDayInfo]:
    """The days on which a site keeps hours of their own, both ends included. Two queries."""
    days = SpecialDay.objects.filter(site_id=site_id, day__range=(from_day, to_day))
    found = {one.pk: one for one in days}
    hours: dict[UUID, list[tuple[time, time]]] = {pk: [] for pk in found}
    stretches = SpecialHours.objects.filter(special_day_id__in=found).order_by("opens")
    for pk, opens, closes in stretches.values_list("special_day_id", "opens", "closes"):
        hours[pk].append((opens, closes))
    return [
        SpecialDayInfo(pk, one.day, one.works_as, one.reason, tuple(hours[pk]), one.version)
        for pk, one in found.items()
    ]


def _special(site_id: UUID, from_day: date, to_day: date) -> dict[date, SpecialDayInfo]:
    return {one.day: one for one in special_days(site_id, from_day, to_day)}


def _hours(
    day: date, special: Mapping[date, SpecialDayInfo], week: list[WeeklyHours]
) -> list[WeeklyHours]:
    """The hours that hold on a day: its own, under every weekday, or those of the week."""
    own = special.get(day)
    if own is None:
        return week
    return [WeeklyHours(weekday, *stretch) for stretch in own.hours for weekday in range(7)]


def _pattern(
    day: date, kind: DayKind, special: SpecialDayInfo | None, *, keeps_holidays: bool
) -> int | None:
    if special is not None and special.works_as is not None:
        return special.works_as
    if not keeps_holidays:
        return day.weekday()
    return kind.works_as if special is not None or not kind.is_holiday else None


def _is_closed(day: date, closed: Iterable[ClosureInfo]) -> bool:
    return any(closure.starts_on <= day <= closure.ends_on for closure in closed)


def _days(from_day: date, to_day: date) -> list[date]:
    return [from_day + timedelta(days=n) for n in range((to_day - from_day).days + 1)]
