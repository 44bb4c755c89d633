"""The wait of one visit, as its tickets tell it."""

from yilu.platform import clock
from yilu.queueing.models import Ticket
from yilu.queueing.visit_wait import Stand, VisitWait
from yilu.visits.selectors.visits import VisitInfo


def wait_of(visit: VisitInfo) -> VisitWait:
    """The wait of a visit. One query. No row is locked: who calls the next never waits for this."""
    found = Ticket.objects.select_related("queue").filter(visit_id=visit.id)
    return VisitWait(
        arrived_at=visit.arrived_at,
        left_at=None if visit.is_here else visit.left_at or clock.now(),
        is_withdrawn=visit.is_withdrawn,
        stands=[_stand(ticket) for ticket in found.order_by("issued_at", "id")],
    )


def _stand(ticket: Ticket) -> Stand:
    return Stand(
        ticket_id=ticket.pk,
        number=ticket.number,
        kind=ticket.queue.kind,
        state=ticket.state,
        is_remote=ticket.is_remote,
        practitioner_id=ticket.practitioner_id,
        booked_at=ticket.booked_at,
        called_at=ticket.called_at,
        ended_at=ticket.ended_at,
    )
