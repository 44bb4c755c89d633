"""What became of sums asked for when booking, and of what binds patients."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yilu.scheduling.events.bookings import BookingChange


@dataclass(frozen=True, slots=True)
class BookingPaid(BookingChange):
    """What was asked for when booking has come: the booking stands."""

    version: ClassVar[int] = 1
    says = _("A booking is paid for")

    amount: Decimal


@dataclass(frozen=True, slots=True)
class PrepaymentAsked(BookingChange):
    """A sum is asked for a booking that stands: by the desk, or for a dearer service."""

    version: ClassVar[int] = 1
    says = _("A prepayment is asked for")

    amount: Decimal


@dataclass(frozen=True, slots=True)
class PrepaymentLowered(BookingChange):
    """Less is asked for the booking than was paid: the rest goes back."""

    version: ClassVar[int] = 1
    says = _("A prepayment is lowered")

    refund: Decimal


@dataclass(frozen=True, slots=True)
class PaymentTermsSet:
    version: ClassVar[int] = 1
    says = _("Terms of prepayment are set")

    service_id: UUID


@dataclass(frozen=True, slots=True)
class PatientRulesSet:
    version: ClassVar[int] = 1
    says = _("Rules for missed bookings are set")


@dataclass(frozen=True, slots=True)
class PatientForgiven:
    """What a patient missed so far does not count any more."""

    version: ClassVar[int] = 1
    says = _("Missed bookings of a patient are forgiven")

    patient_id: UUID


@dataclass(frozen=True, slots=True)
class PatientTimesFixed:
    """A patient wants no other time when a doctor runs late; `is_fixed` false: wants it again."""

    version: ClassVar[int] = 1
    says = _("A patient says whether they want a later time")

    patient_id: UUID
    is_fixed: bool


@dataclass(frozen=True, slots=True)
class OnlineLimitSet:
    """A site takes fewer bookings online from now on; `per_day` is how many, if that is limited."""

    version: ClassVar[int] = 1
    says = _("Online bookings are limited")

    per_day: int | None


@dataclass(frozen=True, slots=True)
class OnlineLimitLifted:
    """A site takes bookings online as ever."""

    version: ClassVar[int] = 1
    says = _("Online bookings are no longer limited")
