"""From a commit to the changed part in a browser, with few and with many streams open."""

import selectors
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

import psycopg

from bench.clinic import Loaded
from bench.driving import Figures
from bench.line import Line, request
from bench.questions import call_at
from bench.session import cookie_of
from bench.size import Size
from yilu.platform.live import signed
from yilu.queueing.selectors.topics import queue_topic

PATIENCE = 20.0
QUIET = 0.4
CHANNEL = "bench_floor"


@dataclass(frozen=True, slots=True)
class Watched:
    """How long the news took to every stream, and the part to a browser that asked for it."""

    streams: int
    news: Figures
    part: Figures


def watch(loaded: Loaded, size: Size, port: int, streams: int) -> Watched:
    """Call patients while so many pages watch the queue; each call is seen by all before the next.

    The clock starts when the caller has its answer, which is after the commit.
    """
    desk = loaded.desks[0]
    cookie = cookie_of(loaded.user_id)
    page = request("GET", f"/queueing/queues/{desk.queue_id}/", headers={"Cookie": cookie})
    topic = signed(queue_topic(desk.queue_id))
    caller, browser = Line(port), Line(port)
    news: list[float] = []
    parts: list[float] = []
    with _streams(port, topic, streams) as listening:
        for _ in range(size.changes):
            listening.settle()
            if caller.ask(call_at(loaded, desk).over_http()).status != 200:
                raise RuntimeError("nobody is left to be called")
            committed = perf_counter()
            heard = listening.hear()
            if browser.ask(page).status != 200:
                raise RuntimeError("the part of the page was refused")
            parts.append(heard[0] - committed + (perf_counter() - heard[-1]))
            news += [moment - committed for moment in heard]
    return Watched(streams, Figures.of(news, sum(news)), Figures.of(parts, sum(parts)))


def floor(url: str, size: Size) -> Figures:
    """From the commit of a bare NOTIFY to a bare LISTEN."""
    times = []
    with (
        psycopg.connect(url, autocommit=True) as hearing,
        psycopg.connect(url, autocommit=True) as saying,
    ):
        hearing.execute(f"LISTEN {CHANNEL}")
        for _ in range(max(size.changes, 10)):
            saying.execute(f"NOTIFY {CHANNEL}, 'changed'")
            committed = perf_counter()
            next(hearing.notifies(timeout=PATIENCE, stop_after=1))
            times.append(perf_counter() - committed)
    return Figures.of(times, sum(times))


class _Streams:
    """Open streams, and what each has said since it was last asked."""

    def __init__(self, open_ones: list[socket.socket]) -> None:
        self.selector = selectors.DefaultSelector()
        self.count = len(open_ones)
        for one in open_ones:
            self.selector.register(one, selectors.EVENT_READ)

    def hear(self) -> list[float]:
        """The moments at which each stream said that something changed, the first first."""
        heard: dict[int, float] = {}
        until = perf_counter() + PATIENCE
        while len(heard) < self.count:
            if perf_counter() > until:
                raise RuntimeError(f"only {len(heard)} of {self.count} streams heard of a change")
            for key, _ in self.selector.select(1.0):
                said = key.fileobj.recv(65536)  # type: ignore[union-attr]
                if b"event: changed" in said or b"event: reset" in said:
                    heard.setdefault(key.fd, perf_counter())
        return sorted(heard.values())

    def settle(self) -> None:
        """Read until nothing comes for a moment: what one call caused is over."""
        while ready := self.selector.select(QUIET):
            for key, _ in ready:
                key.fileobj.recv(65536)  # type: ignore[union-attr]


@contextmanager
def _streams(port: int, topic: str, many: int) -> Iterator[_Streams]:
    opened = []
    try:
        for _ in range(many):
            one = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
            one.sendall(request("GET", f"/live?topics={topic}"))
            opened.append(one)
        for one in opened:
            if b" 200 " not in one.recv(65536):
                raise RuntimeError("a stream was refused")
        yield _Streams(opened)
    finally:
        for one in opened:
            one.close()
