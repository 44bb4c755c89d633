"""What queueing does when events come in and timers go off."""

from datetime import timedelta
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.platform.actors import Actor
from yilu.platform.outbox import Told, subscriber
from yilu.platform.timers import Due, handler
from yilu.queueing import permissions
from yilu.queueing.operations.issuing import leave_queue
from yilu.queueing.operations.learning import NIGHTLY, close_clinic_day, schedule_night
from yilu.queueing.operations.telling import tell_who_waits
from yilu.queueing.selectors.tickets import tickets_of_visit
from yilu.queueing.states import IN_QUEUE

CLERK = Actor.system(
    "queueing", permissions.SEE, permissions.ISSUE, permissions.CALL, permissions.SET_UP
)


@subscriber(
    "queueing.tell_who_waits",
    "TicketIssued",
    "TicketCalled",
    "TicketFinished",
    "TicketSkipped",
    "TicketRequeued",
    "TicketLeft",
    "TicketTransferred",
    "TicketMoved",
)
def tell(event: Told) -> None:
    """The queue has moved: some patients may want to know."""
    tell_who_waits(actor=CLERK, queue_id=UUID(event.body["queue_id"]))


@subscriber("queueing.leave_with_the_visit", "VisitClosed")
def leave(event: Told) -> None:
    """Who has left the clinic waits nowhere."""
    for ticket in tickets_of_visit(event.subject_id):
        if ticket.state in IN_QUEUE:
            leave_queue(actor=CLERK, ticket_id=ticket.id)


@handler(NIGHTLY)
def nightly(due: Due) -> None:
    """Close the day before this night, and come again in the next."""
    day = due.due_at.astimezone(site_zone(due.subject_id)).date() - timedelta(days=1)
    close_clinic_day(actor=CLERK, site_id=due.subject_id, day=day)
    schedule_night(actor=CLERK, site_id=due.subject_id)
