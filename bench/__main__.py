"""`make bench`: load a clinic, start the product, measure it over HTTP, write the figures down.

`python -m bench` needs `DATABASE_URL`, a server on which it may make a database of its own.
`--quick` measures next to nothing, to see that it works. `--only booking` measures only what has
this in its name.
"""

import argparse
import logging
import os
import signal
import sys
from time import monotonic

import django
import psycopg

from bench.size import FULL, QUICK, Size
from bench.stack import Place, scratch, serving


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark and say what was found."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few of each, to see that it works")
    parser.add_argument("--keep", action="store_true", help="write into docs/benchmarks.md")
    parser.add_argument("--only", default="", metavar="PART", help="only what is so named")
    options = parser.parse_args(arguments)
    if options.keep and options.only:
        parser.error("only a whole run is kept")
    if not os.environ.get("DATABASE_URL"):
        parser.error("set DATABASE_URL, or use “make bench”")
    # Whoever ends it early ends what it has started, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    size = QUICK if options.quick else FULL
    with scratch() as place:
        # Only now: settings are read from what `scratch` has put into the environment.
        os.environ["YILU_DB_ROLE"] = "owner"
        django.setup()
        # A refusal that is asked for is not worth a line.
        logging.getLogger("django.request").setLevel(logging.ERROR)
        text = _measured(place, size, options.only)
    _say(text)
    if options.keep:
        from bench import report  # noqa: PLC0415 (needs Django)

        report.keep(text)
    return 0


def _measured(place: Place, size: Size, only: str) -> str:
    # Only once Django is set up.
    from django.conf import settings  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from bench import clinic, measuring, memory, replanning, report  # noqa: PLC0415
    from yilu.platform.actors import Actor  # noqa: PLC0415

    settings.TOKEN_MEMORY_SECONDS = 3600
    load_before, begun = report.load_now(), monotonic()
    loaded = clinic.load(actor=Actor.system("bench"), size=size)
    _tidy(place.url)
    connection.close()
    _say(f"loaded {size.patients} patients and bookings in {monotonic() - begun:.0f} s")
    os.environ.pop("YILU_DB_ROLE")
    with serving(place) as processes, memory.watching(processes | _server(place.url)) as seen:
        found = measuring.Report(size, memory=seen)
        measuring.Bench(place, loaded, size).run(
            found, only, lambda row: _say(report.as_row(row, *size.lanes))
        )
    if only in "replanning":
        found.planned = replanning.measure(loaded)
    _say(f"measured in {monotonic() - begun:.0f} s in all\n")
    return report.written(found, load_before)


def _tidy(url: str) -> None:
    """As a database is that was not filled a moment ago."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def _server(url: str) -> dict[str, int]:
    """The database server, if it runs on this machine."""
    from bench.memory import parent_of  # noqa: PLC0415

    with psycopg.connect(url) as connection:
        try:
            return {"PostgreSQL": parent_of(connection.info.backend_pid)}
        except OSError:
            return {}


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
