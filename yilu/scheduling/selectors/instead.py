"""What could be had instead of a time that cannot."""

from bisect import bisect_left, bisect_right
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from operator import itemgetter
from uuid import UUID
from zoneinfo import ZoneInfo

from yilu.facility.selectors.sites import site_zone
from yilu.scheduling.rules import MOST_ALTERNATIVES
from yilu.scheduling.selectors.facts import service_facts
from yilu.scheduling.selectors.free_time import Row, Slot, free_rows

AROUND = timedelta(days=3)


def alternatives(
    *,
    site_id: UUID,
    service_id: UUID,
    practitioner_id: UUID | None,
    starts_at: datetime,
    channel: str = "",
    minutes: int | None = None,
) -> list[Slot]:
    """Up to five free times near one that cannot be had: the same time with another practitioner,
    the next and the last before with the same one, the same time on the next day, then what is
    nearest; for a channel only what it may sell. `minutes` is how long it must be, if not as
    usual. Two queries.
    """
    facts = service_facts(service_id)
    if minutes is not None:
        facts = replace(facts, lengths=(minutes,) * len(facts.practitioner_ids))
    window = (starts_at - AROUND, starts_at + 2 * AROUND)
    free = free_rows(facts, site_id, *window, channel)
    mine = free if practitioner_id is None else _of(practitioner_id, free)
    wishes = chain(
        _at(free, starts_at)[:2],
        *_around(mine or free, starts_at),
        _next_day(mine, starts_at, site_zone(site_id)),
        _nearest(mine or free, starts_at),
    )
    return [Slot(*row, site_id) for row in list(dict.fromkeys(wishes))[:MOST_ALTERNATIVES]]


# Rows come in order of time, and there are thousands: what is wanted is looked up in them.
_START = itemgetter(0)


def _of(practitioner_id: UUID, rows: list[Row]) -> list[Row]:
    number = practitioner_id.int
    return [row for row in rows if row[2].int == number]


def _at(rows: list[Row], starts_at: datetime) -> list[Row]:
    first = bisect_left(rows, starts_at, key=_START)
    return rows[first : bisect_right(rows, starts_at, lo=first, key=_START)]


def _around(rows: list[Row], starts_at: datetime) -> tuple[list[Row], list[Row]]:
    """The next one, and the last before."""
    after = bisect_right(rows, starts_at, key=_START)
    before = bisect_left(rows, starts_at, key=_START)
    return rows[after : after + 1], _at(rows, rows[before - 1][0])[:1] if before else []


def _next_day(rows: list[Row], starts_at: datetime, zone: ZoneInfo) -> list[Row]:
    """The same time on the wall of the next day, where the clocks show it."""
    wall = starts_at.astimezone(zone).replace(tzinfo=None) + timedelta(days=1)
    for fold in (0, 1):
        instant = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) == wall and (found := _at(rows, instant)):
            return found[:1]
    return []


def _nearest(rows: list[Row], starts_at: datetime) -> list[Row]:
    """As many as are wanted at most, the nearest first, of two as near the earlier."""
    here = bisect_left(rows, starts_at, key=_START)
    # Of several at one time the first is wanted: the part of the rows begins with it.
    low = max(here - MOST_ALTERNATIVES, 0)
    begin = bisect_left(rows, rows[low][0], key=_START) if rows[low:] else low
    near = sorted(rows[begin : here + MOST_ALTERNATIVES], key=lambda row: abs(row[0] - starts_at))
    return near[:MOST_ALTERNATIVES]
