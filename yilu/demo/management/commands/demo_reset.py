"""Begin the demonstration again from its first morning."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from yilu.platform import clinic_clock


class Command(BaseCommand):
    help = "Throw the demonstration's data away and load it again. Never touches a real clinic."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, yes: bool, **options: Any) -> None:
        if not clinic_clock.is_demonstration():
            raise CommandError("This is a real clinic: nothing was thrown away.")
        if not yes and input("Throw the demonstration's data away? [y/N] ").lower() != "y":
            raise CommandError("Nothing was changed.")
        call_command("flush", interactive=False, verbosity=0)
        call_command("demo_load")
