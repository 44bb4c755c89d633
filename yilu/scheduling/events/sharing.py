"""What became of waiting lists, releases, treatments and plans."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class WaitingListJoined:
    """Somebody would come if a time became free."""

    version: ClassVar[int] = 1
    says = _("Somebody joins the waiting list")

    entry_id: UUID
    patient_id: UUID
    service_id: UUID
    practitioner_id: UUID | None
    from_on: date
    until_on: date


@dataclass(frozen=True, slots=True)
class WaitingListLeft:
    """An entry ended without a booking from it; `state` says how."""

    version: ClassVar[int] = 1
    says = _("Somebody leaves the waiting list")

    entry_id: UUID
    patient_id: UUID
    state: str


@dataclass(frozen=True, slots=True)
class WaitingBookingNoted:
    """Somebody who waits has booked or moved a booking meanwhile, and waits on for something
    earlier than `booking_id`; None: what they had booked is no longer to come."""

    version: ClassVar[int] = 1
    says = _("Who waits has booked meanwhile")

    entry_id: UUID
    patient_id: UUID
    booking_id: UUID | None


@dataclass(frozen=True, slots=True)
class TimeOffered:
    """Somebody who waits is asked whether they take a time that is kept for them."""

    version: ClassVar[int] = 1
    says = _("A time is offered to who waits")

    offer_id: UUID
    opening_id: UUID
    patient_id: UUID
    starts_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OfferAnswered:
    """An offer is over; `state` says how. An accepted one has become a booking."""

    version: ClassVar[int] = 1
    says = _("An offer is over")

    offer_id: UUID
    opening_id: UUID
    patient_id: UUID
    state: str
    booking_id: UUID | None


@dataclass(frozen=True, slots=True)
class ReleasePlanSet:
    version: ClassVar[int] = 1
    says = _("The release of places is planned")

    plan_id: UUID
    resource_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class RushDrawn:
    """Those who came before a release have their numbers."""

    version: ClassVar[int] = 1
    says = _("A draw is done")

    rush_id: UUID
    places: int


@dataclass(frozen=True, slots=True)
class RushSoldOut:
    version: ClassVar[int] = 1
    says = _("A release is sold out")

    rush_id: UUID


@dataclass(frozen=True, slots=True)
class SeriesBooked:
    """A treatment in several sittings is booked, each sitting as a booking of its own.

    `planned`: how many further sittings are booked when their days are published.
    """

    version: ClassVar[int] = 1
    says = _("A treatment in sittings is booked")

    series_id: UUID
    patient_id: UUID
    booking_ids: tuple[UUID, ...]
    planned: int = 0


@dataclass(frozen=True, slots=True)
class SittingBooked:
    """A sitting that was planned only was booked by itself, once its days were published."""

    version: ClassVar[int] = 1
    says = _("A planned sitting is booked")

    series_id: UUID
    patient_id: UUID
    booking_id: UUID
    number: int
    of: int


@dataclass(frozen=True, slots=True)
class SittingStuck:
    """A planned sitting could not be booked by itself: somebody has to see to it."""

    version: ClassVar[int] = 1
    says = _("A planned sitting cannot be booked")

    series_id: UUID
    number: int
    why: str


@dataclass(frozen=True, slots=True)
class SeriesRearranged:
    """Some sittings of a treatment were placed anew."""

    version: ClassVar[int] = 1
    says = _("Sittings are placed anew")

    series_id: UUID
    patient_id: UUID
    booking_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class SeriesEnded:
    """What was still to come of a treatment is cancelled."""

    version: ClassVar[int] = 1
    says = _("A treatment is ended")

    series_id: UUID
    patient_id: UUID
    booking_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class TreatmentPlanSaved:
    version: ClassVar[int] = 1
    says = _("A treatment plan is saved")

    plan_id: UUID
    is_active: bool


@dataclass(frozen=True, slots=True)
class PlanChanged:
    """A plan that gives bookings other places was begun, proposed, confirmed or dropped."""

    version: ClassVar[int] = 1
    says = _("A plan for other places is changed")

    plan_id: UUID
    state: str
    bookings: int


@dataclass(frozen=True, slots=True)
class MoveOffered:
    """The patient of a booking that cannot be kept is asked about the place kept for it."""

    version: ClassVar[int] = 1
    says = _("A patient is asked about another place")

    move_id: UUID
    plan_id: UUID
    booking_id: UUID
    patient_id: UUID
    round: int
    starts_at: datetime
    answer_by: datetime


@dataclass(frozen=True, slots=True)
class MoveAnswered:
    """What became of a booking in a confirmed plan; `state` says what."""

    version: ClassVar[int] = 1
    says = _("A move is answered")

    move_id: UUID
    plan_id: UUID
    booking_id: UUID
    patient_id: UUID
    state: str


@dataclass(frozen=True, slots=True)
class MoveToCall:
    """No message reached the patient of a booking that cannot be kept, or none led to an answer,
    or no place was found: somebody must call."""

    version: ClassVar[int] = 1
    says = _("A patient is to be called about a move")

    move_id: UUID
    plan_id: UUID
    booking_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class MoveCallOver:
    """Nobody needs to call this patient any more about the booking that cannot be kept."""

    version: ClassVar[int] = 1
    says = _("The call about a move is over")

    move_id: UUID
    plan_id: UUID
    booking_id: UUID
    patient_id: UUID
