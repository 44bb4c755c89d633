"""What people do with the steps in their worklist, by hand; and what happens when one is late."""

from datetime import date, timedelta
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.pathways import permissions
from yilu.pathways.errors import (
    AlreadyTaken,
    BuiltUpon,
    CannotTakeOver,
    NotYourStep,
    StepMoveRefused,
    TooLateToUndo,
)
from yilu.pathways.events import NoticeSeen, StepAssigned, StepLate
from yilu.pathways.models import Case, Notice, Step
from yilu.pathways.operations.running import RunningCase
from yilu.pathways.rules import moves
from yilu.pathways.selectors.topics import worklist_topic
from yilu.pathways.states import FINISHED, StepState
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import NotFound
from yilu.workforce.selectors.staff import holders_of, posts_of, working_here

UNDO_WITHIN = timedelta(minutes=10)


@operation
def finish_step(*, actor: Actor, step_id: UUID, version: int | None = None) -> None:
    """Say that an open step of one's worklist is done.

    Raises:
        NotYourStep: it belongs to another post.
        StepMoveRefused: it is not open.
    """
    running, step = _hold(step_id, actor)
    check_version(step, version)
    _refuse_unless_open(step, StepState.CLOSED)
    outcome = moves.finish(
        running.plan, running.standings, running.case.facts, step.key, state=StepState.CLOSED
    )
    running.apply(outcome, actor, clock.now(), deed="step_closed", step=step.key)


@operation
def skip_step(*, actor: Actor, step_id: UUID, reason: str, version: int | None = None) -> None:
    """Say that an open step is not needed this time, and why. The case goes on."""
    running, step = _hold(step_id, actor)
    check_version(step, version)
    _refuse_unless_open(step, StepState.SKIPPED)
    step.reason = reason
    outcome = moves.finish(
        running.plan, running.standings, running.case.facts, step.key, state=StepState.SKIPPED
    )
    running.apply(outcome, actor, clock.now(), deed="step_skipped", step=step.key, reason=reason)


@operation
def reopen_step(*, actor: Actor, step_id: UUID) -> None:
    """Take back, within ten minutes, that a step was finished or skipped.

    Raises:
        TooLateToUndo: more time has passed, or it is not finished.
        BuiltUpon: a step that follows it has been done since.
    """
    running, step = _hold(step_id, actor)
    recent = step.closed_at is not None and clock.now() - step.closed_at <= UNDO_WITHIN
    if step.state not in FINISHED or not recent:
        raise TooLateToUndo
    if moves.built_upon(running.plan, running.standings, step.key):
        raise BuiltUpon
    outcome = moves.reopen(running.plan, running.standings, running.case.facts, step.key)
    running.apply(outcome, actor, clock.now(), deed="step_reopened", step=step.key)


@operation
def take_step(*, actor: Actor, step_id: UUID, version: int | None = None) -> None:
    """Make an open step one's own. Nothing happens when it already is.

    Raises:
        AlreadyTaken: a colleague who is on duty has it; ask them to hand it over.
    """
    running, step = _hold(step_id, actor)
    check_version(step, version)
    _refuse_unless_open(step, StepState.OPEN)
    if step.owner_id == actor.user_id:
        return
    may_reassign = actor.may(permissions.REASSIGN, step.site_id)
    # Who holds no post here any more has lost their claim: nothing waits for who has left.
    is_claimed = working_here([step.owner_id], step.site_id, _today(step))
    if is_claimed and not may_reassign:
        raise AlreadyTaken
    _assign(running, step, actor, "taken", owner_id=actor.user_id)


@operation
def give_back_step(*, actor: Actor, step_id: UUID) -> None:
    """Give a step back to its post, so that anybody there may take it."""
    running, step = _hold(step_id, actor)
    if step.owner_id is not None:
        _assign(running, step, actor, "given_back", owner_id=None)


@operation
def hand_over_step(
    *,
    actor: Actor,
    step_id: UUID,
    to_user: UUID | None = None,
    to_post: str = "",
    version: int | None = None,
) -> None:
    """Give an open step to a colleague, or to another post.

    Raises:
        CannotTakeOver: they hold no post here today.
    """
    running, step = _hold(step_id, actor)
    check_version(step, version)
    _refuse_unless_open(step, StepState.OPEN)
    if to_user is not None and not posts_of(to_user, site_id=step.site_id):
        raise CannotTakeOver
    if to_post and not holders_of(to_post, step.site_id, _today(step)):
        raise CannotTakeOver
    _assign(running, step, actor, "handed_over", owner_id=to_user, role=to_post or step.role)


