"""For tests of every app: let everything that follows from a deed happen now, in this process."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field
from threading import Event
from typing import Any, Protocol, TypeVar

from django.db import connection, connections

from yilu.platform import clock
from yilu.platform.db import deed
from yilu.platform.worker import deliveries, due, long_jobs
from yilu.platform.worker.dispatch import dispatch

R = TypeVar("R")
MOST_STEPS = 10_000
PATIENCE = 60.0


@dataclass(slots=True)
class Drained:
    """What happened while draining."""

    events: int = 0
    deliveries: int = 0
    timers: int = 0
    topics: set[str] = field(default_factory=set)


def drain(*, timers: bool = True) -> Drained:
    """Deliver every event and run every due timer, and all that follows from them.

    Works inside a test's transaction. What a subscriber or timer raises comes out here, so
    that a test sees it; nothing is tried again.
    """
    seen = Drained()
    for _ in range(MOST_STEPS):
        found = _dispatch(seen)
        delivered = _all(lambda: deliveries.deliver_next(raising=True))
        ran = _all(lambda: due.run_next_due(raising=True)) if timers else 0
        seen.deliveries += delivered
        seen.timers += ran
        if not (found or delivered or ran):
            return seen
    raise AssertionError("events and timers go on for ever")


def run_jobs() -> int:
    """Do every long job that waits. Returns how many were done."""
    return _all(lambda: long_jobs.run_next_job(Event(), beating=False))


class Start(Protocol):
    """Begins what happens beside a deed."""

    def __call__(self, other: Callable[[], R], /) -> Future[R]:
        """Begin it, and go on once it has ended or waits."""


@contextmanager
def not_kept_yet() -> Iterator[Start]:
    """A deed that is kept at the end of the block; what it gives begins others beside it.

    They run in threads, on the same clock and in the same language.

    Raises: TimeoutError, as `until_ended_or_waiting`.
    """
    # Taken before the deed begins: what happens beside it is no part of it.
    around = copy_context()

    def start(other: Callable[[], R], /) -> Future[R]:
        begun = pool.submit(around.copy().run, _alone, other)
        until_ended_or_waiting(begun)
        return begun

    with ThreadPoolExecutor() as pool, deed():
        yield start


def beside(first: Callable[[], object], second: Callable[[], R]) -> R:
    """Do two deeds, the second before the first is kept; gives back what the second said.

    Raises: whatever the second does.
    """
    with not_kept_yet() as start:
        first()
        begun = start(second)
    return begun.result()


def _alone(other: Callable[[], R]) -> R:
    try:
        return other()
    finally:
        connections.close_all()


def until_ended_or_waiting(begun: Future[Any]) -> None:
    """Go on once another thread's deed has ended, or somebody waits for a lock in this database.

    Raises: TimeoutError, when neither comes within a minute.
    """
    ends = clock.monotonic() + PATIENCE
    while not begun.done() and not _somebody_waits():
        if clock.monotonic() > ends:
            raise TimeoutError("nothing moves any more")
        Event().wait(0.02)


def _somebody_waits() -> bool:
    """Unlike the statistics of sessions, locks are read anew within a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_locks"
            " WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
        )
        return cursor.fetchone() is not None


def _dispatch(seen: Drained) -> int:
    with connection.cursor() as cursor:
        # A test is alone: what it sees is all there is.
        cursor.execute("SELECT coalesce(max(seq), 0) FROM platform_event")
        done = dispatch(cursor.fetchone()[0])
    if done is None:
        return 0
    seen.events += done.events
    seen.topics |= done.topics
    return done.events


def _all(step: Callable[[], bool]) -> int:
    for count in range(MOST_STEPS):
        if not step():
            return count
    raise AssertionError("this goes on for ever")
