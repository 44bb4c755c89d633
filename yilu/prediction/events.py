"""What prediction tells the other apps. Never how likely somebody is to stay away."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ModelTrained:
    """A training ended; `state` says whether its model is used."""

    version: ClassVar[int] = 1

    model_id: UUID
    state: str
    refusal: str


@dataclass(frozen=True, slots=True)
class ConfirmationAnswered:
    """Somebody called about a booking; `state` says what came of it."""

    version: ClassVar[int] = 1

    confirmation_id: UUID
    booking_id: UUID
    state: str


@dataclass(frozen=True, slots=True)
class ExtraPlaceOpened:
    version: ClassVar[int] = 1

    place_id: UUID
    practitioner_id: UUID
    clinic_day: date
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class ExtraPlaceEnded:
    """An extra place was booked or withdrawn; `state` says which."""

    version: ClassVar[int] = 1

    place_id: UUID
    state: str
    booking_id: UUID | None
