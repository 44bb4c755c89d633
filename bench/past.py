"""What years of past cost: the same questions at the usual size and at two million bookings.

`python -m bench.past` needs `DATABASE_URL`, as `python -m bench` does, and makes a database of its
own. Everything is asked in this process, without a server before it: what grows is the database.
`--quick` adds a few thousand; `--keep` writes the figures into docs/benchmarks.md; `--explain`
prints the plan of every statement that takes longer than some milliseconds.
"""

import argparse
import os
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import monotonic, perf_counter
from typing import TYPE_CHECKING, Any

import django
import psycopg
from psycopg import sql

from bench.driving import Figures
from bench.size import FULL, QUICK
from bench.stack import Place, scratch

if TYPE_CHECKING:
    from bench.past_questions import Asked

DATABASE = "yilu_past"
MILLIONS, SOME = 2_000_000, 20_000
ROUNDS = 6
SLOW_MS = 4.0
FILE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- past: written by python -m bench.past --keep -->", "<!-- end of past -->"


def main(arguments: list[str] | None = None) -> int:
    """Load, ask, fill, ask again, and say what grew."""
    parser = argparse.ArgumentParser(prog="python -m bench.past", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--explain", action="store_true")
    parser.add_argument("--beside", default="", help="what else ran on the machine, in words")
    options = parser.parse_args(arguments)
    if not os.environ.get("DATABASE_URL"):
        parser.error("set DATABASE_URL, or use “yilu with-database”")
    with scratch(DATABASE) as place:
        os.environ["YILU_DB_ROLE"] = "owner"
        django.setup()
        text = _measured(place, quick=options.quick, explain=options.explain)
    text += f"\nBeside it: {options.beside}.\n" if options.beside else ""
    sys.stdout.write(f"{text}\n")
    if options.keep:
        before, _, rest = FILE.read_text(encoding="utf-8").partition(BEGIN)
        _, _, after = rest.partition(END)
        FILE.write_text(f"{before}{BEGIN}\n{text}{END}{after}", encoding="utf-8")
    return 0


def _measured(place: Place, *, quick: bool, explain: bool) -> str:
    # Only once Django is set up.
    from bench import clinic, past_questions, report, years  # noqa: PLC0415
    from yilu.platform.actors import Actor  # noqa: PLC0415

    begun = monotonic()
    load = report.load_now()
    loaded = clinic.load(actor=Actor.system("bench"), size=QUICK if quick else FULL)
    asked = list(past_questions.all_of(loaded))
    _tidy(place.url)
    _count_days(loaded)
    usual = [_times(one) for one in asked]
    small = _bookings(place.url)
    _say(f"the usual size after {monotonic() - begun:.0f} s")
    filled = years.fill(place.url, loaded, SOME if quick else MILLIONS)
    _tidy(place.url)
    _say(f"{filled.bookings} bookings added after {monotonic() - begun:.0f} s")
    _count_days(loaded)
    _say(f"a year counted after {monotonic() - begun:.0f} s")
    large = [_times(one) for one in asked]
    led = _triggers(place.url, asked[past_questions.BOOKING], past_questions.RUNS)
    if explain:
        for one in asked:
            _explain(one)
    many = _bookings(place.url)
    _say(f"measured in {monotonic() - begun:.0f} s in all\n")
    return _written(asked, (small, usual), (many, large), load) + led


def _count_days(loaded: Any) -> None:
    """A year and its neighbours counted, as the nights before would have."""
    from django.db import connection  # noqa: PLC0415

    from yilu.platform.actors import Actor  # noqa: PLC0415
    from yilu.scheduling import permissions  # noqa: PLC0415
    from yilu.scheduling.operations.counting import count_days  # noqa: PLC0415

    actor = Actor.system("bench", permissions.CHANGE)
    done, most = 0, 2 * 366
    while done < most:
        step = count_days(actor=actor, site_id=loaded.site_id)
        done += step
        if not step:
            break
    connection.close()


def _times(one: "Asked") -> Figures:
    """How long it takes, some rounds to warm up first."""
    for _ in range(2):
        one.run()
    seconds = []
    for _ in range(one.times):
        begun = perf_counter()
        one.run()
        seconds.append(perf_counter() - begun)
    return Figures.of(seconds, sum(seconds))


def _triggers(url: str, booking: "Asked", runs: int) -> str:
    """What leading new rows to the survivor of a merge adds to a booking: off and on in turns."""
    found: dict[str, list[float]] = {"DISABLE": [], "ENABLE": []}
    with psycopg.connect(url, autocommit=True) as connection:
        guards = connection.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
            " WHERE tgname LIKE 'patients\\_lead\\_\\_%'"
        ).fetchall()
        for _ in range(ROUNDS):
            for deed, seconds in found.items():
                for table, name in guards:
                    said = f"ALTER TABLE {table} {deed} TRIGGER {name}"
                    connection.execute(sql.SQL(said))
                _times(replace(booking, times=4))
                for _ in range(runs):
                    begun = perf_counter()
                    booking.run()
                    seconds.append(perf_counter() - begun)
    off, on = (Figures.of(one, sum(one)) for one in found.values())
    more = on.p50 - off.p50
    return (
        f"\nA booking, the triggers that lead to the survivor of a merge off: {_cell(off)} ms; on:"
        f" {_cell(on)} ms; they add {more:.2f} ms ({more / off.p50:.0%}).\n"
    )


def _explain(one: "Asked") -> None:
    """The plans of what is slow in it; what it changes is undone."""
    from django.db import connection  # noqa: PLC0415

    from bench.floor import caught  # noqa: PLC0415

    def run() -> None:
        one.run()

    script = caught(run, is_deed=False)
    for statement in script.statements:
        if not statement.sql.lstrip().upper().startswith(("SELECT", "WITH")):
            continue
        with connection.cursor() as cursor:
            begun = perf_counter()
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {statement.sql}", statement.params)
            lines = [str(row[0]) for row in cursor.fetchall()]
        if (perf_counter() - begun) * 1e3 > SLOW_MS:
            _say("\n".join([f"--- {one.name}", *lines]))


def _bookings(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM scheduling_booking").fetchone()
    return int(row[0]) if row else 0


def _tidy(url: str) -> None:
    """As a database is that was not filled a moment ago."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET maintenance_work_mem = '256MB'")
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def _written(
    questions: "list[Asked]",
    usual: tuple[int, list[Figures]],
    large: tuple[int, list[Figures]],
    load: str,
) -> str:
    from bench import report  # noqa: PLC0415

    heads = ["p50 / p95 ms", f"{usual[0]:,} bookings", f"{large[0]:,} bookings", "×"]
    lines = [
        report.machine(load),
        f"{datetime.now().astimezone():%Y-%m-%d}.",
        "",
        f"| {' | '.join(heads)} |",
        "|---|--:|--:|--:|",
    ]
    for one, few, many in zip(questions, usual[1], large[1], strict=True):
        cells = [one.name, _cell(few), _cell(many), f"{many.p50 / few.p50:.1f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(figures: Figures) -> str:
    return f"{figures.p50:.1f} / {figures.p95:.1f}"


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
