"""Print the one-time link with which an empty clinic is set up."""

import os
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yilu.platform.spoken import SpokenCommand
from yilu.workspace.errors import AlreadySetUp
from yilu.workspace.operations.setup_link import make_setup_link
from yilu.workspace.selectors.setup import setup_actor


class Command(SpokenCommand):
    words = "manage setup_link"
    help = gettext_noop(
        "Print a new one-time link for setting up this empty clinic; older links end."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        port = os.environ.get("YILU_PORT") or "8000"
        parser.add_argument(
            "--address",
            default=f"http://localhost:{port}",
            help=_("where people reach this clinic in a browser; the link begins with it"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the link and say what it is for, in both languages."""
        try:
            reference = make_setup_link(actor=setup_actor())
        except AlreadySetUp as error:
            raise CommandError(str(error)) from error
        for language in ("zh-hans", "en"):
            with translation.override(language):
                self.stdout.write(_("Set up this clinic (the link works for 7 days):"))
        self.stdout.write(f"  {options['address'].rstrip('/')}/setup/{reference}/")
