"""Fail when a sentence of the product is not in Chinese."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yilu.platform import translations
from yilu.platform.running.places import ROOT
from yilu.platform.spoken import SpokenCommand


class Command(SpokenCommand):
    """Reads code, templates and .po files; needs no database and changes nothing."""

    words = "manage check_translations"
    help = gettext_noop("Compare what code and templates say with the apps' Chinese catalogues.")

    def add_arguments(self, parser: CommandParser) -> None:
        """An app's name narrows the list, while one works on that app."""
        parser.add_argument(
            "apps", metavar=_("APP"), nargs="*", help=_("only what concerns these apps")
        )

    def handle(self, *args: Any, apps: list[str], **options: Any) -> None:
        """List the mistakes and fail if there are any."""
        found = translations.mistakes(Path(ROOT / "yilu"))
        if apps:
            found = [m for m in found if m.where.replace(",", "/").split("/")[0] in apps]
        for mistake in found:
            self.stdout.write(str(mistake))
        if found:
            said = _("%(number)s sentences to mend in the Chinese catalogues.")
            raise CommandError(said % {"number": len(found)})
