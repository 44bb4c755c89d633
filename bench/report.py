"""The report: for the terminal, and as the table in `docs/benchmarks.md`."""

import os
import platform
from collections.abc import Iterator
from pathlib import Path

from bench.driving import Figures
from bench.measuring import Report, Row
from bench.replanning import Planned

FILE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures: written by make bench -->", "<!-- end of figures -->"


def written(report: Report, load_before: str) -> str:
    """All figures as Markdown."""
    alone, together = report.size.lanes
    heads = ["", "SQL", "alone: p50 / p95 ms", "floor p50", "×"]
    heads += [f"{together} at once: per s (p50 / p95 ms)", "floor per s", "×", "aim", "peers"]
    lines = [
        machine(load_before),
        "",
        f"| {' | '.join(heads)} |",
        "|---|--:|--:|--:|--:|--:|--:|--:|---|---|",
        *(as_row(one, alone, together) for one in report.rows),
        "",
        *_live(report),
        "",
        *_planned(report.planned),
        *_memory(report),
    ]
    return "\n".join(lines) + "\n"


def keep(text: str) -> None:
    """Put the figures into the document, between their marks."""
    before, _, rest = FILE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    FILE.write_text(f"{before}{BEGIN}\n{text}{END}{after}", encoding="utf-8")


def load_now() -> str:
    """The machine's load averages."""
    return " ".join(f"{one:.1f}" for one in os.getloadavg())


def machine(load_before: str) -> str:
    """What it was measured on."""
    cores = len(os.sched_getaffinity(0))
    return (
        f"{cores} cores, {platform.system()} {platform.machine()}, Python "
        f"{platform.python_version()}; load average before {load_before}, after {load_now()}."
    )


def as_row(row: Row, alone: int, together: int) -> str:
    """One thing measured, as a row of the table."""
    one, many = row.product[alone], row.product[together]
    low, high = row.floor[alone], row.floor[together]
    cells = [
        row.question.name,
        str(row.statements),
        f"{one.p50:.1f} / {one.p95:.1f}",
        f"{low.p50:.2f}" if row.statements else "–",
        f"{one.p50 / low.p50:.1f}" if row.statements else "–",
        f"**{many.per_second:.0f}** ({many.p50:.0f} / {many.p95:.0f})",
        f"{high.per_second:.0f}" if row.statements else "–",
        f"{high.per_second / many.per_second:.1f}" if row.statements else "–",
        _aim(row),
        row.question.peers or "–",
    ]
    return f"| {' | '.join(cells)} |"


def _aim(row: Row) -> str:
    if row.question.aim_over_ms is not None:
        return f"floor + {row.question.aim_over_ms:.0f} ms"
    if row.question.aim_ms is None:
        return "–"
    return f"{row.question.aim_ms:.0f} ms · {row.question.aim_per_second:.0f}/s"


def _live(report: Report) -> Iterator[str]:
    yield "| commit → | p50 ms | p95 ms |"
    yield "|---|--:|--:|"
    for one in report.watched:
        name = "1 stream" if one.streams == 1 else f"{one.streams} streams"
        yield _timed(f"the news in every browser, {name}", one.news)
        yield _timed(f"the changed part in a browser, {name}", one.part)
    if report.live_floor is not None:
        yield _timed("floor: NOTIFY to LISTEN, bare", report.live_floor)


def _timed(name: str, figures: Figures) -> str:
    return f"| {name} | {figures.p50:.1f} | {figures.p95:.1f} |"


def _planned(one: Planned | None) -> Iterator[str]:
    if one is None:
        return
    yield f"| planning anew {one.bookings} bookings of {one.doctors} doctors | s |"
    yield "|---|--:|"
    yield f"| read | {one.read:.1f} |"
    yield f"| solve, its process and all | {one.solve:.1f} |"
    yield f"| keep every place | {one.keep:.1f} |"
    yield f"| **from the press to the preview** | **{one.read + one.solve + one.keep:.1f}** |"
    yield ""
    yield f"Points {one.cost}; no plan is below {one.bound}, a gap of {one.gap:.1f} %. Aim: 20 s."
    yield ""


def _memory(report: Report) -> Iterator[str]:
    yield f"Peak memory of all processes (PSS): **{report.memory.total:.0f} MB**, of which"
    parts = (f"{kind} {size:.0f}" for kind, size in report.memory.by_kind.items())
    yield f"{', '.join(parts)} MB. Aim: 500 MB."
