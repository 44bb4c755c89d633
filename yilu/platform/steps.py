"""What the worker repeats for other apps, each in threads of its own."""

from collections.abc import Callable
from dataclasses import dataclass

Run = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Step:
    """Something done again and again. A step that waits for a network holds up only its own."""

    run: Run
    threads: int


registered: dict[str, Step] = {}


def register(name: str, run: Run, *, threads: int = 1) -> None:
    """Have the worker repeat `run`, which says for how many seconds there may be nothing to do.

    Call it from an app's `jobs.py`, which the app imports in `ready()`.
    """
    registered[name] = Step(run, threads)
