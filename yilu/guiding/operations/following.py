"""A visit's next step as a guide's task: it arises, changes and ends with the visit's tickets.

No deed of another app waits for any of this: a subscriber looks after each event, and looks at
how things stand, so that hearing an event twice or late does no harm.
"""

from uuid import UUID

from django.db.models import F

from yilu.guiding import permissions
from yilu.guiding.events import (
    GuideTaskChanged,
    GuideTaskOverdue,
    GuideTaskWithdrawn,
)
from yilu.guiding.models import GuideTask
from yilu.guiding.operations.giving import give_waiting, watch
from yilu.guiding.operations.held import change, has, lock_visit, move
from yilu.guiding.operations.steps import add_task, patient_of, received
from yilu.guiding.rules import destination_of, help_for, more_of
from yilu.guiding.selectors.rule import guide_rule, help_asked, is_way_out
from yilu.guiding.states import (
    LIVE,
    TO_BE_TAKEN,
    UNDER_WAY,
    Receipt,
    TaskEnd,
    TaskState,
    check_back,
)
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.names import Localized
from yilu.queueing.selectors.next_places import NextPlace, next_place
from yilu.visits.selectors.visits import VisitInfo, visit_info

ENDS = frozenset({TaskEnd.OVER, TaskEnd.REPLACED})


@operation
def follow_visit(*, actor: Actor, visit_id: UUID) -> None:
    """See where a visit's patient goes next, and what a guide has to do about it.

    Bears being run twice. Six queries when nothing changes, some ten more when it does.
    """
    visit = visit_info(visit_id)
    actor.require(permissions.STEER, visit.site_id)
    lock_visit(visit_id)
    task = _live(visit_id)
    if not visit_info(visit_id).is_here:
        if task is not None and (visit.is_withdrawn or not is_way_out(task.destination)):
            _withdraw(actor, task, TaskEnd.GONE)
        return
    step = next_place(visit_id)
    destination = _leads_to(step)
    if task is not None and task.ticket_id is None:
        return  # A way of its own: it ends by itself, not with the queue.
    if (
        task is not None
        and step
        and (task.ticket_id, task.destination)
        == (
            step.ticket_id,
            destination,
        )
    ):
        _refresh(actor, task, step)
        return
    if (
        task is not None
        and not destination
        and task.state in UNDER_WAY
        and _still_waits(task, step)
    ):
        return
    if task is not None:
        _withdraw(actor, task, TaskEnd.REPLACED if destination else TaskEnd.OVER)
    if step is not None and destination:
        _begin(actor, visit, step, destination, task)


@operation
def note_attended(
    *,
    actor: Actor,
    visit_id: UUID,
    user_id: UUID,
    ticket_id: UUID | None = None,
    destination: str = "",
    only_brought: bool = False,
) -> None:
    """Somebody attends to a patient: whoever was brought for this ticket, or to this place, has
    been received.

    Says nothing of a task that no guide had begun, nor when it is the guide who attends; with
    `only_brought` only of one whose guide has said that they are there. Three queries at most.
    """
    lock_visit(visit_id)
    begun = GuideTask.objects.select_for_update(no_key=True).filter(
        visit_id=visit_id, taken_at__isnull=False
    )
    about = (
        begun.filter(ticket_id=ticket_id) if ticket_id else begun.filter(destination=destination)
    )
    task = about.order_by(F("ended_at").desc(nulls_first=True), "-asked_at").first()
    if task is None or has(task, user_id):
        return
    actor.require(permissions.RECEIVE, task.site_id)
    is_brought = task.state == TaskState.DELIVERED
    is_over = task.state == TaskState.WITHDRAWN and task.end in ENDS
    if is_brought or (not only_brought and (task.state == TaskState.TAKEN or is_over)):
        received(actor, task, user_id, Receipt.SERVED)


@operation
def reopen_attended(*, actor: Actor, ticket_id: UUID) -> None:
    """What showed that the patient had been received was taken back: they have not been.

    Raises: nothing; a visit that has another task meanwhile keeps that.
    """
    served = GuideTask.objects.filter(ticket_id=ticket_id, receipt=Receipt.SERVED)
    task = served.order_by("ended_at", "asked_at").last()
    if task is None:
        return
    lock_visit(task.visit_id)
    task = GuideTask.objects.select_for_update(no_key=True).get(pk=task.pk)
    actor.require(permissions.RECEIVE, task.site_id)
    if task.receipt != Receipt.SERVED or _live(task.visit_id) is not None:
        return
    step = next_place(task.visit_id)
    if not (step and step.ticket_id == ticket_id and _leads_to(step) == task.destination):
        return  # They are inside all the same.
    before = TaskState.DELIVERED if task.delivered_at else TaskState.TAKEN
    check_back(task.state, before)
    change(
        actor, task, before, "reopened", GuideTaskChanged,
        received_by_id=None, receipt="", ended_at=None,
    )  # fmt: skip


