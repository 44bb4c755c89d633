"""Asking at the visit itself, and taking answers over into the record."""

import json
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yilu.clinical import permissions as clinical
from yilu.clinical.operations.allergies import AllergyFacts, add_allergy
from yilu.clinical.operations.history import add_problem
from yilu.clinical.operations.intake import IntakeFacts, save_intake
from yilu.clinical.selectors.history import intake_of
from yilu.intake import permissions
from yilu.intake.errors import (
    AnsweredAlready,
    AnswersIncomplete,
    ConsentMissing,
    NothingToTake,
    TooLateToAnswer,
)
from yilu.intake.events import AnswersKept, AnswerTakenOver
from yilu.intake.models import Sheet
from yilu.intake.operations.carrying import carry_on
from yilu.intake.operations.keeping import sealed, tell_answered, write
from yilu.intake.operations.sheets import KEPT, Said
from yilu.intake.rules.questions import (
    YES,
    Question,
    book,
    missing,
    nothing_to_tell,
    read_answers,
    wrong_answers,
)
from yilu.intake.selectors.at_visit import key_of, sheet_for, unasked
from yilu.intake.selectors.sheets import answers_in, asked_in
from yilu.intake.states import SheetState
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import FieldError, Invalid, NotFound
from yilu.visits.selectors.visits import VisitInfo, visit_info

SOURCE = "就诊前问卷 Questions before the visit"


@operation
def answer_at_visit(
    *, actor: Actor, visit_id: UUID, said: Said, version: int | None = None
) -> UUID:
    """Keep what staff asked of somebody who is here, booked or not, whole or not yet.

    What the patient had answered can be corrected, and stays readable. `version` is that of the
    sheet that was being looked at; 0 where nobody had been asked.

    Raises:
        NotFound, NotAllowed, Stale.
        TooLateToAnswer: the visit is over.
        AnsweredAlready: it is answered, and the actor may not read what was said.
        Invalid: an answer is none; the questions are named.
        ConsentMissing: nobody agreed yet that the answers are kept.
        AnswersIncomplete: an answer of a whole sheet would be taken away.
    """
    visit = _visited(actor, visit_id)
    held = _held(visit)
    check_version(held, version)
    if held.state == SheetState.ANSWERED and not actor.may(clinical.SEE, visit.site_id):
        raise AnsweredAlready
    questions = asked_in(held)
    answers = _read(questions, said)
    lacking = missing(questions, answers)
    if held.state == SheetState.ANSWERED and lacking:
        raise AnswersIncomplete(*_named(lacking, str(AnswersIncomplete.message)))
    if held.consent_at is None and not said.consent:
        raise ConsentMissing(FieldError("consent", "required", str(ConsentMissing.message)))
    _keep(actor, held, answers, whole=not lacking)
    if lacking:
        event = AnswersKept(held.pk, visit_id, held.patient_id, len(lacking))
        write(actor, held, "kept", event)
    else:
        tell_answered(actor, held, answers)
        carry_on(actor, held, answers)
    return held.pk


@operation
def take_over(*, actor: Actor, visit_id: UUID, key: str) -> None:
    """Put one answer into the record of a visit's patient: an allergy, a problem, the intake.

    Raises:
        NotFound, NotAllowed: as writing it by hand would.
        NothingToTake: the answer holds nothing of the kind, or was taken over already.
        AlreadyRecorded: it is on record.
    """
    visit = visit_info(visit_id)
    actor.require_to_see(permissions.SEE, visit.site_id)
    held = Sheet.objects.select_for_update(no_key=True).filter(**key_of(visit)).first()
    if held is None:
        raise NotFound
    question = next((one for one in asked_in(held) if one.key == key), None)
    said = answers_in(held).get(key, "")
    if question is None or key in held.taken or held.filled_by == "":
        raise NothingToTake
    words = _words(question, said)
    if not words:
        raise NothingToTake
    _take(actor, visit_id, question, words)
    held.taken = [*held.taken, key]
    held.version += 1
    held.save(update_fields=["taken", "version"])
    write(actor, held, "taken_over", AnswerTakenOver(held.pk, held.booking_id, held.patient_id))


def _visited(actor: Actor, visit_id: UUID) -> VisitInfo:
    visit = visit_info(visit_id)
    actor.require_to_see(permissions.SEE, visit.site_id)
    actor.require(permissions.FILL, visit.site_id)
    if not visit.is_here:
        raise TooLateToAnswer
    return visit


def _held(visit: VisitInfo) -> Sheet:
    """The sheet of a visit, locked; made when nobody had been asked."""
    if sheet_for(visit) is None:
        # Two nurses may begin at once: one of them finds the other's sheet, and is too late.
        Sheet.objects.bulk_create([unasked(visit)], ignore_conflicts=True)
    return Sheet.objects.select_for_update(no_key=True).get(**key_of(visit))


def _read(questions: list[Question], said: Said) -> dict[str, str]:
    if wrong := wrong_answers(questions, said.answers):
        raise Invalid(*_named(wrong, _("This answer cannot be kept.")))
    answers = read_answers(questions, said.answers)
    return nothing_to_tell(questions, answers) if said.quick else answers


def _keep(actor: Actor, held: Sheet, answers: dict[str, str], *, whole: bool) -> None:
    now, before = clock.now(), answers_in(held)
    said_other = any(text != answers.get(key) for key, text in before.items())
    if held.state != SheetState.ASKED and said_other:
        changes: list[dict[str, Any]] = json.loads(held.earlier or "[]")
        entry = {"answers": before, "by": held.filled_by, "until": now.isoformat()}
        held.earlier = json.dumps([*changes, entry], ensure_ascii=False)
    held.state = SheetState.ANSWERED if whole else SheetState.DRAFT
    held.answers, held.set_version = sealed(answers), book().version
    held.consent_at = held.consent_at or now
    held.answered_at = now if whole else None
    held.filled_by = actor.kind[:8]
    held.version += 1
    held.save(update_fields=[*KEPT, "earlier", "version"])


def _named(keys: list[str], words: str) -> list[FieldError]:
    return [FieldError(f"q-{key}", "wrong_answer", words) for key in keys]


def _words(question: Question, said: str) -> str:
    """What an answer puts into the record; nothing when it holds nothing of the kind."""
    if not question.takes:
        return ""
    if question.takes_words is not None:
        return str(question.takes_words) if said == YES else ""
    return said


def _take(actor: Actor, visit_id: UUID, question: Question, words: str) -> None:
    if question.takes == "allergy":
        facts = AllergyFacts(substance=words[:120], source=SOURCE)
        add_allergy(actor=actor, visit_id=visit_id, facts=facts)
    elif question.takes == "problem":
        add_problem(actor=actor, visit_id=visit_id, text=words[:200])
    else:
        kept = intake_of(visit_id)
        known: dict[str, Any] = kept.content
        told = IntakeFacts(**{**known, question.field: _joined(known, question, words)})
        save_intake(actor=actor, visit_id=visit_id, facts=told, version=kept.n)


def _joined(known: dict[str, Any], question: Question, words: str) -> str:
    """What stands in the field already, with the answer behind it."""
    stands = str(known.get(question.field) or "")
    if not question.is_text or not stands or words in stands:
        return stands if question.is_text and words in stands else words
    return f"{stands}；{words}"
