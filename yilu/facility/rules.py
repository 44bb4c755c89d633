"""How a week on the wall clock becomes instants, and what kind of day a day is.

Nothing here reads or writes. `calendar_of` knows the public holidays of China, with their
make-up workdays; `opening_of` is tested over both clock changes.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import chain, count
from string import ascii_uppercase
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

from yilu.facility.errors import HoursEndBeforeStart, UnknownZone
from yilu.platform.names import CHINESE, ENGLISH, Localized

MIDNIGHT = time.min
HOLIDAY, WORKDAY, WEEKEND = "holiday", "workday", "weekend"
_SATURDAY = 5
_STANDS_IN = re.compile(r"(\d{4}-\d{2}-\d{2})")
_MAKE_UP = Localized({CHINESE: "调休上班", ENGLISH: "Make-up workday"})


@dataclass(frozen=True, slots=True)
class DayKind:
    """What a day is in the calendar of the group.

    `works_as` is the weekday (Monday is 0) whose rosters and hours hold on it: its own, or on a
    make-up workday that of the day which became free.
    """

    kind: str
    name: Localized
    works_as: int

    @property
    def is_holiday(self) -> bool:
        return self.kind == HOLIDAY

    @property
    def is_make_up(self) -> bool:
        return self.kind == WORKDAY and bool(self.name)


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """One stretch of a weekday on the wall clock; `closes` at midnight is the end of the day."""

    weekday: int
    opens: time
    closes: time


def opening_of(
    day: date, weekday: int, hours: Iterable[WeeklyHours], zone: ZoneInfo
) -> list[tuple[datetime, datetime]]:
    """The instants between which a site is open on `day`, by the hours of `weekday`, in order.

    A stretch inside an hour that the clocks skip is left out; one that spans it is shorter, one
    that spans an hour which comes twice is longer, as on the wall.
    """
    found = []
    for stretch in hours:
        if stretch.weekday != weekday:
            continue
        last = day + timedelta(days=1) if stretch.closes == MIDNIGHT else day
        starts_at = _instant(day, stretch.opens, zone)
        # Of a time that the clocks skip or show twice, an end is the earlier reading: stretches
        # that do not overlap on the wall never overlap in truth.
        ends_at = min(_instant(last, stretch.closes.replace(fold=n), zone) for n in (0, 1))
        if ends_at > starts_at:
            found.append((starts_at, ends_at))
    return sorted(found)


def _instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wall, tzinfo=zone).astimezone(UTC)


def kind_of(day: date) -> DayKind:
    """What kind of day the public calendar of China makes of it."""
    return calendar_of(day.year).get(day) or _plain_day(day)


@lru_cache(maxsize=16)
def calendar_of(year: int) -> Mapping[date, DayKind]:
    """The days of a year that are holidays or make-up workdays."""
    chinese = holidays.country_holidays("CN", years=year, language="zh_CN")
    english = holidays.country_holidays("CN", years=year, language="en_US")
    days: dict[date, DayKind] = {}
    for day, written in chinese.items():
        if day.year != year:
            continue
        name = Localized({CHINESE: _short(written), ENGLISH: _short(english.get(day, written))})
        days[day] = DayKind(HOLIDAY, name, day.weekday())
        if stands_in := _STANDS_IN.search(written):
            made_up = date.fromisoformat(stands_in.group(1))
            days[made_up] = DayKind(WORKDAY, _MAKE_UP, day.weekday())
    for day in sorted(chinese.weekend_workdays):
        if day.year == year:
            days.setdefault(day, DayKind(WORKDAY, _MAKE_UP, day.weekday()))
    return days | _between(days)


def _between(days: Mapping[date, DayKind]) -> dict[date, DayKind]:
    """Free weekends enclosed by holidays belong to the holiday."""
    enclosed: dict[date, DayKind] = {}
    for day, kind in days.items():
        if not kind.is_holiday:
            continue
        weekend = _weekend_after(day, days)
        if weekend and (after := days.get(weekend[-1] + timedelta(days=1))) and after.is_holiday:
            enclosed |= {one: DayKind(HOLIDAY, kind.name, one.weekday()) for one in weekend}
    return enclosed


def _weekend_after(day: date, days: Mapping[date, DayKind]) -> list[date]:
    weekend = []
    following = day + timedelta(days=1)
    while following.weekday() >= _SATURDAY and following not in days:
        weekend.append(following)
        following += timedelta(days=1)
    return weekend


def _plain_day(day: date) -> DayKind:
    kind = WEEKEND if day.weekday() >= _SATURDAY else WORKDAY
    return DayKind(kind, Localized(), day.weekday())


def _short(name: str) -> str:
    """A holiday's name without what stands in brackets: “(observed)”, “（补假）”."""
    return re.split(r"\s*[(（]", name)[0]


def check_zone(name: str) -> None:
    """Refuse a name that no time zone has. Raises: UnknownZone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownZone from error


def check_hours(hours: Iterable[WeeklyHours]) -> None:
    """Refuse a stretch that ends before it starts. Raises: HoursEndBeforeStart."""
    for stretch in hours:
        if stretch.closes != MIDNIGHT and stretch.closes <= stretch.opens:
            raise HoursEndBeforeStart


def free_key(wanted: str, taken: Collection[str]) -> str:
    """A short key for a new thing, from its English name or kind, that no other has."""
    base = re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-")[:32] or "one"
    numbers = (f"{base}-{n}" for n in count(2))
    return next(key for key in chain([base], numbers) if key not in taken)


def free_letter(taken: Collection[str]) -> str:
    """The first letter that no department's tickets begin with; I and O look like figures."""
    singles = [letter for letter in ascii_uppercase if letter not in "IO"]
    doubles = (a + b for a in singles for b in singles)
    return next(letter for letter in chain(singles, doubles) if letter not in taken)
