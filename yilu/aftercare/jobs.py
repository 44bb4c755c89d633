"""What aftercare does when it hears of something."""

from uuid import UUID

from yilu.aftercare.operations.follow_ups import (
    ENDED,
    TRIED,
    call_off_follow_up,
    plan_follow_up,
    undo_no_answer,
    undo_outcome,
)
from yilu.platform import outbox, undo
from yilu.platform.actors import Actor

CARER = Actor.system("aftercare.planner")

undo.reverses(ENDED, undo_outcome)
undo.reverses(TRIED, undo_no_answer)


@outbox.subscriber("aftercare.plan", "VisitClosed")
def plan(told: outbox.Told) -> None:
    """Whoever was seen and has left is asked how they are; not who is back by now."""
    if told.body.get("was_seen"):
        plan_follow_up(actor=CARER, visit_id=UUID(told.body["visit_id"]))


@outbox.subscriber("aftercare.call_off", "VisitReopened")
def call_off(told: outbox.Told) -> None:
    """Whoever is with us again need not be called."""
    call_off_follow_up(actor=CARER, visit_id=UUID(told.body["visit_id"]))
