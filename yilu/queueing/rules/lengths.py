"""How long a wait will be. Pure: those ahead and how long such patients take here go in.

Always a range: from the 20th to the 80th percentile of what may come, never one minute.
Minutes are counted from now; what lies before now is negative. What the computed spread says of
the percentiles is corrected by how forecasts of the same kind came out lately (`Shape`).
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, sqrt

Z = 0.8416  # The 80th percentile of a normal distribution, in deviations from its mean.
NARROWEST = 5  # Minutes: nobody can promise more exactly.
TRUST = 12.0  # As many own cases weigh as much as what was known before.
LEAST_SPREAD = 2.0  # Minutes: even where nobody is before one, it takes a moment to be called.
FEW = 2  # Before one.
TRUST_SHAPE = 40.0  # As many past forecasts weigh as much as what is known of no clinic.
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


@dataclass(frozen=True, slots=True)
class Shape:
    """Where the 20th, 50th and 80th percentile lie, in computed spreads from the computed mean."""

    low: float = -Z
    middle: float = 0.0
    high: float = Z


@dataclass(frozen=True, slots=True)
class Guess:
    """A forecast before it is told: when the turn would come and how surely, in minutes.

    `before` are those who wait or are inside before it, and who are expected to come first.
    """

    mean: float
    spread: float
    before: int = 0

    @property
    def depth(self) -> str:
        """How much is before it: forecasts of one depth are wrong in the same way."""
        return "none" if self.before == 0 else "few" if self.before <= FEW else "many"

    def at(self, z: float) -> float:
        """The percentile that lies so many spreads from the mean; never before now."""
        return max(self.mean + z * self.spread, 0.0)

    def told(self, shape: "Shape") -> "Wait":
        """The range in whole minutes, at least `NARROWEST` wide."""
        low, high = floor(self.at(shape.low)), ceil(self.at(shape.high))
        if high - low < NARROWEST:
            low = max(0, high - NARROWEST)
            high = low + NARROWEST
        return Wait(low, high)


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


class Line:
    """The work of a room, patient behind patient: what the next one's turn depends on.

    Each of the stations takes the next as soon as it is free. Adding a patient and asking for a
    wait take the same time however long the line is.
    """

    def __init__(self, room: Room, ahead: Iterable[Patient] = ()) -> None:
        self._room = room
        self._places = max(room.stations, len(room.inside), 1)
        idle = self._places - len(room.inside)
        self._free = [one.mean for one in room.inside] + [0.0] * idle
        heapq.heapify(self._free)
        # Where a place is idle, the next turn does not depend on those who are inside.
        self._variance = 0.0 if idle else sum(one.spread**2 for one in room.inside)
        self._before = 0 if idle else len(room.inside)
        for one in ahead:
            self.add(one)

    def add(self, patient: Patient) -> None:
        """Somebody goes in before whoever is asked about next."""
        begins = self._room.opens(heapq.heappop(self._free), patient.ready)
        heapq.heappush(self._free, begins + patient.length.mean)
        self._variance += patient.length.spread**2
        self._before += 1

    def guess(self, *, coming: Iterable[Patient] = (), ready: float = 0.0) -> Guess:
        """When the turn comes of somebody who is here since `ready`, behind all of these.

        `coming` are those who booked a time before this turn and are not here yet: who comes
        before the turn does goes first. `ready` after now is the turn of somebody who is still
        to come: their turn is not before that, and who comes until then goes first.
        """
        free, variance, before = [*self._free], self._variance, self._before
        for one in sorted(coming, key=lambda patient: patient.ready):
            if one.ready > max(self._room.opens(free[0], ready), ready):
                break
            length = one.length.if_they_come
            begins = self._room.opens(max(heapq.heappop(free), one.ready), one.ready)
            heapq.heappush(free, begins + length.mean)
            variance += length.spread**2
            before += 1
        mean = self._room.opens(max(free[0], ready), ready)
        spread = max(sqrt(variance) / self._places, LEAST_SPREAD)
        return Guess(max(mean, 0.0), spread, before)

    def wait(
        self, *, coming: Iterable[Patient] = (), ready: float = 0.0, shape: Shape | None = None
    ) -> Wait:
        """The same as it is told."""
        return self.guess(coming=coming, ready=ready).told(shape or Shape())


def blend_shape(cases: int, own: Shape) -> Shape:
    """The percentiles after so many own forecasts: few move what is known of no clinic little."""
    usual, share = Shape(), cases / (cases + TRUST_SHAPE)
    return Shape(
        usual.low + (own.low - usual.low) * share,
        usual.middle + (own.middle - usual.middle) * share,
        usual.high + (own.high - usual.high) * share,
    )
