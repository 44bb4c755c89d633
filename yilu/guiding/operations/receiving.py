"""What others do with a task: confirm the arrival, give it to somebody, take it off the list."""

from uuid import UUID

from yilu.guiding import permissions
from yilu.guiding.errors import NotHere, NothingOut, OwnArrival, TaskMoveRefused
from yilu.guiding.events import EquipmentReturned, GuideTaskChanged, GuideTaskWithdrawn
from yilu.guiding.models import GuideTask
from yilu.guiding.operations.giving import give_to, give_waiting
from yilu.guiding.operations.held import (
    has,
    held,
    lock_visit,
    move,
    offer,
    record,
    restore,
    snapshot,
)
from yilu.guiding.operations.leading import DELIVERED, TAKEN
from yilu.guiding.operations.steps import received
from yilu.guiding.selectors.places import may_receive
from yilu.guiding.selectors.rule import is_way_out
from yilu.guiding.selectors.topics import guiding_topic
from yilu.guiding.states import LIVE, SAID, Receipt, TaskEnd, TaskState, check_move
from yilu.platform import clock, outbox, undo
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, operation
from yilu.platform.errors import Invalid, NotAllowed, NotFound
from yilu.visits.selectors.visits import visit_info

RECEIVED = "guiding.task.received"
WITHDRAWN = "guiding.task.withdrawn"


@operation
def receive_patient(*, actor: Actor, task_id: UUID, version: int | None = None) -> UUID:
    """Confirm that a patient who was brought is here: the task is done. Gives back the way back.

    Confirmed before the guide said so, it is done all the same.

    Raises:
        NotFound, NotAllowed, Stale, TaskMoveRefused.
        OwnArrival: who brought the patient cannot confirm it.
    """
    task = held(actor, task_id)
    if has(task, actor.user_id):
        raise OwnArrival
    if actor.user_id is None or not may_receive(actor, task.destination, task.site_id):
        raise NotAllowed(permission=permissions.RECEIVE)
    if task.state not in LIVE:  # What is over only the deeds of the place itself can reopen.
        raise TaskMoveRefused(current=TaskState(task.state).label)
    check_move(task.state, TaskState.DONE)
    check_version(task, version)
    before = snapshot(task)
    received(actor, task, actor.user_id, Receipt.HAND)
    return offer(actor, RECEIVED, task, before)


@operation
def assign_task(*, actor: Actor, task_id: UUID, user_id: UUID, version: int | None = None) -> None:
    """Give a task to a guide by hand, whatever they speak.

    Raises: NotFound, NotAllowed, Stale, NotOnDuty, TaskMoveRefused.
    """
    task = held(actor, task_id, permissions.STEER)
    check_version(task, version)
    check_move(task.state, TaskState.GIVEN)
    give_to(actor, task, user_id, instead_of=None)


@operation
def withdraw_task(*, actor: Actor, task_id: UUID, reason: str, version: int | None = None) -> UUID:
    """Take a task off the list, with why; gives back the way back. Who asked may do so, too.

    Raises: NotFound, NotAllowed, Stale, TaskMoveRefused.
    """
    task = held(actor, task_id)
    is_own = task.asked_by_id is not None and task.asked_by_id == actor.user_id
    if not is_own:
        actor.require(permissions.STEER, task.site_id)
    return _withdraw(actor, task, reason, version)


@operation
def call_own_help_off(*, actor: Actor, visit_id: UUID) -> None:
    """A patient needs nobody any more, and says so on the phone. Nothing open changes nothing.

    Raises: NotFound.
    """
    visit = visit_info(visit_id)
    if not actor.is_owner(visit.patient_id, visit.id, visit.booking_id):
        raise NotFound
    found = GuideTask.objects.select_for_update(no_key=True)
    task = found.filter(visit_id=visit_id, state__in=LIVE, is_asked=True, asked_by=None).first()
    if task is not None:
        _withdraw(actor, task, TaskEnd.NOT_NEEDED, None)


@operation
def return_equipment(*, actor: Actor, task_id: UUID) -> None:
    """A wheelchair or stretcher stands ready again. Raises: NotFound, NotAllowed, NothingOut."""
    task = held(actor, task_id)
    if not actor.may(permissions.STEER, task.site_id):
        actor.require(permissions.LEAD, task.site_id)
    same = GuideTask.objects.filter(visit_id=task.visit_id, help=task.help, is_back=False)
    # A way not yet begun is not over: its wheelchair will be out.
    if not same.filter(taken_at__isnull=False).update(is_back=True):
        raise NothingOut
    record(actor, task, "equipment_returned")
    outbox.publish(
        EquipmentReturned(task.visit_id, task.help),
        actor=actor,
        site_id=task.site_id,
        subject=task,
        topics=[guiding_topic(task.site_id)],
    )


@operation
def undo_take_task(*, actor: Actor, undo_id: UUID) -> None:
    """The guide is not on the way after all. Raises: as `undo_receive_patient`."""
    _take_back(actor, undo_id, TAKEN, permissions.LEAD)


@operation
def undo_deliver_task(*, actor: Actor, undo_id: UUID) -> None:
    """The patient is not there yet. Raises: as `undo_receive_patient`."""
    _take_back(actor, undo_id, DELIVERED, permissions.LEAD)


@operation
def undo_receive_patient(*, actor: Actor, undo_id: UUID) -> None:
    """The patient has not come after all: the task stands as it stood.

    Raises:
        NotFound, NotAllowed, UndoTooLate, AlreadyTakenBack.
        BuiltUpon: something was done about it since. NotHere: the patient has left.
    """
    _take_back(actor, undo_id, RECEIVED, permissions.RECEIVE)


@operation
def undo_withdraw_task(*, actor: Actor, undo_id: UUID) -> None:
    """The patient is to be brought all the same. Raises: as `undo_receive_patient`."""
    _take_back(actor, undo_id, WITHDRAWN, permissions.SEE)


def _withdraw(actor: Actor, task: GuideTask, reason: str, version: int | None) -> UUID:
    end = TaskEnd(reason)
    if end not in SAID:
        raise Invalid
    check_move(task.state, TaskState.WITHDRAWN)
    check_version(task, version)
    before = snapshot(task)
    at = clock.now()
    move(
        actor, task, TaskState.WITHDRAWN, "withdrawn", GuideTaskWithdrawn, end=end, ended_at=at
    )  # fmt: skip
    return offer(actor, WITHDRAWN, task, before)


def _take_back(actor: Actor, undo_id: UUID, deed: str, permission: str) -> None:
    offered = undo.take_back(actor, undo_id, deed)
    task = held(actor, offered.subject_id, permission)
    offered.check(task)
    lock_visit(task.visit_id)
    if not visit_info(task.visit_id).is_here and not is_way_out(task.destination):
        raise NotHere
    restore(actor, task, offered.body["before"], GuideTaskChanged)
    give_waiting(actor, task.site_id)
