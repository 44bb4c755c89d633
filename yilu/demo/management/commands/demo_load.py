"""Load the made-up clinic with a year behind it."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yilu.demo.operations.demonstration import SEED, load_demonstration
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.clinic_clock import NotADemonstration
from yilu.workforce.selectors.staff import staff_exists

LOADER = Actor.system("demo.load")


class Command(BaseCommand):
    help = "Load the made-up clinic with a year behind it, into an empty database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=SEED, help="another seed, another year")
        parser.add_argument(
            "--at", type=datetime.fromisoformat, help="when the clinic's clock starts"
        )

    def handle(self, *args: Any, seed: int, at: datetime | None, **options: Any) -> None:
        if staff_exists():
            raise CommandError("There is a clinic in this database already; nothing was changed.")
        if at is not None and at.tzinfo is None:
            raise CommandError("Give --at with its offset, such as 2026-11-20T09:40+08:00.")
        began = clock.monotonic()
        try:
            loaded = load_demonstration(actor=LOADER, seed=seed, now=at, progress=self._progress)
        except NotADemonstration as refused:
            raise CommandError(str(refused)) from refused
        seconds = clock.monotonic() - began
        self.stdout.write(f"\n{loaded.visits} visits in {seconds:.0f} s")

    def _progress(self, done: int, total: int) -> None:
        self.stdout.write(f"\r  {done} of {total} days", ending="")
        self.stdout.flush()
