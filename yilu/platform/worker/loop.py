"""The worker as a process: a few threads that each repeat one step, and a clean end."""

import logging
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Event, Thread
from types import FrameType

from django.db import InterfaceError, OperationalError, connection

from yilu.platform import clinic_clock, clock, files, steps
from yilu.platform.seal import Sealer
from yilu.platform.worker import deliveries, due, long_jobs, upkeep
from yilu.platform.worker.dispatch import dispatch
from yilu.platform.worker.horizon import Horizon

log = logging.getLogger(__name__)
POLL, SOON = 0.05, 0.01
GRACE = 4.0
LONGEST_PAUSE = 5.0
DELIVERERS = TIMEKEEPERS = 2
# Whom a network is asked for is not waiting at a desk.
TIMERS_IDLE, SLOW_TIMERS_IDLE = 0.1, 0.5
# Of the threads that repeat one step one looks; the others come when it found something or there
# is said to be something, and by themselves after this long, should it be held up.
REST = 1.0

Step = Callable[[], float]
"""Does one thing, and says for how many seconds there may be nothing more to do."""


class Worker:
    """Runs until told to stop. Killed at any point, it loses nothing: all it knows is rows."""

    def __init__(self) -> None:
        self._stopping = Event()
        self._owed = Event()
        self._horizon = Horizon("platform_event")
        self._handed_on = -1
        self._name = f"worker:{socket.gethostname()}:{os.getpid()}"
        self._errands = _errands(self._name)
        self._finds: list[Event] = []

    def run(self) -> None:
        """Work in threads until asked to stop; they get a few seconds to end what they hold."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._asked_to_stop)
        threads = self._threads()
        log.info("worker_started", extra={"worker": self._name})
        while not self._stopping.wait(0.5):
            pass
        for event in (self._owed, *self._finds):
            event.set()
        ends = clock.monotonic() + GRACE
        for thread in threads:
            thread.join(max(0.0, ends - clock.monotonic()))
        log.info("worker_stopped", extra={"worker": self._name})

    def _threads(self) -> list[Thread]:
        mine: list[tuple[Step, Event, int]] = [
            (self._dispatch, self._stopping, 1),
            (self._run_job, self._stopping, 1),
            (self._run_errands, self._stopping, 1),
            (self._deliver, self._owed, DELIVERERS),
            # Apart, so that a network that hangs holds up no other timer.
            (partial(_run_timer, slow=False), self._stopping, TIMEKEEPERS),
            (partial(_run_timer, slow=True), self._stopping, TIMEKEEPERS),
        ]
        mine += [(step.run, self._stopping, step.threads) for step in steps.registered.values()]
        threads = [one for step, wake, count in mine for one in self._shift(step, wake, count)]
        for thread in threads:
            thread.start()
        return threads

    def _shift(self, step: Step, wake: Event, count: int) -> list[Thread]:
        found = Event()
        self._finds.append(found)
        call = found if wake is self._stopping else wake
        mine = [(step, wake, found), *[(step, call, found, REST)] * (count - 1)]
        return [Thread(target=self._repeat, args=one, daemon=True) for one in mine]

    def _repeat(self, step: Step, wake: Event, found: Event, rest: float = 0.0) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                pause = step()
                failures = 0
            except Exception as error:
                failures += 1
                pause = min(0.1 * 2**failures, LONGEST_PAUSE)
                # A database that is away is no bug: wait for it.
                if not isinstance(error, OperationalError | InterfaceError):
                    log.exception("worker_step_failed")
                connection.close()
            if not pause:
                found.set()
                continue
            if rest:
                found.clear()
            wake.wait(max(pause, rest))
        connection.close()

    def _dispatch(self) -> float:
        clinic_clock.refresh()
        safe = self._horizon.look()
        # What was handed on already, by whomever, needs no transaction to be seen.
        if safe != self._handed_on:
            done = dispatch(safe)
            if done is not None and done.events:
                self._owed.set()
                return 0.0
            if done is not None:
                self._handed_on = safe
        return SOON if self._horizon.is_waiting else POLL

    def _deliver(self) -> float:
        self._owed.clear()
        return 0.0 if deliveries.deliver_next() else 0.2

    def _run_job(self) -> float:
        return 0.0 if long_jobs.run_next_job(self._stopping) else 0.5

    def _run_errands(self) -> float:
        for errand in self._errands:
            if errand.next_at <= clock.monotonic():
                errand.next_at = clock.monotonic() + errand.every
                errand.run()
        return 0.5

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping.set()


def _run_timer(*, slow: bool) -> float:
    # Before the clock was read once, a demonstration's night would seem to have come.
    clinic_clock.refresh(at_any_price=True)
    if due.run_next_due(slow=slow):
        return 0.0
    return SLOW_TIMERS_IDLE if slow else TIMERS_IDLE


@dataclass(slots=True)
class _Errand:
    """Something to be done again and again."""

    every: float
    run: Callable[[], object]
    next_at: float = 0.0


def _errands(name: str) -> list[_Errand]:
    started_at = clock.machine_now()
    return [
        _Errand(2.0, lambda: upkeep.beat(name, started_at)),
        _Errand(1.0, clinic_clock.keep),
        _Errand(3600.0, upkeep.make_months),
        _Errand(600.0, upkeep.sweep),
        _Errand(3600.0, files.sweep_orphans),
        _Errand(3600.0, files.seal_what_is_open),
        _Errand(60.0, Sealer().seal_new),
    ]
