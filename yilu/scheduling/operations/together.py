"""Several people at once: booked, moved and cancelled all or none."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import NotFound
from yilu.platform.ids import new_id
from yilu.platform.money import ZERO
from yilu.scheduling.errors import CannotUndo, NotFree, PatientBusy, TogetherTaken, TooFewTogether
from yilu.scheduling.models import Booking
from yilu.scheduling.numbering import number_group
from yilu.scheduling.operations.booking import BookingWish, book_appointment
from yilu.scheduling.operations.changing import (
    cancel_booking,
    reschedule_booking,
    undo_cancel_booking,
    undo_reschedule_booking,
)
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.states import COMING, CancelReason

FEWEST, MOST = 2, 6


class CancelledTogether(NamedTuple):
    """How many bookings were cancelled at once, and what goes back of what was paid for them."""

    number: int
    refund: Decimal


@operation
def book_together(*, actor: Actor, wishes: Sequence[BookingWish]) -> list[Booked]:
    """Book for a family or couple: everybody, or nobody. Each has a booking of their own, and
    all know each other by `group_id`. They are numbered when the last of them is held.

    Queries: those of `book_appointment` for each person, one more for each, and one.

    Raises:
        TooFewTogether: not two to six different people.
        TogetherTaken: one of the times cannot be had; nothing is booked.
        And what `book_appointment` raises about the actor, the patients and the service.
    """
    people = {wish.patient_id for wish in wishes}
    if not FEWEST <= len(wishes) <= MOST or len(people) != len(wishes):
        raise TooFewTogether
    group_id = new_id()
    try:
        # In order of time: two groups that want the same do not wait for each other in a circle.
        ordered = sorted(wishes, key=lambda wish: (wish.starts_at, str(wish.practitioner_id)))
        booked = [
            book_appointment(actor=actor, wish=replace(wish, group_id=group_id)) for wish in ordered
        ]
    except (NotFree, PatientBusy) as refused:
        raise TogetherTaken(why=str(refused)) from refused
    numbers = number_group(group_id)
    return [replace(one, number=numbers[one.id]) for one in booked]


@operation
def unmake_together(*, actor: Actor, booking_id: UUID) -> None:
    """Take back that a group was just booked: all of it, or nothing when one was changed since.

    Raises: NotFound, NotAllowed, Stale, MoveRefused.
    """
    for one in _coming(booking_id):
        cancel_booking(actor=actor, booking_id=one.pk, reason=CancelReason.MISTAKE, version=1)


@operation
def cancel_together(
    *,
    actor: Actor,
    booking_id: UUID,
    reason: str,
    words: str = "",
    version: int | None = None,
    for_patient: bool = False,
    expected: Decimal | None = None,
) -> CancelledTogether:
    """Cancel a booking and those of all who would have come along.

    What each has paid goes back by the rule of their own booking; where any does, it cannot be
    taken back any more. `expected` is what was shown to go back of the first. Raises: as
    `cancel_booking`; one refusal leaves all as they were.
    """
    found = _coming(booking_id)
    for one in found:
        seen = version if one.pk == booking_id else None
        cancel_booking(
            actor=actor,
            booking_id=one.pk,
            reason=reason,
            words=words,
            version=seen,
            for_patient=for_patient,
            expected=expected if one.pk == booking_id else None,
        )
    gone = list(Booking.objects.filter(pk__in=[one.pk for one in found]))
    for one in gone:  # Who cancelled for themselves before does not come back with the others.
        one.undo = (one.undo or {}) | {"together": str(booking_id)}
    Booking.objects.bulk_update(gone, ["undo"])
    back = sum((Decimal((one.undo or {}).get("refund") or ZERO) for one in gone), ZERO)
    return CancelledTogether(len(found), back)


@operation
def undo_cancel_together(*, actor: Actor, booking_id: UUID) -> None:
    """Take that back, for all or none. Raises: as `undo_cancel_booking`."""
    group = _group(booking_id)
    cancelled = group.filter(undo__deed="cancelled", undo__together=str(booking_id))
    ids = list(cancelled.order_by("starts_at", "pk").values_list("pk", flat=True))
    if not ids:
        raise CannotUndo
    for one_id in ids:
        undo_cancel_booking(actor=actor, booking_id=one_id)


@operation
def move_together(
    *,
    actor: Actor,
    booking_id: UUID,
    starts_at: datetime,
    practitioner_id: UUID | None,
    version: int | None = None,
) -> int:
    """Move a booking, and all who come along by as much; gives back how many.

    Who was with the same practitioner goes to the new one with it; who came side by side stays
    with theirs. One that cannot be moved leaves all where they were.

    Raises:
        TogetherTaken: one of the new times cannot be had.
        And what `reschedule_booking` raises.
    """
    found = _coming(booking_id)
    moved = next((one for one in found if one.pk == booking_id), None)
    if moved is None:
        raise NotFound
    check_version(moved, version)
    by = starts_at - moved.starts_at
    try:
        for one in _in_order(found, by):
            same = one.practitioner_id == moved.practitioner_id
            reschedule_booking(
                actor=actor,
                booking_id=one.pk,
                starts_at=one.starts_at + by,
                practitioner_id=practitioner_id if same else one.practitioner_id,
            )
    except (NotFree, PatientBusy) as refused:
        raise TogetherTaken(why=str(refused)) from refused
    return len(found)


@operation
def undo_move_together(*, actor: Actor, booking_id: UUID) -> None:
    """Take that back, for all or none. Raises: as `undo_reschedule_booking`."""
    moved = [one for one in _coming(booking_id) if (one.undo or {}).get("deed") == "moved"]
    by = next(
        (one.moved_from - one.starts_at for one in moved if one.moved_from is not None),
        timedelta(),
    )
    for one in _in_order(moved, by):
        undo_reschedule_booking(actor=actor, booking_id=one.pk)


def _in_order(found: Sequence[Booking], by: timedelta) -> list[Booking]:
    """So that nobody meets whoever has not gone yet: the last first when all go later."""
    return sorted(found, key=lambda one: (one.starts_at, one.pk), reverse=by > timedelta())


def _group(booking_id: UUID) -> QuerySet[Booking]:
    group_id = Booking.objects.filter(pk=booking_id).values_list("group_id", flat=True).first()
    if group_id is None:
        raise NotFound
    return Booking.objects.filter(group_id=group_id)


def _coming(booking_id: UUID) -> list[Booking]:
    """All of a group who are still to come, in order of time, locked until the deed ends.

    Two queries. Raises: NotFound.
    """
    held = _group(booking_id).select_for_update(no_key=True).order_by("pk")
    coming = [one for one in held if one.state in COMING]
    return sorted(coming, key=lambda one: (one.starts_at, one.pk))
