"""What receiving a patient depends on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from yilu.catalogue.modes import Mode
from yilu.platform.db import loaded
from yilu.platform.errors import NotFound
from yilu.scheduling.models import Booking
from yilu.scheduling.rules import MEDICATION
from yilu.scheduling.states import BookingState


@dataclass(frozen=True, slots=True)
class ComingPatient:
    """The facts of a booking, for the deed that receives its patient; who it is stays an id."""

    booking_id: UUID
    site_id: UUID
    patient_id: UUID
    practitioner_id: UUID
    service_id: UUID
    starts_at: datetime
    clinic_day: date
    version: int
    mode: Mode = Mode.IN_PERSON
    state: BookingState = BookingState.CONFIRMED
    come_at: datetime | None = None
    special_needs: tuple[str, ...] = ()
    medication: str = ""


def coming_patient(booking_id: UUID) -> ComingPatient:
    """The facts of one booking; whoever shows them asks for the right first. One query.

    Raises:
        NotFound: there is no such booking.
    """
    found = loaded(Booking, "id = %(id)s", {"id": booking_id})
    if not found:
        raise NotFound
    return _coming(found[0])


def coming_numbered(number: str, site_ids: Iterable[UUID]) -> list[ComingPatient]:
    """The bookings with a number at some sites; whoever shows them asks for the right first.

    One query, by the index of numbers.
    """
    found = Booking.objects.filter(site_id__in=list(site_ids), number=number)
    return [_coming(booking) for booking in found]


def _coming(booking: Booking) -> ComingPatient:
    return ComingPatient(
        booking_id=booking.pk,
        site_id=booking.site_id,
        patient_id=booking.patient_id,
        practitioner_id=booking.practitioner_id,
        service_id=booking.service_id,
        starts_at=booking.starts_at,
        clinic_day=booking.clinic_day,
        version=booking.version,
        mode=Mode(booking.mode),
        state=BookingState(booking.state),
        come_at=booking.come_at,
        special_needs=tuple(booking.special_needs),
        medication=booking.answers.get(MEDICATION, ""),
    )
