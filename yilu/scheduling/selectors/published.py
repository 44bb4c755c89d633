"""How far ahead the time of a site can be booked at all."""

from datetime import date, timedelta
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.scheduling.models import Session
from yilu.scheduling.selectors.facts import FAR_AHEAD
from yilu.scheduling.states import ResourceKind


def published_until(site_id: UUID) -> date | None:
    """The last day for which sessions of practitioners are published; None without any.

    What was opened by hand does not count: a single day far ahead publishes none before it; nor
    what lies further ahead than anything can be booked. One query.
    """
    today = clock.now().astimezone(site_zone(site_id)).date()
    found = Session.objects.filter(
        site_id=site_id,
        active=True,
        is_one_off=False,
        clinic_day__lte=today + timedelta(days=FAR_AHEAD),
        resource__kind=ResourceKind.PRACTITIONER,
    )
    return found.order_by("-clinic_day").values_list("clinic_day", flat=True).first()
