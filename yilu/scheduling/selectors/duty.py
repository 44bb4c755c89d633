"""Who is on duty."""

from datetime import date
from uuid import UUID

from yilu.scheduling.models import Session


def on_duty(site_id: UUID, day: date) -> frozenset[UUID]:
    """The practitioners with a session at a site on a clinic day. One query."""
    sessions = Session.objects.filter(
        site_id=site_id, clinic_day=day, active=True, resource__practitioner_id__isnull=False
    )
    return frozenset(sessions.values_list("resource__practitioner_id", flat=True))
