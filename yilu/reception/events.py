"""What reception tells the other apps. Names are facts in the past tense."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PatientCheckedIn:
    version: ClassVar[int] = 1

    visit_id: UUID
    patient_id: UUID
    booking_id: UUID | None
    ticket_id: UUID


@dataclass(frozen=True, slots=True)
class CheckInUndone:
    version: ClassVar[int] = 1

    visit_id: UUID
    patient_id: UUID
    booking_id: UUID | None