@operation
def mark_late(*, actor: Actor, step_id: UUID, level: int) -> None:
    """Do the next thing that the definition says for a step past its time.

    Notify tells a post; escalate also lets that post act. Nothing happens when the step is
    finished, or when this has been done already: the timer may go off twice.
    """
    held = _held(step_id)
    if held is None:
        return
    running, step = held
    plan = running.plan.step(step.key)
    if step.state != StepState.OPEN or step.level != level or plan is None:
        return
    if level >= len(plan.late) or step.due_at is None:
        return
    late = plan.late[level]
    step.level += 1
    if late.action == "escalate" and late.post not in (step.role, *step.escalated_to):
        step.escalated_to = [*step.escalated_to, late.post]
    step.version += 1
    step.save(update_fields=["level", "escalated_to", "version"])
    Notice(
        step=step,
        site_id=step.site_id,
        clinic_day=step.clinic_day,
        post=late.post,
        action=late.action,
        at=clock.now(),
    ).save(force_insert=True)
    running.set_timer(step, plan)
    _record(running, step, actor, "late", do=late.action, post=late.post, level=step.level)
    told = StepLate(
        step.pk,
        running.case.pk,
        running.case.subject_id,
        running.case.patient_id,
        step.key,
        step.role,
        late.action,
        late.post,
        step.level,
        step.due_at,
    )
    told_to = Step(role=late.post, escalated_to=[])
    running.tell(told, actor, [step, told_to])


@operation
def see_notice(*, actor: Actor, notice_id: UUID) -> None:
    """Say that a notice has been seen: it leaves everybody's list of that post."""
    notice = Notice.objects.select_for_update().select_related("step").filter(pk=notice_id).first()
    if notice is None:
        raise NotFound
    actor.require_to_see(permissions.WORK, notice.site_id)
    if notice.seen_at is not None:
        return
    notice.seen_at, notice.seen_by_id = clock.now(), actor.user_id
    notice.version += 1
    notice.save(update_fields=["seen_at", "seen_by", "version"])
    audit.record(actor, "pathways.notice.seen", notice, site_id=notice.site_id)
    outbox.publish(
        NoticeSeen(notice.pk, notice.step_id, notice.post),
        actor=actor,
        site_id=notice.site_id,
        subject=notice,
        topics=[worklist_topic(notice.site_id, notice.post)],
    )


def _held(step_id: UUID) -> tuple[RunningCase, Step] | None:
    """A step with its case, locked: always the case first. Three queries."""
    case_id = Step.objects.filter(pk=step_id).values_list("case_id", flat=True).first()
    if case_id is None:
        return None
    found = RunningCase.of_cases(Case.objects.select_for_update(of=("self",)).filter(pk=case_id))
    return found[0], next(one for one in found[0].steps.values() if one.pk == step_id)


def _hold(step_id: UUID, actor: Actor) -> tuple[RunningCase, Step]:
    """A step with its case, locked, if it is the actor's to work on. Four queries."""
    held = _held(step_id)
    if held is None:
        raise NotFound
    running, step = held
    actor.require_to_see(permissions.WORK, step.site_id)
    if actor.may(permissions.REASSIGN, step.site_id):
        return running, step
    if actor.user_id is None:
        raise NotYourStep
    if step.owner_id == actor.user_id:
        return running, step
    own = {post.key for post in posts_of(actor.user_id, site_id=step.site_id)}
    if not own & {step.role, *step.escalated_to}:
        raise NotYourStep
    return running, step


def _refuse_unless_open(step: Step, target: StepState) -> None:
    if step.state != StepState.OPEN:
        raise StepMoveRefused(current=StepState(step.state).label, target=target.label)


def _today(step: Step) -> date:
    return clock.now().astimezone(site_zone(step.site_id)).date()


def _assign(running: RunningCase, step: Step, actor: Actor, deed: str, **change: object) -> None:
    """Change the owner or the post of a step, and tell both posts."""
    before = Step(role=step.role, escalated_to=step.escalated_to)
    for name, value in change.items():
        setattr(step, name, value)
    step.version += 1
    step.save(update_fields=["owner", "role", "version"])
    _record(running, step, actor, deed, owner=step.owner_id, post=step.role)
    told = StepAssigned(step.pk, running.case.pk, step.key, step.role, step.owner_id)
    running.tell(told, actor, [before, step])


def _record(running: RunningCase, step: Step, actor: Actor, deed: str, **details: object) -> None:
    audit.record(
        actor,
        f"pathways.step.{deed}",
        step,
        site_id=step.site_id,
        patient_id=running.case.patient_id,
        step=step.key,
        **details,
    )
