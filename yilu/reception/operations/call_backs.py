"""Calls that we owe: asked for, missed, tried in vain, returned."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from yilu.patients.selectors.patients import patient_exists
from yilu.platform import clock, undo
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import NotFound
from yilu.reception import permissions
from yilu.reception.errors import CallBackTooLate
from yilu.reception.events import CallBackChanged
from yilu.reception.operations.calling import blind, held_call_back, number, record, save, tell
from yilu.reception.operations.owing import over, owed_call, promise, start, to_be_returned
from yilu.reception.states import CallBackOutcome, CallBackState

OVER = "reception.call_back.over"
AGAIN = timedelta(minutes=30)
FARTHEST = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class CallBackWish:
    """Whom to call back, by when, why, and who does it; without `owner_id` whoever is free."""

    site_id: UUID
    phone: str
    due_at: datetime
    reason: str
    patient_id: UUID | None = None
    owner_id: UUID | None = None


@operation
def ask_call_back(*, actor: Actor, wish: CallBackWish) -> UUID:
    """Promise somebody a call. It stands in the list of the desk, or of the one who does it.

    Raises:
        NotAllowed, NotFound, NoSuchNumber.
        CallBackTooLate: the time is past, or too far away.
        CannotTakeOver: that colleague holds no post here today.
    """
    actor.require_to_see(permissions.TELEPHONE, wish.site_id)
    now = clock.now()
    if not now < wish.due_at <= now + FARTHEST:
        raise CallBackTooLate
    if wish.patient_id is not None and not patient_exists(wish.patient_id):
        raise NotFound
    phone = number(wish.phone)
    owed = owed_call(wish.site_id, phone, blind(phone), wish.due_at)
    owed.reason, owed.patient_id = wish.reason.strip(), wish.patient_id
    owed.owner_id = wish.owner_id
    promise(actor, owed)
    return owed.pk


@operation
def note_no_answer(*, actor: Actor, call_back_id: UUID, version: int | None = None) -> int:
    """Nobody answered: again in half an hour. How often it was tried.

    Raises: NotFound, NotAllowed, Stale, CallBackIsOver.
    """
    owed = held_call_back(actor, call_back_id)
    check_version(owed, version)
    to_be_returned(owed)
    owed.tries += 1
    owed.due_at = clock.now() + AGAIN
    save(owed, "tries", "due_at")
    record(actor, owed, "no_answer", tries=owed.tries)
    tell(actor, owed, CallBackChanged(owed.pk))
    return owed.tries


@operation
def finish_call_back(
    *, actor: Actor, call_back_id: UUID, outcome: str, version: int | None = None
) -> UUID:
    """Take a call off the list; gives back the way back.

    Raises: NotFound, NotAllowed, Stale, CallBackIsOver.
    """
    owed = held_call_back(actor, call_back_id)
    check_version(owed, version)
    to_be_returned(owed)
    over(actor, owed, CallBackOutcome(outcome))
    return undo.offer(actor, OVER, owed, site_id=owed.site_id)


@operation
def undo_finish_call_back(*, actor: Actor, undo_id: UUID) -> None:
    """Put a call back on the list.

    Raises: NotFound, NotAllowed, UndoTooLate, AlreadyTakenBack, BuiltUpon.
    """
    offered = undo.take_back(actor, undo_id, OVER)
    owed = held_call_back(actor, offered.subject_id)
    offered.check(owed)
    # Who rang again meanwhile is on the list with that call already.
    owed.is_missed_call = False
    owed.state, owed.outcome, owed.ended_at = CallBackState.DUE, "", None
    save(owed, "is_missed_call", "state", "outcome", "ended_at")
    record(actor, owed, "restored")
    tell(actor, owed, CallBackChanged(owed.pk))
    start(actor, owed)
