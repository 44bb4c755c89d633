"""How long a wait will be. Pure: those ahead and how long such patients take here go in.

Always a range: from the 20th to the 80th percentile of what may come, never one minute.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, sqrt

Z = 0.8416  # The 80th percentile of a normal distribution, in deviations from its mean.
NARROWEST = 5  # Minutes: nobody can promise more exactly.
TRUST = 12.0  # As many own cases weigh as much as what was known before.


@dataclass(frozen=True, slots=True)
class Length:
    """How long a patient takes, in minutes: the mean, and the deviation from it."""

    mean: float
    spread: float


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
    ahead: Sequence[Length], inside: Sequence[Length], stations: int, *, width: float = 1.0
) -> Wait:
    """How long until the turn of somebody behind `ahead`, with `inside` at the stations now.

    Each of the stations takes the next as soon as it is free. `width` is the lesson of past
    forecasts: above one, ranges widen.
    """
    places = max(stations, len(inside), 1)
    free = [one.mean for one in inside] + [0.0] * (places - len(inside))
    heapq.heapify(free)
    for one in ahead:
        heapq.heappush(free, heapq.heappop(free) + one.mean)
    mean = free[0]
    counted = [*ahead, *(inside if len(inside) == places else ())]
    spread = sqrt(sum(one.spread**2 for one in counted)) / places
    reach = Z * spread * width
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
