"""What a guide does: come on duty, take a task up, hand it over, decline it, say they are there."""

from uuid import UUID

from django.db.models import Q

from yilu.guiding import permissions
from yilu.guiding.errors import AlreadyTaken
from yilu.guiding.events import (
    GuideShiftChanged,
    GuideTaskDelivered,
    GuideTaskTaken,
)
from yilu.guiding.models import GuideShift, GuideTask
from yilu.guiding.operations.giving import (
    check_on_duty,
    find_second,
    give_again,
    give_to,
    give_waiting,
)
from yilu.guiding.operations.held import check_theirs, has, held, move, offer, snapshot
from yilu.guiding.rules import people_for
from yilu.guiding.selectors.topics import guiding_topic
from yilu.guiding.states import TO_BE_TAKEN, DeclineReason, TaskState
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import NotAllowed

TAKEN = "guiding.task.taken"
DELIVERED = "guiding.task.delivered"


@operation
def come_on_duty(*, actor: Actor, site_id: UUID) -> None:
    """Be there to be given tasks; what nobody has yet may come at once. Twice changes nothing.

    Whoever is on duty elsewhere is so no longer. Raises: NotAllowed.
    """
    actor.require_to_see(permissions.SEE, site_id)
    actor.require(permissions.LEAD, site_id)
    if actor.user_id is None:
        raise NotAllowed(permission=permissions.LEAD)
    mine = GuideShift.objects.select_for_update(no_key=True)
    shift = mine.filter(user_id=actor.user_id, ended_at=None).first()
    if shift is not None and shift.site_id == site_id:
        return
    if shift is not None:
        _end(actor, shift)
    begun = GuideShift(site_id=site_id, user_id=actor.user_id)
    # Pressed twice at once, it is one shift.
    GuideShift.objects.bulk_create([begun], ignore_conflicts=True)
    _tell_shift(actor, begun, is_on=True)
    give_waiting(actor, site_id)


@operation
def go_off_duty(*, actor: Actor, site_id: UUID) -> None:
    """Be given nothing more; what was not taken up goes to others. Twice changes nothing."""
    actor.require_to_see(permissions.SEE, site_id)
    actor.require(permissions.LEAD, site_id)
    if actor.user_id is None:
        return
    given = GuideTask.objects.filter(site_id=site_id, state__in=TO_BE_TAKEN)
    given = given.select_for_update(no_key=True).order_by("id")
    list(given)  # Tasks before shifts, in the order of everybody who gives one.
    open_shift = GuideShift.objects.select_for_update(no_key=True)
    shift = open_shift.filter(user_id=actor.user_id, site_id=site_id, ended_at=None).first()
    if shift is None:
        return
    _end(actor, shift)
    # Read anew: until the shift was held, they could be given one more.
    for task in given.filter(Q(guide_id=actor.user_id) | Q(second_id=actor.user_id)):
        give_again(actor, task, "given_again")


@operation
def take_task(*, actor: Actor, task_id: UUID, version: int | None = None) -> UUID:
    """Be on the way with a patient; gives back the way back. A colleague's may be taken, too.

    Raises:
        NotFound, NotAllowed, Stale, TaskMoveRefused.
        AlreadyTaken: a colleague was faster.
        NotOnDuty: who is not on duty brings nobody.
    """
    task = held(actor, task_id, permissions.LEAD)
    if task.state == TaskState.TAKEN:
        raise AlreadyTaken
    check_version(task, version)
    check_on_duty(actor.user_id, task.site_id)
    if actor.user_id in task.declined_by:  # They can after all.
        task.declined_by = [one for one in task.declined_by if one != actor.user_id]
    before = snapshot(task)
    if not has(task, actor.user_id):
        partner = task.guide_id if people_for(task.help) > 1 else None
        task.guide_id, task.second_id = actor.user_id, task.second_id or partner
    find_second(task)
    move(actor, task, TaskState.TAKEN, "taken", GuideTaskTaken, taken_at=clock.now())
    return offer(actor, TAKEN, task, before)


@operation
def hand_over_task(
    *, actor: Actor, task_id: UUID, user_id: UUID, version: int | None = None
) -> None:
    """Let a colleague bring the patient instead; it is theirs to take up.

    Raises: NotFound, NotAllowed, Stale, NotYourTask, NotOnDuty, TaskMoveRefused.
    """
    task = held(actor, task_id, permissions.LEAD)
    check_version(task, version)
    check_theirs(actor, task)
    give_to(actor, task, user_id, instead_of=actor.user_id)


@operation
def decline_task(*, actor: Actor, task_id: UUID, reason: str, version: int | None = None) -> None:
    """Say why one cannot; somebody else is found, who is not asked twice.

    Raises: NotFound, NotAllowed, Stale, NotYourTask, TaskMoveRefused.
    """
    task = held(actor, task_id, permissions.LEAD)
    check_version(task, version)
    check_theirs(actor, task)
    task.declined_by = [*task.declined_by, *filter(None, [actor.user_id])]
    task.declined_why = DeclineReason(reason)
    give_again(actor, task, "declined")


@operation
def deliver_task(*, actor: Actor, task_id: UUID, version: int | None = None) -> UUID:
    """Say that the patient is there; done it is when the receiving person confirms.

    Gives back the way back. Raises: NotFound, NotAllowed, Stale, NotYourTask, TaskMoveRefused.
    """
    task = held(actor, task_id, permissions.LEAD)
    check_version(task, version)
    check_theirs(actor, task)
    before = snapshot(task)
    at = clock.now()
    move(actor, task, TaskState.DELIVERED, "delivered", GuideTaskDelivered, delivered_at=at)
    return offer(actor, DELIVERED, task, before)


def _end(actor: Actor, shift: GuideShift) -> None:
    shift.ended_at = clock.now()
    shift.version += 1
    shift.save(update_fields=["ended_at", "version"])
    _tell_shift(actor, shift, is_on=False)


def _tell_shift(actor: Actor, shift: GuideShift, *, is_on: bool) -> None:
    deed = "begun" if is_on else "ended"
    audit.record(actor, f"guiding.shift.{deed}", shift, site_id=shift.site_id)
    outbox.publish(
        GuideShiftChanged(shift.user_id, is_on),
        actor=actor,
        site_id=shift.site_id,
        subject=shift,
        topics=[guiding_topic(shift.site_id)],
    )
