"""How a session goes with extra places: pure, and the same every time for the same session.

A place is extra when it stands beside another at the same time. It is advised only while as many
are expected as there are ordinary places, and nine in ten still wait no longer than promised.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

RUNS = 150
SHORTEST = 3.0
FULL_FROM = 0.8
"""Where less of a session is booked than this, an ordinary place is still to be had."""


@dataclass(frozen=True, slots=True)
class Place:
    """A booked time: its minute, how likely its patient stays away, how long such ones take."""

    minute: float
    chance: float
    mean: float
    spread: float
    minutes: float = 0.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far it may go: extra places a session, and the wait that nine in ten are promised."""

    most: int
    promise: float


@dataclass(frozen=True, slots=True)
class Step:
    """What one more extra place would do, and whether it is advised; minutes of waiting."""

    beside: int
    expected: float
    wait: float
    allowed: bool


@dataclass(frozen=True, slots=True)
class Advice:
    """What is advised for a session, with the calculation.

    `places` are ordinary, `expected` of them are thought to come, `wait` is what nine in ten
    wait at most as booked. `steps` are the extra places tried, in order; the last may be the one
    that is not advised. `booked_share` is of the session's time.
    """

    places: int
    expected: float
    wait: float
    booked_share: float
    steps: tuple[Step, ...]

    @property
    def is_full(self) -> bool:
        return self.booked_share >= FULL_FROM

    @property
    def advised(self) -> tuple[Step, ...]:
        """The extra places that are advised."""
        return tuple(step for step in self.steps if step.allowed) if self.is_full else ()


@dataclass(frozen=True, slots=True)
class Went:
    """How one run of a session went."""

    waits: tuple[float, ...]
    busy: float
    ended: float


def play(places: Sequence[Place], comes: Sequence[bool], dice: Sequence[float]) -> Went:
    """One run: who comes is seen in the order of the times, each as long as their dice say."""
    free, busy, waits = 0.0, 0.0, []
    for place, here, die in zip(places, comes, dice, strict=True):
        if not here:
            continue
        begins = max(place.minute, free)
        lasts = max(SHORTEST, place.mean + place.spread * die)
        waits.append(begins - place.minute)
        free, busy = begins + lasts, busy + lasts
    return Went(tuple(waits), busy, free)


def ninth_tenth(waits: Sequence[float]) -> float:
    """What nine in ten wait at most; 0 when nobody waits."""
    ranked = sorted(waits)
    return ranked[min(len(ranked) - 1, int(len(ranked) * 0.9))] if ranked else 0.0


def expected_wait(places: Sequence[Place], runs: int = RUNS) -> float:
    """What nine in ten wait at most, over many runs with the same dice."""
    luck = Random(len(places))  # noqa: S311 (a simulation)
    waits: list[float] = []
    for _ in range(runs):
        comes = [luck.random() >= place.chance for place in places]
        waits += play(places, comes, [luck.gauss(0, 1) for _ in places]).waits
    return ninth_tenth(waits)


def advise(
    places: Sequence[Place], *, bounds: Bounds, usual: float, booked_share: float = 1.0
) -> Advice:
    """Which extra places a session bears; `usual` is the chance of whoever would get one.

    Each stands beside the booking that is likeliest to stay empty. It stops at the first that is
    not allowed.
    """
    booked = sorted(places, key=lambda place: place.minute)
    expected = sum(1 - place.chance for place in booked)
    riskiest = sorted(range(len(booked)), key=lambda n: -booked[n].chance)
    steps: list[Step] = []
    tried, count = list(booked), expected
    for beside in riskiest[: bounds.most]:
        tried.append(replace(booked[beside], chance=usual))
        count += 1 - usual
        wait = expected_wait(sorted(tried, key=lambda place: place.minute))
        allowed = count <= len(booked) and wait <= bounds.promise
        steps.append(Step(beside, count, wait, allowed))
        if not allowed:
            break
    return Advice(len(booked), expected, expected_wait(booked), booked_share, tuple(steps))
