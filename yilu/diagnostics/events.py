"""What diagnostics tells the other apps. Names are facts in the past tense."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class ExamRequested:
    """A doctor asks for an examination; `due_at` is what we promise, if we do."""

    version: ClassVar[int] = 1
    says = _("An examination is asked for")

    request_id: UUID
    patient_id: UUID
    visit_id: UUID
    service_id: UUID
    kind: str
    urgency: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class ExamBooked:
    """A request has a booking now, or another one."""

    version: ClassVar[int] = 1
    says = _("An examination is booked")

    request_id: UUID
    patient_id: UUID
    booking_id: UUID
    trip_id: UUID
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class ExamUnbooked:
    """The booking of a request was cancelled or missed: it is to be booked again."""

    version: ClassVar[int] = 1
    says = _("An examination is to be booked again")

    request_id: UUID
    patient_id: UUID
    booking_id: UUID


@dataclass(frozen=True, slots=True)
class ExamDone:
    version: ClassVar[int] = 1
    says = _("An examination is done")

    request_id: UUID
    patient_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class ExamReturned:
    """An examination that was noted as done is not: its finish was taken back."""

    version: ClassVar[int] = 1
    says = _("The end of an examination is taken back")

    request_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class ExamWithdrawn:
    version: ClassVar[int] = 1
    says = _("An examination is withdrawn")

    request_id: UUID
    patient_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class TripBooked:
    """Several examinations of a patient were booked together, or placed anew."""

    version: ClassVar[int] = 1
    says = _("Several examinations are booked together")

    trip_id: UUID
    trip_version: int
    patient_id: UUID
    request_ids: tuple[UUID, ...]
