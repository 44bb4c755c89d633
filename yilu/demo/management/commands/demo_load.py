"""Load the made-up clinic with a year behind it."""

from argparse import ArgumentParser
from datetime import datetime
from threading import Event, Thread
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from yilu.demo.operations.demonstration import LOAD, SEED
from yilu.platform import clock, installation, jobs
from yilu.platform.actors import Actor
from yilu.platform.clinic_clock import NotADemonstration
from yilu.platform.worker.long_jobs import run_next_job
from yilu.workforce.selectors.staff import staff_exists

LOADER = Actor.system(LOAD)
LOOK = 0.5


class Command(BaseCommand):
    help = "Load the made-up clinic with a year behind it, into an empty database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=SEED, help="another seed, another year")
        parser.add_argument("--at", type=datetime.fromisoformat, help="when its clock starts")

    def handle(self, *args: Any, seed: int, at: datetime | None, **options: Any) -> None:
        if not installation.demonstration_allowed():
            raise CommandError(str(NotADemonstration()))
        if staff_exists():
            raise CommandError("There is a clinic in this database already; nothing was changed.")
        if at is not None and at.tzinfo is None:
            raise CommandError("Give --at with its offset, such as 2026-11-20T09:40+08:00.")
        began = clock.monotonic()
        status = self._watched(jobs.ask(LOADER, LOAD, seed=seed, at=at))
        if not status.is_done:
            raise CommandError(f"The demonstration was not loaded: {status.result.get('error')}")
        seconds = clock.monotonic() - began
        self.stdout.write(f"\n{status.result['visits']} visits in {seconds:.0f} s")

    def _watched(self, job_id: UUID) -> jobs.Status:
        """Do the job in a thread of its own, and say how far it is."""
        worker = Thread(target=_work, daemon=True)
        worker.start()
        while worker.is_alive():
            worker.join(LOOK)
            status = jobs.status(job_id)
            if status.total:
                self.stdout.write(f"\r  {status.done} of {status.total} days", ending="")
                self.stdout.flush()
        return jobs.status(job_id)


def _work() -> None:
    run_next_job(Event())
    connection.close()
