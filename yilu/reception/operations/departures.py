"""A step of the visit is over: on to the next one, or home."""

from uuid import UUID

from yilu.billing import permissions as billing
from yilu.billing.operations.bills import open_bill
from yilu.billing.selectors.bills import owes_money
from yilu.diagnostics.selectors.lab_waiting import (
    is_to_be_sampled,
    unexplained_since,
    waits_here_for_results,
)
from yilu.diagnostics.selectors.study_waiting import (
    unexplained_studies_since,
    waits_here_for_studies,
)
from yilu.outbreak.selectors.screenings import is_apart
from yilu.pharmacy.selectors.waiting import waits_for_medicine
from yilu.platform import undo
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.queueing import permissions as queueing
from yilu.queueing.operations.calling import finish_ticket as finish_queue_ticket
from yilu.queueing.operations.issuing import issue_ticket, return_ticket
from yilu.queueing.selectors.points import QueueInfo, queue_for, sampling_queue
from yilu.queueing.selectors.tickets import TicketInfo, ticket_info, tickets_of_visit
from yilu.queueing.states import IN_QUEUE, QueueKind, TicketState
from yilu.reception import permissions
from yilu.reception.operations.standing import weights_of
from yilu.reception.selectors.queues import consultation_queue
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.selectors.arriving import coming_patient
from yilu.visits import permissions as visits
from yilu.visits.operations.visits import close_visit
from yilu.visits.selectors.visits import VisitInfo, visit_info

FINISHED = "reception.ticket.finished"
NEEDED = (
    scheduling.SEE,
    scheduling.CHANGE,
    visits.SEE,
    visits.OPEN,
    visits.CLOSE,
    queueing.SEE,
    queueing.CALL,
    queueing.ISSUE,
    billing.SEE,
    billing.CHARGE,
)


@operation
def finish_ticket(*, actor: Actor, ticket_id: UUID, version: int | None = None) -> UUID:
    """End what a ticket was for, and send the patient on to the next step.

    After the assessment comes the consultation; after the consultation the cashier when there
    is something to pay, else the sampling point, else the pharmacy when there is medicine, else
    the doctor again with results, else the way home. Gives back the offer to take it back.

    Raises:
        NotFound, NotAllowed, Stale, TicketMoveRefused.
    """
    ticket = ticket_info(ticket_id)
    actor.require_to_see(queueing.SEE, ticket.site_id)
    actor.require(permissions.FINISH, ticket.site_id)
    able = actor.lent(*NEEDED)
    finish_queue_ticket(actor=able, ticket_id=ticket_id, version=version)
    visit = visit_info(ticket.visit_id)
    match ticket.kind:
        case QueueKind.ASSESSMENT:
            _to_consultation(able, visit, ticket.level)
        case QueueKind.CONSULTATION:
            _to_cashier(able, visit)
        case _:
            go_on(actor=able, visit_id=visit.id)
    return undo.offer(
        actor,
        FINISHED,
        undo.Row(ticket_id, ticket_info(ticket_id).version),
        site_id=ticket.site_id,
        visit_version=visit_info(visit.id).version,
    )


@operation
def go_on(*, actor: Actor, visit_id: UUID) -> None:
    """Send a patient on to what is still open: the cashier, the sampling point, the pharmacy,
    back to the doctor with results, or home.

    Nothing happens while the patient waits somewhere, or for results. Run twice, it is done once.
    """
    visit = visit_info(visit_id)
    if not visit.is_here or _waits_somewhere(visit_id):
        return
    if _is_to_pay(actor, visit_id):
        _wait_for(actor, visit, QueueKind.CASHIER)
    elif is_to_be_sampled(visit_id):
        _wait_in(actor, visit, sampling_queue(visit.site_id))
    elif waits_for_medicine(visit_id):
        _wait_for(actor, visit, QueueKind.PHARMACY)
    elif waits_here_for_results(visit_id) or waits_here_for_studies(visit_id):
        return
    elif (seen := _seen_before_results(visit_id)) is not None:
        return_ticket(actor=actor, ticket_id=seen.id)
    else:
        close_visit(actor=actor, visit_id=visit_id)


