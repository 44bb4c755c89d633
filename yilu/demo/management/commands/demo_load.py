"""Load the made-up clinic with a year behind it."""

from argparse import ArgumentParser
from datetime import datetime
from threading import Event, Thread
from typing import Any

from django.core.management.base import CommandError
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yilu.demo.errors import ClinicExists, DemonstrationNotAllowed
from yilu.demo.operations.demonstration import LOAD, SEED
from yilu.platform import clock, installation, jobs
from yilu.platform.actors import Actor
from yilu.platform.spoken import SpokenCommand, instant
from yilu.platform.worker.long_jobs import begun, do_job
from yilu.workforce.selectors.staff import staff_exists

LOADER = Actor.system(LOAD)
LOOK = 0.5


class Command(SpokenCommand):
    words = "demo load"
    help = gettext_noop("Load the made-up clinic with a year behind it, into an empty database.")
    said = ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=SEED, help=_("another seed, another year"))
        parser.add_argument("--at", type=instant, help=_("when its clock starts"))

    def handle(self, *args: Any, seed: int, at: datetime | None, **options: Any) -> None:
        """Load it and say how far it is. What an earlier loading left undone is in nobody's way."""
        if not installation.demonstration_allowed():
            raise CommandError(str(DemonstrationNotAllowed()))
        if staff_exists():
            raise CommandError(str(ClinicExists()))
        began = clock.monotonic()
        status = self._watched(begun(LOADER, LOAD, seed=seed, at=at))
        if not status.is_done:
            raise CommandError(_not_loaded(status))
        seconds = clock.monotonic() - began
        said = _("%(visits)s visits in %(seconds)s s")
        visits = status.result["visits"]
        self.stdout.write("\n" + said % {"visits": visits, "seconds": f"{seconds:.0f}"})

    def _watched(self, running: jobs.Running) -> jobs.Status:
        """Do the job in a thread of its own, and say how far it is.

        A thread whose join a Ctrl-C breaks off is taken for ended by Python 3.11 and 3.12, though
        it goes on: so it says itself when it has ended.
        """
        over = Event()
        worker = Thread(target=_work, args=(running, over), daemon=True)
        worker.start()
        while not over.is_set():
            try:
                over.wait(LOOK)
                self._tell(running)
            except KeyboardInterrupt:
                self.stderr.write("\n" + _("The loading is stopped; nothing of it stays."))
                jobs.call_off(LOADER, running.id)
        return jobs.status(running.id)

    def _tell(self, running: jobs.Running) -> None:
        if running.total and not running.stop.is_set():
            days = {"done": running.done, "total": running.total}
            said = _("%(done)s of %(total)s days") % days
            if said != self.said:
                self.stdout.write(f"\r  {said}", ending="")
                self.stdout.flush()
            self.said = said


def _work(running: jobs.Running, over: Event) -> None:
    try:
        do_job(running, Event())
    finally:
        connection.close()
        over.set()


def _not_loaded(status: jobs.Status) -> str:
    if staff_exists():
        return str(ClinicExists())
    reason = status.result.get("error") or _("it was called off")
    return _("The demonstration was not loaded: %(reason)s.") % {"reason": reason}
