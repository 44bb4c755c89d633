"""Changes that patients ask for too late to make them alone: the desk grants or refuses them."""

from datetime import datetime
from uuid import UUID

from yilu.catalogue.selectors.services import performers, service_info
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import on_violation, operation
from yilu.platform.errors import NotFound
from yilu.scheduling import changes, permissions
from yilu.scheduling.errors import AlreadyAsked, MoveRefused
from yilu.scheduling.events import ChangeAsked, ChangeRefused
from yilu.scheduling.models import Booking, ChangeRequest
from yilu.scheduling.operations.changing import cancel_booking, reschedule_booking
from yilu.scheduling.rules import check_start
from yilu.scheduling.states import COMING, BookingState, CancelReason


@operation
def ask_for_change(
    *,
    actor: Actor,
    booking_id: UUID,
    reason: str,
    starts_at: datetime | None = None,
    service_id: UUID | None = None,
) -> UUID:
    """Ask the desk to cancel a booking, to move it to `starts_at`, or to make it another service.

    Nothing is changed yet.

    Raises:
        NotFound, NotAllowed, OutOfCalendar, StartsInPast, NotWholeMinutes.
        MoveRefused: the booking is not to come any more.
        AlreadyAsked: an earlier wish still waits.
    """
    booking = changes.hold_booking(actor, booking_id, or_owner=True)
    if booking.state not in COMING:
        label = BookingState(booking.state).label
        raise MoveRefused(current=label, target=BookingState.REQUESTED.label)
    if starts_at is not None:
        check_start(starts_at, clock.now())
    if service_id is not None and not service_info(service_id).online:
        raise NotFound
    wish = ChangeRequest(
        booking=booking,
        site_id=booking.site_id,
        clinic_day=booking.clinic_day,
        kind=_kind(starts_at, service_id),
        reason=reason,
        starts_at=starts_at,
        service_id=service_id,
    )
    with on_violation(scheduling_changerequest_one_waiting=AlreadyAsked):
        wish.save(force_insert=True)
    changes.write_down(actor, booking, "change_asked", kind=wish.kind, starts_at=starts_at)
    asked = ChangeAsked(booking.pk, booking.patient_id, wish.pk, wish.kind)
    changes.publish(actor, booking, asked)
    return wish.pk


@operation
def grant_change(*, actor: Actor, request_id: UUID) -> None:
    """Do what the patient asked for.

    Raises:
        NotFound, NotAllowed, MoveRefused, OutsideSessions, SlotTaken, PatientBusy.
    """
    booking, wish = _hold(actor, request_id)
    _end(wish, "granted")
    if wish.kind == "cancel":
        reason = wish.reason or CancelReason.UNSAID
        cancel_booking(actor=actor, booking_id=booking.pk, reason=reason, for_patient=True)
        return
    reschedule_booking(
        actor=actor,
        booking_id=booking.pk,
        starts_at=wish.starts_at or booking.starts_at,
        practitioner_id=_who(booking, wish),
        service_id=wish.service_id,
    )


@operation
def refuse_change(*, actor: Actor, request_id: UUID, reason: str) -> None:
    """Leave the booking as it is. Raises: NotFound, NotAllowed."""
    booking, wish = _hold(actor, request_id)
    _end(wish, "refused")
    changes.write_down(actor, booking, "change_refused", reason=reason)
    changes.publish(actor, booking, ChangeRefused(booking.pk, booking.patient_id, wish.pk))


def _kind(starts_at: datetime | None, service_id: UUID | None) -> str:
    if service_id is not None:
        return "service"
    return "cancel" if starts_at is None else "move"


def _who(booking: Booking, wish: ChangeRequest) -> UUID | None:
    """The same practitioner, if they perform the service that is wished for; else anyone."""
    performing = {who for who, _minutes in performers(wish.service_id or booking.service_id)}
    return booking.practitioner_id if booking.practitioner_id in performing else None


def _hold(actor: Actor, request_id: UUID) -> tuple[Booking, ChangeRequest]:
    """The wish that waits, after its booking: the order in which all deeds lock."""
    found = ChangeRequest.objects.filter(pk=request_id).values_list("booking_id", flat=True)
    booking_id = found.first()
    if booking_id is None:
        raise NotFound
    booking = changes.hold_booking(actor, booking_id)
    actor.require(permissions.CHANGE, booking.site_id)
    wish = ChangeRequest.objects.select_for_update(no_key=True).get(pk=request_id)
    if wish.state != "waiting":
        raise NotFound
    return booking, wish


def _end(wish: ChangeRequest, state: str) -> None:
    wish.state = state
    wish.version += 1
    wish.save(update_fields=["state", "version"])
