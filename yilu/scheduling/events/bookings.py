"""What became of bookings, of the time they hold, and of resources."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yilu.platform.money import ZERO


@dataclass(frozen=True, slots=True)
class BookingMade:
    """`way` is that of somebody through our pages before it was known for whom it is.

    `is_told_apart`: whoever booked tells the patient, of several bookings at once.
    """

    version: ClassVar[int] = 1
    says = _("A booking is made")

    booking_id: UUID
    booking_version: int
    patient_id: UUID
    practitioner_id: UUID
    service_id: UUID
    clinic_day: date
    starts_at: datetime
    ends_at: datetime
    channel: str
    is_overbooked: bool
    way: UUID | None = None
    is_told_apart: bool = False
    # It stands only once it is paid, or confirmed by the desk.
    is_requested: bool = False


@dataclass(frozen=True, slots=True)
class BookingMoved:
    """The same booking, at another time or with another practitioner.

    `is_other_way`: by telephone or video instead of at the clinic, or the other way round.
    `is_told_apart`: whoever moved it tells the patient, of several bookings at once.
    """

    version: ClassVar[int] = 1
    says = _("A booking is moved")

    booking_id: UUID
    booking_version: int
    patient_id: UUID
    old_clinic_day: date
    old_starts_at: datetime
    old_practitioner_id: UUID
    clinic_day: date
    starts_at: datetime
    ends_at: datetime
    practitioner_id: UUID
    is_other_way: bool = False
    is_told_apart: bool = False


@dataclass(frozen=True, slots=True)
class BookingChange:
    """What every smaller change of a booking carries."""

    booking_id: UUID
    booking_version: int
    patient_id: UUID
    clinic_day: date
    starts_at: datetime
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class BookingConfirmed(BookingChange):
    """The patient, or the desk for them, says that they will come."""

    version: ClassVar[int] = 1
    says = _("A booking is confirmed")


@dataclass(frozen=True, slots=True)
class BookingDescribed(BookingChange):
    """What it says of the visit is said otherwise: `changed` names what, not how."""

    version: ClassVar[int] = 1
    says = _("Details of a booking are changed")

    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BookingRunningLate(BookingChange):
    version: ClassVar[int] = 1
    says = _("A patient will be late")

    minutes: int


@dataclass(frozen=True, slots=True)
class LaterTimePromised(BookingChange):
    """The doctor runs late, and the patient was told to come later; their place stays theirs."""

    version: ClassVar[int] = 1
    says = _("A later time is promised")

    number: int
    come_at: datetime


@dataclass(frozen=True, slots=True)
class LaterTimeLost(BookingChange):
    """A message with a later time, the patient's first or second, reached nobody: call them."""

    version: ClassVar[int] = 1
    says = _("A message with a later time reached nobody")

    number: int


@dataclass(frozen=True, slots=True)
class PatientUnderWay(BookingChange):
    """The patient says that they have left home; `is_under_way` false: that they have not."""

    version: ClassVar[int] = 1
    says = _("A patient is under way")

    is_under_way: bool


@dataclass(frozen=True, slots=True)
class BookingResized(BookingChange):
    """It begins when it did, and ends at another time."""

    version: ClassVar[int] = 1
    says = _("A booking takes longer or shorter")

    old_ends_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class BookingPinned(BookingChange):
    """Somebody at the desk took it up to put it elsewhere; `is_pinned` false: put it back."""

    version: ClassVar[int] = 1
    says = _("A booking is on the pinboard")

    user_id: UUID
    is_pinned: bool


@dataclass(frozen=True, slots=True)
class BookingCancelled(BookingChange):
    version: ClassVar[int] = 1
    says = _("A booking is cancelled")

    by_kind: str
    # What goes back of what was paid when booking; nothing when nothing was.
    refund: Decimal = ZERO
    # Nobody paid in time.
    is_lapsed: bool = False


@dataclass(frozen=True, slots=True)
class BookingArrived(BookingChange):
    version: ClassVar[int] = 1
    says = _("The patient of a booking has arrived")


@dataclass(frozen=True, slots=True)
class ConsultationBegun(BookingChange):
    version: ClassVar[int] = 1
    says = _("The consultation begins")


@dataclass(frozen=True, slots=True)
class BookingFinished(BookingChange):
    version: ClassVar[int] = 1
    says = _("A booking is finished")


@dataclass(frozen=True, slots=True)
class BookingMissed(BookingChange):
    """The patient never came."""

    version: ClassVar[int] = 1
    says = _("The patient never came")


@dataclass(frozen=True, slots=True)
class BookingDeedUndone(BookingChange):
    """The newest deed was taken back; `deed` says which."""

    version: ClassVar[int] = 1
    says = _("A deed with a booking is taken back")

    deed: str


@dataclass(frozen=True, slots=True)
class ChangeAsked:
    """A patient wants a change that only the desk may still make."""

    version: ClassVar[int] = 1
    says = _("A patient asks for a change")

    booking_id: UUID
    patient_id: UUID
    request_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class ChangeRefused:
    version: ClassVar[int] = 1
    says = _("A change is refused")

    booking_id: UUID
    patient_id: UUID
    request_id: UUID


@dataclass(frozen=True, slots=True)
class ResourceBlocked:
    """A resource cannot be had for a while. `booking_ids` are in the way and need a new place."""

    version: ClassVar[int] = 1
    says = _("Time is blocked")

    block_id: UUID
    resource_id: UUID
    clinic_day: date
    starts_at: datetime
    ends_at: datetime
    kind: str
    booking_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class BlockLifted:
    version: ClassVar[int] = 1
    says = _("A block is lifted")

    block_id: UUID
    resource_id: UUID
    clinic_day: date


@dataclass(frozen=True, slots=True)
class SessionsPublished:
    version: ClassVar[int] = 1
    says = _("Sessions are published")

    from_day: date
    to_day: date
    opened: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class WeekSet:
    """A resource works otherwise at a site than before, from some day on."""

    version: ClassVar[int] = 1
    says = _("A working week is set")

    resource_id: UUID
    site_id: UUID


@dataclass(frozen=True, slots=True)
class ResourceRetired:
    """A resource can no longer be booked. `booking_ids` hold its time and need a new place."""

    version: ClassVar[int] = 1
    says = _("Something can no longer be booked")

    resource_id: UUID
    withdrawn: int
    booking_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class ResourceRestored:
    """A resource that had been retired can be booked again."""

    version: ClassVar[int] = 1
    says = _("Something can be booked again")

    resource_id: UUID


@dataclass(frozen=True, slots=True)
class TimeHeld:
    version: ClassVar[int] = 1
    says = _("A time is held")

    hold_id: UUID
    clinic_day: date
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class HoldReleased:
    version: ClassVar[int] = 1
    says = _("A held time is free again")

    hold_id: UUID
    clinic_day: date
