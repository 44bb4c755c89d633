"""Taking deeds back: each has a named reverse, for ten minutes, unless something followed it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import on_violation, operation
from yilu.queueing import permissions
from yilu.queueing.errors import AlreadyQueued, BuiltUpon, StationBusy, TooLateToUndo
from yilu.queueing.events import TicketDeedUndone, TicketFinishUndone, TicketLeft
from yilu.queueing.models import Call, Deed, Ticket
from yilu.queueing.operations.attending import Attending
from yilu.queueing.operations.held import FIELDS, HeldTicket, restored
from yilu.queueing.states import TicketState

# Real time: it is about the slip of a hand, not about the clinic's day.
UNDO_WITHIN = timedelta(minutes=10)
FIRST = 1


@operation
def undo_call(*, actor: Actor, ticket_id: UUID) -> None:
    """Take a call back: the patient waits again where they waited, the screens forget it.

    Raises:
        BuiltUpon: something was done with this ticket since.
        TooLateToUndo: more than ten minutes have passed.
    """
    held = HeldTicket.of(ticket_id, actor, permissions.CALL)
    _take_back(held, "called", actor)
    last = Call.objects.filter(ticket_id=ticket_id, undone_at=None).order_by("-called_at").first()
    if last is not None:
        last.undone_at = clock.now()
        last.save(update_fields=["undone_at"])


@operation
def undo_start(*, actor: Actor, ticket_id: UUID) -> None:
    """Take back that a patient is in the room: they are called, and not there yet."""
    held = HeldTicket.of(ticket_id, actor, permissions.CALL)
    _take_back(held, "started", actor)
    Attending.undo_begin(actor, held.row)


@operation
def undo_skip(*, actor: Actor, ticket_id: UUID) -> None:
    """Take a missed call back: the patient is called at the same station.

    Raises:
        StationBusy: somebody else has been called there since.
    """
    _take_back(HeldTicket.of(ticket_id, actor, permissions.CALL), "skipped", actor)


@operation
def undo_finish(*, actor: Actor, ticket_id: UUID) -> None:
    """Take back that a patient has finished: they are in the room, or wait, as before.

    Raises:
        BuiltUpon: the patient has been called elsewhere since.
        StationBusy: somebody else is at the station now.
    """
    held = HeldTicket.of(ticket_id, actor, permissions.CALL)
    ticket = held.row
    if ticket.ended_at is not None and _called_elsewhere(ticket, ticket.ended_at):
        raise BuiltUpon
    before = _take_back(held, "finished", actor, TicketFinishUndone)
    Attending.undo_end(actor, ticket)
    if before["state"] != TicketState.IN_ROOM:
        Attending.undo_come_by(actor, ticket)


@operation
def undo_move(*, actor: Actor, ticket_id: UUID) -> None:
    """Take a move by hand back: the ticket stands again where the rule had put it."""
    _take_back(HeldTicket.of(ticket_id, actor, permissions.MOVE), "moved", actor)


@operation
def undo_transfer(*, actor: Actor, ticket_id: UUID) -> None:
    """Take a transfer back: the patient waits in the queue they came from."""
    _take_back(HeldTicket.of(ticket_id, actor, permissions.MOVE), "transferred", actor)


@operation
def undo_leave(*, actor: Actor, ticket_id: UUID) -> None:
    """Take back that a patient has left the queue: they wait again where they waited."""
    _take_back(HeldTicket.of(ticket_id, actor, permissions.ISSUE), "left", actor)


@operation
def undo_requeue(*, actor: Actor, ticket_id: UUID) -> None:
    """Take back that somebody who missed a call waits again."""
    _take_back(HeldTicket.of(ticket_id, actor, permissions.ISSUE), "requeued", actor)


@operation
def undo_return(*, actor: Actor, ticket_id: UUID) -> None:
    """Take back that somebody came back with results: they had finished."""
    _take_back(HeldTicket.of(ticket_id, actor, permissions.ISSUE), "returned", actor)


@operation
def undo_issue(*, actor: Actor, ticket_id: UUID) -> None:
    """Take back that a number was given: nobody waits with it. It is not given out again.

    Raises:
        BuiltUpon: the number was called, moved, or something else was done with it.
    """
    held = HeldTicket.of(ticket_id, actor, permissions.ISSUE)
    if held.row.state != TicketState.WAITING or held.row.version != FIRST:
        raise BuiltUpon
    held.change(actor, "withdrawn", TicketLeft, TicketState.LEFT, ended_at=clock.now())


def _called_elsewhere(ticket: Ticket, since: datetime) -> bool:
    """Whether the visit went on in another queue, and more than just waits there."""
    later = Ticket.objects.filter(visit_id=ticket.visit_id, issued_at__gte=since)
    passive = (TicketState.WAITING, TicketState.LEFT)
    return later.exclude(state__in=passive).exclude(pk=ticket.pk).exists()


def _take_back(
    held: HeldTicket, kind: str, actor: Actor, event: type[Any] = TicketDeedUndone
) -> dict[str, Any]:
    """Put the ticket back as it was before its last deed, if that was `kind`. Five queries."""
    ticket = held.row
    deed = (
        Deed.objects.select_for_update()
        .filter(ticket_id=ticket.pk, ticket_version=ticket.version, undone_at=None)
        .first()
    )
    if deed is None or deed.kind != kind:
        raise BuiltUpon
    if clock.machine_now() - deed.at > UNDO_WITHIN:
        raise TooLateToUndo
    state, queues = ticket.state, {ticket.queue_id}
    before = restored(deed.before)
    for name, value in before.items():
        setattr(ticket, name, value)
    ticket.version += 1
    with on_violation(
        queueing_ticket_one_at_station=StationBusy, queueing_ticket_once_in_queue=AlreadyQueued
    ):
        ticket.save(update_fields=[*(name.removesuffix("_id") for name in FIELDS), "version"])
    deed.undone_at = clock.machine_now()
    deed.save(update_fields=["undone_at"])
    held.record(actor, f"{kind}_undone", state)
    held.tell(actor, event, queues)
    return before
