"""What queueing does when events come in and timers go off."""

from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yilu.facility.selectors.places import place_names
from yilu.facility.selectors.sites import site_zone
from yilu.messaging.selectors.reached import lost
from yilu.messaging.states import NOT_ARRIVED
from yilu.platform.actors import Actor
from yilu.platform.outbox import Told, subscriber
from yilu.platform.timers import Due, handler
from yilu.queueing import permissions
from yilu.queueing.operations.issuing import leave_queue
from yilu.queueing.operations.late_running import LOOK, tell_later_times, watch_for_delay
from yilu.queueing.operations.learning import NIGHTLY, close_clinic_day, schedule_night
from yilu.queueing.operations.long_waits import (
    PROMISE_PAST,
    TOO_LONG,
    follow_wait,
    notice_broken_promise,
    notice_long_wait,
)
from yilu.queueing.operations.notices import PROGRESS, keep_told, note_lost, tell_progress
from yilu.queueing.operations.setup import keep_set_up
from yilu.queueing.operations.telling import tell_who_waits
from yilu.queueing.selectors.tickets import tickets_of_visit
from yilu.queueing.states import IN_QUEUE
from yilu.scheduling import permissions as scheduling
from yilu.visits.selectors.visits import visit_info
from yilu.workforce.selectors.practitioners import practitioner_infos

CLERK = Actor.system(
    "queueing",
    permissions.SEE,
    permissions.ISSUE,
    permissions.CALL,
    permissions.SET_UP,
    permissions.EXPLAIN,
)
LATE = Actor.system("queueing.late_running", permissions.SEE, scheduling.CHANGE)


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


@subscriber(
    "queueing.follow_the_wait",
    "TicketIssued",
    "TicketCalled",
    "TicketFinished",
    "TicketSkipped",
    "TicketRequeued",
    "TicketLeft",
    "TicketTransferred",
    "TicketDeedUndone",
    "TicketFinishUndone",
    "VisitClosed",
    "VisitReopened",
    "VisitWithdrawn",
    "LongWaitRaised",
)
def follow(event: Told) -> None:
    """A wait began, ended or goes on: see whether it is to be explained, or is over."""
    visit_id = UUID(event.body["visit_id"])
    follow_wait(actor=CLERK, visit_id=visit_id)
    if event.name != "LongWaitRaised":
        keep_told(actor=CLERK, visit_id=visit_id)


@subscriber("queueing.count_lost_messages", "MessageSettled")
def count_lost(event: Told) -> None:
    """A message about the wait reached nobody: staff are to go."""
    if event.body["template"] == "wait_progress" and event.body["state"] in NOT_ARRIVED:
        key = lost(event.subject_id)
        if key:
            note_lost(actor=CLERK, notice_id=UUID(key.removeprefix("progress:")))


@subscriber("queueing.watch_for_delay", "TicketIssued", "TicketCalled", "TicketFinished")
def watch(event: Told) -> None:
    """A doctor's session goes on: look every few minutes whether it runs late."""
    watch_for_delay(actor=LATE, queue_id=UUID(event.body["queue_id"]))


@handler(LOOK, says=_("Tell the patients of a late doctor"))
def look_for_delay(due: Due) -> None:
    """Tell a late doctor's patients who gain by it and are still at home to come later."""
    tell_later_times(actor=LATE, queue_id=due.subject_id)


@subscriber("queueing.leave_with_the_visit", "VisitClosed")
def leave(event: Told) -> None:
    """Who has left the clinic waits nowhere; who is back by now stays where they are."""
    live = [one for one in tickets_of_visit(event.subject_id) if one.state in IN_QUEUE]
    # Asked only now: a visit taken up again meanwhile may be what put its ticket back.
    if not live or visit_info(event.subject_id).is_here:
        return
    for ticket in live:
        leave_queue(actor=CLERK, ticket_id=ticket.id)


@subscriber("queueing.follow_the_place", "PlaceAdded", "PlaceChanged")
def follow_place(event: Told) -> None:
    """A room, chair or department that can be used has its station and queue."""
    if event.site_id is not None and event.body.get("is_active", True):
        keep_set_up(actor=CLERK, site_id=event.site_id)


@subscriber("queueing.follow_the_practitioner", "PractitionerAdded", "PractitionerChanged")
def follow_practitioner(event: Told) -> None:
    """Somebody who sees patients has a queue where they work."""
    found = practitioner_infos([event.subject_id]).get(event.subject_id)
    if found is not None and found.department_id is not None:
        for place in place_names([found.department_id]).values():
            keep_set_up(actor=CLERK, site_id=place.site_id)


@handler(TOO_LONG, says=_("See whether somebody waits too long"))
def too_long(due: Due) -> None:
    """The limit of a wait is reached."""
    notice_long_wait(actor=CLERK, visit_id=due.subject_id)


@handler(PROMISE_PAST, says=_("See whether a promised time is past"))
def promise_past(due: Due) -> None:
    """The promised time of a ticket is past."""
    notice_broken_promise(actor=CLERK, ticket_id=due.subject_id)


@handler(PROGRESS, says=_("Tell who waits how it goes"))
def progress(due: Due) -> None:
    """A patient who waits is to hear how it goes."""
    tell_progress(actor=CLERK, visit_id=due.subject_id)


@handler(NIGHTLY, says=_("Close the queues of the day"))
def nightly(due: Due) -> None:
    """Close the day before this night, and come again in the next."""
    day = due.due_at.astimezone(site_zone(due.subject_id)).date() - timedelta(days=1)
    close_clinic_day(actor=CLERK, site_id=due.subject_id, day=day)
    schedule_night(actor=CLERK, site_id=due.subject_id)
