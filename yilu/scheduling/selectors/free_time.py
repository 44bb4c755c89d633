"""What is free: the one availability function behind every channel."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from uuid import UUID

from yilu.platform import clock
from yilu.platform.db import prepared
from yilu.scheduling.errors import WindowTooWide
from yilu.scheduling.rules import LONGEST, WIDEST_WINDOW, grid, step_minutes
from yilu.scheduling.selectors.facts import Facts, service_facts


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
) -> list[Slot]:
    """The times from `starts_from` until before `starts_until` at which a service can be booked.

    In order of time, then practitioner. A time is free if a practitioner who performs the
    service is in session at the site and free with the buffers, and for each need some room,
    chair or device is. Notice and booking window of the service hold. Two queries.

    Raises:
        WindowTooWide: more than 31 days are asked for.
        UnknownService, UnknownPractitioner.
    """
    if starts_until - starts_from > WIDEST_WINDOW:
        raise WindowTooWide
    facts = service_facts(service_id, practitioner_id)
    return [Slot(*row, site_id) for row in free_rows(facts, site_id, starts_from, starts_until)]


def free_rows(
    facts: Facts, site_id: UUID, starts_from: datetime, starts_until: datetime
) -> list[tuple[datetime, datetime, UUID]]:
    """`free_slots` as bare rows (starts_at, ends_at, practitioner), in UTC. One query."""
    now = clock.now()
    first = max(starts_from, facts.earliest(now)).astimezone(UTC)
    until = min(starts_until, facts.latest(now)).astimezone(UTC)
    if first >= until or not facts.practitioner_ids:
        return []
    found = prepared(FREE, free_params(facts, site_id, first, until, now))
    last = until - datetime.resolution
    rows = [
        (starts_at, starts_at + length, practitioner_id)
        for practitioner_id, minutes, opens, lows, highs in found
        for length, step in [(timedelta(minutes=minutes), step_minutes(minutes))]
        for low, high in zip(lows, highs, strict=True)
        for starts_at in grid(opens[bisect_right(opens, low) - 1], low, min(high, last), step)
    ]
    rows.sort(key=itemgetter(0, 2))
    return rows


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


# A start is possible where a free piece leaves room for the buffers and the length. The possible
# starts of a resource are therefore its free pieces, shrunk; those of a need are the union over
# its things (over pairs of things when it is the second of its like); those of a service are
# what the practitioner's and all needs' have in common. OFFSET 0 keeps the scans of the two
# window indexes one per resource, whatever the planner believes.
FREE = """
WITH performer AS MATERIALIZED (
    SELECT r.id, p.practitioner_id, p.minutes
    FROM unnest(%(practitioners)s::uuid[], %(minutes)s::int[]) AS p (practitioner_id, minutes)
    JOIN scheduling_resource r ON r.practitioner_id = p.practitioner_id AND r.is_active
), need AS MATERIALIZED (
    SELECT * FROM unnest(%(kinds)s::text[], %(details)s::text[], %(nths)s::int[])
         AS n (kind, detail, nth)
), thing AS MATERIALIZED (
    SELECT DISTINCT n.kind, n.detail, r.id
    FROM need n
    JOIN scheduling_resource r ON r.site_id = %(site)s AND r.is_active AND r.kind = n.kind
         AND (n.detail = '' OR r.detail = n.detail)
), wanted AS MATERIALIZED (
    SELECT p.id, p.minutes FROM performer p
    UNION
    SELECT t.id, p.minutes FROM thing t CROSS JOIN (SELECT DISTINCT minutes FROM performer) p
), free AS MATERIALIZED (
    SELECT w.id, s.opens, s.times - coalesce(a.times, '{}') AS times
    FROM (SELECT DISTINCT id FROM wanted) w
    CROSS JOIN LATERAL (
        SELECT array_agg(lower(during) ORDER BY lower(during)) AS opens,
               range_agg(during) AS times
        FROM scheduling_session
        WHERE resource_id = w.id AND active AND site_id = %(site)s
          AND lower(during) >= %(scan_from)s AND lower(during) < %(scan_until)s
        OFFSET 0
    ) s
    CROSS JOIN LATERAL (
        SELECT range_agg(during) AS times
        FROM scheduling_allocation
        WHERE resource_id = w.id AND active AND lane = 0
          AND lower(during) >= %(scan_from)s AND lower(during) < %(scan_until)s
          AND (expires_at IS NULL OR expires_at > %(now)s)
        OFFSET 0
    ) a
), possible AS MATERIALIZED (
    SELECT w.id, w.minutes, f.opens, (
        SELECT range_agg(tstzrange(
            lower(piece) + %(before)s,
            upper(piece) - %(after)s - w.minutes * interval '1 minute',
            '[]'
        ))
        FROM unnest(f.times) AS piece
        WHERE upper(piece) - lower(piece)
              >= %(before)s + w.minutes * interval '1 minute' + %(after)s
    ) AS starts
    FROM wanted w
    JOIN free f ON f.id = w.id
), had AS MATERIALIZED (
    SELECT minutes, range_intersect_agg(starts) AS starts
    FROM (
        SELECT l.minutes, coalesce((
            SELECT range_agg(CASE WHEN n.nth = 1 THEN a.starts ELSE a.starts * b.starts END)
            FROM thing t
            JOIN possible a ON a.id = t.id AND a.minutes = l.minutes
            LEFT JOIN (thing u JOIN possible b ON b.id = u.id)
                 ON n.nth = 2 AND u.kind = t.kind AND u.detail = t.detail AND u.id > t.id
                    AND b.minutes = l.minutes
            WHERE t.kind = n.kind AND t.detail = n.detail
        ), '{}') AS starts
        FROM need n CROSS JOIN (SELECT DISTINCT minutes FROM performer) l
    ) AS by_need
    GROUP BY minutes
)
SELECT r.practitioner_id, r.minutes, p.opens,
       array(SELECT lower(span) FROM unnest(common) AS span),
       array(SELECT upper(span) FROM unnest(common) AS span)
FROM performer r
JOIN possible p ON p.id = r.id AND p.minutes = r.minutes
LEFT JOIN had ON had.minutes = r.minutes
CROSS JOIN LATERAL (
    SELECT tstzmultirange(tstzrange(%(first)s, %(until)s)) * CASE
        WHEN cardinality(%(kinds)s::text[]) = 0 THEN p.starts ELSE p.starts * had.starts
    END AS common
) c
"""
