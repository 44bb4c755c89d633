"""The pinboard of the desk grid: bookings taken up to be put elsewhere. They keep their place."""

from uuid import UUID

from yilu.platform import clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotAllowed
from yilu.scheduling import changes, permissions
from yilu.scheduling.errors import MoveRefused, TooManyPins
from yilu.scheduling.events import BookingPinned
from yilu.scheduling.models import Booking, Pin
from yilu.scheduling.selectors.pinboard import pinboard
from yilu.scheduling.selectors.topics import pinboard_topic
from yilu.scheduling.states import COMING, BookingState

MOST = 30


@operation
def pin_booking(*, actor: Actor, booking_id: UUID, version: int | None = None) -> None:
    """Put a booking on the actor's own pinboard. Nothing of its place is given up. Twice is once.

    Raises:
        NotFound, NotAllowed, Stale.
        MoveRefused: it is not to come any more.
        TooManyPins: thirty are on the board already.
    """
    booking, user_id = _hold(actor, booking_id, version)
    if booking.state not in COMING:
        raise MoveRefused(
            current=BookingState(booking.state).label, target=BookingState.CONFIRMED.label
        )
    if len(pinboard(actor.lent(permissions.SEE), booking.site_id)) >= MOST:
        raise TooManyPins
    Pin.objects.update_or_create(
        user_id=user_id,
        booking=booking,
        defaults={
            "site_id": booking.site_id,
            "starts_at": booking.starts_at,
            "practitioner_id": booking.practitioner_id,
            "active": True,
            "created_at": clock.now(),
        },
    )
    changes.write_down(actor, booking, "pinned")
    _tell(actor, booking, user_id, is_pinned=True)


@operation
def unpin_booking(*, actor: Actor, booking_id: UUID) -> None:
    """Take a booking off the actor's pinboard: it stays where it is. Twice is once.

    Raises: NotFound, NotAllowed.
    """
    booking, user_id = _hold(actor, booking_id, None)
    mine = Pin.objects.filter(user_id=user_id, booking=booking, active=True)
    gone = mine.update(active=False)
    if gone:
        changes.write_down(actor, booking, "unpinned")
        _tell(actor, booking, user_id, is_pinned=False)


def take_off_all(*, actor: Actor, booking: Booking) -> None:
    """A booking that has found its place leaves every pinboard. One query if it was on none."""
    pins = Pin.objects.filter(booking=booking, active=True)
    users = list(pins.values_list("user_id", flat=True))
    if not users:
        return
    pins.update(active=False)
    for user_id in users:
        _tell(actor, booking, user_id, is_pinned=False)


def _hold(actor: Actor, booking_id: UUID, version: int | None) -> tuple[Booking, UUID]:
    booking = changes.hold_booking(actor, booking_id, version=version)
    if actor.user_id is None:
        raise NotAllowed(permission=permissions.CHANGE)
    return booking, actor.user_id


def _tell(actor: Actor, booking: Booking, user_id: UUID, *, is_pinned: bool) -> None:
    pinned = BookingPinned(
        booking_id=booking.pk,
        booking_version=booking.version,
        patient_id=booking.patient_id,
        clinic_day=booking.clinic_day,
        starts_at=booking.starts_at,
        before=booking.state,
        after=booking.state,
        user_id=user_id,
        is_pinned=is_pinned,
    )
    outbox.publish(
        pinned,
        actor=actor,
        site_id=booking.site_id,
        subject=booking,
        topics=[pinboard_topic(booking.site_id, user_id)],
    )
