"""What is free: the one availability function behind every channel."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from operator import itemgetter
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.db import prepared
from yilu.scheduling.curbs import binds
from yilu.scheduling.errors import WindowTooWide
from yilu.scheduling.rules import LONGEST, WIDEST_WINDOW, grid, step_minutes
from yilu.scheduling.selectors.curbs import limit_of
from yilu.scheduling.selectors.facts import Facts, service_facts
from yilu.scheduling.selectors.shares import shared_sessions
from yilu.scheduling.shares import Selling, Shared

Row = tuple[datetime, datetime, UUID]
"""When a free time starts and ends, and with whom."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that can be booked now: everything the service needs can be had."""

    starts_at: datetime
    ends_at: datetime
    practitioner_id: UUID
    site_id: UUID


def free_slots(
    *,
    site_id: UUID,
    service_id: UUID,
    practitioner_id: UUID | None = None,
    starts_from: datetime,
    starts_until: datetime,
    channel: str = "",
    is_admitted: bool = False,
) -> list[Slot]:
    """The times from `starts_from` until before `starts_until` at which a service can be booked.

    In order of time, then practitioner. A time is free if a practitioner who performs the
    service is in session at the site and free with the buffers, and for each need some room,
    chair or device is. Notice and booking window of the service hold. With a channel, only what
    it may sell now: what a release plan does not give it is left out (`is_admitted`: somebody
    whose turn it is). Two queries; one more where a plan shares out, and one where the site limits
    what is booked online.

    Raises:
        WindowTooWide: more than 31 days are asked for.
        UnknownService, UnknownPractitioner.
    """
    found = free_times(
        site_id=site_id,
        service_id=service_id,
        practitioner_id=practitioner_id,
        starts_from=starts_from,
        starts_until=starts_until,
        channel=channel,
        is_admitted=is_admitted,
    )
    return [Slot(*row, site_id) for row in found]


def free_times(
    *,
    site_id: UUID,
    service_id: UUID,
    practitioner_id: UUID | None = None,
    starts_from: datetime,
    starts_until: datetime,
    channel: str = "",
    is_admitted: bool = False,
) -> list[Row]:
    """`free_slots` as bare rows, in UTC, for who shows thousands of them."""
    if starts_until - starts_from > WIDEST_WINDOW:
        raise WindowTooWide
    facts = service_facts(service_id, practitioner_id)
    return free_rows(facts, site_id, starts_from, starts_until, channel, is_admitted=is_admitted)


def free_rows(
    facts: Facts,
    site_id: UUID,
    starts_from: datetime,
    starts_until: datetime,
    channel: str = "",
    *,
    is_admitted: bool = False,
) -> list[Row]:
    """`free_slots` of a service whose facts are known, as bare rows, in UTC. One query."""
    now = clock.now()
    first = max(starts_from, facts.earliest(now)).astimezone(UTC)
    until = min(starts_until, facts.latest(now)).astimezone(UTC)
    if first >= until or not facts.practitioner_ids:
        return []
    found = prepared(FREE, free_params(facts, site_id, first, until, now))
    # By practitioner first: what is sorted by time alone keeps that order at one time.
    found.sort(key=lambda row: row[0].int)
    last = until - datetime.resolution
    rows = [
        (starts_at, starts_at + length, practitioner_id)
        for practitioner_id, minutes, opens, lows, highs, _shared, _curbed in found
        for length, step in [(timedelta(minutes=minutes), step_minutes(minutes))]
        for low, high in zip(lows, highs, strict=True)
        for starts_at in grid(opens[bisect_right(opens, low) - 1], low, min(high, last), step)
    ]
    rows.sort(key=itemgetter(0))
    if binds(channel) and rows and found[0][6]:
        rows = _within_limit(rows, facts, site_id)
    shared = [one[0] for one in found if one[5]] if channel else []
    if not shared:
        return rows
    selling = partial(Selling, channel, now=now, is_admitted=is_admitted)
    return _sold_by(rows, facts, _ruled(site_id, first, until, shared), selling)


def _within_limit(rows: list[Row], facts: Facts, site_id: UUID) -> list[Row]:
    """Those rows that the limit of the site leaves online. One query."""
    zone = site_zone(site_id)
    days = [row[0].astimezone(zone).date() for row in rows]
    limit = limit_of(site_id, days[0], days[-1])
    full = {day: limit.refusal(facts.service.id, day) is not None for day in set(days)}
    return [row for row, day in zip(rows, days, strict=True) if not full[day]]


def _ruled(
    site_id: UUID, first: datetime, until: datetime, practitioner_ids: list[UUID]
) -> dict[UUID, list[Shared]]:
    """The ruled sessions of the window, by practitioner. One query."""
    ruled: dict[UUID, list[Shared]] = {}
    for one in shared_sessions(site_id=site_id, first=first, until=until):
        if one.practitioner_id in practitioner_ids:
            ruled.setdefault(one.practitioner_id, []).append(one)
    return ruled


