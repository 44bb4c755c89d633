"""Who is on duty, and for how long they will be busy."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.scheduling.models import Booking, Session
from yilu.scheduling.states import BookingState

GIVEN_BACK = (BookingState.CANCELLED, BookingState.NO_SHOW)


@dataclass(frozen=True, slots=True)
class Busy:
    """A booking as far as it keeps a practitioner busy; the time is on the site's wall clock."""

    practitioner_id: UUID
    ends_at: datetime


def on_duty(site_id: UUID, day: date) -> frozenset[UUID]:
    """The practitioners with a session at a site on a clinic day. One query."""
    sessions = Session.objects.filter(
        site_id=site_id, clinic_day=day, active=True, resource__practitioner_id__isnull=False
    )
    return frozenset(sessions.values_list("resource__practitioner_id", flat=True))


def busy_times(site_id: UUID, day: date) -> list[Busy]:
    """What is booked at a site on a clinic day, but for what was given back. One query.

    Nobody is named: for figures. It does not ask for a right.
    """
    zone = site_zone(site_id)
    held = Booking.objects.filter(site_id=site_id, clinic_day=day).exclude(state__in=GIVEN_BACK)
    found = held.values_list("practitioner_id", "ends_at")
    return [Busy(practitioner_id, ends_at.astimezone(zone)) for practitioner_id, ends_at in found]
