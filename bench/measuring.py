"""Measuring one thing after the other: the floor first, then the product, each in the same way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from time import monotonic, sleep
from typing import Any

import psycopg
from django.db import connection

from bench import floor, live
from bench.clinic import Loaded
from bench.driving import Do, Figures, Load, Open, drive
from bench.floor import Bare
from bench.line import Line
from bench.memory import Memory
from bench.questions import Question, questions
from bench.replanning import Planned
from bench.size import Size
from bench.stack import Place

DRAINED_SECONDS = 120.0


@dataclass
class Row:
    """One thing measured: the product and its floor, by how many callers there were."""

    question: Question
    statements: int
    product: dict[int, Figures] = field(default_factory=dict)
    floor: dict[int, Figures] = field(default_factory=dict)


@dataclass
class Report:
    """Everything that was found."""

    size: Size
    rows: list[Row] = field(default_factory=list)
    watched: list[live.Watched] = field(default_factory=list)
    live_floor: Figures | None = None
    planned: Planned | None = None
    memory: Memory = field(default_factory=Memory)


class Bench:
    """Asks all questions of one running product."""

    def __init__(self, place: Place, loaded: Loaded, size: Size) -> None:
        self.place, self.loaded, self.size = place, loaded, size

    def run(self, report: Report, only: str, tell: Callable[[Row], None]) -> None:
        """Measure everything, or what has `only` in its name, adding to the report.

        Each row is told as it comes: what was measured is not lost with what fails later.
        """
        for question in questions(self.loaded, self.size):
            if only in question.name:
                report.rows.append(self._row(question, report.memory))
                tell(report.rows[-1])
        if only not in "live":
            return
        for streams in self.size.streams:
            self._drain()
            report.watched.append(live.watch(self.loaded, self.size, self.place.port, streams))
        report.live_floor = live.floor(self.place.url, self.size)

    def _row(self, question: Question, memory: Memory) -> Row:
        half = len(question.asked) // 2 if question.is_write else 0
        scripts = [
            floor.caught(one.in_process, is_deed=question.is_write) for one in question.asked[half:]
        ]
        # Children must not inherit a connection.
        connection.close()
        row = Row(question, len(scripts[0].statements))
        messages = [one.over_http() for one in question.asked[: half or None]]
        done = 0
        for lanes in self.size.lanes:
            many = self._many(question, lanes)
            piece = slice(done, done + many) if question.is_write else slice(None)
            done += many
            bare = partial(_bare, self.place.url)
            with memory.paused():
                row.floor[lanes] = drive(self._load(question, bare, scripts[piece]), lanes)
                self._drain()
            ask = partial(_http, self.place.port, question.asked[0].status)
            row.product[lanes] = drive(self._load(question, ask, messages[piece]), lanes)
            self._drain()
        return row

    def _many(self, question: Question, lanes: int) -> int:
        alone = lanes == self.size.lanes[0]
        wanted = self.size.alone if alone else self.size.together
        return wanted + self.size.warm * lanes if question.is_write else 0

    def _load(self, question: Question, open_line: Open, items: Sequence[Any]) -> Load:
        return Load(
            open_line,
            items,
            repeats=not question.is_write,
            warm=self.size.warm,
            seconds=self.size.seconds * (10 if question.is_write else 1),
        )

    def _drain(self) -> None:
        """Wait until the worker owes nothing: what came before must not be measured again."""
        until = monotonic() + DRAINED_SECONDS
        with psycopg.connect(self.place.url, autocommit=True) as asking:
            while monotonic() < until and _owed(asking):
                sleep(0.1)


_OWED = """
SELECT (SELECT count(*) FROM platform_delivery WHERE state = 'waiting' AND tries = 0)
     + (SELECT coalesce(max(seq), 0) FROM platform_event)
     - (SELECT coalesce(max(seq), 0) FROM platform_position WHERE name = 'dispatch')
"""


def _owed(asking: psycopg.Connection) -> int:
    found = asking.execute(_OWED).fetchone()
    return int(found[0]) if found else 0


def _bare(url: str) -> tuple[Do, Do, Callable[[], None]]:
    client = Bare(url)
    return client.warm, client.play, client.close


def _http(port: int, status: int) -> tuple[Do, Do, Callable[[], None]]:
    line = Line(port)

    def ask(message: bytes) -> None:
        reply = line.ask(message)
        if reply.status != status:
            raise RuntimeError(f"{reply.status} instead of {status}: {reply.body[:300]!r}")

    return ask, ask, line.close
