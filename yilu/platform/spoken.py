"""Commands that people type: in the language of the terminal, with their own options alone."""

import argparse
import sys
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from yilu.platform.running import language

DJANGOS = {
    *("--version", "--verbosity", "--settings", "--pythonpath", "--traceback"),
    *("--no-color", "--force-color", "--skip-checks"),
}


class SpokenCommand(BaseCommand):
    """A command as `yilu` offers it. `words` is how it is typed after `yilu`."""

    words = ""
    suppressed_base_arguments = DJANGOS
    # They would load every page of the product.
    requires_system_checks = []

    @property
    def is_typed(self) -> bool:
        """Whether it was called from a command line, and not by code."""
        return bool(getattr(self, "_called_from_command_line", False))

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> CommandParser:
        """The parser, with help in the language of the terminal."""
        language.choose()
        with _speaking():
            parser = super().create_parser(prog_name, subcommand, **options)
            parser.prog = f"yilu {self.words}"
            parser.description = _(self.help)
        return parser

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run it; at a terminal a refusal is one sentence, and Ctrl-C is none."""
        try:
            with _speaking():
                return super().execute(*args, **options)
        except CommandError as refused:
            if not self.is_typed:
                raise
            self.stderr.write(f"yilu: {refused}")
            sys.exit(refused.returncode)
        except KeyboardInterrupt:
            if not self.is_typed:
                raise
            sys.exit(130)


def instant(text: str) -> datetime:
    """An instant with its offset, for the options of a command."""
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        said = None
    if said is None or said.tzinfo is None:
        example = "2026-11-20T14:00+08:00"
        with _speaking():
            sentence = _("Give an instant with its offset, such as %(example)s.")
        raise argparse.ArgumentTypeError(sentence % {"example": example})
    return said


def _speaking() -> Any:
    return translation.override("zh-hans" if language.is_chinese() else "en")
