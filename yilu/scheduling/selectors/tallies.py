"""How bookings of a day are added up: by what they are grouped, and the statements for it.

Counting for a page and counting for good share them, so that both say the same.
"""

from yilu.scheduling.selectors.counting import FILTERED, NO_MISTAKE, Scope

# What SQL's grouping() says of (channel, service, practitioner, hour, lead, reason): a bit for each
# column that is not grouped by. Grouping by two clears both bits: CHANNEL & HOUR.
CHANNEL, SERVICE, PRACTITIONER, HOUR, LEAD, REASON, NOTHING = 31, 47, 55, 59, 61, 62, 63
SHOWN = (CHANNEL, SERVICE, PRACTITIONER, HOUR, LEAD, REASON)

GROUPING = """grouping(channel, service_id, practitioner_id, hour, lead, cancel_reason)"""

BECAME = """count(*) AS booked,
           count(*) FILTER (WHERE state IN ('arrived', 'in_consultation', 'finished')) AS seen,
           count(*) FILTER (WHERE state = 'cancelled') AS cancelled,
           count(*) FILTER (WHERE state = 'no_show') AS missed,
           count(*) FILTER (WHERE state IN ('requested', 'confirmed')) AS to_come"""

# Every figure of the page, for everything and for each value of a filter.
EVERY_PART = """GROUPING SETS (
        (channel), (service_id), (practitioner_id), (hour), (lead),
        (cancelled_by_kind, cancel_reason),
        (channel, service_id), (channel, practitioner_id), (service_id, practitioner_id),
        (channel, hour), (service_id, hour), (practitioner_id, hour),
        (channel, lead), (service_id, lead), (practitioner_id, lead),
        (channel, cancelled_by_kind, cancel_reason), (service_id, cancelled_by_kind, cancel_reason),
        (practitioner_id, cancelled_by_kind, cancel_reason)
    )"""

# Bookings made on a day: instants between two midnights on the wall of the site.
MADE = f"""
    SELECT z.is_now, b.channel, b.service_id, b.practitioner_id, b.state = 'requested' AS is_open
    FROM afresh z
    CROSS JOIN LATERAL (
        SELECT * FROM scheduling_booking b
        WHERE b.site_id = z.site_id AND b.created_at >= z.day::timestamp AT TIME ZONE z.zone
          AND b.created_at < (z.day + 1)::timestamp AT TIME ZONE z.zone
        OFFSET 0
    ) b
    WHERE b.channel <> 'walk_in' AND {FILTERED} AND {NO_MISTAKE}
"""  # noqa: S608 (its parts are ours)

# Sessions up to now, less what is blocked; what bookings hold of it counts once, however many
# lanes. A time that was kept for somebody who never came was not used.
USED = """
    SELECT r.kind, coalesce(r.practitioner_id, r.room_id, r.chair_id, r.device_id) AS of_id,
           s.is_now, s.times - coalesce(t.blocked, '{}') AS times, coalesce(t.used, '{}') AS used
    FROM afresh z
    CROSS JOIN LATERAL (
        SELECT s.resource_id, z.is_now, range_agg(s.during)
               * tstzmultirange(tstzrange(NULL, %(now)s)) AS times
        FROM scheduling_session s
        WHERE s.site_id = z.site_id AND s.clinic_day = z.day AND s.active
        GROUP BY s.resource_id
        OFFSET 0
    ) s
    JOIN scheduling_resource r ON r.id = s.resource_id
     AND num_nonnulls(r.practitioner_id, r.room_id, r.chair_id, r.device_id) = 1
     AND (r.kind <> 'practitioner' OR %(practitioners)s::uuid[] IS NULL
          OR r.practitioner_id = ANY (%(practitioners)s))
    CROSS JOIN LATERAL (
        SELECT range_agg(a.during) FILTER (WHERE a.block_id IS NOT NULL) AS blocked,
               range_agg(a.during) FILTER (
                   WHERE b.state IN ('arrived', 'in_consultation', 'finished', 'confirmed',
                                     'requested')
               ) AS used
        FROM scheduling_allocation a LEFT JOIN scheduling_booking b ON b.id = a.booking_id
        WHERE a.resource_id = s.resource_id AND a.active
          AND lower(a.during) >= lower(s.times) - %(longest)s::interval
          AND lower(a.during) < upper(s.times)
        OFFSET 0
    ) t
"""
_SECONDS = """(
    SELECT coalesce(round(sum(extract(epoch FROM upper(x) - lower(x)))), 0)::int
    FROM unnest({}) AS x
)"""
OPEN, TAKEN = _SECONDS.format("times"), _SECONDS.format("times * used")


def chosen(scope: Scope) -> int:
    """The part that a scope's one filter chooses from; `NOTHING` without."""
    if scope.channel:
        return CHANNEL
    if scope.service_id:
        return SERVICE
    return NOTHING if scope.practitioner_ids is None else PRACTITIONER


def parts_of(scope: Scope) -> dict[str, list[int]]:
    """Which stored parts answer for which shown ones under a scope's filter."""
    by = chosen(scope)
    return {"stored": [by & one for one in SHOWN], "shown": list(SHOWN)}
