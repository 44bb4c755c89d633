"""Times at which a resource cannot be had."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from yilu.scheduling.models import Allocation, Block
from yilu.scheduling.states import COMING


@dataclass(frozen=True, slots=True)
class BlockInfo:
    """A block as it was made."""

    id: UUID
    resource_id: UUID
    starts_at: datetime
    ends_at: datetime
    kind: str
    reason: str
    version: int


def is_absent(resource_id: UUID, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether a block of the resource touches the period. One query."""
    return Block.objects.filter(
        resource_id=resource_id, active=True, during__overlap=DateTimeTZRange(starts_at, ends_at)
    ).exists()


def bookings_of_resource(resource_id: UUID, since: datetime) -> list[UUID]:
    """The coming bookings that hold a resource's time from an instant on, in order. One query."""
    held = Allocation.objects.filter(
        resource_id=resource_id,
        active=True,
        booking__state__in=COMING,
        during__endswith__gt=since,
    )
    ids = held.order_by("during").values_list("booking_id", flat=True)
    return [one for one in ids if one is not None]


def sites_of_bookings(resource_id: UUID, since: datetime) -> list[UUID]:
    """The sites of the coming bookings that hold a resource's time from then on. One query."""
    held = Allocation.objects.filter(
        resource_id=resource_id,
        active=True,
        booking__state__in=COMING,
        during__endswith__gt=since,
    )
    sites = held.order_by("booking__site_id").values_list("booking__site_id", flat=True)
    return [one for one in sites.distinct() if one is not None]


def bookings_in_the_way(resource_id: UUID, starts_at: datetime, ends_at: datetime) -> list[UUID]:
    """The bookings that hold some of a resource's time in the period, in order. One query."""
    held = Allocation.objects.filter(
        resource_id=resource_id,
        active=True,
        booking__isnull=False,
        booking__state__in=COMING,
        during__overlap=DateTimeTZRange(starts_at, ends_at),
    )
    ids = held.order_by("during").values_list("booking_id", flat=True)
    return [one for one in ids if one is not None]
