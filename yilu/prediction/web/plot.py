"""The reliability plot as numbers that a template draws. Nothing here reads or writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from yilu.prediction.rules.measures import Bin

LEFT, TOP, SIDE = 56, 16, 320
STEP = 0.1


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of the grid: where it is and what it says, in percent."""

    x: float
    y: float
    percent: int


@dataclass(frozen=True, slots=True)
class Point:
    """A tenth of the bookings, with the interval of what happened."""

    x: float
    y: float
    low: float
    high: float
    bin: Bin

    @property
    def predicted(self) -> float:
        return 100 * self.bin.predicted

    @property
    def observed(self) -> float:
        return 100 * self.bin.observed

    @property
    def low_percent(self) -> float:
        return 100 * self.bin.low

    @property
    def high_percent(self) -> float:
        return 100 * self.bin.high


@dataclass(frozen=True, slots=True)
class Plot:
    """What was predicted against what happened; on the diagonal it came true."""

    left: int
    top: int
    right: int
    bottom: int
    marks: tuple[Mark, ...]
    points: tuple[Point, ...]


def plot_of(bins: Sequence[Bin]) -> Plot:
    """Place the bins on a square that is as large as the largest of them."""
    largest = max([STEP, *(max(one.high, one.predicted) for one in bins)])
    whole = ceil(largest / STEP - 1e-9) * STEP

    def x(value: float) -> float:
        return round(LEFT + SIDE * value / whole, 1)

    def y(value: float) -> float:
        return round(TOP + SIDE * (1 - value / whole), 1)

    steps = range(round(whole / STEP) + 1)
    return Plot(
        LEFT,
        TOP,
        LEFT + SIDE,
        TOP + SIDE,
        tuple(Mark(x(n * STEP), y(n * STEP), round(100 * n * STEP)) for n in steps),
        tuple(
            Point(x(one.predicted), y(one.observed), y(one.low), y(one.high), one) for one in bins
        ),
    )
