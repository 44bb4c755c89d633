"""How long a wait will be. Pure: those ahead and how long such patients take here go in.

Always a range: from the 20th to the 80th percentile of what may come, never one minute.
Minutes are counted from now; what lies before now is negative.
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, sqrt

Z = 0.8416  # The 80th percentile of a normal distribution, in deviations from its mean.
NARROWEST = 5  # Minutes: nobody can promise more exactly.
TRUST = 12.0  # As many own cases weigh as much as what was known before.
SHOWS = 0.92  # Of those who booked and are not here yet, so many come.


@dataclass(frozen=True, slots=True)
class Length:
    """How long a patient takes, in minutes: the mean, and the deviation from it."""

    mean: float
    spread: float

    @property
    def if_they_come(self) -> "Length":
        """What somebody takes who may also stay away: less on average, and less certainly."""
        squares = SHOWS * (self.spread**2 + self.mean**2) - (SHOWS * self.mean) ** 2
        return Length(SHOWS * self.mean, sqrt(squares))


@dataclass(frozen=True, slots=True)
class Patient:
    """Somebody before one: since or from when they are here, and how long they take."""

    ready: float
    length: Length


@dataclass(frozen=True, slots=True)
class Away:
    """A time at which nobody is called.

    Who was here before a break is still seen in it, as a morning's last patients are; a firm
    one (a meeting, an absence) nobody is seen in.
    """

    starts: float
    ends: float
    is_firm: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """Where patients are seen: those inside, how many places there are, when nobody is called."""

    inside: Sequence[Length] = ()
    stations: int = 1
    away: Sequence[Away] = ()

    def opens(self, at: float, ready: float) -> float:
        """When somebody who is here since `ready` can be called, at this minute or after it."""
        for one in self.away:
            if one.starts <= at < one.ends and (one.is_firm or ready >= one.starts):
                at = one.ends
        return at


@dataclass(frozen=True, slots=True)
class Wait:
    """A predicted wait in whole minutes, from low to high."""

    low: int
    high: int


# What is known before a clinic has learnt anything of its own.
PRIORS: dict[str, Length] = {
    "consultation": Length(12.0, 6.0),
    "assessment": Length(4.0, 2.0),
    "cashier": Length(2.5, 1.5),
    "pharmacy": Length(5.0, 3.0),
    "examination": Length(12.0, 6.0),
}


def blend(prior: Length, cases: int, own: Length) -> Length:
    """What is expected after so many own cases: few move it little, many carry it."""
    share = cases / (cases + TRUST)
    return Length(
        prior.mean + (own.mean - prior.mean) * share,
        prior.spread + (own.spread - prior.spread) * share,
    )


def left_of(length: Length, elapsed: float) -> Length:
    """What is left of somebody's time when they have been in for so many minutes.

    Who is past the mean needs about as long again as the deviation says, and less certainly.
    """
    left = length.mean - elapsed
    least = length.spread / 2
    return Length(max(left, least), length.spread if left > least else length.spread * 1.5)


def predict(
    room: Room,
    ahead: Sequence[Patient],
    *,
    coming: Iterable[Patient] = (),
    ready: float = 0.0,
    width: float = 1.0,
) -> Wait:
    """How long until the turn of somebody who is here since `ready`, behind `ahead`.

    Each of the stations takes the next as soon as it is free. `coming` are those who booked a
    time before this turn and are not here yet: who comes before the turn does goes first.
    `width` is the lesson of past forecasts: above one, ranges widen.
    """
    places = max(room.stations, len(room.inside), 1)
    free = [one.mean for one in room.inside] + [0.0] * (places - len(room.inside))
    heapq.heapify(free)
    counted = list(room.inside) if len(room.inside) == places else []
    for one in ahead:
        heapq.heappush(free, room.opens(heapq.heappop(free), one.ready) + one.length.mean)
        counted.append(one.length)
    for one in sorted(coming, key=lambda patient: patient.ready):
        if one.ready > room.opens(free[0], ready):
            break
        length = one.length.if_they_come
        begins = room.opens(max(heapq.heappop(free), one.ready), one.ready)
        heapq.heappush(free, begins + length.mean)
        counted.append(length)
    mean = room.opens(free[0], ready)
    return _range(mean, Z * sqrt(sum(one.spread**2 for one in counted)) / places * width)


def _range(mean: float, reach: float) -> Wait:
    low, high = floor(max(mean - reach, 0.0)), ceil(mean + reach)
    if high - low < NARROWEST:
        low = max(0, high - NARROWEST)
        high = low + NARROWEST
    return Wait(low, high)


def wider_or_narrower(width: float, within: float) -> float:
    """The width of the ranges to come, when this share of forecasts came true; aim: 60–75 %.

    Promising too narrowly is the worse mistake, so ranges widen faster than they narrow.
    """
    if within < 0.60:
        return min(round(width * 1.15, 2), 3.0)
    if within > 0.75:
        return max(round(width * 0.95, 2), 0.5)
    return width
