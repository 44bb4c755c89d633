"""Asking a colleague or a department about a patient, and what becomes of the question."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from yilu.clinical import permissions
from yilu.clinical.errors import MoveRefused, NotAsked
from yilu.clinical.events import OpinionAsked, OpinionGiven, OpinionWithdrawn, RecordChanged
from yilu.clinical.models import Opinion
from yilu.clinical.operations.traces import change, record, tell_work
from yilu.clinical.rules.rulesets import ruleset
from yilu.clinical.rules.texts import clean_words, required, the_reason
from yilu.clinical.selectors.context import practitioner, setting
from yilu.clinical.states import OpinionState, OpinionUrgency, check_opinion_move
from yilu.facility.selectors.places import departments
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import FieldError, Invalid, NotFound
from yilu.workforce.selectors.practitioners import department_of, practitioners

LIMITS = {"question": 1000, "text": 2000}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, how soon, and of whom: one colleague, or a department."""

    text: str
    practitioner_id: UUID | None = None
    department_id: UUID | None = None
    urgency: str = OpinionUrgency.USUAL


@operation
def ask_opinion(*, actor: Actor, visit_id: UUID, question: Question) -> UUID:
    """Ask a colleague, or a department, about the patient of a visit. Their time counts from now.

    Raises:
        NotFound, NotAllowed, NotAPractitioner, VisitOver.
        Invalid: nothing is asked, or nobody who works here; the fields are named.
    """
    where = setting(actor, visit_id, permissions.WRITE)
    by = practitioner(actor)
    words = clean_words(LIMITS, question=question.text)
    errors = [*required("question", **words), *_unknown(where.site_id, by, question)]
    if errors:
        raise Invalid(*errors)
    now = clock.now()
    minutes = ruleset("opinions").body["minutes"][question.urgency]
    row = Opinion(
        visit_id=where.visit_id,
        patient_id=where.patient_id,
        site_id=where.site_id,
        clinic_day=where.day,
        question=words["question"],
        urgency=question.urgency,
        department_id=question.department_id,
        asked_of_id=question.practitioner_id,
        asked_by_id=by,
        asked_at=now,
        due_at=now + timedelta(minutes=minutes),
    )
    row.save(force_insert=True)
    record(actor, row, "opinion.asked", urgency=row.urgency)
    tell_work(actor, row, OpinionAsked(row.pk, row.visit_id, row.patient_id, row.urgency))
    return row.pk


@operation
def give_opinion(*, actor: Actor, opinion_id: UUID, text: str, version: int | None = None) -> None:
    """Answer a question: who was asked, or somebody of the department that was.

    Raises:
        NotFound, NotAPractitioner, Stale, MoveRefused.
        NotAsked: the question is for somebody else. Invalid: nothing is said.
    """
    row = _held(actor, opinion_id, version)
    by = practitioner(actor)
    if by == row.asked_by_id or (row.asked_of_id or by) != by:
        raise NotAsked
    if row.department_id is not None and department_of(by) != row.department_id:
        raise NotAsked
    check_opinion_move(row.state, OpinionState.GIVEN)
    words = clean_words(LIMITS, text=text)
    if errors := required("text", **words):
        raise Invalid(*errors)
    change(row, state=OpinionState.GIVEN, text=words["text"], given_by_id=by, given_at=clock.now())
    record(actor, row, "opinion.given")
    tell_work(actor, row, OpinionGiven(row.pk, row.visit_id, row.patient_id))


@operation
def read_opinion(*, actor: Actor, opinion_id: UUID) -> None:
    """Say that who asked has read the opinion; the second time changes nothing.

    Raises: NotFound, NotAPractitioner, NotAsked: somebody else asked. MoveRefused: none is given.
    """
    row = _held(actor, opinion_id, None)
    if practitioner(actor) != row.asked_by_id:
        raise NotAsked
    if row.state != OpinionState.GIVEN:
        raise MoveRefused(current=OpinionState(row.state).label)
    if row.read_at is None:
        change(row, read_at=clock.now())
        record(actor, row, "opinion.read")
        tell_work(actor, row, RecordChanged(row.patient_id, row.visit_id, "opinion"))


@operation
def withdraw_opinion(
    *, actor: Actor, opinion_id: UUID, reason: str, version: int | None = None
) -> None:
    """Take a question back that nobody has answered yet, with why.

    Raises: NotFound, NotAPractitioner, Stale, NotAsked, MoveRefused, ReasonMissing.
    """
    row = _held(actor, opinion_id, version)
    if practitioner(actor) != row.asked_by_id:
        raise NotAsked
    check_opinion_move(row.state, OpinionState.WITHDRAWN)
    change(row, state=OpinionState.WITHDRAWN, reason=the_reason(reason))
    record(actor, row, "opinion.withdrawn")
    tell_work(actor, row, OpinionWithdrawn(row.pk, row.visit_id, row.patient_id))


def _held(actor: Actor, opinion_id: UUID, version: int | None) -> Opinion:
    row = Opinion.objects.select_for_update().filter(pk=opinion_id).first()
    if row is None:
        raise NotFound
    setting(actor, row.visit_id)
    check_version(row, version)
    return row


def _unknown(site_id: UUID, by: UUID, question: Question) -> list[FieldError]:
    message = str(Invalid.message)
    if question.urgency not in OpinionUrgency.values:
        return [FieldError("urgency", "unknown_value", message)]
    asked = (question.practitioner_id, question.department_id)
    if asked.count(None) != 1:
        return [FieldError("to", "required", message)]
    known = {one.id for one in practitioners(site_id)} | {one.id for one in departments(site_id)}
    if by in asked or not known.intersection(asked):
        return [FieldError("to", "unknown_value", message)]
    return []
