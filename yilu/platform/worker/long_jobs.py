"""Doing long jobs: one at a time in each worker, watched by a heart that beats for them."""

import logging
from collections.abc import Callable
from datetime import timedelta
from threading import Event as Flag
from threading import Thread
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import Q

from yilu.platform import actors, clock, given_up, jobs, live, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import deed
from yilu.platform.events import JobEnded
from yilu.platform.jobs import Running, Stopped
from yilu.platform.models import Job, JobState
from yilu.platform.worker.failures import reason, trace

log = logging.getLogger(__name__)
BEAT = 0.5
LEASE = timedelta(seconds=15)
DUE = f"""EXISTS (SELECT FROM platform_job WHERE state = '{JobState.WAITING}'
    OR (state = '{JobState.RUNNING}' AND alive_at < %(now)s - interval '{LEASE.seconds} s'))"""


def run_next_job(stopping: Flag, *, beating: bool = True) -> bool:
    """Do the oldest job that waits, or whose worker died; False when there is none."""
    job = _claimed()
    if job is None:
        return False
    running = _running(job)
    if job.tries > _most_tries(job):
        _end(running, JobState.FAILED, {"error": "its worker died", "why": "worker"})
        return True
    do_job(running, stopping, beating=beating)
    return True


def begun(actor: Actor, kind: str, **arguments: object) -> Running:
    """Ask for a job that this very process does by `do_job`: no worker takes it."""
    with deed():
        job_id = jobs.ask(actor, kind, site_id=None, **arguments)
        return _running(_take(Job.objects.get(pk=job_id)))


def do_job(running: Running, stopping: Flag, *, beating: bool = True) -> None:
    """Do a job that was taken, to its end or until the flag is set."""
    heart = _Heart(running, stopping)
    if beating:
        heart.start()
    try:
        _do(running)
    finally:
        heart.end()


def _claimed() -> Job | None:
    now = clock.machine_now()
    with deed():
        job = (
            Job.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(Q(state=JobState.WAITING) | Q(state=JobState.RUNNING, alive_at__lt=now - LEASE))
            .order_by("created_at")
            .first()
        )
        return None if job is None else _take(job)


def _take(job: Job) -> Job:
    job.state, job.alive_at, job.tries = JobState.RUNNING, clock.machine_now(), job.tries + 1
    job.save(update_fields=["state", "alive_at", "tries"])
    return job


def _most_tries(job: Job) -> int:
    known = jobs.kinds.get(job.kind)
    return known.tries if known else 1


def _running(job: Job) -> Running:
    asker = actors.load(job.asked_by) if job.asked_by else Actor.system(job.kind)
    return Running(job.pk, job.kind, job.arguments, asker, job.site_id, job.tries)


def _do(running: Running) -> None:
    state, result = JobState.DONE, {}
    try:
        result = jobs.kinds[running.kind].work(running) or {}
    except Stopped:
        if not _is_called_off(running):
            _put_back(running)
            return
        state = JobState.CANCELLED
    except Exception as error:
        log.exception("job_failed", extra={"kind": running.kind, "error": trace(error)})
        state, result = JobState.FAILED, {"error": trace(error), "why": reason(error)}
    _end(running, state, result)


def _is_called_off(running: Running) -> bool:
    return Job.objects.filter(pk=running.id, cancel_wished=True).exists()


def _put_back(running: Running) -> None:
    """The worker stops: somebody else begins the job anew, and this try does not count."""
    Job.objects.filter(pk=running.id, tries=running.tries).update(
        state=JobState.WAITING, tries=running.tries - 1, alive_at=None
    )


def _end(running: Running, state: JobState, result: dict[str, Any]) -> None:
    with deed():
        job = Job.objects.select_for_update().get(pk=running.id)
        if job.tries != running.tries:  # Given up for dead, and begun anew elsewhere.
            return
        job.state, job.result, job.finished_at = state, result, clock.machine_now()
        job.done, job.total, job.phase = running.done, running.total, running.phase
        job.save()
        if state == JobState.FAILED:
            given_up.tell_pages()
        event = JobEnded(job.pk, job.kind, state.value, job.asked_by_id)
        outbox.publish(
            event,
            actor=running.actor,
            site_id=job.site_id,
            subject=job,
            topics=[jobs.topic(job.pk)],
        )


class _Heart(Thread):
    """Says that a job is alive and how far it is, on a connection of its own, and hears wishes."""

    def __init__(self, running: Running, stopping: Flag) -> None:
        super().__init__(name=f"heart of {running.kind}", daemon=True)
        self._running, self._stopping, self._over = running, stopping, Flag()
        self._told: tuple[int, int, str] | None = None

    def run(self) -> None:
        while not self._over.wait(BEAT):
            if self._stopping.is_set():
                self._running.stop.set()
            _unharmed(self._beat)
        connection.close()

    def end(self) -> None:
        self._over.set()
        if self.is_alive():
            self.join()

    def _beat(self) -> None:
        running = self._running
        progress = (running.done, running.total, running.phase)
        mine = Job.objects.filter(pk=running.id, tries=running.tries)
        alive = mine.update(
            alive_at=clock.machine_now(), done=progress[0], total=progress[1], phase=progress[2]
        )
        if not alive or mine.filter(cancel_wished=True).exists():
            running.stop.set()
        if progress != self._told:
            live.hint(jobs.topic(running.id))
            self._told = progress


def _unharmed(beat: Callable[[], None]) -> None:
    """A database that is away for a moment does not stop the heart."""
    try:
        beat()
    except DatabaseError:
        connection.close()
