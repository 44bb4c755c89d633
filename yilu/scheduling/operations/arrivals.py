"""What becomes of a booking on its day: arrived, in consultation, finished, never came."""

from uuid import UUID

from yilu.catalogue.modes import Mode
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import on_violation, operation
from yilu.scheduling import changes
from yilu.scheduling.claims import Owner, Piece, end_at, take_again
from yilu.scheduling.errors import MoveRefused, NotYetDue, PatientBusy
from yilu.scheduling.events import (
    BookingArrived,
    BookingChange,
    BookingDeedUndone,
    BookingFinished,
    BookingMissed,
    ConsultationBegun,
)
from yilu.scheduling.models import Booking
from yilu.scheduling.states import HERE, BookingState


@operation
def mark_arrived(*, actor: Actor, booking_id: UUID, version: int | None = None) -> None:
    """Note that the patient is here. Raises: NotFound, NotAllowed, Stale, MoveRefused."""
    booking = changes.hold_booking(actor, booking_id, version=version, or_owner=True)
    _move(actor, booking, BookingState.ARRIVED, BookingArrived, [])


@operation
def undo_mark_arrived(*, actor: Actor, booking_id: UUID) -> None:
    """Take an arrival back. Raises: NotFound, NotAllowed, CannotUndo."""
    _take_back(actor, booking_id, BookingState.ARRIVED)


@operation
def mark_in_consultation(*, actor: Actor, booking_id: UUID) -> None:
    """Note that the patient is with the practitioner.

    Raises: NotFound, NotAllowed, MoveRefused.
    """
    booking = changes.hold_booking(actor, booking_id)
    _move(actor, booking, BookingState.IN_CONSULTATION, ConsultationBegun, [])


@operation
def undo_mark_in_consultation(*, actor: Actor, booking_id: UUID) -> None:
    """Take the beginning of a consultation back. Raises: NotFound, NotAllowed, CannotUndo."""
    _take_back(actor, booking_id, BookingState.IN_CONSULTATION)


@operation
def mark_unreached(*, actor: Actor, booking_id: UUID) -> None:
    """Note that a call was not answered: the patient is expected again, until the usual grace ends.

    Raises:
        NotFound, NotAllowed.
        MoveRefused: nobody was calling this patient.
    """
    booking = changes.hold_booking(actor, booking_id)
    before = BookingState(booking.state)
    if before not in HERE or not Mode(booking.mode).is_remote:
        raise MoveRefused(current=before.label, target=BookingState.CONFIRMED.label)
    booking.state, booking.undo = BookingState.CONFIRMED, None
    changes.keep(booking, "state")
    changes.write_down(actor, booking, "unreached", before=before)
    changes.tell(actor, booking, BookingDeedUndone, before, deed="unreached")


@operation
def mark_finished(*, actor: Actor, booking_id: UUID) -> None:
    """Note that the consultation is over. Finished early, the rest of the time is free at once.

    Raises: NotFound, NotAllowed, MoveRefused.
    """
    booking = changes.hold_booking(actor, booking_id)
    pieces = end_at(Owner(booking_id=booking.pk), clock.now())
    _move(actor, booking, BookingState.FINISHED, BookingFinished, pieces)


@operation
def undo_mark_finished(*, actor: Actor, booking_id: UUID) -> None:
    """Take the end of a consultation back, with the time that was freed.

    Raises: NotFound, NotAllowed, CannotUndo, SlotTaken.
    """
    _take_back(actor, booking_id, BookingState.FINISHED)


@operation
def mark_no_show(*, actor: Actor, booking_id: UUID) -> int:
    """Note that the patient never came, and free what is left of the time.

    Gives back the version by which it is taken back.

    Raises: NotFound, NotAllowed, MoveRefused.
        NotYetDue: the booking has not begun, or the patient was told to come later.
    """
    booking = changes.hold_booking(actor, booking_id)
    if clock.now() < (booking.come_at or booking.starts_at):
        raise NotYetDue
    pieces = end_at(Owner(booking_id=booking.pk), clock.now())
    _move(actor, booking, BookingState.NO_SHOW, BookingMissed, pieces)
    return booking.version


@operation
def undo_mark_no_show(*, actor: Actor, booking_id: UUID, version: int | None = None) -> None:
    """Take a no-show back. Raises: NotFound, NotAllowed, CannotUndo, ChangedSince, SlotTaken."""
    _take_back(actor, booking_id, BookingState.NO_SHOW, version)


def _move(
    actor: Actor,
    booking: Booking,
    target: BookingState,
    event: type[BookingChange],
    pieces: list[Piece],
) -> None:
    """Make one legal move and leave its trace."""
    before = booking.state
    changes.remember(booking, target, pieces)
    changes.check_and_set(booking, target)
    changes.keep(booking, "state")
    changes.write_down(actor, booking, target, before=before)
    changes.tell(actor, booking, event, before)


def _take_back(
    actor: Actor, booking_id: UUID, deed: BookingState, version: int | None = None
) -> None:
    """Put a booking back into the state before the deed, if nothing was built on it."""
    booking = changes.hold_booking(actor, booking_id)
    pieces = changes.remembered(booking, deed, version)
    if pieces:
        take_again(pieces)
    before, booking.state = booking.state, (booking.undo or {})["state"]
    booking.undo = None
    with on_violation(scheduling_booking_patient_once=PatientBusy):
        changes.keep(booking, "state")
    changes.write_down(actor, booking, f"{deed}_undone")
    changes.tell(actor, booking, BookingDeedUndone, before, deed=deed)
