"""Many callers at once, each a process of its own, all let go at the same moment."""

import multiprocessing
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle
from statistics import quantiles
from time import perf_counter
from typing import Any

FORK = multiprocessing.get_context("fork")
Do = Callable[[Any], None]
Open = Callable[[], tuple[Do, Do, Callable[[], None]]]


@dataclass(frozen=True, slots=True)
class Figures:
    """How long each took in milliseconds, and how many there were in a second."""

    p50: float
    p95: float
    per_second: float
    count: int

    @classmethod
    def of(cls, seconds: Sequence[float], elapsed: float) -> "Figures":
        """The figures of these times."""
        cuts = quantiles(seconds, n=100) if len(seconds) > 1 else [seconds[0]] * 99
        return cls(cuts[49] * 1e3, cuts[94] * 1e3, len(seconds) / elapsed, len(seconds))


@dataclass(frozen=True)
class Load:
    """What callers do. `open_line` gives each its warm-up, its deed and its end.

    `repeats`: items may be used again and again until time is over; otherwise each is used once.
    """

    open_line: Open
    items: Sequence[Any]
    repeats: bool
    warm: int
    seconds: float


def drive(load: Load, lanes: int) -> Figures:
    """Let so many callers work at once. Raises: RuntimeError, with the first caller's complaint."""
    gate = FORK.Barrier(lanes)
    results = FORK.SimpleQueue()
    callers = [
        FORK.Process(target=_call, args=(load, _share(load, n, lanes), gate, results))
        for n in range(lanes)
    ]
    for caller in callers:
        caller.start()
    told = [results.get() for _ in callers]
    for caller in callers:
        caller.join()
    if complaints := [one for one in told if isinstance(one, str)]:
        raise RuntimeError(complaints[0])
    times = [time for one in told for time in one[2]]
    return Figures.of(times, max(one[1] for one in told) - min(one[0] for one in told))


def _share(load: Load, n: int, lanes: int) -> list[Any]:
    """What one caller does: all, beginning elsewhere, or its own part of what is done once."""
    if not load.repeats:
        return list(load.items[n::lanes])
    first = n * len(load.items) // lanes
    return [*load.items[first:], *load.items[:first]]


def _call(load: Load, items: list[Any], gate: Any, results: Any) -> None:
    try:
        warm, do, end = load.open_line()
        for item in items[: load.warm]:
            warm(item)
        rest = cycle(items) if load.repeats else iter(items[load.warm :])
        gate.wait(60)
        begun = perf_counter()
        times = []
        for item in rest:
            before = perf_counter()
            do(item)
            now = perf_counter()
            times.append(now - before)
            if now - begun >= load.seconds:
                break
        results.put((begun, perf_counter(), times))
        end()
    except Exception as error:
        gate.abort()
        results.put(f"{type(error).__name__}: {error}")
