"""How good a prediction was: pure figures from chances and what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import exp, log, sqrt

TINY = 1e-6
BINS = 10
Z95 = 1.959964
STEPS = 25


@dataclass(frozen=True, slots=True)
class Bin:
    """Bookings of like chance: how many, the mean predicted, and the share that was missed."""

    cases: int
    predicted: float
    observed: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Effect:
    """A difference of two shares with its 95 % interval; below zero is fewer missed."""

    difference: float
    low: float
    high: float

    @property
    def points(self) -> float:
        """The difference in percentage points."""
        return 100 * self.difference

    @property
    def low_points(self) -> float:
        return 100 * self.low

    @property
    def high_points(self) -> float:
        return 100 * self.high


def brier(chances: Sequence[float], missed: Sequence[int]) -> float:
    """The mean squared error: 0 is perfect."""
    return sum((p - y) ** 2 for p, y in zip(chances, missed, strict=True)) / len(missed)


def losses(chances: Sequence[float], missed: Sequence[int]) -> list[float]:
    """The logarithmic loss of each prediction."""
    kept = [min(max(p, TINY), 1 - TINY) for p in chances]
    return [-log(p) if y else -log(1 - p) for p, y in zip(kept, missed, strict=True)]


def mean(values: Sequence[float]) -> float:
    """The mean."""
    return sum(values) / len(values)


def lead(one: Sequence[float], other: Sequence[float]) -> float:
    """By how many standard errors the first losses are below the others, case by case."""
    gains = [b - a for a, b in zip(one, other, strict=True)]
    middle = mean(gains)
    spread = sqrt(sum((gain - middle) ** 2 for gain in gains) / max(len(gains) - 1, 1))
    return middle / (spread / sqrt(len(gains))) if spread else 0.0


def auc(chances: Sequence[float], missed: Sequence[int]) -> float:
    """How often one who stayed away had the higher chance than one who came; ties count half."""
    ranked = sorted(zip(chances, missed, strict=True))
    positives = sum(missed)
    negatives = len(missed) - positives
    if not positives or not negatives:
        return 0.5
    below, wins = 0, 0.0
    for _, group in groupby(ranked, key=lambda pair: pair[0]):
        equal = [y for _, y in group]
        came = len(equal) - sum(equal)
        wins += sum(equal) * (below + came / 2)
        below += came
    return wins / (positives * negatives)


def calibration(chances: Sequence[float], missed: Sequence[int]) -> tuple[float, float]:
    """Slope and intercept of what happened on the predicted log-odds: 1 and 0 are perfect.

    A slope below 1 says that the chances are too extreme.
    """
    odds = [log(min(max(p, TINY), 1 - TINY) / (1 - min(max(p, TINY), 1 - TINY))) for p in chances]
    slope, intercept = 1.0, 0.0
    for _ in range(STEPS):
        g0 = g1 = h00 = h01 = h11 = 0.0
        for x, y in zip(odds, missed, strict=True):
            p = 1 / (1 + exp(-max(min(intercept + slope * x, 30.0), -30.0)))
            w = p * (1 - p)
            g0, g1 = g0 + y - p, g1 + (y - p) * x
            h00, h01, h11 = h00 + w, h01 + w * x, h11 + w * x * x
        det = h00 * h11 - h01 * h01
        if det < TINY:
            break
        step0, step1 = (h11 * g0 - h01 * g1) / det, (h00 * g1 - h01 * g0) / det
        intercept, slope = intercept + step0, slope + step1
        if abs(step0) + abs(step1) < TINY:
            break
    return slope, intercept


def reliability(chances: Sequence[float], missed: Sequence[int], bins: int = BINS) -> list[Bin]:
    """Tenths of the bookings by chance: what was predicted, and what happened."""
    ranked = sorted(zip(chances, missed, strict=True))
    found = []
    for n in range(bins):
        part = ranked[n * len(ranked) // bins : (n + 1) * len(ranked) // bins]
        if part:
            low, high = wilson(sum(y for _, y in part), len(part))
            predicted, observed = mean([p for p, _ in part]), mean([y for _, y in part])
            found.append(Bin(len(part), predicted, observed, low, high))
    return found


def wilson(events: int, cases: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson's), which stays within 0 and 1."""
    if not cases:
        return 0.0, 1.0
    share, square = events / cases, Z95**2
    middle = (share + square / (2 * cases)) / (1 + square / cases)
    reach = Z95 * sqrt(share * (1 - share) / cases + square / (4 * cases**2))
    reach /= 1 + square / cases
    return max(0.0, middle - reach), min(1.0, middle + reach)


def difference(events: int, cases: int, other_events: int, other_cases: int) -> Effect:
    """The first share less the other, with Newcombe's 95 % interval."""
    share, other = events / cases, other_events / other_cases
    low, high = wilson(events, cases)
    other_low, other_high = wilson(other_events, other_cases)
    down = sqrt((share - low) ** 2 + (other_high - other) ** 2)
    up = sqrt((high - share) ** 2 + (other - other_low) ** 2)
    return Effect(share - other, share - other - down, share - other + up)
