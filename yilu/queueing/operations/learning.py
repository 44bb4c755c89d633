"""At night: close what was left open, see how true the promises were, and learn the pace."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock, timers
from yilu.platform.actors import Actor
from yilu.platform.db import operation, rows
from yilu.queueing import permissions
from yilu.queueing.models import Accuracy, Ticket
from yilu.queueing.operations.issuing import leave_queue
from yilu.queueing.rules.lengths import wider_or_narrower
from yilu.queueing.states import IN_QUEUE

NIGHTLY = "queueing.nightly"
AT_NIGHT = time(3, 30)
# Fewer forecasts than this say nothing about the ranges.
ENOUGH = 20
_CAME = """
UPDATE queueing_forecast f SET came_at = t.called_at
FROM queueing_ticket t
WHERE t.id = f.ticket_id AND f.site_id = %(site)s AND f.clinic_day = %(day)s
    AND f.came_at IS NULL AND t.called_at IS NOT NULL
RETURNING f.id
"""
# A minute either way is still what was promised.
_SCORE = """
SELECT q.kind, count(*) AS forecasts,
    count(*) FILTER (WHERE f.came_at >= f.low_at - interval '1 minute'
        AND f.came_at <= f.high_at + interval '1 minute') AS within,
    count(*) FILTER (WHERE f.came_at > f.high_at + interval '1 minute') AS too_late
FROM queueing_forecast f JOIN queueing_queue q ON q.id = f.queue_id
WHERE f.site_id = %(site)s AND f.clinic_day = %(day)s AND f.came_at IS NOT NULL
GROUP BY q.kind
"""
# From the general to the special in one pass; a null is "any" only where it was grouped away.
_LEARN = """
INSERT INTO queueing_pace
    (id, site_id, kind, practitioner_id, service_id, hour, cases, mean_seconds,
     spread_seconds, learnt_on)
SELECT gen_random_uuid(), %(site)s, kind, practitioner_id, service_id, hour, count(*),
    round(avg(seconds)), round(coalesce(stddev_samp(seconds), avg(seconds) / 2)), %(day)s
FROM (
    SELECT q.kind, t.practitioner_id, t.service_id,
        extract(hour FROM t.started_at AT TIME ZONE %(zone)s)::int AS hour,
        extract(epoch FROM t.ended_at - t.started_at) AS seconds
    FROM queueing_ticket t JOIN queueing_queue q ON q.id = t.queue_id
    WHERE t.site_id = %(site)s AND t.state = 'finished' AND t.clinic_day > %(since)s
        AND t.ended_at - t.started_at BETWEEN interval '20 seconds' AND interval '3 hours'
) AS done
GROUP BY GROUPING SETS (
    (kind), (kind, service_id), (kind, practitioner_id),
    (kind, practitioner_id, service_id), (kind, practitioner_id, hour))
HAVING (grouping(service_id) = 1 OR service_id IS NOT NULL)
    AND (grouping(practitioner_id) = 1 OR practitioner_id IS NOT NULL)
ON CONFLICT ON CONSTRAINT queueing_pace_once DO UPDATE SET
    cases = EXCLUDED.cases, mean_seconds = EXCLUDED.mean_seconds,
    spread_seconds = EXCLUDED.spread_seconds, learnt_on = EXCLUDED.learnt_on
RETURNING id
"""
LEARN_FROM = timedelta(days=28)


@operation
def close_clinic_day(*, actor: Actor, site_id: UUID, day: date) -> None:
    """End a site's clinic day: nobody waits on, promises are scored, the pace is learnt anew.

    Running it again changes nothing.
    """
    actor.require(permissions.SET_UP, site_id)
    left = Ticket.objects.filter(site_id=site_id, clinic_day__lte=day, state__in=IN_QUEUE)
    for ticket_id in left.values_list("id", flat=True):
        leave_queue(actor=actor, ticket_id=ticket_id, reason="")
    params = {"site": site_id, "day": day}
    rows(_CAME, params)
    _score(site_id, day, rows(_SCORE, params))
    learn_pace(actor=actor, site_id=site_id, day=day)


@operation
def learn_pace(*, actor: Actor, site_id: UUID, day: date) -> int:
    """Learn from the last four weeks how long patients take here. How many facts were learnt."""
    actor.require(permissions.SET_UP, site_id)
    params = {
        "site": site_id,
        "day": day,
        "since": day - LEARN_FROM,
        "zone": site_zone(site_id).key,
    }
    return len(rows(_LEARN, params))


@operation
def schedule_night(*, actor: Actor, site_id: UUID) -> None:
    """Have the clinic day that runs now closed in the coming night."""
    actor.require(permissions.SET_UP, site_id)
    zone = site_zone(site_id)
    local = clock.now().astimezone(zone)
    due = datetime.combine(local.date(), AT_NIGHT, tzinfo=zone)
    if due <= local:
        due = datetime.combine(local.date() + timedelta(days=1), AT_NIGHT, tzinfo=zone)
    timers.schedule(NIGHTLY, due_at=due, subject_id=site_id, site_id=site_id)


def _score(site_id: UUID, day: date, found: list[dict[str, Any]]) -> None:
    for one in found:
        before = (
            Accuracy.objects.filter(site_id=site_id, kind=one["kind"], clinic_day__lt=day)
            .order_by("-clinic_day")
            .values_list("width", flat=True)
            .first()
        )
        width = float(before or 1)
        if one["forecasts"] >= ENOUGH:
            width = wider_or_narrower(width, one["within"] / one["forecasts"])
        Accuracy.objects.update_or_create(
            site_id=site_id,
            kind=one["kind"],
            clinic_day=day,
            defaults={
                "forecasts": one["forecasts"],
                "within": one["within"],
                "too_late": one["too_late"],
                "width": Decimal(str(width)),
            },
        )