@operation
def leave_window(*, actor: Actor, visit_id: UUID, kind: QueueKind) -> None:
    """End the ticket of a window whose work is done, and send the patient on.

    As long as more of that work is left, the number holds for it, too.
    """
    is_left = owes_money if kind == QueueKind.CASHIER else waits_for_medicine
    if not is_left(visit_id):
        for ticket in tickets_of_visit(visit_id):
            if _waits_at(ticket, kind):
                finish_queue_ticket(actor=actor, ticket_id=ticket.id)
    go_on(actor=actor, visit_id=visit_id)


@operation
def follow_laboratory(*, actor: Actor, visit_id: UUID) -> None:
    """Send a patient on after the laboratory or imaging did something: sampled, reported, off.

    Who has not been seen by the doctor yet stays where they are.
    """
    tickets = tickets_of_visit(visit_id)
    if not is_to_be_sampled(visit_id):
        queue = sampling_queue(visit_info(visit_id).site_id)
        for ticket in tickets:
            if queue is not None and ticket.queue_id == queue.id and ticket.state in IN_QUEUE:
                finish_queue_ticket(actor=actor, ticket_id=ticket.id)
    if any(_was_seen(ticket) for ticket in tickets):
        go_on(actor=actor, visit_id=visit_id)


@operation
def leave_in_vain(*, actor: Actor, visit_id: UUID) -> None:
    """Send on who waits for medicine at the pharmacy when the last of it was called off."""
    if any(_waits_at(ticket, QueueKind.PHARMACY) for ticket in tickets_of_visit(visit_id)):
        leave_window(actor=actor, visit_id=visit_id, kind=QueueKind.PHARMACY)


def _waits_at(ticket: TicketInfo, kind: QueueKind) -> bool:
    return ticket.kind == kind and ticket.state in IN_QUEUE


def _waits_somewhere(visit_id: UUID) -> bool:
    return any(ticket.state in IN_QUEUE for ticket in tickets_of_visit(visit_id))


def _to_consultation(able: Actor, visit: VisitInfo, level: int) -> None:
    """The queue of the doctor; how urgent it is was found at the assessment."""
    booking = coming_patient(visit.booking_id) if visit.booking_id else None
    issue_ticket(
        actor=able,
        queue_id=consultation_queue(visit),
        visit_id=visit.id,
        patient_id=visit.patient_id,
        booking_id=visit.booking_id,
        practitioner_id=visit.practitioner_id,
        service_id=visit.service_id,
        booked_at=booking.starts_at if booking else None,
        promised_at=booking.come_at if booking else None,
        came_at=visit.arrived_at,
        level=level,
        weights=weights_of(visit),
    )


def _is_to_pay(actor: Actor, visit_id: UUID) -> bool:
    """Whether there is a bill to pay; what was prescribed since the last one is put on a new one.

    Otherwise nobody would be asked for it, and the patient would go home without.
    """
    if not owes_money(visit_id):
        open_bill(actor=actor, visit_id=visit_id)
    return owes_money(visit_id)


def _to_cashier(able: Actor, visit: VisitInfo) -> None:
    open_bill(actor=able, visit_id=visit.id)
    go_on(actor=able, visit_id=visit.id)


def _was_seen(ticket: TicketInfo) -> bool:
    return ticket.kind == QueueKind.CONSULTATION and ticket.state == TicketState.FINISHED


def _seen_before_results(visit_id: UUID) -> TicketInfo | None:
    """The consultation that ended before results came, to which the patient comes back."""
    seen = [ticket for ticket in tickets_of_visit(visit_id) if _was_seen(ticket)]
    last = max(seen, key=lambda one: one.ended_at or one.issued_at, default=None)
    if last is None or last.ended_at is None:
        return None
    since = last.ended_at
    if unexplained_since(visit_id, since) or unexplained_studies_since(visit_id, since):
        return last
    return None


def _wait_for(actor: Actor, visit: VisitInfo, kind: QueueKind) -> None:
    _wait_in(actor, visit, queue_for(visit.site_id, kind))


def _wait_in(actor: Actor, visit: VisitInfo, queue: QueueInfo | None) -> None:
    """Give the ticket of a window; a site without such a window has no queue there.

    Who is kept apart gets none: they pay by phone, and medicine is brought to the room.
    """
    if queue is not None and not is_apart(visit.id):
        issue_ticket(actor=actor, queue_id=queue.id, visit_id=visit.id, patient_id=visit.patient_id)
