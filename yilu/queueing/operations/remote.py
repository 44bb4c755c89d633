"""Patients at the other end of a telephone or video: taken without a call in the hall."""

from uuid import UUID

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotFound
from yilu.queueing import permissions
from yilu.queueing.events import TicketCalled, TicketStarted
from yilu.queueing.models import Station
from yilu.queueing.operations.attending import Attending
from yilu.queueing.operations.held import HeldTicket
from yilu.queueing.states import TicketState


@operation
def begin_remote(*, actor: Actor, ticket_id: UUID, station_id: UUID) -> None:
    """Let a station attend to somebody by telephone or video now; nothing is said aloud.

    Raises:
        NotFound, NotAllowed, TicketMoveRefused.
        StationBusy: somebody else is called or in the room here.
    """
    station = Station.objects.filter(pk=station_id, is_active=True).first()
    if station is None:
        raise NotFound
    held = HeldTicket.of(ticket_id, actor, permissions.CALL)
    if station.site_id != held.row.site_id or not held.row.is_remote:
        raise NotFound
    now = clock.now()
    held.change(
        actor, "called", TicketCalled, TicketState.CALLED, called_at=now, station_id=station_id
    )
    held.change(actor, "started", TicketStarted, TicketState.IN_ROOM, started_at=now)
    Attending.begin(actor, held.row)
