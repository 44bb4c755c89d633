"""Who and what could serve a booking at one instant: asked just before claiming it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.db import prepared
from yilu.scheduling.rules import LONGEST, Candidate
from yilu.scheduling.selectors.facts import Facts


@dataclass(frozen=True, slots=True)
class Asked:
    """One instant for which resources are wanted. `but_for` is a booking or hold that gives
    way: what it holds counts as free.

    The rest is for sessions that a release plan rules: without `channel` no share is asked,
    `is_kept` says that the share was asked when the time was kept, `admission` is a place in
    the queue whose turn it is.
    """

    site_id: UUID
    starts_at: datetime
    but_for: UUID | None = None
    channel: str = ""
    patient_id: UUID | None = None
    is_kept: bool = False
    admission: UUID | None = None


def candidates(facts: Facts, asked: Asked) -> list[Candidate]:
    """Every resource that could serve, with what speaks for and against it. One query.

    Nothing is promised by it: whoever inserts first has the time.
    """
    scan_from, day_from, day_until = _window(facts, asked.site_id, asked.starts_at)
    params = _of_all(facts, asked.site_id, asked.but_for) | {
        "practitioners": list(facts.practitioner_ids),
        "minutes": list(facts.lengths),
        "starts_at": asked.starts_at,
        "day_from": day_from,
        "day_until": day_until,
        "scan_from": scan_from,
    }
    return [_candidate(*row) for row in prepared(CANDIDATES, params)]


def candidates_at(
    facts: Facts, site_id: UUID, wanted: Sequence[tuple[UUID, datetime]]
) -> list[list[Candidate]]:
    """The same for many instants of one service, each with one practitioner. One query."""
    lengths = dict(zip(facts.practitioner_ids, facts.lengths, strict=True))
    windows = [_window(facts, site_id, starts_at) for _, starts_at in wanted]
    params = _of_all(facts, site_id, None) | {
        "whos": [who for who, _ in wanted],
        "lengths": [lengths[who] for who, _ in wanted],
        "starts": [starts_at for _, starts_at in wanted],
        "scans_from": [scan_from for scan_from, _, _ in windows],
        "days_from": [day_from for _, day_from, _ in windows],
        "days_until": [day_until for _, _, day_until in windows],
    }
    found: list[list[Candidate]] = [[] for _ in wanted]
    for nth, *row in prepared(CANDIDATES_AT, params):
        found[nth - 1].append(_candidate(*row))
    return found


def _of_all(facts: Facts, site_id: UUID, but_for: UUID | None) -> dict[str, Any]:
    return {
        "site": site_id,
        "kinds": facts.kinds,
        "details": facts.details,
        "before": facts.before,
        "after": facts.after,
        "but_for": but_for,
        "now": clock.now(),
    }


def _window(
    facts: Facts, site_id: UUID, starts_at: datetime
) -> tuple[datetime, datetime, datetime]:
    """From when to look, and the bounds of the day."""
    zone = site_zone(site_id)
    day_from, day_until = clock.day_bounds(starts_at.astimezone(zone).date(), zone)
    return min(day_from, starts_at - facts.before - LONGEST), day_from, day_until


def _candidate(lanes: list[int] | None, most: int, *shown: Any) -> Candidate:
    taken = set(lanes or ())
    free = next((lane for lane in range(most + 1) if lane not in taken), None)
    return Candidate(free, *shown)


_CANDIDATES = """
WITH performer AS (
    SELECT r.id, p.practitioner_id, p.minutes, r.home_id, r.extra_lanes, r.is_shared
    FROM unnest({practitioners}::uuid[], {minutes}::int[]) AS p (practitioner_id, minutes)
    JOIN scheduling_resource r ON r.practitioner_id = p.practitioner_id AND r.is_active
), asked AS (
    SELECT id, 0 AS need, practitioner_id, home_id, minutes, extra_lanes, is_shared
    FROM performer
    UNION ALL
    SELECT r.id, n.need, NULL, NULL, l.minutes, r.extra_lanes, false
    FROM unnest(%(kinds)s::text[], %(details)s::text[]) WITH ORDINALITY AS n (kind, detail, need)
    JOIN scheduling_resource r ON r.site_id = %(site)s AND r.is_active AND r.kind = n.kind
         AND (n.detail = '' OR r.detail = n.detail)
    CROSS JOIN (SELECT DISTINCT minutes FROM performer) l
), timed AS (
    SELECT *, tstzrange(
        {starts_at} - %(before)s, {starts_at} + minutes * interval '1 minute' + %(after)s
    ) AS during
    FROM asked
)
SELECT a.lanes, t.extra_lanes, t.id, t.need, t.minutes, lower(t.during), upper(t.during),
       t.practitioner_id, t.home_id, s.clinic_day, a.load, coalesce(a.expired, false),
       t.is_shared, EXISTS (SELECT FROM scheduling_curb k WHERE k.site_id = %(site)s AND k.is_on)
FROM timed t
CROSS JOIN LATERAL (
    SELECT CASE WHEN range_agg(s.during) @> t.during
                THEN min(s.clinic_day) FILTER (WHERE s.during @> {starts_at}::timestamptz)
           END AS clinic_day
    FROM scheduling_session s
    WHERE s.resource_id = t.id AND s.active AND s.site_id = %(site)s
      AND lower(s.during) >= {scan_from} AND lower(s.during) < upper(t.during)
    OFFSET 0
) s
CROSS JOIN LATERAL (
    SELECT array_agg(a.lane) FILTER (WHERE NOT past AND a.during && t.during) AS lanes,
           count(*) FILTER (WHERE lower(a.during) >= {day_from}) AS load,
           bool_or(past AND a.during && t.during) AS expired
    FROM (
        SELECT *, coalesce(expires_at <= %(now)s, false) AS past
        FROM scheduling_allocation
        WHERE resource_id = t.id AND active AND lower(during) >= {scan_from}
          AND lower(during) < greatest({day_until}, upper(t.during))
          AND (%(but_for)s::uuid IS NULL
               OR coalesce(booking_id, hold_id) IS DISTINCT FROM %(but_for)s)
        OFFSET 0
    ) a
) a
"""
_ONE = ("practitioners", "minutes", "starts_at", "day_from", "day_until", "scan_from")
CANDIDATES = _CANDIDATES.format(**{name: f"%({name})s" for name in _ONE})
# What differs from one instant to the next is a column of `w` instead.
_EACH = {
    **{name: f"w.{name}" for name in _ONE},
    "practitioners": "ARRAY[w.who]",
    "minutes": "ARRAY[w.minutes]",
}
CANDIDATES_AT = f"""
SELECT w.nth, c.*
FROM unnest(
    %(whos)s::uuid[], %(lengths)s::int[], %(starts)s::timestamptz[], %(scans_from)s::timestamptz[],
    %(days_from)s::timestamptz[], %(days_until)s::timestamptz[]
) WITH ORDINALITY AS w (who, minutes, starts_at, scan_from, day_from, day_until, nth)
CROSS JOIN LATERAL ({_CANDIDATES.format(**_EACH)}) c
"""  # noqa: S608 (only names from this module are put in)
