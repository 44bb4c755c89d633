"""Score the pre-triage on the cases that somebody else wrote, and write the figures down."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yilu.intake.rules.evaluation import HALVES, cases, evaluate, table
from yilu.platform.spoken import SpokenCommand

PAGE = Path(__file__).parents[4] / "docs" / "triage.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"


def written(page: str, figures: str) -> str:
    """The page with these figures between its marks."""
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}"


class Command(SpokenCommand):
    words = "manage score_pretriage"
    help = gettext_noop("Score the pre-triage on cases that were written before its rules.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--write", action="store_true", help=_("write them into docs/triage.md")
        )
        parser.add_argument(
            "--half", nargs="*", choices=HALVES, default=list(HALVES), help=_("which cases")
        )

    def handle(self, *, write: bool, half: list[str], **_options: Any) -> None:
        """Say the figures, or write them down."""
        given = cases()
        figures = table([evaluate(one, given) for one in half])
        self.stdout.write(figures)
        if write:
            page = written(PAGE.read_text(encoding="utf-8"), figures)
            PAGE.write_text(page, encoding="utf-8")
