"""What another place costs a patient. Pure: no reading, writing. `cells.py` asks who gets which.

Costs are points; a quarter of an hour is one. docs/how/replanning.md says them in a table.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from heapq import nsmallest
from operator import itemgetter
from uuid import UUID
from zoneinfo import ZoneInfo

from yilu.scheduling.states import Urgency

WEIGHTS = {Urgency.USUAL: 1, Urgency.SOON: 2, Urgency.URGENT: 4}
A_DAY, OTHER_DOCTOR, STRANGERS, OTHER_END_OF_WEEK, AGAINST_WISH, NO_PLACE = 60, 40, 10, 20, 60, 6000
QUARTER = timedelta(minutes=15)
HORIZON = timedelta(days=14)
# Nobody can be asked and come within an hour; an earlier day is asked of nobody overnight.
TO_BE_TOLD, TO_COME_EARLIER = timedelta(minutes=60), timedelta(hours=24)
# Of thousands of free times each patient is given the nearest, and some of every day.
NEAREST, OF_EACH_DAY = 40, 8
DECLINED_NEAR = timedelta(hours=2)
SATURDAY = 5

Period = tuple[datetime, datetime]
Free = tuple[datetime, datetime, UUID]
"""A free time: from, until, with whom."""
Spot = tuple[int, datetime, datetime, UUID]
"""A free time in UTC: its number in order of time, from, until, with whom."""


@dataclass(frozen=True, slots=True)
class Instant:
    """A time at which somebody is free: its day (as an ordinal) and minute of that day on the
    wall, and who."""

    starts_at: datetime
    day: int
    minute: int
    spots: dict[UUID, Spot] = field(default_factory=dict)


Wall = Mapping[int, Sequence[Instant]]
"""Free times as they hang on the wall of the site: by day, in order of time."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a patient once said about times, on the wall of the site."""

    weekdays: Collection[int] = ()
    not_before: time | None = None
    not_after: time | None = None

    def holds(self, day: int, minute: int) -> bool:
        """Whether a time is as they wished."""
        return (
            (not self.weekdays or _weekday(day) in self.weekdays)
            and (self.not_before is None or minute >= _minute(self.not_before))
            and (self.not_after is None or minute <= _minute(self.not_after))
        )


@dataclass(frozen=True, slots=True)
class Stranded:
    """A booking that needs another place. `busy` is when its patient has something else.

    `stays` are things that would let it stay where it is, when only a room or device is gone.
    """

    move_id: UUID
    booking_id: UUID
    patient_id: UUID
    service_id: UUID
    practitioner_id: UUID
    starts_at: datetime
    ends_at: datetime
    urgency: str
    is_first_visit: bool
    wish: Wish = field(default_factory=Wish)
    busy: Sequence[Period] = ()
    declined: Sequence[tuple[datetime, UUID]] = ()
    can_stay: bool = False

    @property
    def without(self) -> int:
        """What it costs to give it no place."""
        return NO_PLACE * WEIGHTS[Urgency(self.urgency)]


@dataclass(frozen=True, slots=True)
class Place:
    """A place that one of the bookings could have, and what that costs its patient."""

    cost: int
    starts_at: datetime
    ends_at: datetime
    practitioner_id: UUID


def on_the_wall(free: Iterable[Free], zone: ZoneInfo) -> Wall:
    """Free times with what the clock on the wall says: once for all patients."""
    days: dict[int, list[Instant]] = defaultdict(list)
    known: dict[datetime, Instant] = {}
    for n, (starts_at, ends_at, who) in enumerate(sorted(free)):
        instant = known.get(starts_at)
        if instant is None:
            local = starts_at.astimezone(zone)
            day = local.toordinal()
            instant = Instant(starts_at.astimezone(UTC), day, _minute(local))
            known[starts_at] = instant
            days[day].append(instant)
        instant.spots[who] = (n, instant.starts_at, ends_at.astimezone(UTC), who)
    return days


