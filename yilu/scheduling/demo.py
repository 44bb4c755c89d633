"""A made-up past of bookings, written by COPY."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from yilu.platform.copying import Json, Period, copy_rows


@dataclass(frozen=True, slots=True)
class PastBooking:
    """A booking and what became of it."""

    id: UUID
    number: str
    site_id: UUID
    service_id: UUID
    practitioner_id: UUID
    patient_id: UUID
    starts_at: datetime
    ends_at: datetime
    clinic_day: date
    state: str
    channel: str
    reason_for_visit: str
    is_first_visit: bool
    price: Decimal | None
    confirmed_at: datetime | None
    cancel_reason: str
    cancelled_by_kind: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class PastAllocation:
    """Time that a booking holds, or held, of one resource."""

    id: UUID
    resource_id: UUID
    booking_id: UUID
    during: Period
    active: bool


def write_bookings(lines: Iterable[PastBooking]) -> None:
    """Write bookings. One statement."""
    copy_rows(
        "scheduling_booking",
        lines,
        PastBooking,
        lane=0,
        note="",
        companion="",
        special_needs=[],
        answers=Json(),
        overrule_reason="",
        running_late_minutes=None,
        moved_from=None,
        undo=None,
        made_by=None,
        version=1,
    )


def write_allocations(lines: Iterable[PastAllocation]) -> None:
    """Write what bookings hold; overlapping time is refused as ever. One statement."""
    copy_rows(
        "scheduling_allocation",
        lines,
        PastAllocation,
        lane=0,
        expires_at=None,
        block_id=None,
        hold_id=None,
    )


@dataclass(frozen=True, slots=True)
class PastTimer:
    """Something that a booking has the worker do at an instant."""

    id: UUID
    key: str
    handler: str
    subject_id: UUID
    site_id: UUID
    due_at: datetime
    next_at: datetime


def write_timers(lines: Iterable[PastTimer]) -> None:
    """Write what the worker is to do. One statement."""
    copy_rows(
        "platform_timer",
        lines,
        PastTimer,
        state="waiting",
        tries=0,
        done_at=None,
        body=Json(),
        error="",
    )
