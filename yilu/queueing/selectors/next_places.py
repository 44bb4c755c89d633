"""Where a visit's patient is to go now: the place of the ticket with which they wait."""

from dataclasses import dataclass
from uuid import UUID

from yilu.platform.names import Localized
from yilu.queueing.models import Ticket
from yilu.queueing.states import IN_QUEUE


@dataclass(frozen=True, slots=True)
class NextPlace:
    """A ticket as the way to its place: `area` to wait in, `station` once it is called."""

    ticket_id: UUID
    number: str
    kind: str
    state: str
    queue: Localized
    area: Localized
    station: Localized
    practitioner_id: UUID | None

    @property
    def place(self) -> Localized:
        """The most exact name that is known."""
        return self.station or self.area or self.queue


def next_place(visit_id: UUID) -> NextPlace | None:
    """The place of the ticket that a visit has now; None at the other end of a telephone, too.

    One query.
    """
    live = Ticket.objects.filter(visit_id=visit_id, state__in=IN_QUEUE, is_remote=False)
    ticket = live.select_related("queue", "station").order_by("-issued_at", "-id").first()
    if ticket is None:
        return None
    station = ticket.station
    return NextPlace(
        ticket_id=ticket.pk,
        number=ticket.number,
        kind=ticket.queue.kind,
        state=ticket.state,
        queue=ticket.queue.name,
        area=ticket.queue.area,
        station=station.name if station else Localized(),
        practitioner_id=ticket.practitioner_id,
    )
