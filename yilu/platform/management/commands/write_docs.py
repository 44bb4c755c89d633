"""Write docs/reference from the code."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.utils.translation.reloader import translation_file_changed

from yilu.platform import reference
from yilu.platform.running import catalogues
from yilu.platform.spoken import SpokenCommand


class Command(SpokenCommand):
    """Reads code and .po files; needs no database."""

    words = "manage write_docs"
    help = gettext_noop(
        "Write the reference pages: states, permissions, operations, events, errors, addresses."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """With --check nothing is written."""
        parser.add_argument(
            "--check", action="store_true", help=_("only say which are out of date")
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        """Write what differs; with `check`, fail if anything does."""
        for changed in catalogues.compile_stale():
            # What was read of the old one while Django was set up is forgotten.
            translation_file_changed(sender=None, file_path=changed.with_suffix(".mo"))
        wanted = reference.pages()
        present = set(reference.FOLDER.glob("*.md"))
        stale = [
            file
            for file, text in wanted.items()
            if file not in present or file.read_text(encoding="utf-8") != text
        ]
        gone = present - set(wanted)
        for file in [*stale, *gone]:
            said = _("%(page)s is out of date") if check else _("%(page)s written")
            self.stdout.write(said % {"page": file.name})
        if check and (stale or gone):
            raise CommandError(_("Run: .venv/bin/python manage.py write_docs"))
        if not check:
            reference.FOLDER.mkdir(exist_ok=True)
            for file in stale:
                file.write_text(wanted[file], encoding="utf-8")
            for file in gone:
                file.unlink()
