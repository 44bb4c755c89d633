"""What every deed that gives a booking another place does at its end. Only operations call this."""

from datetime import datetime
from uuid import UUID

from yilu.platform.actors import Actor
from yilu.platform.db import on_violation
from yilu.scheduling import advance, changes
from yilu.scheduling.errors import PatientBusy
from yilu.scheduling.events import BookingMoved
from yilu.scheduling.models import Booking


def keep_place(booking: Booking, *more: str) -> None:
    """Write back where a booking is now, and until when it is paid. Two queries.

    Raises: PatientBusy.
    """
    with on_violation(scheduling_booking_patient_once=PatientBusy):
        changes.keep(
            booking,
            "practitioner",
            "service",
            "price",
            "mode",
            "lane",
            "starts_at",
            "ends_at",
            "clinic_day",
            "moved_from",
            "confirmed_at",
            "running_late_minutes",
            "come_at",
            "under_way_at",
            *more,
        )
    advance.follow_time(booking)


def tell_moved(
    actor: Actor,
    booking: Booking,
    old_day: object,
    old_starts_at: datetime,
    old_practitioner_id: UUID,
    *,
    is_other_way: bool = False,
    is_told_apart: bool = False,
) -> None:
    """Publish that a booking has left its old place. One query."""
    moved = BookingMoved(
        booking_id=booking.pk,
        booking_version=booking.version,
        patient_id=booking.patient_id,
        old_clinic_day=old_day,  # type: ignore[arg-type]
        old_starts_at=old_starts_at,
        old_practitioner_id=old_practitioner_id,
        clinic_day=booking.clinic_day,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        practitioner_id=booking.practitioner_id,
        is_other_way=is_other_way,
        is_told_apart=is_told_apart,
    )
    changes.publish(actor, booking, moved, old_day)
