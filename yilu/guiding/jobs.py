"""What guiding does when patients are sent on, attended to, or leave."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yilu.guiding import permissions
from yilu.guiding.operations.following import (
    find_guides,
    follow_visit,
    note_attended,
    note_overdue,
    reopen_attended,
)
from yilu.guiding.operations.giving import NOT_PICKED_UP
from yilu.guiding.operations.leading import DELIVERED, TAKEN
from yilu.guiding.operations.receiving import (
    RECEIVED,
    WITHDRAWN,
    undo_deliver_task,
    undo_receive_patient,
    undo_take_task,
    undo_withdraw_task,
)
from yilu.guiding.states import Destination
from yilu.platform import outbox, timers, undo
from yilu.platform.actors import Actor

USHER = Actor.system(
    "guiding.usher", permissions.SEE, permissions.STEER, permissions.RECEIVE, permissions.ASK
)
# What a deed at a window says of who stands there.
WINDOWS = {
    "BillSettled": Destination.CASHIER,
    "DispenseHandedOver": Destination.PHARMACY,
}
ATTENDS = frozenset({"TicketCalled", "TicketStarted", "TicketFinished"})
UNDONE = frozenset({"TicketDeedUndone", "TicketFinishUndone"})

undo.reverses(TAKEN, undo_take_task, _("Taken back: nobody is on the way with the patient."))
undo.reverses(DELIVERED, undo_deliver_task, _("Taken back: you are on the way with the patient."))
undo.reverses(RECEIVED, undo_receive_patient, _("Taken back: the patient has not come yet."))
undo.reverses(WITHDRAWN, undo_withdraw_task, _("Taken back: the patient is to be brought."))


@outbox.subscriber(
    "guiding.follow_the_visit",
    "TicketIssued",
    "TicketCalled",
    "TicketStarted",
    "TicketSkipped",
    "TicketRequeued",
    "TicketFinished",
    "TicketLeft",
    "TicketTransferred",
    "TicketDeedUndone",
    "TicketFinishUndone",
    "VisitClosed",
    "VisitWithdrawn",
    "VisitReopened",
)
def follow(told: outbox.Told) -> None:
    """A patient was sent on, called, attended to, or has left."""
    visit_id = UUID(told.body["visit_id"])
    _attended(told, visit_id)
    follow_visit(actor=USHER, visit_id=visit_id)
    if told.name in UNDONE:
        reopen_attended(actor=USHER, ticket_id=told.subject_id)


@outbox.subscriber("guiding.attended_at_a_window", *WINDOWS)
def attended_at_window(told: outbox.Told) -> None:
    """A person took the money or handed the medicine over: the patient stood there."""
    if told.actor_kind == "staff" and told.actor_id is not None:
        note_attended(
            actor=USHER,
            visit_id=UUID(told.body["visit_id"]),
            destination=WINDOWS[told.name],
            user_id=told.actor_id,
        )


@outbox.subscriber("guiding.give_what_waits", "GuideTaskReceived", "GuideTaskWithdrawn")
def give_what_waits(told: outbox.Told) -> None:
    """A guide is free again: somebody may be found for whom there was nobody."""
    if told.site_id is not None:
        find_guides(actor=USHER, site_id=told.site_id)


@timers.handler(NOT_PICKED_UP, says=_("See whether a guide took a task"))
def not_picked_up(due: timers.Due) -> None:
    """A task should have been taken up by now."""
    note_overdue(actor=USHER, task_id=due.subject_id)


def _attended(told: outbox.Told, visit_id: UUID) -> None:
    """Who starts or finishes a ticket has its patient; who calls one has whom the guide brought."""
    if told.name not in ATTENDS or told.actor_kind != "staff" or told.actor_id is None:
        return
    note_attended(
        actor=USHER,
        visit_id=visit_id,
        user_id=told.actor_id,
        ticket_id=told.subject_id,
        only_brought=told.name == "TicketCalled",
    )
