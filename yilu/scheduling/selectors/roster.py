"""When resources should be in session, by their weeks, the site's hours and the calendar."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from yilu.facility.selectors.calendar import OpenDay, open_days
from yilu.facility.selectors.sites import site_zone
from yilu.scheduling.models import Resource, Session, WeeklySession
from yilu.scheduling.rules import Pattern, Period, cut, sessions_of_day, without
from yilu.scheduling.states import ResourceKind


@dataclass(frozen=True, slots=True)
class WantedSession:
    """A session as it should be published."""

    resource_id: UUID
    clinic_day: date
    period: Period


@dataclass(frozen=True, slots=True)
class _Calendar:
    zone: ZoneInfo
    days: Mapping[date, OpenDay]


def wanted_sessions(
    site_id: UUID, from_day: date, to_day: date, resource_id: UUID | None = None
) -> list[WantedSession]:
    """The sessions that the resources of a site, or one of them, should have on these days.

    Who has a week works by it; rooms, chairs, devices and kits without one are there whenever
    the site is open. Times opened by hand are left out. Nine queries, however many,
    and one more when some of the days have hours of their own.
    """
    after = to_day + timedelta(days=1)
    calendar = _Calendar(site_zone(site_id), open_days(site_id, from_day, after))
    weeks = _weeks(site_id)
    by_hand = _by_hand(site_id, from_day, to_day)
    resources = Resource.objects.filter(is_active=True)
    if resource_id is not None:
        resources = resources.filter(pk=resource_id)
    here = set(resources.filter(site_id=site_id).values_list("pk", "kind"))
    guests = set(resources.filter(pk__in=weeks).values_list("pk", "kind"))
    return [
        WantedSession(resource_id, day, period)
        for resource_id, kind in sorted(here | guests)
        for day in calendar.days
        if day <= to_day
        # Cut last: taking times away joins what touches.
        for period in cut(
            without(
                _of_day(calendar, day, kind, weeks.get(resource_id)),
                by_hand.get(resource_id, ()),
            )
        )
    ]


def _of_day(
    calendar: _Calendar, day: date, kind: str, patterns: Sequence[Pattern] | None
) -> list[Period]:
    today = calendar.days[day]
    if today.weekday is None:
        return []
    if patterns is None:
        return [] if kind == ResourceKind.PRACTITIONER else list(today.hours)
    hours = [*today.hours, *calendar.days[day + timedelta(days=1)].hours]
    return sessions_of_day(day, today.weekday, patterns, hours, calendar.zone)


def _weeks(site_id: UUID) -> dict[UUID, list[Pattern]]:
    weeks: dict[UUID, list[Pattern]] = defaultdict(list)
    for week in WeeklySession.objects.filter(site_id=site_id, active=True):
        weeks[week.resource_id].append(
            Pattern(week.weekday, week.starts, week.ends, week.valid_from, week.valid_to)
        )
    return dict(weeks)


def _by_hand(site_id: UUID, from_day: date, to_day: date) -> dict[UUID, list[Period]]:
    days = (from_day - timedelta(days=1), to_day + timedelta(days=1))
    opened = Session.objects.filter(active=True, is_one_off=True, clinic_day__range=days)
    periods: dict[UUID, list[Period]] = defaultdict(list)
    for resource_id, during in opened.values_list("resource_id", "during"):
        periods[resource_id].append((during.lower, during.upper))
    return dict(periods)
