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
from yilu.scheduling import changes
from yilu.scheduling.errors import CannotUndo, NotFree, PatientBusy, TogetherTaken, TooFewTogether
from yilu.scheduling.models import Booking
from yilu.scheduling.numbering import number_group
from yilu.scheduling.operations.booking import BookingWish, book_appointment
from yilu.scheduling.operations.changing import (
    cancel_booking,
    reschedule_booking,
    undo_cancel_booking,
    undo_reschedule_booking,
    unmake_booking,
)
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.states import COMING

FEWEST, MOST = 2, 6


class CancelledTogether(NamedTuple):
    """How many bookings were cancelled at once, and what goes back of what was paid for them.

    `version` is the one of the first by which it is taken back; none if that was over already.
    """

    number: int
    refund: Decimal
    version: int | None


class MovedTogether(NamedTuple):
    """How many bookings were moved at once, and the version by which that is taken back."""

    number: int
    version: int


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

    Raises: NotFound, NotAllowed, ChangedSince.
    """
    for one in _coming(booking_id):
        unmake_booking(actor=actor, booking_id=one.pk)


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
    gone = _remember_together(booking_id, found)
    back = sum((Decimal((one.undo or {}).get("refund") or ZERO) for one in gone.values()), ZERO)
    first = gone.get(booking_id)
    return CancelledTogether(len(found), back, first.version if first else None)


@operation
def undo_cancel_together(*, actor: Actor, booking_id: UUID, version: int | None = None) -> None:
    """Take that back, for all or none. Raises: as `undo_cancel_booking`."""
    for one, left in _remembered_together(actor, booking_id, "cancelled", version):
        undo_cancel_booking(actor=actor, booking_id=one.pk, version=left)


@operation
def move_together(
    *,
    actor: Actor,
    booking_id: UUID,
    starts_at: datetime,
    practitioner_id: UUID | None,
    version: int | None = None,
) -> MovedTogether:
    """Move a booking, and all who come along by as much.

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
    return MovedTogether(len(found), _remember_together(booking_id, found)[booking_id].version)


@operation
def undo_move_together(*, actor: Actor, booking_id: UUID, version: int | None = None) -> None:
    """Take that back, for all or none: not when one of them was moved alone since.

    Raises: as `undo_reschedule_booking`.
    """
    moved = _remembered_together(actor, booking_id, "moved", version)
    left = {one.pk: as_left for one, as_left in moved}
    by = next(
        (one.moved_from - one.starts_at for one, _ in moved if one.moved_from is not None),
        timedelta(),
    )
    for one in _in_order([one for one, _ in moved], by):
        undo_reschedule_booking(actor=actor, booking_id=one.pk, version=left[one.pk])


def _remember_together(booking_id: UUID, changed: Sequence[Booking]) -> dict[UUID, Booking]:
    """Keep with the first who was changed at once with it, and as which versions. Two queries."""
    now = Booking.objects.in_bulk([one.pk for one in changed])
    first = now.get(booking_id)
    if first is not None:
        left = {str(one.pk): one.version for one in now.values()}
        first.undo = (first.undo or {}) | {"together": left}
        first.save(update_fields=["undo"])
    return now


def _remembered_together(
    actor: Actor, booking_id: UUID, deed: str, version: int | None
) -> list[tuple[Booking, int]]:
    """Who was changed by a deed on all, in order of time, each with the version that it left.

    Who was changed alone before is not among them. Three queries.

    Raises: NotFound, NotAllowed, CannotUndo, ChangedSince.
    """
    locked = _group(booking_id).select_for_update(no_key=True).order_by("pk")
    held = {str(one.pk): one for one in locked}
    first = changes.hold_booking(actor, booking_id)
    changes.remembered(first, deed, version)
    left = (first.undo or {}).get("together")
    if not left:
        raise CannotUndo
    ordered = sorted(left, key=lambda one: (held[one].starts_at, one))
    return [(held[one], left[one]) for one in ordered]


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