@operation
def note_overdue(*, actor: Actor, task_id: UUID) -> None:
    """Nobody has taken a task up in time: it stands out at the desk, for whoever can."""
    task = GuideTask.objects.select_for_update(no_key=True).filter(pk=task_id).first()
    if task is None or task.state not in TO_BE_TAKEN or task.overdue_at is not None:
        return
    actor.require(permissions.STEER, task.site_id)
    if clock.now() < task.due_at:
        watch(task)
        return
    move(actor, task, TaskState(task.state), "overdue", GuideTaskOverdue, overdue_at=clock.now())


@operation
def find_guides(*, actor: Actor, site_id: UUID) -> None:
    """Give to the guides of a site what nobody has yet: somebody came on duty, or is free."""
    actor.require(permissions.STEER, site_id)
    give_waiting(actor, site_id)


def _live(visit_id: UUID) -> GuideTask | None:
    found = GuideTask.objects.select_for_update(no_key=True)
    return found.filter(visit_id=visit_id, state__in=LIVE).first()


def _leads_to(step: NextPlace | None) -> str:
    return destination_of(step.kind, step.state) if step else ""


def _still_waits(task: GuideTask, step: NextPlace | None) -> bool:
    """Whether the step of a task goes on though its ticket names no place: a call was missed, or
    the guide began it and nobody of the place has confirmed.
    """
    return step is not None and step.ticket_id == task.ticket_id


def _withdraw(actor: Actor, task: GuideTask, end: TaskEnd) -> None:
    at = clock.now()
    move(
        actor, task, TaskState.WITHDRAWN, "withdrawn", GuideTaskWithdrawn, end=end, ended_at=at
    )  # fmt: skip


def _refresh(actor: Actor, task: GuideTask, step: NextPlace) -> None:
    """The same step with a more exact place: a window called the number."""
    if task.to_place != step.place and task.state in (*TO_BE_TAKEN, TaskState.TAKEN):
        move(
            actor, task, TaskState(task.state), "redirected", GuideTaskChanged,
            to_place=step.place, practitioner_id=step.practitioner_id,
        )  # fmt: skip


def _begin(
    actor: Actor, visit: VisitInfo, step: NextPlace, destination: str, before: GuideTask | None
) -> None:
    """A step's task, unless the clinic does not want it, or it was done or called off before."""
    rule, brief = guide_rule(visit.site_id), patient_of(visit)
    asked, language = help_asked(visit.id)
    needed = more_of(help_for({*brief.special_needs, *visit.needs}), asked)
    is_needed = needed != "lead" or bool(asked)
    if not rule.wants(destination, is_needed=is_needed) or _is_settled(step.ticket_id, destination):
        return
    now = clock.now()
    task = GuideTask(
        site_id=visit.site_id,
        clinic_day=visit.clinic_day,
        visit_id=visit.id,
        patient_id=visit.patient_id,
        destination=destination,
        help=needed,
        from_place=before.to_place if before else _last_place(visit.id),
        to_place=step.place,
        ticket_id=step.ticket_id,
        number=step.number,
        practitioner_id=step.practitioner_id,
        language=language or brief.language,
        note="",
    )
    if before is not None and before.taken_at is not None and before.delivered_at is None:
        # Whoever is on the way with the patient goes on with them.
        task.guide_id, task.second_id = before.guide_id, before.second_id
        task.state, task.taken_at = TaskState.TAKEN, now
    add_task(actor, task, rule, now)


def _is_settled(ticket_id: UUID, destination: str) -> bool:
    """Whether this very step was received, or called off by somebody."""
    known = GuideTask.objects.filter(ticket_id=ticket_id, destination=destination)
    return known.exclude(state__in=LIVE).exclude(end__in=[*ENDS, TaskEnd.GONE]).exists()


def _last_place(visit_id: UUID) -> Localized:
    done = GuideTask.objects.filter(visit_id=visit_id, state=TaskState.DONE)
    last = done.order_by("-ended_at").values_list("to_place", flat=True).first()
    return Localized(last or {})
