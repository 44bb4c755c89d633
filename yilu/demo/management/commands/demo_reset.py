"""Begin the demonstration again from its first morning."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yilu.platform import clinic_clock
from yilu.platform.spoken import SpokenCommand


class Command(SpokenCommand):
    words = "demo reset"
    help = gettext_noop(
        "Throw the demonstration's data away and load it again. Never touches a real clinic."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help=_("do not ask"))

    def handle(self, *args: Any, yes: bool, **options: Any) -> None:
        if not clinic_clock.is_demonstration():
            raise CommandError(_("This is a real clinic: nothing was thrown away."))
        if not yes and not _is_wished():
            raise CommandError(_("Nothing was changed."))
        call_command("flush", interactive=False, verbosity=0)
        call_command("demo_load")


def _is_wished() -> bool:
    """Whether the person at the terminal says yes; where nobody can be asked, nobody does."""
    try:
        return input(_("Throw the demonstration's data away? [y/N]") + " ").lower() == "y"
    except EOFError:
        return False
