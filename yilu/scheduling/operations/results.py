"""What the operations on bookings give back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yilu.scheduling.models import Booking
from yilu.scheduling.terms import ToPay


@dataclass(frozen=True, slots=True)
class Booked:
    """A booking as it was made or moved; `to_pay` is what must be paid before it stands."""

    id: UUID
    number: str
    state: str
    version: int
    starts_at: datetime
    ends_at: datetime
    practitioner_id: UUID
    resource_ids: tuple[UUID, ...]
    to_pay: ToPay | None = None

    @classmethod
    def of(cls, booking: Booking, resource_ids: Iterable[UUID]) -> "Booked":
        """What is said about a booking that now holds these resources."""
        return cls(
            booking.pk,
            booking.number,
            booking.state,
            booking.version,
            booking.starts_at,
            booking.ends_at,
            booking.practitioner_id,
            tuple(resource_ids),
        )
