"""Taking back what was done at the desk or in a room, as long as nothing was built on it."""

from datetime import datetime
from uuid import UUID

from yilu.billing.operations.bills import take_bill_apart
from yilu.billing.operations.charges import void_charges_of
from yilu.billing.selectors.bills import bills_of_visits, has_money_besides
from yilu.billing.states import BillState
from yilu.clinical.selectors.history import is_untouched
from yilu.pathways.operations.cases import call_off
from yilu.platform import audit, outbox, undo
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.subjects import Subject
from yilu.queueing.operations.undoing import undo_finish, undo_issue
from yilu.queueing.selectors.tickets import TicketInfo, ticket_info, tickets_of_visit
from yilu.queueing.states import TicketState
from yilu.reception import permissions
from yilu.reception.errors import BuiltUpon
from yilu.reception.events import CheckInUndone
from yilu.reception.operations import arrivals, departures
from yilu.scheduling.operations.arrivals import undo_mark_arrived
from yilu.visits.operations.visits import reopen_visit, withdraw_visit
from yilu.visits.selectors.visits import VisitInfo, visit_info, visit_topic
from yilu.visits.states import VisitKind

NEEDED = (*arrivals.NEEDED, *departures.NEEDED)
WHY = "checked in by mistake"
UNTOUCHED = 1


@operation
def undo_check_in(*, actor: Actor, undo_id: UUID) -> None:
    """Take back that a patient was received: visit, number, fee and pathway, all or nothing.

    A booked patient is expected again. What was learnt about the patient stays: a phone or a
    consent is true whether or not they are here.

    Raises:
        NotFound, NotAllowed, UndoTooLate, AlreadyTakenBack.
        BuiltUpon: the patient was called, examined or charged since.
        CannotUndo: the booking was changed since.
    """
    offered = undo.take_back(actor, undo_id, arrivals.CHECKED_IN)
    visit = visit_info(offered.subject_id)
    is_walk_in = visit.kind == VisitKind.WALK_IN
    actor.require_to_see(permissions.SEE, visit.site_id)
    actor.require(permissions.WALK_IN if is_walk_in else permissions.CHECK_IN, visit.site_id)
    able = actor.lent(*NEEDED)
    tickets = tickets_of_visit(visit.id)
    if visit.version != offered.version or not all(map(_is_untouched, tickets)):
        raise BuiltUpon
    for ticket in tickets:
        undo_issue(actor=able, ticket_id=ticket.id)
    withdraw_visit(actor=able, visit_id=visit.id, version=offered.version)
    # Only now: who writes about the visit holds its row, so nothing comes in between.
    if not is_untouched(visit.id) or has_money_besides(visit.id, visit.id):
        raise BuiltUpon
    void_charges_of(actor=able, source_type="visits.visit", source_id=visit.id, reason=WHY)
    call_off(actor=able, subject_id=visit.id, reason=WHY)
    if visit.booking_id is not None:
        undo_mark_arrived(actor=able, booking_id=visit.booking_id)
    _tell(actor, visit)


@operation
def undo_finish_ticket(*, actor: Actor, undo_id: UUID) -> None:
    """Take back that somebody was finished with, and where they were sent: they are in the room.

    What was signed stays signed: a note is amended, a prescription voided, each as a deed of
    its own.

    Raises:
        NotFound, NotAllowed, UndoTooLate, AlreadyTakenBack.
        BuiltUpon: the patient was called elsewhere, or has paid.
        StationBusy: somebody else is in the room.
        BillInUse, SlotTaken: money is on its way; the time that became free is booked.
    """
    offered = undo.take_back(actor, undo_id, departures.FINISHED)
    ticket = ticket_info(offered.subject_id)
    actor.require_to_see(permissions.SEE, ticket.site_id)
    actor.require(permissions.FINISH, ticket.site_id)
    visit = visit_info(ticket.visit_id)
    if visit.version != offered.body["visit_version"] or ticket.ended_at is None:
        raise BuiltUpon
    able = actor.lent(*NEEDED)
    for later in tickets_of_visit(visit.id):
        if later.issued_at >= ticket.ended_at and later.id != ticket.id:
            _take_number_back(able, later)
    _take_bill_apart(able, visit, ticket.ended_at)
    reopen_visit(actor=able, visit_id=visit.id)
    undo_finish(actor=able, ticket_id=ticket.id)


def _is_untouched(ticket: TicketInfo) -> bool:
    return ticket.state == TicketState.WAITING and ticket.version == UNTOUCHED


def _take_number_back(able: Actor, ticket: TicketInfo) -> None:
    if ticket.state == TicketState.LEFT:
        return
    if not _is_untouched(ticket):
        raise BuiltUpon
    undo_issue(actor=able, ticket_id=ticket.id)


def _take_bill_apart(able: Actor, visit: VisitInfo, since: datetime) -> None:
    """Undo the bill that was opened on the way out. One that stood before stays."""
    for bill in bills_of_visits([visit.id]).get(visit.id, []):
        if bill.opened_at >= since and bill.total:
            if bill.state != BillState.OPEN:
                raise BuiltUpon
            take_bill_apart(actor=able, bill_id=bill.bill_id)


def _tell(actor: Actor, visit: VisitInfo) -> None:
    subject = Subject("visits.visit", visit.id)
    audit.record(
        actor,
        "reception.patient.check_in_undone",
        subject,
        site_id=visit.site_id,
        patient_id=visit.patient_id,
        kind=visit.kind,
    )
    outbox.publish(
        CheckInUndone(visit.id, visit.patient_id, visit.booking_id),
        actor=actor,
        site_id=visit.site_id,
        subject=subject,
        topics=[visit_topic(visit.id), f"arrivals:{visit.site_id}"],
    )
