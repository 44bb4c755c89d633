"""Calling patients to a station: the next one, or a certain one; and what follows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from yilu.platform import audit, clock
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, loaded, on_violation, operation, prepared_rows
from yilu.platform.errors import NotFound
from yilu.platform.ids import new_id
from yilu.queueing import permissions
from yilu.queueing.errors import NotServedHere, ReasonMissing, StationBusy, TicketMoveRefused
from yilu.queueing.events import (
    TicketCalled,
    TicketFinished,
    TicketRecalled,
    TicketSkipped,
    TicketStarted,
)
from yilu.queueing.models import Call, Serving, Station, Ticket
from yilu.queueing.operations.attending import Attending, Turn
from yilu.queueing.operations.held import FIELDS, HeldTicket, tell
from yilu.queueing.states import AT_STATION, TicketState

_BEFORE = ", ".join(f"'{name}', picked.{name}" for name in FIELDS)
_WAITING = """
    FROM queueing_ticket t
    JOIN queueing_serving serving
        ON serving.queue_id = t.queue_id AND serving.station_id = %(station)s
    WHERE t.state = 'waiting'
        AND (%(queue)s::uuid IS NULL OR t.queue_id = %(queue)s)
        AND (%(practitioner)s::uuid IS NULL OR t.practitioner_id IS NULL
             OR t.practitioner_id = %(practitioner)s)
"""
# The order is `order.Waiting.key`.
_IN_TURN = """
    ORDER BY t.level, t.limit_at > %(now)s,
        CASE WHEN t.limit_at <= %(now)s THEN t.limit_at ELSE t.turn_at END, t.ready_at, t.id
    LIMIT 1 FOR NO KEY UPDATE OF t
