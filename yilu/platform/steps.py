"""What the worker repeats for other apps, each in threads of its own."""

from collections.abc import Callable
from dataclasses import dataclass

REST = 5.0
"""Seconds for which a step rests whose work is looked out for, should nobody call it."""

Run = Callable[[], float]
"""Does one thing, and says for how many seconds there may be nothing more to do."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something done again and again. A step that waits for a network holds up only its own.

    `due` is an SQL condition that holds while there is something to do, over `%(now)s`, which is
    real time, and `%(clinic_now)s`: one small statement asks for all steps at once, so that a
    step need not. Without it, a step comes again when it said.
    """

    run: Run
    threads: int = 1
    due: str = ""


registered: dict[str, Step] = {}


def register(name: str, run: Run, *, threads: int = 1, due: str = "") -> None:
    """Have the worker repeat `run`, in so many threads, whenever `due` holds or it said.

    Call it from an app's `jobs.py`, which the app imports in `ready()`.
    """
    registered[name] = Step(run, threads, due)
