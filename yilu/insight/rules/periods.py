"""Which days are looked at, and in which steps. Nothing here reads or writes."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

DAY, WEEK, MONTH = "day", "week", "month"
UNITS = (DAY, WEEK, MONTH)
LONGEST_DAYS = 3 * 366
MOST_STEPS = {DAY: 62, WEEK: 66}
USUAL_STEPS = {DAY: 14, WEEK: 8, MONTH: 12}
FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both within, in steps of `unit`."""

    unit: str
    first: date
    last: date

    def starts(self) -> list[date]:
        """Where the steps begin: the first may begin before the period does."""
        found, day = [], begin_of(self.unit, self.first)
        while day <= self.last:
            found.append(day)
            day = next_of(self.unit, day)
        return found


def period_of(unit: str, first: date | None, last: date | None, today: date) -> Period:
    """The period asked for, as far as it makes sense; by default the latest steps until today.

    Too many days or weeks for one drawing are shown in longer steps; three years are the most.
    """
    unit = unit if unit in UNITS else DAY
    last = min(max(last or today, FIRST_DAY), LAST_DAY)
    if first is None or first > last:
        first = last
        for _ in range(USUAL_STEPS[unit] - 1):
            first = begin_of(unit, begin_of(unit, first) - timedelta(days=1))
        first = begin_of(unit, first)
    first = max(first, last - timedelta(days=LONGEST_DAYS - 1))
    days = (last - first).days + 1
    if unit == DAY and days > MOST_STEPS[DAY]:
        unit = WEEK
    if unit == WEEK and days > 7 * MOST_STEPS[WEEK]:
        unit = MONTH
    return Period(unit, first, last)


def begin_of(unit: str, day: date) -> date:
    """The first day of the step that a day belongs to. Weeks begin on Monday."""
    if unit == WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == MONTH else day


def next_of(unit: str, start: date) -> date:
    """Where the next step begins."""
    days = {DAY: 1, WEEK: 7, MONTH: monthrange(start.year, start.month)[1]}[unit]
    return start + timedelta(days=days)


def says(unit: str, start: date) -> str:
    """A step in figures, short."""
    return f"{start:%Y-%m}" if unit == MONTH else f"{start.month}/{start.day}"
