"""Keeping what is answered before a visit, and taking it over into the record."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from yilu.clinical.operations.allergies import AllergyFacts, add_allergy
from yilu.clinical.operations.history import add_problem
from yilu.intake import permissions
from yilu.intake.errors import (
    AnswersIncomplete,
    ConsentMissing,
    NothingToTake,
)
from yilu.intake.events import AnswerTakenOver
from yilu.intake.models import Sheet
from yilu.intake.operations.carrying import carry_on
from yilu.intake.operations.keeping import hold_open, sealed, tell_answered, write
from yilu.intake.rules.questions import missing, nothing_to_tell, read_answers
from yilu.intake.selectors.sheets import answers_in, asked_in
from yilu.intake.states import SheetState, check_move
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import FieldError, NotFound
from yilu.visits.selectors.visits import visit_info

SOURCE = "就诊前问卷 Questions before the visit"


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
    held.filled_by = actor.kind[:8]
    held.version += 1
    held.save(
        update_fields=["state", "answers", "answered_at", "consent_at", "filled_by", "version"]
    )
    tell_answered(actor, held, answers)
    carry_on(actor, held, answers)
    return held.pk


@operation
def take_over(*, actor: Actor, visit_id: UUID, key: str) -> None:
    """Put one answer into the record of a visit's patient: an allergy, or a problem.

    Raises:
        NotFound, NotAllowed: as writing it by hand would.
        NothingToTake: the answer holds nothing of the kind, or was taken over already.
        AlreadyRecorded: it is on record.
    """
    visit = visit_info(visit_id)
    actor.require_to_see(permissions.SEE, visit.site_id)
    if visit.booking_id is None:
        raise NotFound
    sheets = Sheet.objects.select_for_update(no_key=True)
    held = sheets.filter(booking_id=visit.booking_id).first()
    if held is None:
        raise NotFound
    question = next((one for one in asked_in(held) if one.key == key), None)
    said = answers_in(held).get(key, "")
    if question is None or key in held.taken or held.state != SheetState.ANSWERED:
        raise NothingToTake
    words = str(question.takes_words) if question.takes_words and said == "yes" else ""
    words = words or (said if question.takes_words is None else "")
    if not question.takes or not words:
        raise NothingToTake
    if question.takes == "allergy":
        facts = AllergyFacts(substance=words[:120], source=SOURCE)
        add_allergy(actor=actor, visit_id=visit_id, facts=facts)
    else:
        add_problem(actor=actor, visit_id=visit_id, text=words[:200])
    held.taken = [*held.taken, key]
    held.version += 1
    held.save(update_fields=["taken", "version"])
    write(actor, held, "taken_over", AnswerTakenOver(held.pk, held.booking_id, held.patient_id))
