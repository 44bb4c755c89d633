"""The days of a site's year that are not like others: holidays, closures, hours of one day."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yilu.facility.rules import WeeklyHours
from yilu.facility.selectors.calendar import (
    CalendarDayInfo,
    ClosureInfo,
    SpecialDayInfo,
    calendar_days,
    closures,
    day_kinds,
    special_days,
    weekly_hours,
)
from yilu.facility.selectors.sites import SiteInfo, site_info
from yilu.platform.actors import Actor
from yilu.platform.names import Localized
from yilu.scheduling import permissions


@dataclass(frozen=True, slots=True)
class PublicDay:
    """A holiday or make-up workday. `own` is what the group decided about it, if anything."""

    day: date
    name: Localized
    is_holiday: bool
    works_as: int
    own: CalendarDayInfo | None


@dataclass(frozen=True, slots=True)
class SiteYear:
    """A year of a site."""

    site: SiteInfo
    year: int
    hours: tuple[WeeklyHours, ...]
    public: tuple[PublicDay, ...]
    closures: tuple[ClosureInfo, ...]
    special: tuple[SpecialDayInfo, ...]


def site_year(actor: Actor, site_id: UUID, year: int) -> SiteYear:
    """The days of a year that are not like others at a site. Six queries, or seven.

    Raises: NotFound.
    """
    actor.require_to_see(permissions.SEE, site_id)
    first, last = date(year, 1, 1), date(year, 12, 31)
    own = {one.day: one for one in calendar_days(first, last)}
    return SiteYear(
        site=site_info(site_id),
        year=year,
        hours=tuple(weekly_hours(site_id)),
        public=tuple(
            PublicDay(day, kind.name, kind.is_holiday, kind.works_as, own.get(day))
            for day, kind in day_kinds(first, last).items()
            if kind.name or day in own
        ),
        closures=tuple(closures(site_id, first, last)),
        special=tuple(special_days(site_id, first, last)),
    )
