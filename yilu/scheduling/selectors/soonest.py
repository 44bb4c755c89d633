"""The soonest free times by part of the day: what is said first on the telephone."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import pgettext

from yilu.scheduling.selectors.times import Choice, FreeDay

PARTS = (("morning", 0, 12), ("afternoon", 12, 18), ("evening", 18, 24))
MOST_SHOWN = 6


@dataclass(frozen=True, slots=True)
class PartOfDay:
    """What is free in the mornings, afternoons or evenings: the soonest, and how many in all."""

    key: str
    label: str
    soonest: tuple[Choice, ...]
    free: int


def parts_of_day(days: Iterable[FreeDay]) -> list[PartOfDay]:
    """Some free days by part of the day, and first all of them together. No query.

    One start is named once, with the first of those who have it.
    """
    starts: dict[object, Choice] = {}
    for day in days:
        for group in day.practitioners:
            for one in group.times:
                starts.setdefault(one.starts_at, one)
    times = sorted(starts.values(), key=lambda one: one.starts_at)
    labels = {
        "any": pgettext("part of the day", "Any time"),
        "morning": pgettext("part of the day", "Morning"),
        "afternoon": pgettext("part of the day", "Afternoon"),
        "evening": pgettext("part of the day", "Evening"),
    }
    found = [PartOfDay("any", labels["any"], tuple(times[:MOST_SHOWN]), len(times))]
    for key, first, last in PARTS:
        within = [one for one in times if first <= one.starts_at.hour < last]
        found.append(PartOfDay(key, labels[key], tuple(within[:MOST_SHOWN]), len(within)))
    return found
