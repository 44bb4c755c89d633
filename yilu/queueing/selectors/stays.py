"""Who was where, and when: each stay in a waiting area or at a station on one clinic day."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.dateparse import parse_datetime

from yilu.platform import clock
from yilu.platform.names import Localized
from yilu.queueing.models import Call, Deed, Queue, Station, Ticket
from yilu.queueing.states import DONE_AT, TicketState


@dataclass(frozen=True, slots=True)
class Stay:
    """One patient in one place. `place` is the same for all who share it.

    `name` is what the area, the queue or the station is called; `is_station`: with staff, else
    waiting.
    """

    ticket_id: UUID
    visit_id: UUID
    patient_id: UUID
    place: str
    name: Localized
    is_station: bool
    from_at: datetime
    until_at: datetime
    practitioner_id: UUID | None


def stays(site_id: UUID, day: date) -> list[Stay]:
    """Every stay of a clinic day at a site, in order of time. Five queries, whoever came.

    Somebody who was sent to another queue while waiting has a stay in each. Remote visits are
    nowhere.
    """
    tickets = list(Ticket.objects.filter(site_id=site_id, clinic_day=day, is_remote=False))
    queues = {one.pk: one for one in Queue.objects.filter(site_id=site_id)}
    stations = {one.pk: one for one in Station.objects.filter(site_id=site_id)}
    called = Call.objects.filter(site_id=site_id, clinic_day=day, undone_at=None)
    calls: dict[UUID, list[Call]] = {}
    for call in called.order_by("called_at"):
        calls.setdefault(call.ticket_id, []).append(call)
    sent: dict[UUID, list[Deed]] = {}
    ids = [one.pk for one in tickets]
    moved = Deed.objects.filter(ticket__in=ids, kind="transferred", undone_at=None)
    for deed in moved.order_by("ticket_version"):
        sent.setdefault(deed.ticket_id, []).append(deed)
    found: list[Stay] = []
    now = clock.now()
    for ticket in tickets:
        waits = _waits(ticket, sent.get(ticket.pk, []), calls.get(ticket.pk, []), now)
        found += [_waiting(ticket, queues[queue_id], *times) for queue_id, *times in waits]
        found += _at_stations(
            ticket, stations, calls.get(ticket.pk, []), sent.get(ticket.pk, []), now
        )
    return sorted(found, key=lambda one: (one.from_at, one.ticket_id))


def _waits(
    ticket: Ticket, sent: list[Deed], calls: list[Call], now: datetime
) -> list[tuple[UUID, datetime, datetime]]:
    """The queues that a ticket waited in, each from when to when."""
    last = calls[-1].called_at if calls else None
    found, since = [], ticket.issued_at
    for deed in sent:
        at = max(_sent_at(deed) or since, since)
        found.append((UUID(deed.before["queue_id"]), since, at))
        since = at
    if ticket.state == TicketState.WAITING:
        last = None
    end = last if last and last >= since else ticket.ended_at or now
    return [*found, (ticket.queue_id, since, max(since, end))]


def _at_stations(
    ticket: Ticket,
    stations: dict[UUID, Station],
    calls: list[Call],
    sent: list[Deed],
    now: datetime,
) -> list[Stay]:
    """From each call to a station until the next, or until they were sent elsewhere or ended."""
    ends = [call.called_at for call in calls] + [at for at in map(_sent_at, sent) if at]
    last = ticket.ended_at or (ticket.ready_at if ticket.state == TicketState.WAITING else now)
    found = []
    for call in calls:
        until = min((at for at in ends if at > call.called_at), default=last)
        station = stations[call.station_id]
        found.append(
            Stay(
                ticket_id=ticket.pk,
                visit_id=ticket.visit_id,
                patient_id=ticket.patient_id,
                place=f"station:{station.pk}",
                name=station.name,
                is_station=True,
                from_at=call.called_at,
                until_at=max(until, call.called_at),
                practitioner_id=station.practitioner_id,
            )
        )
    return found


def _sent_at(deed: Deed) -> datetime | None:
    """When a deed was done in the clinic."""
    said = deed.before.get(DONE_AT)
    return parse_datetime(said) if said else None


def _waiting(ticket: Ticket, queue: Queue, from_at: datetime, until_at: datetime) -> Stay:
    area = str(queue.area)
    return Stay(
        ticket_id=ticket.pk,
        visit_id=ticket.visit_id,
        patient_id=ticket.patient_id,
        place=f"area:{area}" if area else f"queue:{queue.pk}",
        name=queue.area if area else queue.name,
        is_station=False,
        from_at=from_at,
        until_at=until_at,
        practitioner_id=None,
    )
