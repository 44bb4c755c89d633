"""How patients are asked about the places of a confirmed plan. Only operations call this."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar, cast

from yilu.platform import clock, outbox, timers
from yilu.platform.actors import Actor
from yilu.scheduling import permissions
from yilu.scheduling.events import MoveAnswered, MoveCallOver, MoveOffered, MoveToCall
from yilu.scheduling.models import Plan, PlannedMove
from yilu.scheduling.operations.changing import reschedule_booking
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.planholds import keep_longer, let_go, stays
from yilu.scheduling.planning import answer_by
from yilu.scheduling.selectors.topics import booking_topic, move_topic, plan_topic, plans_topic
from yilu.scheduling.states import CALLS, COMING, MoveState

Call = TypeVar("Call", MoveToCall, MoveCallOver)
ANSWER, PLACE_OVER = "scheduling.answer_due", "scheduling.place_over"


def ask_patients(actor: Actor, plan: Plan) -> int:
    """Ask the patients of a plan; gives back how many. One query for each, and seven."""
    found = PlannedMove.objects.select_for_update(no_key=True, of=("self",))
    moves = found.filter(plan=plan, state__in=(MoveState.PROPOSED, MoveState.TO_CALL))
    asked: list[PlannedMove] = []
    calls: list[PlannedMove] = []
    for move in moves.select_related("booking").order_by("pk"):
        if not stands(move):
            end(actor, move, MoveState.OVERTAKEN)
        elif move.state == MoveState.PROPOSED and stays(move, move.starts_at, move.practitioner_id):
            take_place(actor, move)
            end(actor, move, MoveState.ACCEPTED)
        else:
            (asked if move.state == MoveState.PROPOSED else calls).append(move)
    keep_longer(asked)
    for move in asked:
        _ask(move)
    PlannedMove.objects.bulk_update(asked, ["state", "answer_by", "version"])
    for move in asked:
        _set_timer(move)
    events = [(_offered(move), move, topics_of(move)) for move in asked]
    to_call = [(_call(MoveToCall, move), move, topics_of(move)) for move in calls]
    outbox.publish_each([*events, *to_call], actor=actor, site_id=plan.site_id)
    return len(asked)


def ask(actor: Actor, move: PlannedMove, *, was: str) -> None:
    """Ask one patient about the place that is kept for them. Three queries."""
    _ask(move)
    move.save()
    _set_timer(move)
    _publish(actor, move, _offered(move), was)


def _ask(move: PlannedMove) -> None:
    move.state = MoveState.TOLD
    starts_at = cast("datetime", move.starts_at)
    move.answer_by = answer_by(clock.now(), move.old_starts_at, starts_at)
    move.version += 1


def _set_timer(move: PlannedMove) -> None:
    until = cast("datetime", move.answer_by)
    timers.schedule(ANSWER, due_at=until, subject_id=move.pk, site_id=move.site_id)


def _offered(move: PlannedMove) -> MoveOffered:
    return MoveOffered(
        move.pk,
        move.plan_id,
        move.booking_id,
        move.booking.patient_id,
        move.round,
        cast("datetime", move.starts_at),
        cast("datetime", move.answer_by),
    )


def take_place(actor: Actor, move: PlannedMove) -> Booked:
    """Move the booking to the place kept for it: the old one is given up only with that.

    In one deed, so that nobody can take the place between letting it go and taking it.
    """
    let_go(actor, move)
    return reschedule_booking(
        actor=actor.lent(permissions.CHANGE),
        booking_id=move.booking_id,
        starts_at=cast("datetime", move.starts_at),
        practitioner_id=move.practitioner_id,
        service_id=move.booking.service_id,
    )


def end(actor: Actor, move: PlannedMove, state: MoveState) -> None:
    """Write down what became of a move, and let go what is kept for it."""
    let_go(actor, move)
    was, move.state, move.answered_at = move.state, state, clock.now()
    keep(move)
    tell_answer(actor, move, was=was)


def tell_answer(actor: Actor, move: PlannedMove, *, was: str) -> None:
    """Say what became of a move that `was` in another state, and whether to call. One query."""
    answered = MoveAnswered(
        move.pk, move.plan_id, move.booking_id, move.booking.patient_id, move.state
    )
    _publish(actor, move, answered, was)


def calls_over(actor: Actor, moves: Sequence[PlannedMove]) -> None:
    """Say that nobody needs to call about these any more. One query."""
    over = [(_call(MoveCallOver, move), move, topics_of(move)) for move in moves]
    outbox.publish_each(over, actor=actor, site_id=moves[0].site_id if moves else None)


def _publish(actor: Actor, move: PlannedMove, event: MoveAnswered | MoveOffered, was: str) -> None:
    events: list[MoveAnswered | MoveOffered | MoveToCall | MoveCallOver] = [event]
    if move.state in CALLS:
        events.append(_call(MoveToCall, move))
    elif was in CALLS:
        events.append(_call(MoveCallOver, move))
    topics = topics_of(move)
    outbox.publish_each([(one, move, topics) for one in events], actor=actor, site_id=move.site_id)


def _call(kind: type[Call], move: PlannedMove) -> Call:
    return kind(move.pk, move.plan_id, move.booking_id, move.booking.patient_id)


def stands(move: PlannedMove) -> bool:
    """Whether the booking is still to come, where it was when the plan was made."""
    booking = move.booking
    return (
        booking.state in COMING
        and booking.starts_at == move.old_starts_at
        and booking.practitioner_id == move.old_practitioner_id
    )


def keep(move: PlannedMove) -> None:
    """Write a move back, with a new version. One query."""
    move.version += 1
    move.save()


def topics_of(move: PlannedMove) -> Sequence[str]:
    """The views that show a move."""
    return [
        plan_topic(move.plan_id),
        plans_topic(move.site_id),
        move_topic(move.pk),
        booking_topic(move.booking_id),
    ]
