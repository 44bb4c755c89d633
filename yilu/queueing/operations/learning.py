"""At night: close what was left open, see how true the promises were, and learn the pace."""

from datetime import date, timedelta
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock, timers
from yilu.platform.actors import Actor
from yilu.platform.db import operation, rows
from yilu.queueing import permissions
from yilu.queueing.models import Accuracy, Ticket
from yilu.queueing.operations.issuing import leave_queue
from yilu.queueing.states import AT_NIGHT, IN_QUEUE

NIGHTLY = "queueing.nightly"
_CAME = """
UPDATE queueing_forecast f SET came_at = t.called_at
FROM queueing_ticket t
WHERE t.id = f.ticket_id AND f.site_id = %(site)s AND f.clinic_day = %(day)s
    AND f.came_at IS NULL AND t.called_at IS NOT NULL
RETURNING f.id
"""
# A minute either way is still what was promised. The loss of a percentile is the pinball loss in
# seconds; of the three it is their mean. `place` is what counting places alone would have said.
# Who is called at once, since nobody is before them, has not waited: that scores nothing.
_SCORE = """
WITH came AS (
    SELECT q.kind, f.*, extract(epoch FROM f.came_at - f.made_at) AS took,
        f.mean_seconds IS NOT NULL AND f.depth <> 'none' AS counts
    FROM queueing_forecast f JOIN queueing_queue q ON q.id = f.queue_id
    WHERE f.site_id = %(site)s AND f.clinic_day = %(day)s AND f.came_at IS NOT NULL
), lost AS (
    SELECT came.*,
        greatest(0.2 * (took - low_seconds), 0.8 * (low_seconds - took)) AS low_loss,
        greatest(0.5 * (took - middle_seconds), 0.5 * (middle_seconds - took)) AS middle_loss,
        greatest(0.8 * (took - high_seconds), 0.2 * (high_seconds - took)) AS high_loss,
        greatest(0.2 * (took - place_seconds), 0.8 * (place_seconds - took)) AS place_low,
        greatest(0.5 * (took - place_seconds), 0.5 * (place_seconds - took)) AS place_middle,
        greatest(0.8 * (took - place_seconds), 0.2 * (place_seconds - took)) AS place_high
    FROM came
)
SELECT kind, count(*) AS forecasts,
    count(*) FILTER (WHERE came_at >= low_at - interval '1 minute'
        AND came_at <= high_at + interval '1 minute') AS within,
    count(*) FILTER (WHERE came_at > high_at + interval '1 minute') AS too_late,
    count(*) FILTER (WHERE counts) AS scored,
    count(*) FILTER (WHERE counts AND took <= high_seconds) AS below_high,
    coalesce(sum(low_loss + middle_loss + high_loss) FILTER (WHERE counts) / 3, 0) AS loss,
    coalesce(sum(place_low + place_middle + place_high) FILTER (WHERE counts) / 3, 0)
        AS place_loss,
    coalesce(sum(middle_loss) FILTER (WHERE counts), 0) AS middle_loss,
    coalesce(sum(place_middle) FILTER (WHERE counts), 0) AS place_middle_loss
FROM lost GROUP BY kind
"""
# Where the percentiles lay in the forecasts of the last weeks. Of those whose spread is hardly
# known nothing is learnt.
_SHAPE = """
INSERT INTO queueing_waitshape (id, site_id, kind, depth, cases, low, middle, high, learnt_on)
SELECT gen_random_uuid(), %(site)s, kind, depth, count(*),
    percentile_cont(0.2) WITHIN GROUP (ORDER BY z), percentile_cont(0.5) WITHIN GROUP (ORDER BY z),
    percentile_cont(0.8) WITHIN GROUP (ORDER BY z), %(day)s
FROM (
    SELECT q.kind, f.depth,
        (extract(epoch FROM f.came_at - f.made_at) - f.mean_seconds)
            / greatest(f.spread_seconds, 60) AS z
    FROM queueing_forecast f JOIN queueing_queue q ON q.id = f.queue_id
    WHERE f.site_id = %(site)s AND f.clinic_day > %(since)s AND f.clinic_day <= %(day)s
        AND f.came_at IS NOT NULL AND f.mean_seconds IS NOT NULL
) AS came
GROUP BY kind, depth
ON CONFLICT ON CONSTRAINT queueing_waitshape_once DO UPDATE SET
    cases = EXCLUDED.cases, low = EXCLUDED.low, middle = EXCLUDED.middle, high = EXCLUDED.high,
    learnt_on = EXCLUDED.learnt_on
RETURNING id
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
    WHERE t.site_id = %(site)s AND t.state = 'finished'
        AND t.clinic_day > %(since)s AND t.clinic_day <= %(day)s
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
# So long before the close of the day somebody may have come who still waits in a night clinic.
OF_THE_NIGHT = timedelta(hours=6)
# Shorter, so that a clinic that works otherwise from one week to the next promises otherwise soon.
SHAPE_FROM = timedelta(days=7)


@operation
def close_clinic_day(*, actor: Actor, site_id: UUID, day: date) -> None:
    """End a site's clinic day: nobody waits on, promises are scored, the pace is learnt anew.

    Who came in the last hours of the night is left to the next close.

    Running it again changes nothing.
    """
    actor.require(permissions.SET_UP, site_id)
    left = Ticket.objects.filter(site_id=site_id, clinic_day__lte=day, state__in=IN_QUEUE)
    if day < clock.now().astimezone(site_zone(site_id)).date():
        left = left.filter(issued_at__lt=clock.now() - OF_THE_NIGHT)
    for ticket_id in left.values_list("id", flat=True):
        leave_queue(actor=actor, ticket_id=ticket_id, reason="")
    score_forecasts(actor=actor, site_id=site_id, day=day)
    learn_pace(actor=actor, site_id=site_id, day=day)


@operation
def score_forecasts(*, actor: Actor, site_id: UUID, day: date) -> None:
    """Hold what was forecast on a day against what came, and learn from the last weeks how far
    the percentiles lie from what is computed. Six queries. Running it again changes nothing.
    """
    actor.require(permissions.SET_UP, site_id)
    params = {"site": site_id, "day": day, "since": day - SHAPE_FROM}
    rows(_CAME, params)
    for one in rows(_SCORE, params):
        kind = one.pop("kind")
        Accuracy.objects.update_or_create(site_id=site_id, kind=kind, clinic_day=day, defaults=one)
    rows(_SHAPE, params)


@operation
def learn_pace(*, actor: Actor, site_id: UUID, day: date) -> int:
    """Learn from the four weeks up to a day how long patients take here. What came later counts
    nothing: a night that is lived through again knows no more than it did. How many facts were
    learnt. One query, and one for the site.
    """
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
    due = clock.next_at(AT_NIGHT, site_zone(site_id))
    timers.schedule(NIGHTLY, due_at=due, subject_id=site_id, site_id=site_id)
