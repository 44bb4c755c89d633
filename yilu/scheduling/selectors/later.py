"""Who could be told a later time, and what was told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from yilu.catalogue.modes import Mode
from yilu.facility.selectors.sites import site_zone
from yilu.scheduling.models import Booking, FixedTimes, LaterTime
from yilu.scheduling.states import BookingState, Channel


@dataclass(frozen=True, slots=True)
class Tellable:
    """A booking whose patient is still to come, as far as telling them a later time goes.

    `is_set`: they have told us themselves when they come, that they are under way, or that they
    want no other time.
    """

    booking_id: UUID
    patient_id: UUID
    starts_at: datetime
    come_at: datetime | None
    told: int
    is_set: bool


@dataclass(frozen=True, slots=True)
class Promised:
    """The last later time that a booking was told on a day, and what the first was instead of."""

    booking_id: UUID
    practitioner_id: UUID
    clinic_day: date
    booked_at: datetime
    come_at: datetime
    told: int
    state: str
    is_lost: bool

    @property
    def saved_minutes(self) -> int:
        """How much later than the booked time they were asked to come."""
        return int((self.come_at - self.booked_at).total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class Told:
    """One message with a later time, on the site's wall clock."""

    told_at: datetime
    come_at: datetime
    is_lost: bool


def tellable(booking_ids: Iterable[UUID]) -> dict[UUID, Tellable]:
    """Those of the bookings whose patients are expected at the clinic. Two queries, none of none.

    Whoever walked in, or is seen by telephone or video, is not among them.
    """
    wanted = list(booking_ids)
    if not wanted:
        return {}
    told = (
        LaterTime.objects.filter(booking=OuterRef("pk"), clinic_day=OuterRef("clinic_day"))
        .order_by()
        .values("booking")
        .annotate(n=Count("pk"))
        .values("n")
    )
    found = (
        Booking.objects.filter(pk__in=wanted, state=BookingState.CONFIRMED, mode=Mode.IN_PERSON)
        .exclude(channel=Channel.WALK_IN)
        .annotate(told=Coalesce(Subquery(told), 0))
    )
    fixed = fixed_times(one.patient_id for one in found)
    return {
        one.pk: Tellable(
            booking_id=one.pk,
            patient_id=one.patient_id,
            starts_at=one.starts_at,
            come_at=one.come_at,
            told=one.told,
            is_set=one.under_way_at is not None
            or one.running_late_minutes is not None
            or one.patient_id in fixed,
        )
        for one in found
    }


def fixed_times(patient_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Who of these patients wants no other time when a doctor runs late. One query."""
    found = FixedTimes.objects.filter(patient__in=list(patient_ids), ended_at=None)
    return frozenset(found.values_list("patient_id", flat=True))


def promised_later(site_id: UUID, first: date, last: date) -> list[Promised]:
    """What patients were told in a period, one line for each booking and day. One query."""
    rows = (
        LaterTime.objects.filter(site_id=site_id, clinic_day__range=(first, last))
        .annotate(state=F("booking__state"))
        .order_by("booking_id", "clinic_day", "number")
    )
    found: dict[tuple[UUID, date], Promised] = {}
    for one in rows:
        found[one.booking_id, one.clinic_day] = Promised(
            booking_id=one.booking_id,
            practitioner_id=one.practitioner_id,
            clinic_day=one.clinic_day,
            booked_at=one.booked_at,
            come_at=one.come_at,
            told=one.number,
            state=one.state,
            is_lost=one.lost_at is not None,
        )
    return list(found.values())


def told_later(booking_id: UUID, site_id: UUID, day: date) -> list[Told]:
    """The later times that a booking was told for a day, in order. One query."""
    zone = site_zone(site_id)
    rows = LaterTime.objects.filter(booking_id=booking_id, clinic_day=day).order_by("number")
    return [
        Told(one.told_at.astimezone(zone), one.come_at.astimezone(zone), one.lost_at is not None)
        for one in rows
    ]


def later_of_message(key: str) -> UUID | None:
    """Which promise a message of this key carried. One query. None: it is no such message."""
    parts = key.split(":")
    if len(parts) < 4 or parts[0] != "later":
        return None
    found = LaterTime.objects.filter(booking_id=UUID(parts[1]), number=int(parts[3]))
    return found.order_by("-told_at").values_list("pk", flat=True).first()
