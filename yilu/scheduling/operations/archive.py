"""Putting old bookings away: sealed against change, and found as before."""

from datetime import date, time, timedelta
from uuid import UUID

from django.conf import settings

from yilu.facility.selectors.sites import site_zone
from yilu.platform import audit, clock, timers
from yilu.platform.actors import Actor
from yilu.platform.db import operation, prepared
from yilu.platform.subjects import Subject
from yilu.scheduling import permissions
from yilu.scheduling.rules import ARCHIVED_AT_ONCE

ARCHIVE = "scheduling.archive"
AT_NIGHT = time(3, 40)
NEXT_PORTION = timedelta(seconds=1)

# From the newest day that is in the archive, with some days before it: there, bookings may have
# ended late. So the cost does not grow with what lies in the archive already.
_PUT_AWAY = """
WITH since AS (
    SELECT coalesce(
        (SELECT max(clinic_day) - 31 FROM scheduling_booking
         WHERE site_id = %(site)s AND archived_at IS NOT NULL),
        (SELECT min(clinic_day) FROM scheduling_booking WHERE site_id = %(site)s)
    ) AS day
), old AS (
    SELECT id FROM scheduling_booking, since
    WHERE site_id = %(site)s AND clinic_day >= since.day AND clinic_day < %(before)s
      AND archived_at IS NULL AND state IN ('finished', 'cancelled', 'no_show')
    ORDER BY clinic_day LIMIT %(most)s FOR UPDATE OF scheduling_booking SKIP LOCKED
)
UPDATE scheduling_booking b SET archived_at = %(now)s FROM old WHERE b.id = old.id
RETURNING b.clinic_day
"""

# What is younger than the age set now comes back: raising the age undoes the archiving.
_TAKE_BACK = """
WITH young AS (
    SELECT id FROM scheduling_booking
    WHERE site_id = %(site)s AND clinic_day >= %(before)s AND archived_at IS NOT NULL
    ORDER BY clinic_day DESC LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
UPDATE scheduling_booking b SET archived_at = NULL FROM young WHERE b.id = young.id
RETURNING b.clinic_day
"""


@operation
def archive_step(*, actor: Actor, site_id: UUID, most: int = ARCHIVED_AT_ONCE) -> int:
    """Make one portion of the archive as the set age wants it: bookings that are over and older are
    put away, younger ones come back. Gives back how many. Two queries, an audit line when any.

    Raises: NotAllowed.
    """
    actor.require(permissions.CHANGE, site_id)
    now = clock.now()
    today = now.astimezone(site_zone(site_id)).date()
    asked = {
        "site": site_id,
        "before": today - timedelta(days=settings.ARCHIVED_AFTER_DAYS),
        "most": most,
        "now": now,
    }
    back = [row[0] for row in prepared(_TAKE_BACK, asked)]
    _write_down(actor, site_id, "taken_back", back)
    away = [row[0] for row in prepared(_PUT_AWAY, asked | {"most": most - len(back)})]
    _write_down(actor, site_id, "put_away", away)
    return len(back) + len(away)


@operation
def keep_archiving(*, actor: Actor, site_id: UUID, at_once: bool = False) -> None:
    """Have the site's old bookings put away in the coming night, or go on at once. One query.

    Raises: NotAllowed.
    """
    actor.require(permissions.CHANGE, site_id)
    in_the_night = clock.next_at(AT_NIGHT, site_zone(site_id))
    due = clock.now() + NEXT_PORTION if at_once else in_the_night
    timers.schedule(ARCHIVE, due_at=due, subject_id=site_id, site_id=site_id)


def _write_down(actor: Actor, site_id: UUID, action: str, days: list[date]) -> None:
    if not days:
        return
    audit.record(
        actor,
        f"scheduling.archive.{action}",
        Subject("facility.site", site_id),
        site_id=site_id,
        bookings=len(days),
        first=min(days),
        last=max(days),
    )
