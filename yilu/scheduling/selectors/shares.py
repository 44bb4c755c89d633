"""Sessions that release plans rule, with what was sold of them. Asked only where a plan exists."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.db import rows
from yilu.scheduling.rules import LONGEST
from yilu.scheduling.shares import Plan, Share, Shared, Sold
from yilu.scheduling.states import GROUP_OF

_SHARED = """
SELECT s.id, s.resource_id, r.practitioner_id, lower(s.during) AS starts_at,
       upper(s.during) AS ends_at, s.clinic_day,
       p.id AS plan_id, p.name, p.unit, p.falls_hours, p.per_person, p.has_draw, p.needs_id,
       shares.listed AS shares, sold.listed AS sold
FROM scheduling_planuse u
JOIN scheduling_releaseplan p ON p.id = u.plan_id AND p.is_active
JOIN scheduling_resource r ON r.id = u.resource_id
JOIN scheduling_session s ON s.resource_id = u.resource_id AND s.site_id = u.site_id AND s.active
     AND lower(s.during) >= %(first)s AND lower(s.during) < %(until)s
     AND (u.weekdays = '{}' OR extract(isodow FROM s.clinic_day)::int - 1 = ANY (u.weekdays))
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_agg(jsonb_build_array(h."group", h.amount, h.days_ahead,
                                                to_char(h.released_at, 'HH24:MI'))), '[]') AS listed
    FROM scheduling_channelshare h WHERE h.plan_id = p.id
) shares
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_agg(jsonb_build_array(channel, n, minutes)), '[]') AS listed
    FROM (
        SELECT coalesce(b.channel, k.channel) AS channel, count(*) AS n,
               sum(extract(epoch FROM upper(a.during) - lower(a.during)) / 60)::int AS minutes
        FROM scheduling_allocation a
        LEFT JOIN scheduling_booking b ON b.id = a.booking_id
        LEFT JOIN scheduling_hold k ON k.id = a.hold_id
        WHERE a.resource_id = s.resource_id AND a.active AND a.lane = 0 AND a.block_id IS NULL
          AND lower(a.during) >= lower(s.during) AND lower(a.during) < upper(s.during)
          AND (a.expires_at IS NULL OR a.expires_at > %(now)s)
          AND coalesce(a.booking_id, a.hold_id) IS DISTINCT FROM %(but_for)s::uuid
        GROUP BY 1
    ) by_channel
) sold
WHERE u.site_id = %(site)s
  AND (%(resources)s::uuid[] IS NULL OR u.resource_id = ANY (%(resources)s))
  AND (%(plan)s::uuid IS NULL OR p.id = %(plan)s)
ORDER BY starts_at, s.id
"""


def shared_sessions(
    *,
    site_id: UUID,
    first: datetime,
    until: datetime,
    resource_ids: Iterable[UUID] | None = None,
    plan_id: UUID | None = None,
    but_for: UUID | None = None,
) -> list[Shared]:
    """The sessions of a site that begin in a window, or up to a day before, and have a plan.

    In order of time. `but_for` is a booking or hold that does not count as sold. One query.
    """
    found = rows(
        _SHARED,
        {
            "site": site_id,
            "first": first - LONGEST,
            "until": until,
            "resources": None if resource_ids is None else list(resource_ids),
            "plan": plan_id,
            "but_for": but_for,
            "now": clock.now(),
        },
    )
    zone = site_zone(site_id)
    return [
        Shared(
            session_id=row["id"],
            resource_id=row["resource_id"],
            practitioner_id=row["practitioner_id"],
            starts_at=row["starts_at"],
            ends_at=row["ends_at"],
            clinic_day=row["clinic_day"],
            plan=_plan(row),
            sold=_sold(row["sold"]),
            zone=zone,
        )
        for row in found
    ]


def shared_of_day(site_id: UUID, day: date, resource_id: UUID | None = None) -> list[Shared]:
    """The ruled sessions of a clinic day, of one resource or of all. One query."""
    first, until = clock.day_bounds(day, site_zone(site_id))
    wanted = None if resource_id is None else [resource_id]
    found = shared_sessions(site_id=site_id, first=first, until=until, resource_ids=wanted)
    return [one for one in found if one.clinic_day == day]


def _plan(row: Mapping[str, Any]) -> Plan:
    shares = {
        group: Share(group, amount, days, time.fromisoformat(at) if at else None)
        for group, amount, days, at in _json(row["shares"])
    }
    return Plan(
        id=row["plan_id"],
        name=row["name"],
        unit=row["unit"],
        falls_hours=row["falls_hours"],
        per_person=row["per_person"],
        has_draw=row["has_draw"],
        needs_id=row["needs_id"],
        shares=shares,
    )


def _sold(listed: Any) -> dict[str, Sold]:
    sold: dict[str, Sold] = {}
    for channel, bookings, minutes in _json(listed):
        group = GROUP_OF.get(channel or "")
        if group is not None:
            sold[group] = sold.get(group, Sold()) + Sold(bookings, minutes)
    return sold


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
