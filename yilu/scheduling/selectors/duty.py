"""Who is on duty, and for how long they will be busy."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from yilu.facility.selectors.sites import site_zone
from yilu.platform.db import prepared
from yilu.scheduling.models import Session
from yilu.scheduling.states import BookingState

_BUSY = f"""
SELECT practitioner_id, count(*), max(ends_at) FROM scheduling_booking
WHERE site_id = %(site)s AND clinic_day = %(day)s
    AND state NOT IN ('{BookingState.CANCELLED}', '{BookingState.NO_SHOW}')
GROUP BY practitioner_id
"""  # noqa: S608 (only names of states are put in)


@dataclass(frozen=True, slots=True)
class Busy:
    """What a practitioner has booked on a day: how many, and when the last ends, on the site's
    wall clock.
    """

    practitioner_id: UUID
    number: int
    ends_at: datetime


def on_duty(site_id: UUID, day: date) -> frozenset[UUID]:
    """The practitioners with a session at a site on a clinic day. One query."""
    sessions = Session.objects.filter(
        site_id=site_id, clinic_day=day, active=True, resource__practitioner_id__isnull=False
    )
    return frozenset(sessions.values_list("resource__practitioner_id", flat=True))


def here_today(site_id: UUID, now: datetime) -> frozenset[UUID]:
    """The practitioners who see patients at a site today; while a session of the evening before
    goes on past midnight, those whose session it is now, and nobody who comes in the morning.

    `now` is on the site's wall clock. One query.
    """
    today = now.date()
    sessions = Session.objects.filter(
        Q(clinic_day=today) | Q(clinic_day=today - timedelta(days=1), during__contains=now),
        site_id=site_id,
        active=True,
        resource__practitioner_id__isnull=False,
    )
    found = list(sessions.values_list("resource__practitioner_id", "clinic_day", "during"))
    is_night = any(day < today for _, day, _ in found)
    return frozenset(one for one, _, during in found if not is_night or now in during)


def in_session(site_id: UUID, moment: datetime) -> frozenset[UUID]:
    """The practitioners who see patients at a site at that moment. One query."""
    sessions = Session.objects.filter(
        site_id=site_id,
        during__contains=moment,
        active=True,
        resource__practitioner_id__isnull=False,
    )
    return frozenset(sessions.values_list("resource__practitioner_id", flat=True))


def busy_times(site_id: UUID, day: date) -> list[Busy]:
    """What is booked with each practitioner at a site on a clinic day, but for what was given back.

    One query. Nobody is named: for figures. It does not ask for a right.
    """
    zone = site_zone(site_id)
    asked = {"site": site_id, "day": day}
    return [
        Busy(who, number, ends.astimezone(zone)) for who, number, ends in prepared(_BUSY, asked)
    ]
