"""Which free times to offer first. Nothing here reads or writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar

NOON = 12


@dataclass(frozen=True, slots=True)
class Ahead:
    """How far ahead to look for the next visit: the first day, and how many from there."""

    key: str
    days: int
    looked_at: int

    def window(self, today: date) -> tuple[date, date]:
        """The first day, and the one after the last."""
        first = today + timedelta(days=self.days)
        return first, first + timedelta(days=self.looked_at)


# Whole weeks, so that it is the same weekday; four of them lie within what can usually be booked.
USUAL = "2w"
AHEAD = {one.key: one for one in (Ahead("1w", 7, 5), Ahead(USUAL, 14, 10), Ahead("1m", 28, 10))}
ON_A_DAY = "day"


def ahead_of(key: str, day: date | None, today: date) -> Ahead:
    """What was chosen: a day that is not over, else a length that we offer, else the usual one."""
    if day is not None and today <= day < today + timedelta(days=400):
        return Ahead(ON_A_DAY, (day - today).days, 5)
    return AHEAD.get(key, AHEAD[USUAL])


class Timed(Protocol):
    """Anything that starts at a time of the site's wall clock."""

    @property
    def starts_at(self) -> datetime: ...


T = TypeVar("T", bound=Timed)


def best_times(free: Sequence[T], before: Sequence[datetime], number: int) -> tuple[T, ...]:
    """The free times nearest to a person's habit, one a day, in order of time.

    The habit is the half of the day, then the weekday, then the hour of earlier visits. Without
    any, the first time of each day.
    """
    by_day: dict[object, T] = {}
    for slot in sorted(free, key=lambda one: (_distance(one.starts_at, before), one.starts_at)):
        by_day.setdefault(slot.starts_at.date(), slot)
    ranked = sorted(
        by_day.values(), key=lambda one: (_distance(one.starts_at, before), one.starts_at)
    )
    return tuple(sorted(ranked[:number], key=lambda one: one.starts_at))


def _distance(at: datetime, before: Sequence[datetime]) -> tuple[int, int, float]:
    if not before:
        return (0, 0, 0.0)
    halves = sum(1 for one in before if (one.hour < NOON) == (at.hour < NOON))
    weekdays = sum(1 for one in before if one.weekday() == at.weekday())
    hours = sum(abs(_hour(one) - _hour(at)) for one in before) / len(before)
    return (len(before) - halves, len(before) - weekdays, hours)


def _hour(at: datetime) -> float:
    return at.hour + at.minute / 60
