"""Fail when a sentence of the product is not in Chinese."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from yilu.platform import translations
from yilu.platform.running.places import ROOT


class Command(BaseCommand):
    """Reads code, templates and .po files; needs no database and changes nothing."""

    help = "Compare what code and templates say with the apps' Chinese catalogues."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """An app's name narrows the list, while one works on that app."""
        parser.add_argument("apps", nargs="*", help="only what concerns these apps")

    def handle(self, *args: Any, apps: list[str], **options: Any) -> None:
        """List the mistakes and fail if there are any."""
        found = translations.mistakes(Path(ROOT / "yilu"))
        if apps:
            found = [m for m in found if m.where.replace(",", "/").split("/")[0] in apps]
        for mistake in found:
            self.stdout.write(str(mistake))
        if found:
            raise CommandError(f"{len(found)} sentences to mend in the Chinese catalogues.")
