"""Everything that starts, moves and ends a case. Nothing else in the product writes one.

`start_case`, `close_step`, `learn`, `hear` and `call_off` belong to deeds and events that have
asked for their own right; no edge reaches them. What people do by hand is in `steps`.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.pathways import permissions
from yilu.pathways.errors import UnknownPathway
from yilu.pathways.models import Case
from yilu.pathways.operations.running import RunningCase
from yilu.pathways.rules import moves
from yilu.pathways.selectors.definitions import plan_by_id
from yilu.pathways.states import FINISHED, CaseState, StepState
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation, prepared
from yilu.platform.errors import NotFound
from yilu.platform.outbox import Told
from yilu.platform.plain import plain

_IN_USE = (
    "SELECT id, version FROM pathways_definition WHERE key = %(key)s ORDER BY version DESC LIMIT 1"
)
_OPEN = f"""
SELECT id FROM pathways_case
WHERE key = %(key)s AND subject_id = %(subject)s AND state = '{CaseState.OPEN}' FOR UPDATE
"""  # noqa: S608 (only the name of a state is put in)


@operation
def start_case(
    *,
    actor: Actor,
    key: str,
    subject_type: str,
    subject_id: UUID,
    patient_id: UUID | None,
    site_id: UUID,
    at: datetime | None = None,
    facts: dict[str, Any] | None = None,
) -> UUID:
    """Set a thing on its way by the version of the pathway in use. Six to nine queries.

    A thing that is already on its way stays there: the open case is given back. Its steps
    count from `at`; `facts` such as `booked_at` go into due times and named rules.

    Raises:
        UnknownPathway: nothing is published under this key.
    """
    at = at or clock.now()
    in_use = prepared(_IN_USE, {"key": key})
    if not in_use:
        raise UnknownPathway(key=key)
    definition_id, version = in_use[0]
    before = prepared(_OPEN, {"key": key, "subject": subject_id})
    if before:
        return UUID(str(before[0][0]))
    case = Case(
        definition_id=definition_id,
        key=key,
        subject_type=subject_type,
        subject_id=subject_id,
        patient_id=patient_id,
        site_id=site_id,
        clinic_day=at.astimezone(site_zone(site_id)).date(),
        facts={name: plain(value) for name, value in (facts or {}).items()},
        started_at=at,
    )
    RunningCase.begun(case, version, plan_by_id(definition_id), actor, at)
    return case.pk


@operation
def close_step(
    *,
    actor: Actor,
    step: str,
    subject_id: UUID | None = None,
    case_id: UUID | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """Finish a step within the deed that did it, so that the person sees it at once.

    Nothing happens when it is finished already, or when no open case has such a step: a
    pathway never stands in a deed's way. Eight queries or so; two when nothing moves.
    """
    for running in _running(subject_id, case_id):
        known = _knowing(running.case, facts)
        if step not in running.steps:
            continue
        now = running.standings
        if now[step].state == StepState.CLOSED:
            outcome = moves.react(running.plan, now, known, "", {})
        else:
            outcome = moves.finish(running.plan, now, known, step, state=StepState.CLOSED)
        running.apply(outcome, actor, clock.now(), deed="step_closed", step=step)


@operation
def unclose_step(*, actor: Actor, step: str, subject_id: UUID) -> None:
    """Take up again a step that a deed had finished, because that deed was undone."""
    for running in RunningCase.about([subject_id], ended_too=True):
        now = running.standings
        if step in now and now[step].state in FINISHED:
            outcome = moves.reopen(running.plan, now, running.case.facts, step)
            running.apply(outcome, actor, clock.now(), deed="step_reopened", step=step)


@operation
def learn(*, actor: Actor, subject_id: UUID, facts: dict[str, Any]) -> None:
    """Tell a case what its rules need to know, within the deed that made it so."""
    for running in RunningCase.about([subject_id]):
        known = _knowing(running.case, facts)
        outcome = moves.react(running.plan, running.standings, known, "", {})
        running.apply(outcome, actor, clock.now(), deed="learnt")


@operation
def hear(*, actor: Actor, event: Told, subject_ids: frozenset[UUID]) -> None:
    """Let an event move the cases of the things it concerns. Hearing it again moves nothing."""
    for running in RunningCase.about(subject_ids, ended_too=True):
        now, facts = running.standings, running.case.facts
        outcome = moves.react(running.plan, now, facts, event.name, event.body)
        if running.case.state != CaseState.OPEN and not outcome.moved(now):
            continue  # An event that comes late has nothing to say to a case that is over.
        if running.case.state == CaseState.ABANDONED and outcome.ends:
            outcome = replace(outcome, ends=CaseState.ABANDONED)  # Nor can it complete it.
        running.apply(outcome, actor, clock.now(), event_at=event.at, event=event.name)


@operation
def close_case(*, actor: Actor, case_id: UUID, reason: str, abandoned: bool = False) -> None:
    """End a case early. What was not done is skipped, and says why.

    Raises:
        NotAllowed: only who may reassign steps may end a case.
    """
    found = RunningCase.of_cases(Case.objects.select_for_update(of=("self",)).filter(pk=case_id))
    if not found:
        raise NotFound
    running = found[0]
    actor.require_to_see(permissions.WORK, running.case.site_id)
    actor.require(permissions.REASSIGN, running.case.site_id)
    if running.case.state != CaseState.OPEN:
        return
    ends = CaseState.ABANDONED if abandoned else CaseState.CLOSED
    outcome = moves.end(running.standings, running.case.facts, ends)
    running.apply(outcome, actor, clock.now(), deed="closed", reason=reason)


@operation
def call_off(*, actor: Actor, subject_id: UUID, reason: str) -> None:
    """Break off what is under way for a thing, within the deed that takes the thing back."""
    for running in RunningCase.about([subject_id]):
        outcome = moves.end(running.standings, running.case.facts, CaseState.ABANDONED)
        running.apply(outcome, actor, clock.now(), deed="called_off", reason=reason)


def _running(subject_id: UUID | None, case_id: UUID | None) -> list[RunningCase]:
    if case_id is not None:
        cases = Case.objects.select_for_update(of=("self",)).filter(pk=case_id)
        return RunningCase.of_cases(cases.filter(state=CaseState.OPEN))
    return RunningCase.about([subject_id]) if subject_id else []


def _knowing(case: Case, facts: dict[str, Any] | None) -> dict[str, Any]:
    return dict(case.facts) | {name: plain(value) for name, value in (facts or {}).items()}
