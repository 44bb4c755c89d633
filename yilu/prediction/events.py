"""What prediction tells the other apps. Never how likely somebody is to stay away."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class ModelTrained:
    """A training ended; `state` says whether its model is used."""

    version: ClassVar[int] = 1
    says = _("A prediction is trained")

    model_id: UUID
    state: str
    refusal: str


@dataclass(frozen=True, slots=True)
class ConfirmationAnswered:
    """Somebody called about a booking; `state` says what came of it."""

    version: ClassVar[int] = 1
    says = _("A call about a booking is answered")

    confirmation_id: UUID
    booking_id: UUID
    state: str


@dataclass(frozen=True, slots=True)
class ExtraPlaceOpened:
    version: ClassVar[int] = 1
    says = _("An extra place is opened")

    place_id: UUID
    practitioner_id: UUID
    clinic_day: date
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class ExtraPlaceEnded:
    """An extra place was booked or withdrawn; `state` says which."""

    version: ClassVar[int] = 1
    says = _("An extra place is used or withdrawn")

    place_id: UUID
    state: str
    booking_id: UUID | None
