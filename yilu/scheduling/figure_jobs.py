"""What the worker does for the figures: what became of requests, days counted for good, and
old bookings put away."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yilu.facility.selectors.sites import open_sites
from yilu.platform import timers
from yilu.platform.actors import Actor
from yilu.platform.outbox import Told, subscriber
from yilu.platform.timers import Due
from yilu.scheduling import permissions
from yilu.scheduling.operations.archive import ARCHIVE, archive_step, keep_archiving
from yilu.scheduling.operations.attempts import meet_attempts, turn_into_wish
from yilu.scheduling.operations.counting import COUNT, count_days, keep_counting
from yilu.scheduling.rules import ARCHIVED_AT_ONCE, COUNTED_AT_ONCE

ARCHIVIST = Actor.system("scheduling.archivist", permissions.CHANGE)
COUNTER = Actor.system("scheduling.counter", permissions.CHANGE)


@subscriber("scheduling.meet_attempts", "BookingMade")
def met(told: Told) -> None:
    """What was refused or let go before has ended in a booking after all."""
    way = told.body.get("way")
    meet_attempts(
        actor=Actor.system("scheduling.meet_attempts"),
        booking_id=told.subject_id,
        way=UUID(way) if way else None,
    )


@subscriber("scheduling.turn_into_wish", "WaitingListJoined")
def waits(told: Told) -> None:
    """Who was refused now waits: their wish counts instead."""
    turn_into_wish(actor=Actor.system("scheduling.turn_into_wish"), entry_id=told.subject_id)


@timers.handler(ARCHIVE, says=_("Put old bookings away"))
def archive_nightly(due: Due) -> None:
    """Put one portion of old bookings away; come again at once while there are more."""
    moved = archive_step(actor=ARCHIVIST, site_id=due.subject_id)
    keep_archiving(actor=ARCHIVIST, site_id=due.subject_id, at_once=moved == ARCHIVED_AT_ONCE)


@timers.handler(COUNT, says=_("Count the figures of past days"))
def count_nightly(due: Due) -> None:
    """Count some days that are over; come again at once while there are more."""
    counted = count_days(actor=COUNTER, site_id=due.subject_id)
    keep_counting(actor=COUNTER, site_id=due.subject_id, at_once=counted == COUNTED_AT_ONCE)


@subscriber("scheduling.begin_archiving", "SiteOpened")
def begin(told: Told) -> None:
    """The days of a new site are counted and its old bookings put away every night, too."""
    keep_archiving(actor=ARCHIVIST, site_id=told.subject_id)
    keep_counting(actor=COUNTER, site_id=told.subject_id)


def begin_archiving(apps: object = None, **_signal: object) -> None:
    """After each start and upgrade: no site is without its nightly archiving and counting.

    What has not been counted yet is, at once.
    """
    try:
        apps.get_model("facility", "SpecialDay")  # type: ignore[attr-defined]
    except (AttributeError, LookupError):
        return  # Emptied tables, or those of another version.
    for site in open_sites():
        if not timers.is_waiting(ARCHIVE, site.id):
            keep_archiving(actor=ARCHIVIST, site_id=site.id)
        if not timers.is_waiting(COUNT, site.id):
            keep_counting(actor=COUNTER, site_id=site.id, at_once=True)
