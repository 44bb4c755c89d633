"""What the worker does for plans: tells patients, hears answers' ends, lets time run out."""

from contextlib import suppress
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yilu.messaging.selectors.reached import lost
from yilu.messaging.states import NOT_ARRIVED
from yilu.platform import timers
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.outbox import Told, subscriber
from yilu.platform.timers import Due
from yilu.scheduling import permissions
from yilu.scheduling.operations.answering import (
    REPLANNED,
    end_place,
    note_booking,
    note_silence,
    note_unreached,
    tell_of_move,
)
from yilu.scheduling.operations.asking import ANSWER, PLACE_OVER
from yilu.scheduling.operations.replanning import END, JOB, end_plan, fail_plan
from yilu.scheduling.planner import plan_anew
from yilu.scheduling.selectors.plans import plan_of_job

WORK = plan_anew
ACTOR = Actor.system("scheduling.plans", permissions.BOOK)


@subscriber("scheduling.tell_of_move", "MoveOffered")
def tell(told: Told) -> None:
    """Tell the patient, with a link to answer."""
    tell_of_move(actor=ACTOR, move_id=told.subject_id, round_=told.body["round"])


@subscriber("scheduling.note_unreached", "MessageSettled")
def call_instead(told: Told) -> None:
    """Whom no message reaches is called."""
    if told.body["template"] != REPLANNED or told.body["state"] not in NOT_ARRIVED:
        return
    move = _told_move(lost(told.subject_id))
    if move is not None:
        note_unreached(actor=ACTOR, move_id=move[0], round_=move[1])


@subscriber(
    "scheduling.note_in_plans",
    "BookingMoved",
    "BookingCancelled",
    "BookingArrived",
    "BookingMissed",
)
def keep_plans(told: Told) -> None:
    """What happens to a booking otherwise is known to its plan."""
    note_booking(actor=ACTOR, booking_id=told.subject_id)


@subscriber("scheduling.end_failed_plan", "JobEnded")
def end_failed(told: Told) -> None:
    """A planner that died, or was called off, leaves nothing frozen."""
    if told.body["kind"] != JOB or told.body["state"] == "done":
        return
    plan_id = plan_of_job(told.subject_id)
    if plan_id is not None:
        with suppress(NotFound):
            fail_plan(actor=ACTOR, plan_id=plan_id)


@timers.handler(END, says=_("End a plan that nobody confirmed"))
def end_preview(due: Due) -> None:
    """Nobody confirmed in time."""
    end_plan(actor=ACTOR, plan_id=due.subject_id)


@timers.handler(ANSWER, says=_("See whether a patient answered about a move"))
def end_thinking(due: Due) -> None:
    """No answer: the desk calls."""
    note_silence(actor=ACTOR, move_id=due.subject_id)


@timers.handler(PLACE_OVER, says=_("End a place that was kept for a move"))
def end_keeping(due: Due) -> None:
    """The kept place has begun."""
    end_place(actor=ACTOR, move_id=due.subject_id)


def _told_move(key: str) -> tuple[UUID, int] | None:
    """The move, and its round, that a message was about, from the message's key; if any."""
    what, _, rest = key.partition(":")
    move_id, _, round_ = rest.partition(":")
    return (UUID(move_id), int(round_)) if what == "replan" else None
