"""How several people can come together: side by side, or one after the other. Reads nothing."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from yilu.scheduling.allocation import Place

LONGEST_WAIT = timedelta(minutes=15)
MOST_WAYS = 12
Way = tuple[Place, ...]


def side_by_side(free: Sequence[Place], people: int) -> list[Way]:
    """Places that begin at one time with a practitioner for each person, the soonest first."""
    at: dict[datetime, list[Place]] = defaultdict(list)
    for place in sorted(free):
        at[place.starts_at].append(place)
    return [tuple(found[:people]) for found in at.values() if len(found) >= people][:MOST_WAYS]


def one_after_another(free: Sequence[Place], people: int) -> list[Way]:
    """Places with one practitioner of which each begins when the one before ends, or at most a
    quarter of an hour later; the soonest first, none beginning inside another way."""
    by_doctor: dict[UUID, list[Place]] = defaultdict(list)
    for place in sorted(free):
        by_doctor[place.practitioner_id].append(place)
    ways: list[Way] = []
    for places in by_doctor.values():
        until: datetime | None = None
        for n, first in enumerate(places):
            way = _chain(first, places[n + 1 :], people)
            if way and (until is None or first.starts_at >= until):
                ways.append(way)
                until = way[-1].ends_at
    return sorted(ways)[:MOST_WAYS]


def _chain(first: Place, later: Sequence[Place], people: int) -> Way:
    """The places that follow on a first one; empty when they do not suffice."""
    way = [first]
    for place in later:
        if len(way) == people:
            break
        gap = place.starts_at - way[-1].ends_at
        if gap > LONGEST_WAIT:
            return ()
        if gap >= timedelta():
            way.append(place)
    return tuple(way) if len(way) == people else ()
