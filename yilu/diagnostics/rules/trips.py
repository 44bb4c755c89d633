"""One trip for several examinations: which order holds, and the best of all that do.

Nothing here reads or writes. Instants are on the wall clock of the site.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import permutations
from typing import NamedTuple
from uuid import UUID

from yilu.diagnostics.rules.tables import Table
from yilu.platform.names import Localized
from yilu.scheduling.allocation import Place

MOST = 6
"""More examinations than this nobody does in one trip; all orders of six are still few."""


@dataclass(frozen=True, slots=True)
class Exam:
    """An examination to be placed. `around` is what its room needs before and after it."""

    id: UUID
    flags: frozenset[str]
    before: timedelta = timedelta()
    after: timedelta = timedelta()


class Trouble(NamedTuple):
    """A rule that does not hold, and for which examination."""

    exam_id: UUID
    says: Localized | None


Places = Mapping[UUID, Place]


def gap_between(first: Exam, second: Exam, table: Table) -> timedelta:
    """The least time from the end of one examination to the start of the next."""
    found = [table.walk, first.after + second.before]
    found += [one.gap for one in table.orders
              if one.before in first.flags and one.after in second.flags]  # fmt: skip
    return max(found)


def forbidden(first: Exam, second: Exam, table: Table) -> Localized | None:
    """Why the second may not come after the first, if a rule says so."""
    for one in table.orders:
        turned = one.before in second.flags and one.after in first.flags
        if turned and not (one.before in first.flags and one.after in second.flags):
            return one.says
    return next((table.last[flag] for flag in first.flags if flag in table.last), None)


def troubles(exams: Sequence[Exam], places: Places, table: Table) -> list[Trouble]:
    """The rules that places on one or several days break; those of different days meet only where
    one waits for the result of the other."""
    rows = sorted(
        (one for one in exams if one.id in places), key=lambda one: places[one.id].starts_at
    )
    found = [Trouble(one.id, table.fasting_says) for one in rows
             if not is_early_enough(one, places[one.id], table)]  # fmt: skip
    for n, second in enumerate(rows):
        for first in rows[:n]:
            trouble = _between(first, second, places, table)
            if trouble:
                found.append(trouble)
    return found


def _between(first: Exam, second: Exam, places: Places, table: Table) -> Trouble | None:
    here, there = places[first.id], places[second.id]
    if here.starts_at.date() != there.starts_at.date():
        says = _awaited(first.flags, second.flags, table)
        return Trouble(second.id, says) if says else None
    says = forbidden(first, second, table)
    if says:
        return Trouble(second.id, says)
    if there.starts_at < here.ends_at + gap_between(first, second, table):
        rule = next(
            (one.says for one in table.orders
             if one.before in first.flags and one.after in second.flags), None
        )  # fmt: skip
        return Trouble(second.id, rule)
    return None


def _awaited(first: frozenset[str], second: frozenset[str], table: Table) -> Localized | None:
    """Why the first may not be on an earlier day than the second, if it waits for its result."""
    for one in table.orders:
        if one.across_days and one.after in first and one.before in second - first:
            return one.says
    return None


def needed_by(
    flags: frozenset[str], others: Iterable[frozenset[str]], table: Table
) -> Localized | None:
    """Why an examination with these flags may not be left out: others wait for its result, and
    none of them brings it."""
    rest = list(others)
    for one in table.orders:
        is_its_own = one.across_days and one.before in flags
        is_brought = any(one.before in other for other in rest)
        if is_its_own and not is_brought and any(one.after in other for other in rest):
            return one.says
    return None


def is_early_enough(exam: Exam, place: Place, table: Table) -> bool:
    """Whether an examination that needs fasting begins early enough for it."""
    return "fasting" not in exam.flags or place.starts_at.time() < table.fasting_until


def arrange(
    exams: Sequence[Exam], options: Mapping[UUID, Sequence[Place]], table: Table
) -> dict[UUID, Place] | None:
    """The best trip of one day: on the earliest day that has one, the shortest; of equals, the
    earliest. None when no day has one.

    For an order and a start, taking each next examination as early as its gap allows is best, so
    that only orders and starts are tried.
    """
    orders = [order for order in permutations(exams) if _may_be(order, table)]
    by_day = _by_day(exams, options, table)
    for day in sorted(by_day):
        found = [trip for order in orders for trip in _trips(order, by_day[day], table)]
        if found:
            return min(found, key=_length)
    return None


def _length(trip: Places) -> tuple[timedelta, datetime, str]:
    start = min(one.starts_at for one in trip.values())
    end = max(one.ends_at for one in trip.values())
    return end - start, start, str(sorted(str(key) for key in trip))


def _may_be(order: Sequence[Exam], table: Table) -> bool:
    return not any(
        forbidden(first, second, table) for n, second in enumerate(order) for first in order[:n]
    )


_Day = dict[UUID, list[Place]]


def _by_day(
    exams: Iterable[Exam], options: Mapping[UUID, Sequence[Place]], table: Table
) -> dict[date, _Day]:
    """The places by day, for days on which every examination has one."""
    found: dict[date, _Day] = {}
    wanted = list(exams)
    for exam in wanted:
        for place in sorted(options.get(exam.id, ())):
            if is_early_enough(exam, place, table):
                day = found.setdefault(place.starts_at.date(), {})
                day.setdefault(exam.id, []).append(place)
    return {day: many for day, many in found.items() if len(many) == len(wanted)}


def _trips(order: Sequence[Exam], day: _Day, table: Table) -> list[dict[UUID, Place]]:
    found = []
    for first in day[order[0].id]:
        trip = _from(first, order, day, table)
        if trip is None:
            break  # What does not fit behind an early start fits no later one.
        found.append(trip)
    return found


def _from(first: Place, order: Sequence[Exam], day: _Day, table: Table) -> dict[UUID, Place] | None:
    trip = {order[0].id: first}
    for n, exam in enumerate(order[1:], start=1):
        earliest = max(trip[one.id].ends_at + gap_between(one, exam, table) for one in order[:n])
        choices = day[exam.id]
        at = bisect_left(choices, earliest, key=lambda place: place.starts_at)
        if at == len(choices):
            return None
        trip[exam.id] = choices[at]
    return trip