def places(
    one: Stranded, wall: Wall, now: datetime, zone: ZoneInfo, *, soon: bool = False
) -> list[Place]:
    """The places worth thinking about for a booking, cheapest first.

    The nearest and some of each day, none at which the patient has something else, none near
    what they declined. `soon` also takes what begins within the hour: somebody asks them now.
    """
    days = [_of_day(one, _priced(one, day, now, zone, soon=soon)) for day in wall.values()]
    spread = [pair for day in days for pair in day[:OF_EACH_DAY]]
    nearest = nsmallest(NEAREST, (pair for day in days for pair in day))
    found = [Place(points, *spot[1:]) for points, spot in dict.fromkeys([*nearest, *spread])]
    if one.can_stay:
        found.append(Place(0, one.starts_at, one.ends_at, one.practitioner_id))
    return sorted(found, key=_order)


def _of_day(one: Stranded, priced: Iterable[tuple[int, Instant]]) -> list[tuple[int, Spot]]:
    """What of a day may be worth thinking about, cheapest first.

    Of hundreds of free times, all that differ only in who is there cost the same: those with the
    patient's own doctor are looked at, and of all others as many as can ever be taken.
    """
    other = STRANGERS if one.is_first_visit else OTHER_DOCTOR
    mine: list[tuple[int, Spot]] = []
    others: list[tuple[int, Spot]] = []
    for points, instant in sorted(priced, key=itemgetter(0)):
        own = instant.spots.get(one.practitioner_id)
        if own is not None and _suits(one, own):
            mine.append((points, own))
        if len(others) < NEAREST:
            spots = (spot for spot in instant.spots.values() if spot is not own)
            others += [(points + other, spot) for spot in spots if _suits(one, spot)]
    return sorted([*mine, *others[:NEAREST]])


def _priced(
    one: Stranded, day: Sequence[Instant], now: datetime, zone: ZoneInfo, *, soon: bool
) -> Iterator[tuple[int, Instant]]:
    """What each time of a day costs the patient, if they could come at all: how far away it is,
    times how urgent they are; the other end of the week; a time they said would not do.

    On the wall clock: ten in the morning stays ten in the morning when the clocks change.
    """
    was = one.starts_at.astimezone(zone)
    was_day, was_minute = was.toordinal(), _minute(was)
    weight = WEIGHTS[Urgency(one.urgency)]
    earliest = now if soon else now + TO_BE_TOLD
    # Who is to come before they meant to needs a day to learn of it.
    earliest = max(earliest, min(one.starts_at, now + TO_COME_EARLIER))
    for instant in day:
        if instant.starts_at < earliest:
            continue
        far = abs(instant.day - was_day) * A_DAY + abs(instant.minute - was_minute) // 15
        points = far * weight
        if (_weekday(instant.day) < SATURDAY) != (was.weekday() < SATURDAY):
            points += OTHER_END_OF_WEEK
        yield (
            points if one.wish.holds(instant.day, instant.minute) else points + AGAINST_WISH,
            instant,
        )


def _suits(one: Stranded, spot: Spot) -> bool:
    """Whether the patient has nothing else then, and has not declined about the same."""
    _n, starts_at, ends_at, who = spot
    return not any(starts_at < end and start < ends_at for start, end in one.busy) and not any(
        who == other and abs(starts_at - at) < DECLINED_NEAR for at, other in one.declined
    )


def _weekday(day: int) -> int:
    return (day + 6) % 7


def _minute(wall: datetime | time) -> int:
    return wall.hour * 60 + wall.minute


def _order(place: Place) -> tuple[int, datetime, UUID]:
    return place.cost, place.starts_at, place.practitioner_id


def gap(cost: int, bound: int) -> float:
    """By how much, at most, a plan could be better: 0.02 is two hundredths of its cost."""
    return max(cost - bound, 0) / cost if cost else 0.0


def answer_by(now: datetime, old: datetime, new: datetime) -> datetime:
    """Until when a patient may think: a day, yet two hours before either place is over, and
    never less than a quarter of an hour. Never after the place itself has begun."""
    latest = min(old, new) - timedelta(hours=2)
    wished = min(now + timedelta(hours=24), max(latest, now + QUARTER))
    return min(wished, new).astimezone(UTC)
