"""Giving a free time of the grid to somebody who waits, in one press."""

from datetime import datetime
from uuid import UUID

from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import NotFound
from yilu.scheduling import permissions
from yilu.scheduling.errors import AlreadyWaiting, CannotUndo, NoLongerWaiting
from yilu.scheduling.events import WaitingListJoined, WaitingListLeft
from yilu.scheduling.models import WaitingEntry
from yilu.scheduling.operations.booking import BookingWish, book_appointment
from yilu.scheduling.operations.changing import (
    reschedule_booking,
    undo_reschedule_booking,
    unmake_booking,
)
from yilu.scheduling.operations.dropping import Place, drop_booking
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.selectors.topics import waiting_topic
from yilu.scheduling.states import COMING, Channel, WaitingState


@operation
def give_time(
    *,
    actor: Actor,
    entry_id: UUID,
    practitioner_id: UUID,
    starts_at: datetime,
    thing_id: UUID | None = None,
    version: int | None = None,
) -> Booked:
    """Book a time for somebody on the waiting list, as the desk agreed with them; in a room, a
    chair or with a device that is insisted on, if `thing_id` names one.

    Who holds a later time gets this one in its stead, of whichever service. The entry ends; what
    they are asked just now is taken back by the event of that.

    Raises:
        NotFound, NotAllowed, Stale.
        NoLongerWaiting: the entry has ended.
        And what booking or moving raises.
    """
    entry = _hold(actor, entry_id)
    check_version(entry, version)
    if entry.state != WaitingState.WAITING:
        raise NoLongerWaiting
    booked = _booked(actor, entry, Place(starts_at, practitioner_id, thing_id))
    entry.state, entry.booking_id, entry.ended_at = WaitingState.MET, booked.id, clock.now()
    entry.version += 1
    entry.save(update_fields=["state", "booking_id", "ended_at", "version"])
    audit.record(
        actor,
        "scheduling.waiting.met",
        entry,
        site_id=entry.site_id,
        patient_id=entry.patient_id,
        booking=booked.id,
    )
    left = WaitingListLeft(entry.pk, entry.patient_id, WaitingState.MET)
    outbox.publish(
        left,
        actor=actor,
        site_id=entry.site_id,
        subject=entry,
        topics=[waiting_topic(entry.site_id)],
    )
    return booked


@operation
def undo_give_time(*, actor: Actor, entry_id: UUID, version: int | None = None) -> None:
    """Take back what `give_time` did: the booking goes, or gets its old time; they wait again.

    `version` is the one of the booking that it left.

    Raises:
        NotFound, NotAllowed.
        CannotUndo: the entry did not end by a booking, or its days are over.
        ChangedSince: somebody has changed the booking since.
        And what cancelling and moving back raise.
    """
    entry = _hold(actor, entry_id)
    booking = entry.booking
    if entry.state != WaitingState.MET or booking is None:
        raise CannotUndo
    if booking.moved_from is None:
        unmake_booking(actor=actor, booking_id=booking.pk)
    else:
        undo_reschedule_booking(actor=actor, booking_id=booking.pk, version=version)
    entry.state, entry.booking_id, entry.ended_at = WaitingState.WAITING, None, None
    entry.version += 1
    with on_violation(scheduling_waiting_once=AlreadyWaiting):
        entry.save(update_fields=["state", "booking_id", "ended_at", "version"])
    audit.record(
        actor,
        "scheduling.waiting.restored",
        entry,
        site_id=entry.site_id,
        patient_id=entry.patient_id,
    )
    joined = WaitingListJoined(
        entry_id=entry.pk,
        patient_id=entry.patient_id,
        service_id=entry.service_id,
        practitioner_id=entry.practitioner_id,
        from_on=entry.from_on,
        until_on=entry.until_on,
    )
    outbox.publish(
        joined,
        actor=actor,
        site_id=entry.site_id,
        subject=entry,
        topics=[waiting_topic(entry.site_id)],
    )


def _hold(actor: Actor, entry_id: UUID) -> WaitingEntry:
    """The entry, locked until the deed ends, for staff who book there."""
    entry = WaitingEntry.objects.select_for_update(no_key=True).filter(pk=entry_id).first()
    if entry is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, entry.site_id)
    actor.require(permissions.BOOK, entry.site_id)
    return entry


def _booked(actor: Actor, entry: WaitingEntry, place: Place) -> Booked:
    held = entry.instead_of
    if held is not None and held.state in COMING:
        if place.thing_id is not None and held.service_id == entry.service_id:
            return drop_booking(actor=actor, booking_id=held.pk, place=place)
        return reschedule_booking(
            actor=actor,
            booking_id=held.pk,
            starts_at=place.starts_at,
            practitioner_id=place.practitioner_id,
            service_id=entry.service_id,
            thing_id=place.thing_id,
        )
    wish = BookingWish(
        site_id=entry.site_id,
        service_id=entry.service_id,
        practitioner_id=place.practitioner_id,
        starts_at=place.starts_at,
        thing_id=place.thing_id,
        patient_id=entry.patient_id,
        channel=Channel.DESK,
        note=entry.note,
    )
    return book_appointment(actor=actor, wish=wish)
