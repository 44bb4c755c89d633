"""Who and what could serve a booking at one instant: asked just before claiming it."""

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
    way: what it holds counts as free."""

    site_id: UUID
    starts_at: datetime
    but_for: UUID | None = None


def candidates(facts: Facts, asked: Asked) -> list[Candidate]:
    """Every resource that could serve, with what speaks for and against it. One query.

    Nothing is promised by it: whoever inserts first has the time.
    """
    zone = site_zone(asked.site_id)
    day_from, day_until = clock.day_bounds(asked.starts_at.astimezone(zone).date(), zone)
    params = {
        "site": asked.site_id,
        "practitioners": list(facts.practitioner_ids),
        "minutes": list(facts.lengths),
        "kinds": facts.kinds,
        "details": facts.details,
        "before": facts.before,
        "after": facts.after,
        "starts_at": asked.starts_at,
        "day_from": day_from,
        "day_until": day_until,
        "scan_from": min(day_from, asked.starts_at - facts.before - LONGEST),
        "but_for": asked.but_for,
        "now": clock.now(),
    }
    return [_candidate(*row) for row in prepared(CANDIDATES, params)]


def _candidate(lanes: list[int] | None, most: int, *shown: Any) -> Candidate:
    taken = set(lanes or ())
    free = next((lane for lane in range(most + 1) if lane not in taken), None)
    return Candidate(free, *shown)


CANDIDATES = """
WITH performer AS (
    SELECT r.id, p.practitioner_id, p.minutes, r.home_id, r.extra_lanes
    FROM unnest(%(practitioners)s::uuid[], %(minutes)s::int[]) AS p (practitioner_id, minutes)
    JOIN scheduling_resource r ON r.practitioner_id = p.practitioner_id AND r.is_active
), asked AS (
    SELECT id, 0 AS need, practitioner_id, home_id, minutes, extra_lanes FROM performer
    UNION ALL
    SELECT r.id, n.need, NULL, NULL, l.minutes, r.extra_lanes
    FROM unnest(%(kinds)s::text[], %(details)s::text[]) WITH ORDINALITY AS n (kind, detail, need)
    JOIN scheduling_resource r ON r.site_id = %(site)s AND r.is_active AND r.kind = n.kind
         AND (n.detail = '' OR r.detail = n.detail)
    CROSS JOIN (SELECT DISTINCT minutes FROM performer) l
), timed AS (
    SELECT *, tstzrange(
        %(starts_at)s - %(before)s, %(starts_at)s + minutes * interval '1 minute' + %(after)s
    ) AS during
    FROM asked
)
SELECT a.lanes, t.extra_lanes, t.id, t.need, t.minutes, lower(t.during), upper(t.during),
       t.practitioner_id, t.home_id, s.clinic_day, a.load, coalesce(a.expired, false)
FROM timed t
CROSS JOIN LATERAL (
    SELECT CASE WHEN range_agg(s.during) @> t.during
                THEN min(s.clinic_day) FILTER (WHERE s.during @> %(starts_at)s::timestamptz)
           END AS clinic_day
    FROM scheduling_session s
    WHERE s.resource_id = t.id AND s.active AND s.site_id = %(site)s
      AND lower(s.during) >= %(scan_from)s AND lower(s.during) < upper(t.during)
    OFFSET 0
) s
CROSS JOIN LATERAL (
    SELECT array_agg(a.lane) FILTER (WHERE NOT past AND a.during && t.during) AS lanes,
           count(*) FILTER (WHERE lower(a.during) >= %(day_from)s) AS load,
           bool_or(past AND a.during && t.during) AS expired
    FROM (
        SELECT *, coalesce(expires_at <= %(now)s, false) AS past
        FROM scheduling_allocation
        WHERE resource_id = t.id AND active AND lower(during) >= %(scan_from)s
          AND lower(during) < greatest(%(day_until)s, upper(t.during))
          AND (%(but_for)s::uuid IS NULL
               OR coalesce(booking_id, hold_id) IS DISTINCT FROM %(but_for)s)
        OFFSET 0
    ) a
) a
"""