def _sold_by(
    rows: list[Row],
    facts: Facts,
    ruled: dict[UUID, list[Shared]],
    selling: Callable[[int], Selling],
) -> list[Row]:
    """Those rows that the channel may sell: the answer is the same all through a session."""
    around = int((facts.before + facts.after).total_seconds() // 60)
    refused: dict[tuple[UUID, int], bool] = {}
    kept = []
    for row in rows:
        begins = row[0] - facts.before
        session = next(
            (s for s in ruled.get(row[2], ()) if s.starts_at <= begins < s.ends_at), None
        )
        if session is not None:
            minutes = int((row[1] - row[0]).total_seconds() // 60) + around
            key = (session.session_id, minutes)
            if key not in refused:
                refused[key] = session.refusal(selling(minutes)) is not None
            if refused[key]:
                continue
        kept.append(row)
    return kept


def free_params(
    facts: Facts, site_id: UUID, first: datetime, until: datetime, now: datetime
) -> dict[str, object]:
    """What `FREE` asks for."""
    return {
        "site": site_id,
        "practitioners": list(facts.practitioner_ids),
        "minutes": list(facts.lengths),
        "kinds": facts.kinds,
        "details": facts.details,
        "nths": facts.nths,
        "before": facts.before,
        "after": facts.after,
        "first": first,
        "until": until,
        # A row at most a day long that touches the window begins at most a day before it.
        "scan_from": first - facts.before - LONGEST,
        "scan_until": until + facts.after + LONGEST,
        "now": now,
    }


# A start is possible where a free piece of a resource leaves room for the buffers and the length:
# its possible starts are its free pieces, shrunk. OFFSET 0 keeps the scans of the two window
# indexes one per resource, whatever the planner believes, and the starts worked out once where
# they are used twice.
_POSSIBLE = """(
    SELECT times.opens, (
        SELECT range_agg(tstzrange(
            lower(piece) + %(before)s,
            upper(piece) - %(after)s - {minutes} * interval '1 minute',
            '[]'
        ))
        FROM unnest(times.open - coalesce(taken.times, '{{}}')) AS piece
        WHERE upper(piece) - lower(piece)
              >= %(before)s + {minutes} * interval '1 minute' + %(after)s
    ) AS starts
    FROM (
        SELECT array_agg(lower(during) ORDER BY lower(during)) AS opens, range_agg(during) AS open
        FROM scheduling_session
        WHERE resource_id = {resource} AND active AND site_id = %(site)s
          AND lower(during) >= %(scan_from)s AND lower(during) < %(scan_until)s
        OFFSET 0
    ) times CROSS JOIN (
        SELECT range_agg(during) AS times
        FROM scheduling_allocation
        WHERE resource_id = {resource} AND active AND lane = 0
          AND lower(during) >= %(scan_from)s AND lower(during) < %(scan_until)s
          AND (expires_at IS NULL OR expires_at > %(now)s)
        OFFSET 0
    ) taken
    OFFSET 0
)"""

# First what the practitioners could do; then, for each need, its things one after the other, until
# nothing of that is lacking: mostly the first few are enough, and the rest are never read. Of two
# things of the same sort, the second covers only what another covers already.
_FREE = f"""
WITH RECURSIVE able AS MATERIALIZED (
    SELECT p.practitioner_id, p.minutes, can.opens, r.is_shared,
           can.starts * tstzmultirange(tstzrange(%(first)s, %(until)s)) AS starts
    FROM unnest(%(practitioners)s::uuid[], %(minutes)s::int[]) AS p (practitioner_id, minutes)
    JOIN scheduling_resource r ON r.practitioner_id = p.practitioner_id AND r.is_active
    CROSS JOIN LATERAL {_POSSIBLE.format(resource="r.id", minutes="p.minutes")} can
), need AS MATERIALIZED (
    SELECT kind, detail, max(nth) AS many
    FROM unnest(%(kinds)s::text[], %(details)s::text[], %(nths)s::int[]) AS n (kind, detail, nth)
    GROUP BY kind, detail
), thing AS MATERIALIZED (
    SELECT n.kind, n.detail, r.id,
           row_number() OVER (PARTITION BY n.kind, n.detail ORDER BY r.id) AS turn
    FROM need n
    JOIN scheduling_resource r ON r.site_id = %(site)s AND r.is_active AND r.kind = n.kind
         AND (n.detail = '' OR r.detail = n.detail)
), lack AS (
    SELECT n.kind, n.detail, a.minutes, 0::bigint AS turn, range_agg(a.starts) AS once,
           CASE WHEN n.many > 1 THEN range_agg(a.starts) ELSE '{{}}' END AS twice
    FROM need n CROSS JOIN able a
    WHERE NOT isempty(a.starts)
    GROUP BY n.kind, n.detail, n.many, a.minutes
    UNION ALL
    SELECT l.kind, l.detail, l.minutes, t.turn, l.once - coalesce(can.starts, '{{}}'),
           l.twice - coalesce(can.starts - l.once, '{{}}')
    FROM lack l
    JOIN thing t ON t.kind = l.kind AND t.detail = l.detail AND t.turn = l.turn + 1
    CROSS JOIN LATERAL {_POSSIBLE.format(resource="t.id", minutes="l.minutes")} can
    WHERE NOT (isempty(l.once) AND isempty(l.twice))
), lacking AS MATERIALIZED (
    SELECT minutes, range_agg(once + twice) AS starts
    FROM (
        SELECT DISTINCT ON (kind, detail, minutes) minutes, once, twice
        FROM lack ORDER BY kind, detail, minutes, turn DESC
    ) AS remaining
    GROUP BY minutes
)
SELECT a.practitioner_id, a.minutes, a.opens,
       array(SELECT lower(span) FROM unnest(common) AS span),
       array(SELECT upper(span) FROM unnest(common) AS span), a.is_shared,
       EXISTS (SELECT FROM scheduling_curb k WHERE k.site_id = %(site)s AND k.is_on)
FROM able a
LEFT JOIN lacking l ON l.minutes = a.minutes
CROSS JOIN LATERAL (SELECT a.starts - coalesce(l.starts, '{{}}') AS common) c
"""  # noqa: S608 (its parts are ours)
# On one line it is short enough for psycopg to remember how it is parsed.
FREE = " ".join(_FREE.split())
