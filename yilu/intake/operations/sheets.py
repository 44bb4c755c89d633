"""Keeping what is answered before a visit."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from yilu.intake.errors import (
    AnswersIncomplete,
    ConsentMissing,
)
from yilu.intake.operations.carrying import carry_on
from yilu.intake.operations.keeping import hold_open, sealed, tell_answered
from yilu.intake.rules.questions import book, missing, nothing_to_tell, read_answers
from yilu.intake.selectors.sheets import asked_in
from yilu.intake.states import SheetState, check_move
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import FieldError

KEPT = ("state", "answers", "answered_at", "consent_at", "filled_by", "set_version")


@dataclass(frozen=True, slots=True)
class Said:
    """A form of answers as it was sent. `quick`: whatever is not answered is “no”."""

    answers: Mapping[str, str]
    consent: bool = False
    quick: bool = False


@operation
def keep_draft(*, actor: Actor, booking_id: UUID, said: Said) -> dict[str, str]:
    """Keep what is answered so far. Gives back the answers that count.

    Raises: NotFound, NotAllowed, AnsweredAlready, TooLateToAnswer.
    """
    held = hold_open(actor, booking_id)
    check_move(held.state, SheetState.DRAFT)
    answers = read_answers(asked_in(held), said.answers)
    held.state, held.answers = SheetState.DRAFT, sealed(answers)
    held.save(update_fields=["state", "answers"])
    return answers


@operation
def send_answers(*, actor: Actor, booking_id: UUID, said: Said, version: int | None = None) -> UUID:
    """Answer the questions for good. Who fills them in for the patient says so by being staff.

    Other bookings of the patient that ask the same on the same day are answered with them.

    Raises:
        NotFound, NotAllowed, Stale, AnsweredAlready, TooLateToAnswer.
        ConsentMissing: nobody agreed that the answers are kept.
        AnswersIncomplete: a question that must be answered is not.
    """
    held = hold_open(actor, booking_id)
    check_move(held.state, SheetState.ANSWERED)
    check_version(held, version)
    questions = asked_in(held)
    answers = read_answers(questions, said.answers)
    if said.quick:
        answers = nothing_to_tell(questions, answers)
    if not said.consent:
        raise ConsentMissing(FieldError("consent", "required", str(ConsentMissing.message)))
    if lacking := missing(questions, answers):
        words = str(AnswersIncomplete.message)
        raise AnswersIncomplete(*(FieldError(key, "required", words) for key in lacking))
    now = clock.now()
    held.state, held.answers = SheetState.ANSWERED, sealed(answers)
    held.answered_at, held.consent_at = now, now
    held.filled_by, held.set_version = actor.kind[:8], book().version
    held.version += 1
    held.save(update_fields=[*KEPT, "version"])
    tell_answered(actor, held, answers)
    carry_on(actor, held, answers)
    return held.pk
