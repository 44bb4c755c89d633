"""Visits by telephone or video: the patient is ready, the doctor calls, nobody answers.

Nobody stands in the hall: there is a visit from when the patient says they are ready, and a
number only from when the doctor calls, so that no queue waits for them and no wall names them.
"""

from uuid import UUID

from yilu.billing import permissions as billing
from yilu.billing.operations.charges import void_charges_of
from yilu.billing.selectors.bills import has_money_besides
from yilu.clinical.selectors.history import is_untouched
from yilu.facility.selectors.sites import site_zone
from yilu.pathways.operations.cases import call_off
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.subjects import Subject
from yilu.queueing import permissions as queueing
from yilu.queueing.operations.issuing import issue_ticket, leave_queue
from yilu.queueing.operations.remote import begin_remote
from yilu.queueing.selectors.tickets import TicketInfo, live_ticket, tickets_of_visit
from yilu.queueing.states import AT_STATION, IN_QUEUE
from yilu.reception.errors import BuiltUpon, NotHere, NotReadyYet, NotRemote, NotToday
from yilu.reception.events import PatientReady
from yilu.reception.operations.arrivals import NEEDED, begin_visit
from yilu.reception.operations.standing import weights_of
from yilu.reception.rules import READY_BEFORE, may_come
from yilu.reception.selectors.queues import consultation_queue
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.operations.arrivals import mark_arrived, mark_unreached
from yilu.scheduling.selectors.arriving import ComingPatient, coming_patient
from yilu.scheduling.selectors.topics import day_topic
from yilu.visits.operations.visits import end_care, open_visit, withdraw_visit
from yilu.visits.selectors.visits import VisitInfo, visit_info, visit_of_booking, visit_topic
from yilu.visits.states import VisitKind
from yilu.workforce.selectors.practitioners import practitioner_info

WHY = "nobody answered"


@operation
def say_ready(*, actor: Actor, booking_id: UUID, version: int | None = None) -> UUID:
    """Note that the patient can be called, or is waiting at the video: gives back the visit.

    Charges the fee and starts the pathway as checking in does, but gives no number. Saying it
    twice changes nothing.

    Raises:
        NotFound, NotAllowed, Stale, MoveRefused.
        NotRemote: the booking takes place at the clinic.
        NotReadyYet: it is more than half an hour before the time.
        NotToday: it is for another day.
    """
    booking = _remote(booking_id)
    if not actor.is_owner(booking.patient_id, booking_id):
        actor.require_to_see(scheduling.SEE, booking.site_id)
        actor.require(queueing.CALL, booking.site_id)
    known = visit_of_booking(booking_id)
    if known is not None and known.is_here:
        return known.id
    if clock.now() < booking.starts_at - READY_BEFORE:
        raise NotReadyYet
    return _received(actor, booking, version).id


@operation
def begin_call(*, actor: Actor, booking_id: UUID, station_id: UUID) -> UUID:
    """Call somebody by telephone or video from a room, ready or not: gives back the visit.

    The number that this gives is never said in the hall. Who calls whom is written down.

    Raises:
        NotFound, NotAllowed, MoveRefused, NotRemote, NotToday, NobodyOnDuty.
        StationBusy: somebody is with the doctor.
    """
    booking = _remote(booking_id)
    actor.require_to_see(queueing.SEE, booking.site_id)
    actor.require(queueing.CALL, booking.site_id)
    visit = visit_of_booking(booking_id)
    if visit is None or not visit.is_here:
        visit = _received(actor, booking, None)
    if live_ticket(visit.id) is not None:
        return visit.id
    able = actor.lent(*NEEDED, queueing.CALL, billing.SEE)
    ticket = issue_ticket(
        actor=able,
        queue_id=consultation_queue(visit),
        visit_id=visit.id,
        patient_id=visit.patient_id,
        booking_id=booking_id,
        practitioner_id=visit.practitioner_id,
        service_id=visit.service_id,
        weights=weights_of(visit),
        is_remote=True,
    )
    begin_remote(actor=able, ticket_id=ticket.id, station_id=station_id)
    _write_down(actor, visit, "called", mode=booking.mode)
    return visit.id


