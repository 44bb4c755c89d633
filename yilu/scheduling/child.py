"""How the question is put to the process that plans, and its answer heard."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer
from typing import Any

# The child has its own, smaller limits: this is for one that hangs.
MOST_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """Which places were chosen, what they cost, and what no choice can be below."""

    chosen: tuple[int, ...]
    cost: int
    bound: int
    seconds: float


class PlannerDied(RuntimeError):
    """The process ended without an answer."""


def solved(question: dict[str, Any], heard: Callable[[int, int], None]) -> Answer:
    """Have a question solved by a process of its own; `heard` is told of each better answer.

    The process ends in any case: with its answer, when `heard` raises, or after a minute.

    Raises: PlannerDied, and what `heard` raises.
    """
    if not question["places"]:
        none = sum(question["without"])
        return Answer((), none, none, 0.0)
    process = subprocess.Popen(
        [sys.executable, "-m", "yilu.scheduling.solving"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    watch = Timer(MOST_SECONDS, process.kill)
    watch.start()
    try:
        return _talked(process, question, heard)
    finally:
        watch.cancel()
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()


def _talked(
    process: "subprocess.Popen[bytes]",
    question: dict[str, Any],
    heard: Callable[[int, int], None],
) -> Answer:
    asked, said = process.stdin, process.stdout
    if asked is None or said is None:
        raise PlannerDied
    with suppress(BrokenPipeError):
        asked.write(json.dumps(question).encode())
        asked.close()
    for line in said:
        words = json.loads(line)
        if "chosen" in words:
            chosen, cost = tuple(words["chosen"]), words["cost"]
            return Answer(chosen, cost, min(max(words["bound"], 0), cost), words["seconds"])
        heard(words["cost"], words["bound"])
    raise PlannerDied
