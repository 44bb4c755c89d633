"""The limit on bookings online at a site. Asked only where there is one."""

import json
from datetime import date
from uuid import UUID

from yilu.platform import clock
from yilu.platform.db import rows
from yilu.scheduling.curbs import BOUND_CHANNELS, Limit
from yilu.scheduling.models import Curb

_LIMIT = """
SELECT c.per_day, c.closed_ids, taken.listed AS taken
FROM scheduling_curb c
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_object_agg(day, n), '{}') AS listed
    FROM (
        SELECT day, count(*) AS n
        FROM (
            SELECT b.clinic_day AS day FROM scheduling_booking b
            WHERE b.site_id = c.site_id AND b.clinic_day BETWEEN %(first)s AND %(last)s
              AND b.state <> 'cancelled' AND b.channel = ANY (%(channels)s)
              AND b.id IS DISTINCT FROM %(but_for)s::uuid
            UNION ALL
            SELECT h.clinic_day FROM scheduling_hold h
            WHERE h.site_id = c.site_id AND h.clinic_day BETWEEN %(first)s AND %(last)s
              AND h.state = 'held' AND h.expires_at > %(now)s AND h.channel = ANY (%(channels)s)
              AND h.id IS DISTINCT FROM %(but_for)s::uuid
        ) one
        GROUP BY day
    ) by_day
) taken
WHERE c.site_id = %(site)s AND c.is_on
"""


def limit_of(site_id: UUID, first: date, last: date, but_for: UUID | None = None) -> Limit:
    """The limit of a site, with what its days have already. One query.

    `but_for` is a booking or kept time that does not count. Without a limit nothing is refused.
    """
    asked = {
        "site": site_id, "first": first, "last": last, "but_for": but_for, "now": clock.now(),
        "channels": BOUND_CHANNELS,
    }  # fmt: skip
    for row in rows(_LIMIT, asked):
        listed = row["taken"]
        taken = json.loads(listed) if isinstance(listed, str) else listed
        days = {date.fromisoformat(day): n for day, n in taken.items()}
        return Limit(row["per_day"], frozenset(row["closed_ids"]), days)
    return Limit()


def curb_of(site_id: UUID) -> Limit | None:
    """The limit that holds at a site now, which anybody may know; None without. One query."""
    found = Curb.objects.filter(site_id=site_id, is_on=True).first()
    return Limit(found.per_day, frozenset(found.closed_ids)) if found else None
