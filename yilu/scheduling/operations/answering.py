"""What patients, or the desk for them, answer to a place that is kept instead of their old one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from yilu.messaging.operations.messages import send_message
from yilu.platform import audit, clock, links, timers
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotFound, Stale
from yilu.scheduling import permissions
from yilu.scheduling.errors import AnswerOver
from yilu.scheduling.models import Plan, PlannedMove
from yilu.scheduling.operations.asking import (
    PLACE_OVER,
    ask,
    end,
    keep,
    stands,
    take_place,
    tell_answer,
)
from yilu.scheduling.operations.changing import cancel_booking, reschedule_booking
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.operations.telling import LINK_STANDS, TWO_WAYS
from yilu.scheduling.planholds import let_go, place_alone
from yilu.scheduling.rules import check_policy, check_start
from yilu.scheduling.selectors.answers import proposal
from yilu.scheduling.selectors.facts import service_facts
from yilu.scheduling.states import ASKED, STILL_OPEN, MoveState, PlanState

MOST_ROUNDS = 3
REPLANNED = "booking_replanned"


@operation
def accept_move(*, actor: Actor, move_id: UUID, round_: int | None = None) -> Booked | None:
    """Take the place that is kept: the booking moves there, and its old place is given up.

    Accepting again changes nothing, and gives back None.

    Raises:
        NotFound: there is no such proposal, or it is not the actor's to answer.
        Stale: another place is proposed by now.
        AnswerOver: it no longer stands.
        And what moving a booking raises when the clinic changed meanwhile.
    """
    move = _held(actor, move_id)
    if move.state == MoveState.ACCEPTED:
        return None
    _check_round(move, round_)
    if move.state not in ASKED or not stands(move) or not _is_ahead(move):
        raise AnswerOver
    booked = take_place(actor, move)
    end(actor, move, MoveState.ACCEPTED)
    _record(actor, move, "accepted", starts_at=move.starts_at)
    return booked


@operation
def decline_move(*, actor: Actor, move_id: UUID, round_: int | None = None) -> bool:
    """Let the kept place go, and find another for this booking alone; False when there is none.

    The old place stays the booking's. After three proposals, or when nothing fits, the desk calls.

    Raises: NotFound, Stale, AnswerOver.
    """
    move = _held(actor, move_id)
    _check_round(move, round_)
    if move.state not in ASKED or not stands(move):
        raise AnswerOver
    place = [move.starts_at.isoformat() if move.starts_at else "", str(move.practitioner_id)]
    move.declined = [*move.declined, place]
    _record(actor, move, "declined", starts_at=move.starts_at, round=move.round)
    return _propose_again(actor, move)


@operation
def propose_again(*, actor: Actor, move_id: UUID) -> bool:
    """Find another place for a booking whose kept one can no longer be had; False: there is none.

    Raises: NotFound, AnswerOver.
    """
    move = _held(actor, move_id)
    if move.state not in ASKED or not stands(move):
        raise AnswerOver
    _record(actor, move, "lost", starts_at=move.starts_at, round=move.round)
    return _propose_again(actor, move)


@operation
def choose_instead(
    *,
    actor: Actor,
    move_id: UUID,
    starts_at: datetime,
    practitioner_id: UUID,
    round_: int | None = None,
) -> Booked:
    """Take another free time than the kept one, which is let go together with the old.

    Raises:
        NotFound, Stale, AnswerOver.
        UnknownService, UnknownPractitioner, StartsInPast, TooSoon, TooFarAhead, OutsideSessions,
        SlotTaken, PatientBusy: all stays as it was.
    """
    move = _held(actor, move_id)
    _check_round(move, round_)
    if move.state not in {*ASKED, MoveState.TO_CALL} or not stands(move):
        raise AnswerOver
    facts = service_facts(move.booking.service_id, practitioner_id)
    check_start(starts_at, clock.now())
    check_policy(starts_at, clock.now(), facts.service)
    let_go(actor, move)
    booked = reschedule_booking(
        actor=actor.lent(permissions.CHANGE),
        booking_id=move.booking_id,
        starts_at=starts_at,
        practitioner_id=practitioner_id,
    )
    move.starts_at, move.ends_at = booked.starts_at, booked.ends_at
    move.practitioner_id = booked.practitioner_id
    end(actor, move, MoveState.ACCEPTED)
    _record(actor, move, "chosen", starts_at=starts_at, practitioner=practitioner_id)
    return booked


@operation
def cancel_instead(*, actor: Actor, move_id: UUID, reason: str, round_: int | None = None) -> None:
    """Cancel the booking instead of moving it, however late: the clinic could not keep it.

    Raises: NotFound, Stale, AnswerOver, MoveRefused.
    """
    move = _held(actor, move_id)
    if move.state == MoveState.CANCELLED:
        return
    _check_round(move, round_)
    if move.state not in {*ASKED, MoveState.TO_CALL} or not stands(move):
        raise AnswerOver
    able = actor.lent(permissions.CHANGE)
    cancel_booking(actor=able, booking_id=move.booking_id, reason=reason)
    end(actor, move, MoveState.CANCELLED)
    _record(actor, move, "cancelled")


@operation
def note_silence(*, actor: Actor, move_id: UUID) -> None:
    """A patient has not answered in time: the desk calls, and the place is kept until it begins.

    Twice changes nothing.
    """
    move = _locked(move_id)
    if move.state == MoveState.TOLD and (move.answer_by or clock.now()) <= clock.now():
        _call_now(actor, move, "silent")


@operation
def note_unreached(*, actor: Actor, move_id: UUID, round_: int) -> None:
    """No message of a round reached the patient: the desk calls at once, and does not wait for an
    answer that cannot come. The place is kept until it begins.

    Twice, or late, changes nothing.
    """
    move = _locked(move_id)
    if move.state == MoveState.TOLD and move.round == round_:
        _call_now(actor, move, "unreached")


@operation
def end_place(*, actor: Actor, move_id: UUID) -> None:
    """A kept place has begun without an answer: it is let go, and the desk still calls.

    Twice changes nothing.
    """
    move = _locked(move_id)
    if move.state in ASKED and not _is_ahead(move):
        _to_call(actor, move)


@operation
def note_booking(*, actor: Actor, booking_id: UUID) -> None:
    """A booking in a plan was changed otherwise: what is kept for it is let go. Two queries
    when it is in none."""
    found = PlannedMove.objects.filter(booking_id=booking_id, state__in=STILL_OPEN)
    for move_id in list(found.values_list("pk", flat=True)):
        move = _locked(move_id)
        if move.state in STILL_OPEN and not stands(move):
            end(actor, move, MoveState.OVERTAKEN)
            _record(actor, move, "overtaken")


@operation
def tell_of_move(*, actor: Actor, move_id: UUID, round_: int) -> None:
    """Tell a patient that their time cannot be kept, and ask about the new one, once a round."""
    asked = proposal(move_id)
    if asked.round != round_ or not asked.is_open or asked.starts_at is None:
        return
    reference = links.issue(
        "replan",
        subject_id=move_id,
        expires_at=max(asked.starts_at, asked.old_starts_at) + LINK_STANDS,
        site_id=asked.site_id,
    )
    send_message(
        actor=actor,
        key=f"replan:{move_id}:{round_}",
        template=REPLANNED,
        site_id=asked.site_id,
        patient_id=asked.patient_id,
        channels=TWO_WAYS,
        data={
            "old_starts_at": asked.old_starts_at,
            "old_doctor": asked.old_doctor,
            "starts_at": asked.starts_at,
            "doctor": asked.doctor,
            "service": asked.service,
            "until": asked.answer_by,
            "link": settings.REPLAN_LINK.format(reference=reference),
        },
    )


def _check_round(move: PlannedMove, round_: int | None) -> None:
    """Refuse an answer to another proposal than the one that stands. What else became of the
    move meanwhile, such as a message that did not arrive, does not concern who answers."""
    if round_ is not None and move.round != round_:
        raise Stale


def _call_now(actor: Actor, move: PlannedMove, why: str) -> None:
    was, move.state = move.state, MoveState.SILENT
    keep(move)
    if move.starts_at is not None:
        timers.schedule(PLACE_OVER, due_at=move.starts_at, subject_id=move.pk, site_id=move.site_id)
    _record(actor, move, why)
    tell_answer(actor, move, was=was)


def _propose_again(actor: Actor, move: PlannedMove) -> bool:
    was = move.state
    let_go(actor, move)
    if move.round < MOST_ROUNDS:
        move.state = MoveState.WAITING
        keep(move)
        if place_alone(actor, move) is not None:
            move.round += 1
            ask(actor, move, was=was)
            return True
    _to_call(actor, move)
    return False


def _to_call(actor: Actor, move: PlannedMove) -> None:
    move.practitioner_id = move.starts_at = move.ends_at = None
    end(actor, move, MoveState.TO_CALL)


def _is_ahead(move: PlannedMove) -> bool:
    return move.starts_at is not None and move.starts_at > clock.now()


def _held(actor: Actor, move_id: UUID) -> PlannedMove:
    """A move of a confirmed plan, locked, if the actor may answer: its patient, or the desk."""
    move = _locked(move_id)
    if not actor.is_owner(move.pk, move.booking.patient_id):
        actor.require_to_see(permissions.SEE, move.site_id)
        actor.require(permissions.CHANGE, move.site_id)
    if not Plan.objects.filter(pk=move.plan_id, state=PlanState.CONFIRMED).exists():
        raise AnswerOver
    return move


def _locked(move_id: UUID) -> PlannedMove:
    """The move with its booking, both locked: whether the move stands is read off the booking."""
    found = PlannedMove.objects.select_for_update(no_key=True, of=("self", "booking"))
    move = found.filter(pk=move_id).select_related("booking").first()
    if move is None:
        raise NotFound
    return move


def _record(actor: Actor, move: PlannedMove, what: str, **details: Any) -> None:
    audit.record(
        actor,
        f"scheduling.move.{what}",
        move,
        site_id=move.site_id,
        patient_id=move.booking.patient_id,
        booking=move.booking_id,
        **details,
    )
