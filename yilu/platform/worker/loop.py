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
from yilu.platform.steps import REST, Run, Step
from yilu.platform.worker import deliveries, due, long_jobs, upkeep
from yilu.platform.worker.dispatch import dispatch
from yilu.platform.worker.horizon import Horizon
from yilu.platform.worker.lookout import Lookout

log = logging.getLogger(__name__)
POLL, SOON = 0.05, 0.01
GRACE = 4.0
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
DELIVERERS = TIMEKEEPERS = 2
DELIVERIES = "deliveries"


class Worker:
    """Runs until told to stop. Killed at any point, it loses nothing: all it knows is rows."""

    def __init__(self) -> None:
        self._stopping = Event()
        self._horizon = Horizon("platform_event")
        self._handed_on = -1
        self._name = f"worker:{socket.gethostname()}:{os.getpid()}"
        self._errands = _errands(self._name)
        self._steps = {**self._own_steps(), **steps.registered}
        self._calls = {name: Event() for name in self._steps}
        self._lookout = Lookout({name: step.due for name, step in self._steps.items() if step.due})

    def run(self) -> None:
        """Work in threads until asked to stop; they get a few seconds to end what they hold."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._asked_to_stop)
        threads = [
            Thread(target=self._repeat, args=(step.run, self._calls[name]), daemon=True)
            for name, step in self._steps.items()
            for _ in range(step.threads)
        ]
        for thread in threads:
            thread.start()
        log.info("worker_started", extra={"worker": self._name})
        while not self._stopping.wait(0.5):
            pass
        for call in self._calls.values():
            call.set()
        ends = clock.monotonic() + GRACE
        for thread in threads:
            thread.join(max(0.0, ends - clock.monotonic()))
        log.info("worker_stopped", extra={"worker": self._name})

    def _own_steps(self) -> dict[str, Step]:
        return {
            "lookout": Step(self._look_out),
            "dispatch": Step(self._dispatch),
            "errands": Step(self._run_errands),
            "jobs": Step(self._run_job, due=long_jobs.DUE),
            DELIVERIES: Step(_deliver, DELIVERERS, deliveries.DUE),
            # Apart, so that a network that hangs holds up no other timer.
            "timers": Step(partial(_run_timer, slow=False), TIMEKEEPERS, due.condition(slow=False)),
            "slow_timers": Step(
                partial(_run_timer, slow=True), TIMEKEEPERS, due.condition(slow=True)
            ),
        }

    def _repeat(self, step: Run, call: Event) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                pause = step()
                failures = 0
            except Exception as error:
                # A database that is away is no bug: wait for it.
                if not isinstance(error, OperationalError | InterfaceError):
                    log.exception("worker_step_failed")
                connection.close()
                self._stopping.wait(min(FIRST_PAUSE * 2**failures, LONGEST_PAUSE))
                failures += 1
                continue
            if pause:
                # Whoever is called between the look and here is called again at the next.
                call.clear()
                call.wait(pause)
        connection.close()

    def _look_out(self) -> float:
        for name in self._lookout.look():
            self._calls[name].set()
        return POLL

    def _dispatch(self) -> float:
        clinic_clock.refresh()
        safe = self._horizon.look()
        # What was handed on already, by whomever, needs no transaction to be seen.
        if safe != self._handed_on:
            done = dispatch(safe)
            if done is not None and done.events:
                self._calls[DELIVERIES].set()
                return 0.0
            if done is not None:
                self._handed_on = safe
        return SOON if self._horizon.is_waiting else POLL

    def _run_job(self) -> float:
        return 0.0 if long_jobs.run_next_job(self._stopping) else REST

    def _run_errands(self) -> float:
        for errand in self._errands:
            if errand.next_at <= clock.monotonic():
                errand.next_at = clock.monotonic() + errand.every
                errand.run()
        return 0.5

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping.set()


def _deliver() -> float:
    return 0.0 if deliveries.deliver_next() else REST


def _run_timer(*, slow: bool) -> float:
    # Before the clock was read once, a demonstration's night would seem to have come.
    clinic_clock.refresh(at_any_price=True)
    return 0.0 if due.run_next_due(slow=slow) else REST


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
