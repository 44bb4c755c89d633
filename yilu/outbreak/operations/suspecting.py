"""Who is suspected: sent the isolation route, looked after, or suspected without need."""

from uuid import UUID

from yilu.outbreak import permissions
from yilu.outbreak.errors import (
    AlreadyMet,
    AlreadySuspected,
    NothingAsked,
    NotSuspected,
    ReasonMissing,
)
from yilu.outbreak.events import PatientScreened, SuspicionLifted, SuspicionMet
from yilu.outbreak.models import Screening
from yilu.outbreak.operations.holding import held_screening, record, save, tell
from yilu.outbreak.rules import book
from yilu.outbreak.selectors.modes import Mode, mode_of, plan_of
from yilu.outbreak.states import AskedVia, ScreeningOutcome
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.queueing import permissions as queueing
from yilu.queueing.operations.issuing import transfer_ticket
from yilu.queueing.selectors.points import queue_for
from yilu.queueing.selectors.tickets import live_ticket
from yilu.queueing.states import QueueKind, TicketState
from yilu.visits.selectors.visits import visit_info

MOST_REASON = 300
# What staff read beside the number; no patient and no wall sees it.
SENT = "isolation route"
BACK = "no longer apart"


@operation
def mark_suspected(*, actor: Actor, visit_id: UUID, why: str) -> UUID:
    """Suspect somebody who is with us, whatever they answered; they are sent apart at once.

    Raises:
        NotFound, NotAllowed.
        NothingAsked: outbreak mode is off.
        ReasonMissing, AlreadySuspected.
    """
    visit = visit_info(visit_id)
    actor.require_to_see(permissions.SEE, visit.site_id)
    actor.require(permissions.SCREEN, visit.site_id)
    mode = mode_of(visit.site_id)
    if mode is None:
        raise NothingAsked
    if not why.strip():
        raise ReasonMissing
    held = Screening.objects.filter(
        outbreak_id=mode.id, visit_id=visit_id, outcome=ScreeningOutcome.POSITIVE, lifted_at=None
    )
    if held.exists():
        raise AlreadySuspected
    row = Screening(
        outbreak_id=mode.id,
        site_id=visit.site_id,
        is_drill=mode.is_drill,
        clinic_day=visit.clinic_day,
        patient_id=visit.patient_id,
        booking_id=visit.booking_id,
        visit_id=visit_id,
        via=AskedVia.STAFF,
        set_version=book().version,
        answers="",
        why=why.strip(),
        outcome=ScreeningOutcome.POSITIVE,
        asked_by_id=actor.user_id,
        answered_at=clock.now(),
    )
    row.save(force_insert=True)
    record(actor, row, "patient.suspected", is_drill=row.is_drill)
    told = PatientScreened(
        screening_id=row.pk,
        patient_id=row.patient_id,
        visit_id=visit_id,
        is_positive=True,
        is_drill=row.is_drill,
    )
    tell(actor, row, told)
    send_apart(actor=actor, row=row, mode=mode)
    return row.pk


@operation
def meet_suspected(*, actor: Actor, screening_id: UUID) -> None:
    """Say that one looks after a suspected patient now: the call for help is over.

    Raises:
        NotFound, NotAllowed, NotSuspected.
        AlreadyMet: a colleague does.
    """
    row = held_screening(actor, screening_id, permissions.SCREEN)
    if row.outcome != ScreeningOutcome.POSITIVE or row.lifted_at is not None:
        raise NotSuspected
    if row.met_at is not None:
        raise AlreadyMet
    row.met_at, row.met_by_id = clock.now(), actor.user_id
    save(row, "met_at", "met_by")
    record(actor, row, "suspicion.met", is_drill=row.is_drill)
    tell(actor, row, SuspicionMet(row.pk))


@operation
def lift_suspicion(
    *, actor: Actor, screening_id: UUID, reason: str, version: int | None = None
) -> None:
    """Say that a patient was suspected without need; who still waits apart waits with the others.

    Raises: NotFound, NotAllowed, Stale, NotSuspected, ReasonMissing.
    """
    row = held_screening(actor, screening_id, permissions.TRACE)
    if row.outcome != ScreeningOutcome.POSITIVE or row.lifted_at is not None:
        raise NotSuspected
    check_version(row, version)
    if not reason.strip():
        raise ReasonMissing
    row.lifted_at, row.lifted_by_id = clock.now(), actor.user_id
    row.lift_reason = reason.strip()[:MOST_REASON]
    save(row, "lifted_at", "lifted_by", "lift_reason")
    record(actor, row, "suspicion.lifted", is_drill=row.is_drill, reason=row.lift_reason)
    tell(actor, row, SuspicionLifted(row.pk))
    _send_back(actor, row)


def send_apart(*, actor: Actor, row: Screening, mode: Mode) -> None:
    """Have a suspected patient who is here wait in the room apart. In a drill nobody moves."""
    if mode.is_drill or row.visit_id is None:
        return
    row.apart_at = clock.now()
    save(row, "apart_at")
    ticket = live_ticket(row.visit_id)
    if ticket is not None and ticket.queue_id != mode.plan.queue_id:
        transfer_ticket(
            actor=actor.lent(queueing.SEE, queueing.MOVE),
            ticket_id=ticket.id,
            queue_id=mode.plan.queue_id,
            reason=SENT,
        )


def _send_back(actor: Actor, row: Screening) -> None:
    plan = plan_of(row.site_id)
    ticket = live_ticket(row.visit_id) if row.visit_id and row.apart_at else None
    if plan is None or ticket is None or ticket.queue_id != plan.queue_id:
        return
    visit = visit_info(ticket.visit_id)
    queue = queue_for(
        row.site_id, QueueKind.CONSULTATION, practitioner_id=visit.practitioner_id,
        department_id=visit.department_id,
    )  # fmt: skip
    if queue is not None and ticket.state == TicketState.WAITING:
        transfer_ticket(
            actor=actor.lent(queueing.SEE, queueing.MOVE),
            ticket_id=ticket.id,
            queue_id=queue.id,
            reason=BACK,
        )
