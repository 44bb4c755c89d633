"""What the deeds about guides' tasks share: holding one, moving it, taking a move back."""

from typing import Any
from uuid import UUID

from yilu.guiding import permissions
from yilu.guiding.errors import NotYourTask
from yilu.guiding.models import GuideTask
from yilu.guiding.selectors.topics import guiding_topic
from yilu.guiding.states import TaskState, check_back, check_move
from yilu.platform import audit, outbox, undo
from yilu.platform.actors import Actor
from yilu.platform.db import lock_name, on_violation
from yilu.platform.errors import NotFound
from yilu.visits.selectors.visits import visit_topic

# What a deed may change, and what taking it back restores.
FIELDS = (
    "state", "guide_id", "second_id", "unfit", "taken_at", "delivered_at", "ended_at", "end",
    "received_by_id", "receipt", "is_back",
)  # fmt: skip


def lock_visit(visit_id: UUID) -> None:
    """Let what is decided about one visit be decided one after the other. One query."""
    lock_name("guiding", visit_id)


def held(actor: Actor, task_id: UUID, permission: str = permissions.SEE) -> GuideTask:
    """A task, locked, if the actor may act in it. One query. Raises: NotFound, NotAllowed."""
    task = GuideTask.objects.select_for_update(no_key=True).filter(pk=task_id).first()
    if task is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, task.site_id)
    actor.require(permission, task.site_id)
    return task


def has(task: GuideTask, user_id: UUID | None) -> bool:
    """Whether a task is with this person. No query."""
    return user_id is not None and user_id in {task.guide_id, task.second_id}


def check_theirs(actor: Actor, task: GuideTask) -> None:
    """Raises: NotYourTask."""
    if not has(task, actor.user_id):
        raise NotYourTask


def snapshot(task: GuideTask) -> dict[str, Any]:
    """A task as it stands, to be restored when the deed is taken back."""
    return {name: getattr(task, name) for name in FIELDS}


def move(
    actor: Actor,
    task: GuideTask,
    target: TaskState,
    what: str,
    event: type[Any],
    **fields: Any,
) -> None:
    """Make one legal move, write it down and tell the pages. Three queries."""
    check_move(task.state, target)
    change(actor, task, target, what, event, **fields)


def change(
    actor: Actor,
    task: GuideTask,
    target: TaskState,
    what: str,
    event: type[Any],
    **fields: Any,
) -> None:
    """As `move`, of what has been checked."""
    before, task.state = task.state, target
    for name, value in fields.items():
        setattr(task, name, value)
    task.version += 1
    task.save()
    record(actor, task, what, before=before, after=str(target))
    tell(actor, task, event)


def record(actor: Actor, task: GuideTask, what: str, **details: Any) -> None:
    """One audit line. One query."""
    audit.record(
        actor,
        f"guiding.task.{what}",
        task,
        site_id=task.site_id,
        patient_id=task.patient_id,
        destination=task.destination,
        help=task.help,
        guide=task.guide_id,
        second=task.second_id,
        **details,
    )


def tell(actor: Actor, task: GuideTask, event: type[Any]) -> None:
    """Publish an event to every page that shows the task. One query."""
    outbox.publish(
        event(task.pk, task.visit_id, task.patient_id, task.destination, task.help),
        actor=actor,
        site_id=task.site_id,
        subject=task,
        topics=[guiding_topic(task.site_id), visit_topic(task.visit_id)],
    )


def offer(actor: Actor, deed: str, task: GuideTask, before: dict[str, Any]) -> UUID:
    """Let a deed be taken back. One query."""
    return undo.offer(actor, deed, task, site_id=task.site_id, before=before)


def restore(actor: Actor, task: GuideTask, before: dict[str, Any], event: type[Any]) -> None:
    """Set a task back to how it stood.

    Raises: BuiltUpon: the visit has another task since.
    """
    check_back(task.state, TaskState(before["state"]))
    for name in FIELDS:
        field: Any = GuideTask._meta.get_field(name.removesuffix("_id"))  # noqa: SLF001 (documented)
        value = before[name]
        setattr(
            task, name, UUID(value) if value and name.endswith("_id") else field.to_python(value)
        )
    task.version += 1
    with on_violation(guiding_task_one_at_a_time=undo.BuiltUpon):
        task.save()
    record(actor, task, "restored", after=task.state)
    tell(actor, task, event)
