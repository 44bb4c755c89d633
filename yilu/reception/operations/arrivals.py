"""A patient comes through the door: with a booking, or without one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from yilu.billing import permissions as billing
from yilu.billing.operations.charges import add_charge
from yilu.catalogue.selectors.services import ServiceInfo, service_info
from yilu.facility.selectors.sites import site_zone
from yilu.outbreak import permissions as outbreak
from yilu.outbreak.operations.screening import Passed, Whom, note_entered, pass_door
from yilu.pathways import permissions as pathways
from yilu.pathways.operations.cases import start_case
from yilu.patients import permissions as patients
from yilu.patients.operations.registrations import register_at_site
from yilu.platform import audit, clock, outbox, undo
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotFound
from yilu.platform.inserts import together
from yilu.platform.subjects import Subject
from yilu.queueing import permissions as queueing
from yilu.queueing.operations.issuing import IssuedTicket, issue_ticket
from yilu.reception import permissions
from yilu.reception.errors import NobodyOnDuty, NotToday, WrongArrivalCode
from yilu.reception.events import PatientCheckedIn
from yilu.reception.operations.doorsteps import answer_at_door, answer_visitor
from yilu.reception.operations.standing import weights_of
from yilu.reception.rules import may_come
from yilu.reception.selectors.arrivals import is_arrival_code
from yilu.reception.selectors.queues import first_queue, least_busy_performer
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.operations.arrivals import mark_arrived
from yilu.scheduling.selectors.arriving import ComingPatient, coming_patient
from yilu.visits import permissions as visits
from yilu.visits.operations.visits import open_visit
from yilu.visits.selectors.visits import VisitInfo, visit_info, visit_topic
from yilu.visits.states import VisitKind
from yilu.workforce.selectors.practitioners import department_of

PATHWAY = "outpatient_visit"
CHECKED_IN = "reception.patient.checked_in"
# What the deeds below need of the other apps. Each asks for its own permission first.
NEEDED = (
    scheduling.SEE,
    scheduling.CHANGE,
    visits.SEE,
    visits.OPEN,
    queueing.SEE,
    queueing.ISSUE,
    billing.CHARGE,
    pathways.WORK,
    patients.SEE,
    patients.REGISTER,
    outbreak.SCREEN,
)


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """A patient who has arrived: the visit, the number to wait with, and the way back."""

    visit_id: UUID
    ticket_id: UUID
    number: str
    undo_id: UUID


@operation
@together()
def check_in(
    *,
    actor: Actor,
    booking_id: UUID,
    code: str = "",
    needs: Iterable[str] | None = None,
    version: int | None = None,
    identified_by: str = "",
    screening: Mapping[str, str] | None = None,
) -> CheckedIn:
    """Receive a booked patient: visit, fee, pathway and ticket, all or nothing.

    At the desk a person has looked at the patient; by phone the patient types the code that
    is shown at the clinic. `needs` are those of today; when nobody looked (None), those that were
    said when booking. `identified_by` is what was compared besides the name; it stays in
    the record with who compared it. `screening` are answers to the entry questions; a suspicion
    sends the patient apart.

    Raises:
        NotFound, NotAllowed, Stale, MoveRefused.
        ScreeningMissing, AnswersMissing: outbreak mode is on, and they were not answered.
        NotToday: the booking is for another day.
        WrongArrivalCode: by phone, with a code that is not shown now.
    """
    booking = coming_patient(booking_id)
    _check_may_arrive(actor, booking, code)
    able = actor.lent(*NEEDED)
    whom = Whom(booking.site_id, booking.patient_id, booking_id)
    passed = pass_door(actor=able, whom=whom, answers=screening)
    mark_arrived(actor=able, booking_id=booking_id, version=version)
    seen_at = answer_at_door(actor=able, booking_id=booking_id)
    visit_id = open_visit(
        actor=able,
        patient_id=booking.patient_id,
        site_id=booking.site_id,
        booking_id=booking_id,
        practitioner_id=booking.practitioner_id,
        department_id=department_of(booking.practitioner_id),
        service_id=booking.service_id,
        kind=VisitKind.BOOKED,
        arrived_at=seen_at,
        needs=booking.special_needs if needs is None else needs,
    )
    return _receive(
        actor,
        able,
        visit_info(visit_id),
        passed,
        booked_at=booking.starts_at,
        promised_at=booking.come_at,
        identified_by=identified_by,
    )


@operation
@together()
def walk_in(
    *,
    actor: Actor,
    site_id: UUID,
    patient_id: UUID,
    service_id: UUID,
    practitioner_id: UUID | None = None,
    needs: Iterable[str] = (),
    screening: Mapping[str, str] | None = None,
    doorstep_id: UUID | None = None,
) -> CheckedIn:
    """Receive somebody without a booking. Without a wish, by who has fewest waiting.

    `doorstep_id`: who was noted at the desk; the visit begins when they came.

    Raises:
        NotAllowed, NotFound.
        ScreeningMissing, AnswersMissing: outbreak mode is on, and they were not answered.
        NobodyOnDuty: nobody who does this is here today.
    """
    actor.require(permissions.WALK_IN, site_id)
    able = actor.lent(*NEEDED)
    chosen = practitioner_id or least_busy_performer(site_id, service_id)
    if chosen is None:
        raise NobodyOnDuty
    passed = pass_door(actor=able, whom=Whom(site_id, patient_id), answers=screening)
    register_at_site(actor=able, patient_id=patient_id, site_id=site_id)
    seen_at = None
    if doorstep_id is not None:
        seen_at = answer_visitor(actor=actor, site_id=site_id, doorstep_id=doorstep_id)
    visit_id = open_visit(
        actor=able,
        patient_id=patient_id,
        site_id=site_id,
        practitioner_id=chosen,
        department_id=department_of(chosen),
        service_id=service_id,
        kind=VisitKind.WALK_IN,
        arrived_at=seen_at,
        needs=needs,
    )
    return _receive(actor, able, visit_info(visit_id), passed, booked_at=None)


def _check_may_arrive(actor: Actor, booking: ComingPatient, code: str) -> None:
    is_theirs = actor.is_owner(booking.patient_id, booking.booking_id)
    if not is_theirs:
        actor.require_to_see(scheduling.SEE, booking.site_id)
        actor.require(permissions.CHECK_IN, booking.site_id)
    if not may_come(booking.starts_at, clock.now(), site_zone(booking.site_id)):
        raise NotToday
    if is_theirs and not is_arrival_code(booking.site_id, code):
        raise WrongArrivalCode


def _receive(
    actor: Actor,
    able: Actor,
    visit: VisitInfo,
    passed: Passed,
    *,
    booked_at: datetime | None,
    promised_at: datetime | None = None,
    identified_by: str = "",
) -> CheckedIn:
    """Charge the fee, start the pathway and give a number."""
    service = begin_visit(actor=able, visit=visit, booked_at=booked_at)
    queue_id = passed.apart_queue_id or first_queue(
        visit, wants_assessment=service.wants_assessment
    )
    ticket = _ticket(able, visit, queue_id, booked_at, promised_at)
    note_entered(actor=able, passed=passed, visit_id=visit.id)
    _tell(actor, visit, ticket, identified_by)
    offer = undo.offer(actor, CHECKED_IN, undo.Row(visit.id, visit.version), site_id=visit.site_id)
    return CheckedIn(visit.id, ticket.id, ticket.number, offer)


def begin_visit(*, actor: Actor, visit: VisitInfo, booked_at: datetime | None) -> ServiceInfo:
    """Charge the fee of a visit and start its pathway. Part of a deed, not one itself."""
    if visit.service_id is None:
        raise NotFound
    service = service_info(visit.service_id)
    if service.fee_item_id is not None:
        add_charge(
            actor=actor,
            visit_id=visit.id,
            item_id=service.fee_item_id,
            quantity=Decimal(1),
            source_type="visits.visit",
            source_id=visit.id,
        )
    start_case(
        actor=actor,
        key=PATHWAY,
        subject_type="visits.visit",
        subject_id=visit.id,
        patient_id=visit.patient_id,
        site_id=visit.site_id,
        facts={
            "booked_at": booked_at,
            "wants_assessment": service.wants_assessment and not service.is_remote,
        },
    )
    return service


def _ticket(
    able: Actor,
    visit: VisitInfo,
    queue_id: UUID,
    booked_at: datetime | None,
    promised_at: datetime | None,
) -> IssuedTicket:
    return issue_ticket(
        actor=able,
        queue_id=queue_id,
        visit_id=visit.id,
        patient_id=visit.patient_id,
        booking_id=visit.booking_id,
        practitioner_id=visit.practitioner_id,
        service_id=visit.service_id,
        booked_at=booked_at,
        promised_at=promised_at,
        weights=weights_of(visit),
    )


def _tell(actor: Actor, visit: VisitInfo, ticket: IssuedTicket, identified_by: str) -> None:
    audit.record(
        actor,
        CHECKED_IN,
        Subject("visits.visit", visit.id),
        site_id=visit.site_id,
        patient_id=visit.patient_id,
        kind=visit.kind,
        ticket=ticket.number,
        identified_by=identified_by,
    )
    outbox.publish(
        PatientCheckedIn(visit.id, visit.patient_id, visit.booking_id, ticket.id),
        actor=actor,
        site_id=visit.site_id,
        subject=Subject("visits.visit", visit.id),
        topics=[visit_topic(visit.id), f"arrivals:{visit.site_id}"],
    )
