"""One ticket: where it stands, for the patient's phone, the desk and the printed slip."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from yilu.facility.selectors.sites import site_zone
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized
from yilu.queueing import permissions
from yilu.queueing.models import Queue, Ticket
from yilu.queueing.rules.lengths import Wait
from yilu.queueing.selectors.boards import counted_from
from yilu.queueing.selectors.sheet import sheet
from yilu.queueing.states import IN_QUEUE, TicketState


@dataclass(frozen=True, slots=True)
class TicketInfo:
    """The facts of a ticket, for other apps."""

    id: UUID
    number: str
    queue_id: UUID
    kind: str
    site_id: UUID
    visit_id: UUID
    patient_id: UUID
    booking_id: UUID | None
    practitioner_id: UUID | None
    state: str
    station_id: UUID | None
    issued_at: datetime
    called_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    version: int
    level: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ticket stands now. Never a single minute: `low_minutes` to `high_minutes`."""

    ticket_id: UUID
    number: str
    queue_id: UUID
    queue: Localized
    kind: str
    state: str
    ahead: int
    low_minutes: int
    high_minutes: int
    promise_minutes: int
    waited_minutes: int
    since: datetime
    station_name: Localized
    directions: Localized
    says: str
    version: int

    @property
    def state_label(self) -> str:
        """The state in the reader's words."""
        return str(TicketState(self.state).label)


def ticket_info(ticket_id: UUID) -> TicketInfo:
    """The facts of one ticket, for other apps. One query. Raises: NotFound."""
    ticket = Ticket.objects.select_related("queue").filter(pk=ticket_id).first()
    if ticket is None:
        raise NotFound
    return _info(ticket)


def tickets_of_visit(visit_id: UUID) -> list[TicketInfo]:
    """The tickets of a visit, in order. One query."""
    found = Ticket.objects.select_related("queue").filter(visit_id=visit_id)
    return [_info(ticket) for ticket in found.order_by("issued_at", "id")]


def live_ticket(visit_id: UUID) -> TicketInfo | None:
    """The ticket with which a visit waits, or is called, now. One query."""
    live = [one for one in tickets_of_visit(visit_id) if one.state in IN_QUEUE]
    return live[-1] if live else None


@dataclass(frozen=True, slots=True)
class Waiter:
    """Where a visit waits now: its number, its queue, its level."""

    number: str
    queue: Localized
    level: int


def waiters(visit_ids: Iterable[UUID]) -> dict[UUID, Waiter]:
    """Where each of several visits waits now, by visit. One query, none for nobody."""
    wanted = set(visit_ids)
    if not wanted:
        return {}
    live = Ticket.objects.filter(visit_id__in=wanted, state__in=IN_QUEUE).order_by("issued_at")
    found = live.values_list("visit_id", "number", "queue__name", "level")
    return {visit: Waiter(number, Localized(name), level) for visit, number, name, level in found}


def at_station(station_id: UUID) -> TicketInfo | None:
    """Who is called to a station, or in its room, now. One query."""
    found = Ticket.objects.select_related("queue").filter(
        station_id=station_id, state__in=(TicketState.CALLED, TicketState.IN_ROOM)
    )
    ticket = found.order_by("beside", "-called_at").first()
    return _info(ticket) if ticket else None


def ticket_detail(actor: Actor, ticket_id: UUID) -> TicketInfo:
    """One ticket, if the actor may see it. One query."""
    info = ticket_info(ticket_id)
    if not actor.is_owner(info.patient_id, info.visit_id, info.booking_id):
        actor.require_to_see(permissions.SEE, info.site_id)
    return info


def ticket_place(ticket_id: UUID) -> Place:
    """Where a ticket stands: how many are ahead, and how long that takes here. Seven queries.

    Raises:
        NotFound: there is no such ticket.
    """
    ticket = Ticket.objects.select_related("queue", "station").filter(pk=ticket_id).first()
    if ticket is None:
        raise NotFound
    seen = sheet(ticket.site_id, queue_ids=[ticket.queue_id])
    places = (
        (ahead, wait) for ahead, one, wait in seen.places(ticket.queue_id) if one.pk == ticket_id
    )
    ahead, wait = next(places, (0, Wait(0, 0)))
    zone = site_zone(ticket.site_id)
    since = counted_from(ticket)
    until = ticket.called_at or ticket.ended_at or seen.now
    waited = (seen.now if ticket.state == TicketState.WAITING else until) - since
    station = ticket.station
    return Place(
        ticket_id=ticket.pk,
        number=ticket.number,
        queue_id=ticket.queue_id,
        queue=ticket.queue.name,
        kind=ticket.queue.kind,
        state=ticket.state,
        ahead=ahead,
        low_minutes=wait.low,
        high_minutes=wait.high,
        promise_minutes=ticket.queue.promise_minutes,
        waited_minutes=max(int(waited.total_seconds() // 60), 0),
        since=since.astimezone(zone),
        station_name=station.name if station else Localized(),
        directions=station.directions if station else Localized(),
        says=_says(ticket.state, ahead, wait, ticket.queue, str(station.name) if station else ""),
        version=ticket.version,
    )


def _says(state: str, ahead: int, wait: Wait, queue: Queue, station: str) -> str:
    """One sentence for the patient."""
    match state:
        case TicketState.CALLED:
            return _("It is your turn: please go to %(station)s.") % {"station": station}
        case TicketState.IN_ROOM:
            return _("You are being attended to.")
        case TicketState.SKIPPED:
            return _("You missed your call. Please go to the front desk.")
        case TicketState.FINISHED | TicketState.LEFT:
            return _("This is done.")
    said = {"ahead": ahead, "low": wait.low, "high": wait.high, "most": queue.promise_minutes}
    if ahead == 0:
        return _("You are next: about %(low)s to %(high)s minutes.") % said
    return _("%(ahead)s ahead of you: about %(low)s to %(high)s minutes.") % said


def _info(ticket: Ticket) -> TicketInfo:
    return TicketInfo(
        id=ticket.pk,
        number=ticket.number,
        queue_id=ticket.queue_id,
        kind=ticket.queue.kind,
        site_id=ticket.site_id,
        visit_id=ticket.visit_id,
        patient_id=ticket.patient_id,
        booking_id=ticket.booking_id,
        practitioner_id=ticket.practitioner_id,
        state=ticket.state,
        station_id=ticket.station_id,
        issued_at=ticket.issued_at,
        called_at=ticket.called_at,
        started_at=ticket.started_at,
        ended_at=ticket.ended_at,
        version=ticket.version,
        level=ticket.level,
    )
