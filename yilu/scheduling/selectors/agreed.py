"""Bookings as bare facts, for apps that stand between bookings and other systems.

Nobody is asked and nobody is shown: whoever calls this decides who may see what.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from yilu.scheduling.models import Allocation, Booking, Resource
from yilu.scheduling.states import HOLDS_TIME


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was agreed about one booking, and what became of it. Instants are UTC."""

    id: UUID
    number: str
    state: str
    version: int
    site_id: UUID
    service_id: UUID
    practitioner_id: UUID
    patient_id: UUID
    starts_at: datetime
    ends_at: datetime
    clinic_day: date
    price: Decimal | None
    cancelled_by_kind: str
    moved_from: datetime | None
    changed_at: datetime


_NAMES = tuple(Agreed.__dataclass_fields__)


def agreed(ids: Iterable[UUID]) -> dict[UUID, Agreed]:
    """Several bookings by their keys. One query."""
    found = Booking.objects.filter(pk__in=list(ids)).order_by().values(*_NAMES)
    return {row["id"]: Agreed(**row) for row in found}


def of_channel(site_ids: Collection[UUID], day: date, channel: str) -> list[Agreed]:
    """The bookings of a clinic day that came through a channel, in order of time. One query."""
    found = Booking.objects.filter(site_id__in=list(site_ids), clinic_day=day, channel=channel)
    return [Agreed(**row) for row in found.values(*_NAMES)]


def holding(resource_id: UUID, first: datetime, until: datetime) -> list[Agreed]:
    """The bookings that hold a resource's time between two instants, in order. One query."""
    held = Allocation.objects.filter(
        resource_id=resource_id, active=True, booking__isnull=False, during__overlap=(first, until)
    )
    found = Booking.objects.filter(pk__in=held.values("booking_id"))
    return [Agreed(**row) for row in found.values(*_NAMES)]


def clashes(patient_id: UUID, starts_at: datetime, ends_at: datetime) -> list[UUID]:
    """A patient's bookings that hold time between two instants. One query."""
    found = Booking.objects.filter(
        patient_id=patient_id, state__in=HOLDS_TIME, starts_at__lt=ends_at, ends_at__gt=starts_at
    )
    return list(found.order_by().values_list("pk", flat=True))


def bookable_ids(site_id: UUID, kinds: Collection[str]) -> list[UUID]:
    """The resources of these kinds that a site has in use. One query."""
    found = Resource.objects.filter(site_id=site_id, kind__in=list(kinds), is_active=True)
    return list(found.order_by().values_list("pk", flat=True))
