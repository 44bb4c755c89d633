"""The command `yilu`: a thin way to the supervisor, the doctor and the apps' own commands."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from gettext import gettext as _

from yilu.platform.running import (
    assets,
    catalogues,
    doctor,
    embedded,
    icons,
    language,
    places,
    stage,
    supervisor,
    trial,
)
from yilu.platform.running.children import MARK
from yilu.platform.running.failures import CannotRun
from yilu.platform.running.language import gettext_noop

AS_OWNER = {"migrate", "prepare_database", "demo_load", "demo_reset", "flush"}
"""Commands that change tables or delete: they work with the rights of the database's owner."""

EPILOGUE = gettext_noop(
    """\
what is used when it is set:
  YILU_PORT      the port of the pages (8000)
  YILU_LISTEN    the address to listen on (127.0.0.1; 0.0.0.0 opens it to the network)
  YILU_HOSTS     the names under which browsers may reach it, separated by commas
  YILU_HOME      the folder of database, keys and files (as root /var/lib/yilu, else ./var)
  DATABASE_URL   a PostgreSQL of your own, 15 or newer, instead of the embedded one
  YILU_SCHEMA    the schema of this group of clinics in that database (public)
  YILU_DEMO      1 allows the demonstration in a database of your own, 0 never loads it
  YILU_DICOM_PORT, YILU_HL7_PORT, YILU_DEVICE_LISTEN   where devices and analysers are answered
  YILU_WORKERS, YILU_THREADS   processes of `web`, and threads in each
  YILU_LANGUAGE  the language of this terminal, zh or en, if not that of the system

Every command ends with 0 when all is well, and otherwise with one sentence that says what to do.
More: docs/running/ in the folder of the code.
"""
)


@dataclass(frozen=True)
class Way:
    """One command a person may type, and where it leads."""

    words: str
    help: str
    leads_to: str | Callable[[], int] = ""


def _up() -> int:
    supervisor.up()
    return 0


def _build() -> int:
    assets.build()
    icons.build()
    catalogues.compile_stale()
    return 0


WAYS = (
    Way("up", gettext_noop("start everything, keep it running, stop cleanly on Ctrl-C"), _up),
    Way(
        "doctor",
        gettext_noop("say what is wrong on this machine and how to mend it"),
        doctor.report,
    ),
    Way("demo load", gettext_noop("load the made-up clinic with a year behind it"), "demo_load"),
    Way(
        "demo reset",
        gettext_noop("begin the demonstration again from its first morning"),
        "demo_reset",
    ),
    Way("demo clock", gettext_noop("show, stop, set or speed up the clinic's clock"), "demo_clock"),
    Way("demo day", gettext_noop("play a whole day and account for every journey"), "demo_day"),
    Way(
        "token create",
        gettext_noop("make a key to the API for a partner or a device"),
        "token_create",
    ),
    Way(
        "audit verify",
        gettext_noop("check the sealed record; names the first broken line"),
        "audit_verify",
    ),
    Way("worker", gettext_noop("run only the worker: events, timers, jobs, messages"), "worker"),
    Way("build", gettext_noop("make styles, fonts, icons and catalogues, where stale"), _build),
    Way("manage", gettext_noop("any command of Django and of the apps: yilu manage help"), "*"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    language.choose()
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["with-database"]:
        return _told(lambda: trial.run(words[1:]))
    parser = _parser()
    parsed, rest = parser.parse_known_args(words)
    way = getattr(parsed, "way", None)
    if way is None:
        parser.parse_args([*words, "--help"])
        return 2
    if callable(way.leads_to):
        parser.parse_args(words)  # these take nothing more
        return _told(way.leads_to)
    return _told(lambda: _manage(way.leads_to, rest))


def _told(command: Callable[[], int]) -> int:
    """Run a command; what is in its way is told in one sentence, without a stack trace."""
    try:
        return command()
    except CannotRun as problem:
        print(f"yilu: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _manage(command: str, rest: list[str]) -> int:
    """Run a management command, with the embedded server up for as long as it takes."""
    line = rest if command == "*" else [command, *rest]
    as_owner = {"YILU_DB_ROLE": "owner"} if line[:1] and line[0] in AS_OWNER else {}
    home = places.home()
    environment = stage.environment(home, **as_owner)
    del environment[MARK]  # the mark is for processes that end with their supervisor
    if os.environ.get("DATABASE_URL") or not line or "--help" in line:
        return trial.finished(stage.manage_command(*line), environment)
    with embedded.running(home):
        return trial.finished(stage.manage_command(*line), environment)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="yilu",
        description=_("Yilu 医路 goes with a patient from the first call to the last follow-up."),
        epilog=_(EPILOGUE),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    groups = {"": parser.add_subparsers(title=_("commands"), metavar=_("COMMAND"))}
    for way in WAYS:
        noun, _space, last = way.words.rpartition(" ")
        if noun not in groups:
            group = groups[""].add_parser(noun, help=_verbs(noun))
            groups[noun] = group.add_subparsers(metavar=_("COMMAND"), required=True)
        # The apps' commands know their own options, so --help is theirs too.
        is_own = callable(way.leads_to)
        said = _(way.help)
        added = groups[noun].add_parser(last, help=said, description=said, add_help=is_own)
        added.set_defaults(way=way)
    return parser


def _verbs(noun: str) -> str:
    return " · ".join(way.words.split()[1] for way in WAYS if way.words.startswith(f"{noun} "))


if __name__ == "__main__":
    sys.exit(main())
