"""What is free: the one availability function behind every channel."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from yilu.platform import clock
from yilu.platform.db import prepared
from yilu.scheduling.errors import WindowTooWide
from yilu.scheduling.rules import LONGEST, WIDEST_WINDOW, step_minutes
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
    first = max(starts_from, facts.earliest(now))
    until = min(starts_until, facts.latest(now))
    if first >= until or not facts.practitioner_ids:
        return []
    return prepared(
        FREE, free_params(facts, site_id, first.astimezone(UTC), until.astimezone(UTC), now)
    )


def free_params(
    facts: Facts, site_id: UUID, first: datetime, until: datetime, now: datetime
) -> dict[str, object]:
    """What `FREE` asks for."""
    return {
        "site": site_id,
        "practitioners": list(facts.practitioner_ids),
        "minutes": list(facts.lengths),
        "steps": [step_minutes(minutes) for minutes in facts.lengths],
        "kinds": facts.kinds,
        "details": facts.details,
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
# its things; those of a service are what the practitioner's and all needs' have in common.
FREE = """
WITH performer AS (
    SELECT r.id, p.practitioner_id, p.minutes * interval '1 minute' AS length,
           p.steps * 60 AS step
    FROM unnest(%(practitioners)s::uuid[], %(minutes)s::int[], %(steps)s::int[])
         AS p (practitioner_id, minutes, steps)
    JOIN scheduling_resource r ON r.practitioner_id = p.practitioner_id AND r.is_active
), need AS (
    SELECT * FROM unnest(%(kinds)s::text[], %(details)s::text[])
         WITH ORDINALITY AS n (kind, detail, need)
), thing AS (
    SELECT n.need, r.id
    FROM need n
    JOIN scheduling_resource r ON r.site_id = %(site)s AND r.is_active AND r.kind = n.kind
         AND (n.detail = '' OR r.detail = n.detail)
), wanted AS MATERIALIZED (
    SELECT id FROM performer UNION SELECT id FROM thing
), held AS MATERIALIZED (
    SELECT w.id, range_agg(a.during) AS times
    FROM wanted w
    JOIN scheduling_allocation a ON a.resource_id = w.id AND a.active AND a.lane = 0
         AND lower(a.during) >= %(scan_from)s AND lower(a.during) < %(scan_until)s
         AND (a.expires_at IS NULL OR a.expires_at > %(now)s)
    GROUP BY w.id
), open AS MATERIALIZED (
    SELECT s.resource_id AS id, s.during
    FROM wanted w
    JOIN scheduling_session s ON s.resource_id = w.id AND s.active AND s.site_id = %(site)s
         AND lower(s.during) >= %(scan_from)s AND lower(s.during) < %(scan_until)s
), piece AS MATERIALIZED (
    SELECT o.id, lower(free) + %(before)s AS first, upper(free) - %(after)s AS last
    FROM (SELECT id, range_agg(during) AS times FROM open
          WHERE id IN (SELECT id FROM thing) GROUP BY id) o
    LEFT JOIN held ON held.id = o.id
    CROSS JOIN LATERAL unnest(o.times - coalesce(held.times, '{}')) AS free
), possible AS MATERIALIZED (
    SELECT length, range_intersect_agg(starts) AS starts
    FROM (
        SELECT l.length, n.need,
               coalesce(
                   range_agg(tstzrange(p.first, p.last - l.length, '[]'))
                       FILTER (WHERE p.first + l.length <= p.last),
                   '{}'
               ) AS starts
        FROM (SELECT DISTINCT length FROM performer) l
        CROSS JOIN need n
        LEFT JOIN thing t ON t.need = n.need
        LEFT JOIN piece p ON p.id = t.id
        GROUP BY l.length, n.need
    ) AS by_need
    GROUP BY length
), span AS (
    SELECT r.practitioner_id, r.length, r.step, lower(o.during) AS opens,
           greatest(lower(common), %(first)s) AS first, upper(common) AS last
    FROM performer r
    JOIN open o ON o.id = r.id
    LEFT JOIN held ON held.id = r.id
    LEFT JOIN possible ON possible.length = r.length
    CROSS JOIN LATERAL unnest(o.during::tstzmultirange - coalesce(held.times, '{}')) AS free
    CROSS JOIN LATERAL (
        SELECT lower(free) + %(before)s AS first, upper(free) - %(after)s - r.length AS last
    ) p
    CROSS JOIN LATERAL unnest(
        CASE WHEN p.first > p.last THEN '{}'
             WHEN cardinality(%(kinds)s::text[]) = 0
             THEN tstzmultirange(tstzrange(first, last, '[]'))
             ELSE tstzmultirange(tstzrange(first, last, '[]')) * possible.starts END
    ) AS common
)
SELECT starts_at, starts_at + length, practitioner_id
FROM span
CROSS JOIN LATERAL generate_series(
    opens + ceil(extract(epoch FROM first - opens) / step) * step * interval '1 second',
    last,
    step * interval '1 second'
) AS starts_at
WHERE starts_at < %(until)s
  -- Needs of one kind twice: as many different things must be free.
  AND NOT EXISTS (
      SELECT FROM (SELECT min(need) AS need, count(*) AS times FROM need
                   GROUP BY kind, detail HAVING count(*) > 1) twice
      WHERE twice.times > (
          SELECT count(DISTINCT t.id) FROM thing t JOIN piece p ON p.id = t.id
          WHERE t.need = twice.need AND p.first <= starts_at AND starts_at + length <= p.last
      )
  )
ORDER BY starts_at, practitioner_id
"""
