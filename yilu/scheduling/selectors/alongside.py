"""The places that several services of one patient could have, before they are put in order."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.db import prepared
from yilu.scheduling.allocation import Place
from yilu.scheduling.models import Booking
from yilu.scheduling.rules import LONGEST
from yilu.scheduling.selectors.facts import service_facts
from yilu.scheduling.selectors.free_time import free_rows


class Busy(NamedTuple):
    """When a patient is booked already."""

    patient_id: UUID
    starts_at: datetime
    ends_at: datetime


def places_for(
    site_id: UUID,
    service_ids: Iterable[UUID],
    patient_id: UUID,
    days: tuple[date, date],
    *,
    but_for: Sequence[UUID] = (),
) -> dict[UUID, list[Place]]:
    """For each service the places from one day to another at which the patient is not busy.

    On the wall clock of the site, in order of time. `but_for` are the patient's own bookings
    that may be given up. Two queries for each different service, and one for the patient.

    Raises: UnknownService.
    """
    zone = site_zone(site_id)
    first, _ = clock.day_bounds(days[0], zone)
    _, until = clock.day_bounds(days[1], zone)
    busy = busy_times([patient_id], first, until, but_for=but_for)
    found: dict[UUID, list[Place]] = {}
    for service_id in dict.fromkeys(service_ids):
        rows = free_rows(service_facts(service_id), site_id, first, until)
        found[service_id] = [
            Place(row[0].astimezone(zone), row[1].astimezone(zone), row[2])
            for row in rows
            if not any(row[0] < one.ends_at and one.starts_at < row[1] for one in busy)
        ]
    return found


def places_of_bookings(ids: Iterable[UUID | None]) -> dict[UUID | None, Place]:
    """Where bookings stand as of now, on the wall clock of their site. One query."""
    wanted = {one for one in ids if one is not None}
    found = Booking.objects.filter(pk__in=wanted)
    return {
        key: Place(start.astimezone(zone), end.astimezone(zone), who)
        for key, start, end, who, site_id in found.values_list(
            "pk", "starts_at", "ends_at", "practitioner_id", "site_id"
        )
        for zone in [site_zone(site_id)]
    }


def left_out(ids: Iterable[UUID | None]) -> frozenset[UUID]:
    """Which of these bookings their patients cancelled themselves. One query; none for none."""
    wanted = {one for one in ids if one is not None}
    found = Booking.objects.filter(pk__in=wanted, cancelled_by_kind="patient")
    return frozenset(found.values_list("pk", flat=True))


def busy_times(
    patient_ids: Sequence[UUID], first: datetime, until: datetime, *, but_for: Sequence[UUID] = ()
) -> list[Busy]:
    """When patients are booked already, for whoever may book for them. One query."""
    params = {
        "patients": list(patient_ids),
        "from": first - LONGEST,
        "until": until,
        "but_for": list(but_for),
    }
    return [Busy(*row) for row in prepared(_BUSY, params)]


_BUSY = """
SELECT patient_id, starts_at, ends_at FROM scheduling_booking
WHERE patient_id = ANY (%(patients)s::uuid[]) AND starts_at >= %(from)s AND starts_at < %(until)s
  AND state IN ('requested', 'confirmed', 'arrived', 'in_consultation')
  AND id <> ALL (%(but_for)s::uuid[])
"""