@operation
def no_answer(*, actor: Actor, visit_id: UUID, station_id: UUID) -> None:
    """Note that nobody answered this room: visit, fee and number go, the patient is expected again.

    It can be tried again until the grace of the booking ends it as missed.

    Raises:
        NotFound, NotAllowed.
        NotHere: they are not being called from this room.
        Stale: somebody else did something to the call in this very moment.
        BuiltUpon: something was written or paid about the visit, or others attend to it.
    """
    visit = visit_info(visit_id)
    actor.require_to_see(queueing.SEE, visit.site_id)
    actor.require(queueing.CALL, visit.site_id)
    if visit.booking_id is None or not visit.is_here:
        raise NotHere
    ticket = _called_from(station_id, visit_id)
    _remote(visit.booking_id)
    able = actor.lent(*NEEDED, queueing.CALL, billing.SEE)
    leave_queue(actor=able, ticket_id=ticket.id, reason=WHY, version=ticket.version)
    end_care(actor=able, visit_id=visit_id)
    withdraw_visit(actor=able, visit_id=visit_id)
    # Only now: who writes about the visit holds its row, so nothing comes in between.
    if not is_untouched(visit_id) or has_money_besides(visit_id, visit_id):
        raise BuiltUpon
    void_charges_of(actor=able, source_type="visits.visit", source_id=visit_id, reason=WHY)
    call_off(actor=able, subject_id=visit_id, reason=WHY)
    mark_unreached(actor=able, booking_id=visit.booking_id)
    _write_down(actor, visit, "unreached")


def _called_from(station_id: UUID, visit_id: UUID) -> TicketInfo:
    """The ticket with which the visit is called from this room: any other is somebody else's."""
    live = [one for one in tickets_of_visit(visit_id) if one.state in IN_QUEUE]
    for ticket in live:
        if ticket.station_id == station_id and ticket.state in AT_STATION:
            if len(live) > 1:
                raise BuiltUpon
            return ticket
    raise NotHere


def _remote(booking_id: UUID) -> ComingPatient:
    booking = coming_patient(booking_id)
    if not booking.mode.is_remote:
        raise NotRemote
    return booking


def _received(actor: Actor, booking: ComingPatient, version: int | None) -> VisitInfo:
    """Open the visit of a booking whose patient is at the other end."""
    if not may_come(booking.starts_at, clock.now(), site_zone(booking.site_id)):
        raise NotToday
    able = actor.lent(*NEEDED)
    mark_arrived(actor=able, booking_id=booking.booking_id, version=version)
    visit_id = open_visit(
        actor=able,
        patient_id=booking.patient_id,
        site_id=booking.site_id,
        booking_id=booking.booking_id,
        practitioner_id=booking.practitioner_id,
        department_id=practitioner_info(booking.practitioner_id).department_id,
        service_id=booking.service_id,
        kind=VisitKind.BOOKED,
        needs=booking.special_needs,
    )
    visit = visit_info(visit_id)
    begin_visit(actor=able, visit=visit, booked_at=booking.starts_at)
    _write_down(actor, visit, "ready")
    outbox.publish(
        PatientReady(visit.id, visit.patient_id, visit.booking_id),
        actor=actor,
        site_id=visit.site_id,
        subject=Subject("visits.visit", visit.id),
        topics=[
            visit_topic(visit.id),
            f"arrivals:{visit.site_id}",
            day_topic(visit.site_id, booking.clinic_day),
        ],
    )
    return visit


def _write_down(actor: Actor, visit: VisitInfo, deed: str, **details: object) -> None:
    audit.record(
        actor,
        f"reception.patient.{deed}",
        Subject("visits.visit", visit.id),
        site_id=visit.site_id,
        patient_id=visit.patient_id,
        **details,
    )
