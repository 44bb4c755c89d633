"""Adding up the figures of days that are over, so that a year need not be counted anew.

Counts, no deeds on anything: they leave no audit line and tell nobody.
"""

from datetime import date, time, timedelta
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock, timers
from yilu.platform.actors import Actor
from yilu.platform.db import operation, rows
from yilu.scheduling import permissions
from yilu.scheduling.rules import COUNTED_AT_ONCE, settled_day
from yilu.scheduling.selectors.counting import COUNTED_AFRESH, DAYS, Scope
from yilu.scheduling.selectors.tallies import (
    BECAME,
    CHANNEL,
    EVERY_PART,
    GROUPING,
    MADE,
    OPEN,
    PRACTITIONER,
    SERVICE,
    TAKEN,
    USED,
)

COUNT = "scheduling.count_days"
AT_NIGHT = time(4, 10)
NEXT_PORTION = timedelta(seconds=1)

# Whoever changes what is counted holds it shared until commit (migration 0011): nothing that is
# not yet to be seen can be missed.
_ALONE = """
SELECT pg_advisory_xact_lock(hashtextextended('figures:' || %(site)s::text, 0))
"""
_UNCOUNTED = """
SELECT day FROM (
    SELECT least(
        (SELECT min(clinic_day) FROM scheduling_booking WHERE site_id = %(site)s),
        (SELECT min(clinic_day) FROM scheduling_session WHERE site_id = %(site)s AND active)
    ) AS first
) AS known
CROSS JOIN LATERAL (
    SELECT %(settled)s::date - n AS day
    FROM generate_series(0, %(settled)s::date - known.first) AS n
) days
WHERE NOT EXISTS (
    SELECT 1 FROM scheduling_countedday c WHERE c.site_id = %(site)s AND c.clinic_day = days.day
)
ORDER BY day DESC LIMIT %(most)s
"""
_FORGET = "SELECT scheduling_forget_days(%(site)s, %(first)s, %(last)s)"
_COUNT = f"""
WITH {DAYS}, marked AS (
    INSERT INTO scheduling_countedday (site_id, clinic_day, counted_at)
    SELECT site_id, day, %(now)s FROM afresh WHERE is_now RETURNING id
), b AS MATERIALIZED ({COUNTED_AFRESH}), booked AS (
    INSERT INTO scheduling_bookingtally
        (day_id, part, channel, service_id, practitioner_id, hour, lead, cancelled_by_kind,
         cancel_reason, booked, seen, cancelled, missed, to_come)
    SELECT marked.id, tally.* FROM marked CROSS JOIN (
        SELECT {GROUPING} AS part, channel, service_id, practitioner_id, hour, lead,
               cancelled_by_kind, cancel_reason, {BECAME}
        FROM b WHERE is_now GROUP BY {EVERY_PART}
        HAVING grouping(cancel_reason) = 1 OR count(*) FILTER (WHERE state = 'cancelled') > 0
        ORDER BY 1
    ) AS tally
), asked AS (
    INSERT INTO scheduling_requesttally
        (day_id, part, channel, service_id, practitioner_id, met, open)
    SELECT marked.id, tally.* FROM marked CROSS JOIN (
        SELECT CASE grouping(service_id, practitioner_id)
                   WHEN 3 THEN {CHANNEL} WHEN 1 THEN {CHANNEL & SERVICE}
                   ELSE {CHANNEL & PRACTITIONER} END AS part,
               channel, service_id, practitioner_id, count(*) FILTER (WHERE NOT is_open),
               count(*) FILTER (WHERE is_open)
        FROM ({MADE}) AS made WHERE is_now
        GROUP BY GROUPING SETS ((channel), (channel, service_id), (channel, practitioner_id))
        ORDER BY 1
    ) AS tally
), spent AS (
    INSERT INTO scheduling_usetally (day_id, kind, of_id, open, used)
    SELECT marked.id, fresh.kind, fresh.of_id, {OPEN}, {TAKEN}
    FROM marked CROSS JOIN ({USED}) AS fresh WHERE fresh.is_now
)
SELECT id FROM marked
"""  # noqa: S608 (its parts are ours)


@operation
def count_days(*, actor: Actor, site_id: UUID, most: int = COUNTED_AT_ONCE) -> int:
    """Count the newest days of a site that are over and not counted, `most` at once; gives back
    how many. Waits while somebody changes what is counted. Three queries, and one for each day.

    Raises: NotAllowed.
    """
    actor.require(permissions.CHANGE, site_id)
    now = clock.now()
    settled = settled_day(now, site_zone(site_id))
    rows(_ALONE, {"site": site_id})
    # Where the clock was set back, days that were counted are not over any more.
    rows(_FORGET, {"site": site_id, "first": settled + timedelta(days=1), "last": date.max})
    found = rows(_UNCOUNTED, {"site": site_id, "settled": settled, "most": most})
    for row in found:
        _count(site_id, row["day"])
    return len(found)


@operation
def forget_counted(*, actor: Actor, site_id: UUID, first: date, last: date) -> None:
    """Have days counted anew, whatever is thought of them. Until then they are counted when they
    are asked for. One query. Raises: NotAllowed.
    """
    actor.require(permissions.CHANGE, site_id)
    rows(_FORGET, {"site": site_id, "first": first, "last": last})


@operation
def keep_counting(*, actor: Actor, site_id: UUID, at_once: bool = False) -> None:
    """Have the site's days counted in the coming night, or go on at once. One query.

    Raises: NotAllowed.
    """
    actor.require(permissions.CHANGE, site_id)
    in_the_night = clock.next_at(AT_NIGHT, site_zone(site_id))
    due = clock.now() + NEXT_PORTION if at_once else in_the_night
    timers.schedule(COUNT, due_at=due, subject_id=site_id, site_id=site_id)


def _count(site_id: UUID, day: date) -> None:
    """Write down what counting a day afresh gives. One query."""
    scope = Scope((site_id,), day, day)
    # Nothing is read from tallies, and nothing of the day before is counted.
    rows(_COUNT, scope.params() | {"before_first": day, "has_tallies": False})
