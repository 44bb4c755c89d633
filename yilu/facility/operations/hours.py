"""Everything that changes the weekly opening hours of a site. Nothing else writes them."""

from collections.abc import Sequence
from uuid import UUID

from yilu.facility import permissions
from yilu.facility.errors import HoursEndBeforeStart, HoursOverlap
from yilu.facility.events import OpeningHoursSet
from yilu.facility.models import OpeningHours, Site
from yilu.facility.rules import WeeklyHours, check_hours
from yilu.platform import audit, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import NotFound


@operation
def set_opening_hours(
    *, actor: Actor, site_id: UUID, hours: Sequence[WeeklyHours], version: int | None = None
) -> None:
    """Give a site these weekly opening hours instead of those it had; `version` is the site's.

    Raises: NotFound, NotAllowed, Stale, HoursOverlap, HoursEndBeforeStart.
    """
    site = Site.objects.select_for_update().filter(pk=site_id).first()
    if site is None:
        raise NotFound
    actor.require(permissions.MANAGE, site_id)
    check_version(site, version)
    check_hours(hours)
    site.version += 1
    site.save(update_fields=["version"])
    OpeningHours.objects.filter(site_id=site_id).delete()
    with on_violation(
        facility_openinghours_no_overlap=HoursOverlap,
        facility_openinghours_end_after_start=HoursEndBeforeStart,
    ):
        OpeningHours.objects.bulk_create(
            OpeningHours(site_id=site_id, weekday=h.weekday, opens=h.opens, closes=h.closes)
            for h in hours
        )
    week = [[h.weekday, h.opens.isoformat(), h.closes.isoformat()] for h in hours]
    audit.record(actor, "facility.hours.set", site, site_id=site_id, week=week)
    outbox.publish(OpeningHoursSet(site_id), actor=actor, site_id=site_id, subject=site)
