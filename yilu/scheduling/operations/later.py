"""Telling patients to come later when their doctor runs late, and keeping what was told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from yilu.messaging.operations.messages import send_message
from yilu.platform import clock, links
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.scheduling import changes
from yilu.scheduling.errors import MoveRefused
from yilu.scheduling.events import LaterTimeLost, LaterTimePromised, PatientUnderWay
from yilu.scheduling.models import Booking, LaterTime
from yilu.scheduling.operations.telling import LINK_STANDS, TWO_WAYS
from yilu.scheduling.selectors.later import fixed_times
from yilu.scheduling.selectors.telling import telling
from yilu.scheduling.states import COMING, BookingState

COME_LATER, MOST = "come_later", 2


@dataclass(frozen=True, slots=True)
class Promise:
    """A later time for a booking, as it was worked out from what held then.

    `instead_of` is the time that the patient was to come at when it was worked out; `low_at` to
    `high_at` is when their turn is expected.
    """

    booking_id: UUID
    instead_of: datetime
    come_at: datetime
    low_at: datetime
    middle_at: datetime
    high_at: datetime


@operation
def promise_later_time(*, actor: Actor, promise: Promise) -> bool:
    """Tell a patient to come later, because their doctor runs late. Whether they were told.

    The promise is kept: whoever comes by then keeps their place, nobody counts them as missing
    before, and no later message makes it earlier. What no longer holds when the booking is held
    (the patient has come, is under way, was told otherwise, has cancelled, wants to be told no
    other time) tells nobody anything;
    run twice, or by two at once, it tells once. Nobody is told more than twice on a day.

    Raises: NotFound, NotAllowed, Archived.
    """
    booking = changes.hold_booking(actor, promise.booking_id)
    number = 1 + _told(booking)
    if not _still_holds(booking, promise) or number > MOST:
        return False
    booking.come_at = promise.come_at
    changes.keep(booking, "come_at")
    LaterTime.objects.create(
        booking=booking,
        site_id=booking.site_id,
        practitioner_id=booking.practitioner_id,
        clinic_day=booking.clinic_day,
        number=number,
        booked_at=booking.starts_at,
        instead_of=promise.instead_of,
        come_at=promise.come_at,
        low_at=promise.low_at,
        middle_at=promise.middle_at,
        high_at=promise.high_at,
    )
    changes.write_down(
        actor,
        booking,
        "timed_later",
        number=number,
        instead_of=promise.instead_of,
        come_at=promise.come_at,
    )
    changes.tell(
        actor, booking, LaterTimePromised, booking.state, number=number, come_at=promise.come_at
    )
    _send(actor, booking.pk, number, promise)
    return True


@operation
def say_under_way(
    *, actor: Actor, booking_id: UUID, is_under_way: bool = True, version: int | None = None
) -> None:
    """Note that the patient has left home, or has not after all: who has is sent no other time.

    Twice changes nothing. Raises: NotFound, NotAllowed, Stale, MoveRefused.
    """
    booking = changes.hold_booking(actor, booking_id, version=version, or_owner=True)
    if booking.state not in COMING:
        raise MoveRefused(
            current=BookingState(booking.state).label, target=BookingState.CONFIRMED.label
        )
    if (booking.under_way_at is not None) == is_under_way:
        return
    booking.under_way_at = clock.now() if is_under_way else None
    changes.keep(booking, "under_way_at")
    changes.write_down(actor, booking, "under_way" if is_under_way else "under_way_undone")
    changes.tell(actor, booking, PatientUnderWay, booking.state, is_under_way=is_under_way)


@operation
def note_later_lost(*, actor: Actor, later_id: UUID) -> None:
    """Note that a message with a later time reached nobody: the desk sees it and may call.

    The promise stands all the same. Twice changes nothing.
    """
    later = LaterTime.objects.filter(pk=later_id, lost_at=None).first()
    if later is None:
        return
    booking = changes.hold_booking(actor, later.booking_id)
    if LaterTime.objects.filter(pk=later_id, lost_at=None).update(lost_at=clock.now()):
        changes.write_down(actor, booking, "later_time_lost", number=later.number)
        changes.tell(actor, booking, LaterTimeLost, booking.state, number=later.number)


def _told(booking: Booking) -> int:
    return LaterTime.objects.filter(booking=booking, clinic_day=booking.clinic_day).count()


def _still_holds(booking: Booking, promise: Promise) -> bool:
    return (
        booking.state == BookingState.CONFIRMED
        and booking.under_way_at is None
        and not fixed_times([booking.patient_id])
        and booking.running_late_minutes is None
        and (booking.come_at or booking.starts_at) == promise.instead_of
        and promise.instead_of < promise.come_at
    )


def _send(actor: Actor, booking_id: UUID, number: int, promise: Promise) -> None:
    told = telling(booking_id)
    reference = links.issue(
        "visit",
        subject_id=booking_id,
        expires_at=told.ends_at + LINK_STANDS,
        site_id=told.site_id,
    )
    zone = told.starts_at.tzinfo
    send_message(
        actor=actor,
        key=f"later:{booking_id}:{told.starts_at.timestamp():.0f}:{number}",
        template=COME_LATER,
        site_id=told.site_id,
        patient_id=told.patient_id,
        channels=TWO_WAYS,
        data={
            "come_at": f"{promise.come_at.astimezone(zone):%H:%M}",
            "booked_at": f"{told.starts_at:%H:%M}",
            "doctor": told.doctor,
            "service": told.service,
            "number": told.number,
            "link": settings.VISIT_LINK.format(reference=reference),
        },
    )
