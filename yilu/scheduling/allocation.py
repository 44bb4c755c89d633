"""Which of the free places suits best: a number that can be explained. Nothing here reads.

Every weight is a constant of this module and is told in `docs/how/allocation.md`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

USUAL_DOCTOR, WEEKDAY, PART_OF_DAY = 60, 40, 40
EACH_LENGTH_MORE = 30
"""Against a practitioner for each service length that they are booked beyond the least booked.
More than all that the clinic's own order (`TOUCHES`, `SPLINTER`, `MOST_FOR_SOON`) can weigh: of
places that please the patient equally, the least booked practitioner has the next."""
TOUCHES, SPLINTER, MOST_FOR_SOON = 5, -5, 9
DAY = timedelta(days=1)
NOON, EVENING = time(12), time(18)


class Part(StrEnum):
    """A part of the day on the wall of the site."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


def part_of(wall: time) -> Part:
    """The part of the day in which a visit begins."""
    if wall < NOON:
        return Part.MORNING
    return Part.AFTERNOON if wall < EVENING else Part.EVENING


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the patient would like; nothing said is nothing asked. Never a condition."""

    weekdays: Collection[int] = ()
    parts: Collection[str] = ()
    practitioner_id: UUID | None = None

    @property
    def are_none(self) -> bool:
        return not (self.weekdays or self.parts or self.practitioner_id)


NO_WISHES = Wishes()


class Place(NamedTuple):
    """A time at which a service can be had, and with whom."""

    starts_at: datetime
    ends_at: datetime
    practitioner_id: UUID


@dataclass(frozen=True, slots=True)
class Load:
    """What a practitioner holds in the days asked about.

    `minutes` are booked or kept; `edges` are the instants at which something held or a session
    begins or ends, in order.
    """

    minutes: int = 0
    edges: Sequence[datetime] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a place weighs what it weighs. No points: a wish that it does not meet."""

    key: str
    points: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A place with its weight, and what that is made of."""

    place: Place
    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Judge:
    """What all places of one question have in common."""

    wishes: Wishes
    loads: Mapping[UUID, Load]
    since: datetime
    zone: ZoneInfo
    people: Collection[UUID]
    """All who could perform the service in these days; among them load is balanced."""
    least: int = field(init=False)

    def __post_init__(self) -> None:
        least = min((self._load(one).minutes for one in self.people), default=0)
        object.__setattr__(self, "least", least)

    def weigh(self, place: Place) -> Placed:
        """A place with all that speaks for and against it."""
        reasons = (*self._wished(place), *self._for_the_clinic(place))
        return Placed(place, sum(one.points for one in reasons), reasons)

    def _load(self, practitioner_id: UUID) -> Load:
        return self.loads.get(practitioner_id, Load())

    def _wished(self, place: Place) -> list[Reason]:
        local, wishes = place.starts_at.astimezone(self.zone), self.wishes
        asked = (
            (
                "doctor",
                wishes.practitioner_id,
                place.practitioner_id == wishes.practitioner_id,
                USUAL_DOCTOR,
            ),
            ("weekday", wishes.weekdays, local.weekday() in wishes.weekdays, WEEKDAY),
            ("part", wishes.parts, part_of(local.time()) in wishes.parts, PART_OF_DAY),
        )
        return [Reason(key, points if met else 0) for key, wish, met, points in asked if wish]

    def _for_the_clinic(self, place: Place) -> list[Reason]:
        load = self._load(place.practitioner_id)
        length = place.ends_at - place.starts_at
        beyond = timedelta(minutes=load.minutes - self.least) / length
        days = max((place.starts_at - self.since) // DAY, 0)
        return [
            Reason("balance", -round(EACH_LENGTH_MORE * beyond)),
            Reason("gap", sum(_gap_points(gap, length) for gap in _gaps(place, load.edges))),
            Reason("soon", max(MOST_FOR_SOON - days, 0)),
        ]


def ranked(places: Sequence[Place], judge: Judge) -> list[Placed]:
    """All places, the best first; of equals the soonest."""
    found = [judge.weigh(place) for place in places]
    found.sort(key=lambda one: (-one.score, one.place.starts_at, one.place.practitioner_id))
    return found


def _gaps(place: Place, edges: Sequence[datetime]) -> list[timedelta]:
    """How much idle time a place leaves before and after itself, where that is known."""
    before, after = bisect_right(edges, place.starts_at), bisect_left(edges, place.ends_at)
    gaps = [place.starts_at - edges[before - 1]] if before else []
    return [*gaps, edges[after] - place.ends_at] if after < len(edges) else gaps


def _gap_points(gap: timedelta, length: timedelta) -> int:
    if not gap:
        return TOUCHES
    return SPLINTER if gap < length else 0
