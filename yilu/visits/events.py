"""What visits tell the other apps. Names are facts in the past tense."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class VisitOpened:
    version: ClassVar[int] = 1
    says = _("A visit begins")

    visit_id: UUID
    patient_id: UUID
    booking_id: UUID | None
    clinic_day: date
    kind: str
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class VisitStateChanged:
    """The patient came into care, or stepped back from it. Ends have events of their own."""

    version: ClassVar[int] = 1
    says = _("A visit moves on")

    visit_id: UUID
    patient_id: UUID
    booking_id: UUID | None
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class VisitClosed:
    version: ClassVar[int] = 1
    says = _("A visit is over")

    visit_id: UUID
    patient_id: UUID
    booking_id: UUID | None
    clinic_day: date
    left_at: datetime
    was_seen: bool


@dataclass(frozen=True, slots=True)
class VisitWithdrawn:
    """The arrival was noted in error and has been taken back."""

    version: ClassVar[int] = 1
    says = _("An arrival is taken back")

    visit_id: UUID
    patient_id: UUID
    booking_id: UUID | None


@dataclass(frozen=True, slots=True)
class VisitReopened:
    version: ClassVar[int] = 1
    says = _("A visit is opened again")

    visit_id: UUID
    patient_id: UUID
    booking_id: UUID | None


@dataclass(frozen=True, slots=True)
class ResponsibilityHandedOver:
    version: ClassVar[int] = 1
    says = _("Responsibility is handed over")

    visit_id: UUID
    patient_id: UUID
    before_id: UUID | None
    after_id: UUID
