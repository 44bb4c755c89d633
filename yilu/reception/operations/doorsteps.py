"""Who comes through the door, until the desk has its first word with them."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from yilu.facility.selectors.sites import site_zone
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotFound
from yilu.platform.subjects import Subject
from yilu.reception import permissions
from yilu.reception.errors import NotToday
from yilu.reception.events import PatientAtDoor, VisitorAtDoor
from yilu.reception.models import Doorstep
from yilu.reception.rules import may_come
from yilu.reception.selectors.arrivals import arrivals_topic
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.selectors.arriving import ComingPatient, coming_patient
from yilu.scheduling.states import COMING


@operation
def note_at_door(*, actor: Actor, booking_id: UUID) -> None:
    """Somebody with a booking has come: from now on the time until our first word runs.

    Noted twice, it runs from the first time.

    Raises:
        NotFound, NotAllowed.
        NotToday: the booking is for another day, or nobody is expected with it any more.
    """
    booking = _asked(actor, booking_id)
    now = clock.now()
    if not may_come(booking.starts_at, now, site_zone(booking.site_id)):
        raise NotToday
    if booking.state not in COMING:
        raise NotToday
    made, is_new = Doorstep.objects.select_for_update().get_or_create(
        booking_id=booking_id, defaults={"site_id": booking.site_id, "seen_at": now}
    )
    if not is_new:
        if made.answered_at is None and not made.is_mistaken:
            return
        made.seen_at, made.answered_at, made.is_mistaken = now, None, False
        made.save(update_fields=["seen_at", "answered_at", "is_mistaken"])
    _tell(actor, booking, is_here=True)


@operation
def note_not_at_door(*, actor: Actor, booking_id: UUID) -> None:
    """It was somebody else: nobody waits for our first word. Without effect once it was said.

    Raises:
        NotFound, NotAllowed.
    """
    booking = _asked(actor, booking_id)
    if _waiting(booking_id).update(is_mistaken=True):
        _tell(actor, booking, is_here=False)


@operation
def note_visitor(*, actor: Actor, site_id: UUID) -> UUID:
    """Somebody without a booking has come: from now on the time until our first word runs.

    Raises:
        NotAllowed.
    """
    actor.require(permissions.WALK_IN, site_id)
    made = Doorstep.objects.create(site_id=site_id, seen_at=clock.now())
    _tell_of_visitor(actor, made, is_here=True)
    return made.pk


@operation
def note_visitor_gone(*, actor: Actor, doorstep_id: UUID) -> None:
    """They have gone, or it was nobody who waits. Without effect once they were registered.

    Raises:
        NotFound, NotAllowed.
    """
    found = Doorstep.objects.filter(pk=doorstep_id, booking=None).first()
    if found is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, found.site_id)
    actor.require(permissions.WALK_IN, found.site_id)
    waits = Doorstep.objects.filter(pk=doorstep_id, answered_at=None, is_mistaken=False)
    if waits.update(is_mistaken=True):
        _tell_of_visitor(actor, found, is_here=False)


def answer_visitor(*, actor: Actor, site_id: UUID, doorstep_id: UUID) -> datetime | None:
    """Who stood at the desk today without a booking is received; since when they stood there.

    None for who was received by somebody else meanwhile. Part of a deed, not one itself. Two
    queries.

    Raises:
        NotAllowed.
    """
    actor.require(permissions.WALK_IN, site_id)
    waits = Doorstep.objects.filter(
        pk=doorstep_id, site_id=site_id, booking=None, answered_at=None, is_mistaken=False
    )
    seen_at = waits.select_for_update().values_list("seen_at", flat=True).first()
    zone, now = site_zone(site_id), clock.now()
    if seen_at is None or seen_at.astimezone(zone).date() != now.astimezone(zone).date():
        return None
    waits.update(answered_at=now)
    return seen_at


def answer_at_door(*, actor: Actor, booking_id: UUID) -> datetime | None:
    """The desk has its first word with them; since when they stood there, if that was noted.

    Part of a deed, not one itself. One query; two if it was noted.
    """
    waits = _waiting(booking_id).select_for_update().values_list("seen_at", flat=True)
    seen_at = waits.first()
    if seen_at is not None:
        _waiting(booking_id).update(answered_at=clock.now())
    return seen_at


def _waiting(booking_id: UUID) -> QuerySet[Doorstep]:
    return Doorstep.objects.filter(booking_id=booking_id, answered_at=None, is_mistaken=False)


def _asked(actor: Actor, booking_id: UUID) -> ComingPatient:
    booking = coming_patient(booking_id)
    actor.require_to_see(scheduling.SEE, booking.site_id)
    actor.require(permissions.CHECK_IN, booking.site_id)
    return booking


def _tell_of_visitor(actor: Actor, doorstep: Doorstep, *, is_here: bool) -> None:
    subject = Subject("reception.doorstep", doorstep.pk)
    verb = "seen_at_door" if is_here else "not_at_door"
    audit.record(actor, f"reception.visitor.{verb}", subject, site_id=doorstep.site_id)
    outbox.publish(
        VisitorAtDoor(doorstep.pk, is_here),
        actor=actor,
        site_id=doorstep.site_id,
        subject=subject,
        topics=[arrivals_topic(doorstep.site_id)],
    )


def _tell(actor: Actor, booking: ComingPatient, *, is_here: bool) -> None:
    subject = Subject("scheduling.booking", booking.booking_id)
    verb = "seen_at_door" if is_here else "not_at_door"
    audit.record(
        actor,
        f"reception.patient.{verb}",
        subject,
        site_id=booking.site_id,
        patient_id=booking.patient_id,
    )
    outbox.publish(
        PatientAtDoor(booking.booking_id, booking.patient_id, is_here),
        actor=actor,
        site_id=booking.site_id,
        subject=subject,
        topics=[arrivals_topic(booking.site_id)],
    )