"""
# One statement: the next by the rule, skipping whom another desk is taking at this moment;
# called, said aloud, and kept so that it can be taken back.
_CALL_NEXT = f"""
WITH picked AS (
    SELECT t.* {_WAITING} {_IN_TURN} SKIP LOCKED
), called AS (
    UPDATE queueing_ticket t SET state = 'called', called_at = %(now)s, started_at = NULL,
        station_id = %(station)s, beside = %(beside)s, version = t.version + 1,
        reason = CASE WHEN %(beside)s THEN %(reason)s ELSE t.reason END
    FROM picked WHERE t.id = picked.id RETURNING t.*
), said AS (
    INSERT INTO queueing_call (id, ticket_id, station_id, site_id, clinic_day, called_at)
    SELECT %(call)s, id, station_id, site_id, clinic_day, called_at FROM called
    WHERE NOT is_remote
), kept AS (
    INSERT INTO queueing_deed (id, ticket_id, kind, at, before, ticket_version)
    SELECT %(deed)s, picked.id, 'called', %(machine_now)s,
        jsonb_build_object({_BEFORE}), picked.version + 1 FROM picked
)
SELECT called.*, queue.kind AS kind FROM called JOIN queueing_queue queue ON queue.id = queue_id
"""  # noqa: S608 (only names of columns are put in)
_SOMEBODY_WAITS = f"SELECT t.id {_WAITING} LIMIT 1"
_LET_GO = f"SELECT t.id {_WAITING} {_IN_TURN}"
_TRIES = 8


@dataclass(frozen=True, slots=True)
class CalledTicket:
    """Who has been called, where to."""

    id: UUID
    number: str
    queue_id: UUID
    site_id: UUID
    visit_id: UUID
    patient_id: UUID
    booking_id: UUID | None
    station_id: UUID
    called_at: datetime
    version: int


@operation
def call_next(
    *, actor: Actor, station_id: UUID, queue_id: UUID | None = None, reason: str = ""
) -> CalledTicket | None:
    """Call whoever is next by the rule to a station; None when nobody waits. Four queries; three
    when nobody does.

    Two desks never call the same ticket. With `queue_id` only from that queue. A `reason`
    lets a doctor call another patient while one is still in the room.

    Raises:
        StationBusy: somebody is called or in the room here, and no reason was given.
        NotServedHere: the station does not serve that queue.
    """
    station = _station(station_id, actor)
    params = {
        "station": station_id,
        "queue": queue_id,
        "practitioner": station.practitioner_id,
        "now": clock.now(),
        "machine_now": clock.machine_now(),
        "beside": bool(reason.strip()),
        "reason": reason.strip(),
        "call": new_id(),
        "deed": new_id(),
    }
    with on_violation(queueing_ticket_one_at_station=StationBusy):
        found = _next(params)
    if not found:
        _refuse_if_unserved(station_id, queue_id)
        return None
    row = found[0]
    kind = row.pop("kind")
    ticket = Ticket(**row)
    _say_called(actor, ticket, kind, TicketCalled, "called")
    return _called(ticket)


def _next(params: Mapping[str, object]) -> list[dict[str, Any]]:
    """The next one, called. Who is held by another deed at this moment is waited for rather than
    called nobody: what tells patients their time holds a whole queue for an instant.
    """
    for _ in range(_TRIES):
        found = prepared_rows(_CALL_NEXT, params)
        if found or not prepared_rows(_SOMEBODY_WAITS, params):
            return found
        prepared_rows(_LET_GO, params)
    return []


@operation
def call_ticket(
    *,
    actor: Actor,
    ticket_id: UUID,
    station_id: UUID,
    reason: str = "",
    version: int | None = None,
) -> CalledTicket:
    """Call a certain patient to a station: out of turn, so with a reason unless they are next.

    Somebody who missed a call and is here now needs no reason.

    Raises:
        ReasonMissing: others are ahead. StationBusy, NotServedHere.
    """
    station = _station(station_id, actor)
    held = HeldTicket.of(ticket_id, actor, permissions.CALL, version)
    ticket = held.row
    if not Serving.objects.filter(station_id=station_id, queue_id=ticket.queue_id).exists():
        raise NotServedHere
    is_waiting = ticket.state == TicketState.WAITING
    if is_waiting and not reason.strip() and not Turn.is_next(ticket):
        raise ReasonMissing
    busy = Ticket.objects.filter(station_id=station_id, state__in=AT_STATION, beside=False)
    if not reason.strip() and busy.exists():
        raise StationBusy
    held.change(
        actor,
        "called",
        TicketCalled,
        TicketState.CALLED,
        called_at=clock.now(),
        started_at=None,
        station_id=station.pk,
        beside=bool(reason.strip()) and busy.exists(),
        reason=reason.strip() or ticket.reason,
    )
    _keep_call(ticket, station_id)
    return _called(ticket)


@operation
def recall_ticket(*, actor: Actor, ticket_id: UUID, version: int | None = None) -> CalledTicket:
    """Say a called number once more, on the screens and aloud.

    Raises:
        TicketMoveRefused: it has not been called, or the patient is in the room.
    """
    held = HeldTicket.of(ticket_id, actor, permissions.CALL, version)
    state = TicketState(held.row.state)
    if state != TicketState.CALLED:
        raise TicketMoveRefused(current=state.label, target=TicketState.CALLED.label)
    held.change(
        actor,
        "recalled",
        TicketRecalled,
        TicketState.CALLED,
        recalls=held.row.recalls + 1,
        called_at=held.row.called_at or clock.now(),
    )
    called = _called(held.row)
    _keep_call(held.row, called.station_id)
    return called


@operation
def start_ticket(*, actor: Actor, ticket_id: UUID, version: int | None = None) -> None:
    """Note that the called patient is in the room. Their booking is in consultation then."""
    held = HeldTicket.of(ticket_id, actor, permissions.CALL, version)
    if held.row.state != TicketState.IN_ROOM:
        _start(actor, held, clock.now())


@operation
def skip_ticket(*, actor: Actor, ticket_id: UUID, version: int | None = None) -> None:
    """Note that nobody came when the number was called (过号): the station is free again."""
    held = HeldTicket.of(ticket_id, actor, permissions.CALL, version)
    if held.row.state == TicketState.SKIPPED:
        return
    held.change(
        actor,
        "skipped",
        TicketSkipped,
        TicketState.SKIPPED,
        skips=held.row.skips + 1,
        station_id=None,
        beside=False,
    )


@operation
def finish_ticket(*, actor: Actor, ticket_id: UUID, version: int | None = None) -> None:
    """Note that the patient has left the station. A consultation ends their booking.

    Somebody who was called and never marked as in the room was in it since the call. Nothing
    happens when the ticket is finished already.
    """
    held = HeldTicket.of(ticket_id, actor, permissions.CALL)
    ticket = held.row
    if ticket.state == TicketState.FINISHED:
        return
    check_version(ticket, version)
    if ticket.state == TicketState.CALLED:
        _start(actor, held, ticket.called_at or clock.now())
    was_in_room = ticket.state == TicketState.IN_ROOM
    held.change(
        actor,
        "finished",
        TicketFinished,
        TicketState.FINISHED,
        started_at=ticket.started_at or ticket.called_at,
        ended_at=clock.now(),
    )
    if not was_in_room:
        Attending.come_by(actor, ticket)
    Attending.end(actor, ticket)


def _start(actor: Actor, held: HeldTicket, at: datetime) -> None:
    held.change(actor, "started", TicketStarted, TicketState.IN_ROOM, started_at=at)
    Attending.begin(actor, held.row)


def _station(station_id: UUID, actor: Actor) -> Station:
    found = loaded(Station, "id = %(id)s AND is_active", {"id": station_id})
    if not found:
        raise NotFound
    station = found[0]
    actor.require_to_see(permissions.SEE, station.site_id)
    actor.require(permissions.CALL, station.site_id)
    return station


def _refuse_if_unserved(station_id: UUID, queue_id: UUID | None) -> None:
    if queue_id is None:
        return
    if not Serving.objects.filter(station_id=station_id, queue_id=queue_id).exists():
        raise NotServedHere


def _say_called(
    actor: Actor, ticket: Ticket, kind: str, event: type[TicketCalled], deed: str
) -> None:
    audit.record(
        actor,
        f"queueing.ticket.{deed}",
        ticket,
        site_id=ticket.site_id,
        patient_id=ticket.patient_id,
        before=str(TicketState.WAITING),
        after=ticket.state,
        reason=ticket.reason,
        station=ticket.station_id,
    )
    tell(actor, ticket, kind, event, set())


def _keep_call(ticket: Ticket, station_id: UUID) -> None:
    """Say it in the hall; whoever is at the other end of a telephone is not there."""
    if ticket.is_remote:
        return
    Call(
        ticket=ticket,
        station_id=station_id,
        site_id=ticket.site_id,
        clinic_day=ticket.clinic_day,
        called_at=clock.now(),
    ).save(force_insert=True)


def _called(ticket: Ticket) -> CalledTicket:
    if ticket.station_id is None or ticket.called_at is None:
        raise NotFound  # A called ticket has both: the database holds it.
    return CalledTicket(
        ticket.pk,
        ticket.number,
        ticket.queue_id,
        ticket.site_id,
        ticket.visit_id,
        ticket.patient_id,
        ticket.booking_id,
        ticket.station_id,
        ticket.called_at,
        ticket.version,
    )
