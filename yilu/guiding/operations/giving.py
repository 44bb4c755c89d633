"""Choosing who brings a patient. Part of a deed, never one itself."""

from collections.abc import Iterable
from uuid import UUID

from yilu.guiding.errors import NotOnDuty
from yilu.guiding.events import GuideTaskChanged, GuideTaskGiven
from yilu.guiding.models import GuideShift, GuideTask
from yilu.guiding.operations.held import move
from yilu.guiding.rules import Guide, choose, people_for
from yilu.guiding.selectors.rule import guide_rule
from yilu.guiding.states import TO_BE_TAKEN, TaskState, Unfit
from yilu.platform import clock, timers
from yilu.platform.actors import Actor
from yilu.workforce.selectors.staff import languages_of, staff_names

NOT_PICKED_UP = "guiding.not_picked_up"
COUNTED = (*TO_BE_TAKEN, TaskState.TAKEN)


def on_duty(site_id: UUID) -> list[Guide]:
    """The guides on duty at a site with what they have to do. Four queries.

    Locked, so that two tasks are not given at the same moment to the same idle guide.
    """
    here = GuideShift.objects.filter(site_id=site_id, ended_at=None).order_by("id")
    ids = [one.user_id for one in here.select_for_update(no_key=True)]
    if not ids:
        return []
    load = dict.fromkeys(ids, 0)
    live = GuideTask.objects.filter(site_id=site_id, state__in=COUNTED)
    for pair in live.values_list("guide_id", "second_id"):
        for user_id in pair:
            if user_id in load:
                load[user_id] += 1
    spoken, names = languages_of(ids), staff_names(ids)
    return [
        Guide(
            one, spoken.get(one, frozenset()), load[one], names[one].pinyin if one in names else ""
        )
        for one in ids
    ]


def find_people(task: GuideTask, without: Iterable[UUID] = ()) -> None:
    """Name on a task who is to go, or why nobody can. Nothing is saved. Four queries."""
    chosen = choose(
        on_duty(task.site_id),
        language=task.language,
        people=people_for(task.help),
        declined={*task.declined_by, *without},
    )
    task.guide_id = chosen.people[0] if chosen.people else None
    task.second_id = chosen.people[1] if len(chosen.people) > 1 else None
    task.unfit = chosen.unfit
    task.state = TaskState.GIVEN if chosen.people else TaskState.OPEN


def find_second(task: GuideTask) -> None:
    """Name on a task of two who goes with the first, if anybody can. Nothing is saved."""
    if people_for(task.help) < 2:
        task.unfit = ""
        return
    if task.second_id is None:
        chosen = choose(
            [one for one in on_duty(task.site_id) if one.user_id != task.guide_id],
            language="",
            people=1,
            declined=task.declined_by,
        )
        task.second_id = chosen.people[0] if chosen.people else None
    task.unfit = "" if task.second_id else Unfit.TWO


def give_again(actor: Actor, task: GuideTask, what: str, without: Iterable[UUID] = ()) -> None:
    """Find somebody else for a task, from the start."""
    before = task.state
    renew(task)
    find_people(task, without)
    target, task.state = TaskState(task.state), before
    task.taken_at = None
    event = GuideTaskGiven if target == TaskState.GIVEN else GuideTaskChanged
    move(actor, task, target, what, event)


def give_waiting(actor: Actor, site_id: UUID) -> None:
    """Find somebody for what nobody has, and the second one who is missing; oldest first.

    One query, and eight for each task.
    """
    waiting = GuideTask.objects.filter(site_id=site_id, state__in=TO_BE_TAKEN).exclude(unfit="")
    for task in waiting.select_for_update(no_key=True, skip_locked=True).order_by("due_at", "id"):
        before = (task.guide_id, task.second_id, task.unfit)
        state = task.state
        find_people(task)
        target, task.state = TaskState(task.state), state
        if (task.guide_id, task.second_id, task.unfit) != before:
            event = GuideTaskGiven if task.guide_id else GuideTaskChanged
            move(actor, task, target, "given", event)


def renew(task: GuideTask) -> None:
    """Let the time to take a task up run anew, when somebody had taken it up. Two queries."""
    if task.state == TaskState.TAKEN:
        task.due_at, task.overdue_at = clock.now() + guide_rule(task.site_id).pickup, None
        watch(task)


def watch(task: GuideTask) -> None:
    """Have the desk told when nobody takes a task up in time. One query."""
    timers.schedule(NOT_PICKED_UP, due_at=task.due_at, subject_id=task.pk, site_id=task.site_id)


def give_to(actor: Actor, task: GuideTask, user_id: UUID, *, instead_of: UUID | None) -> None:
    """Give a task to a certain guide, in place of one of two. Part of a deed, not one itself.

    Raises: NotOnDuty, TaskMoveRefused.
    """
    if instead_of is not None and instead_of == task.second_id:
        task.second_id = user_id if user_id != task.guide_id else None
    else:
        task.guide_id = user_id
        task.second_id = task.second_id if task.second_id != user_id else None
    find_second(task)
    # They stay on duty until this is kept. After the shifts of all, which are held in their order.
    check_on_duty(user_id, task.site_id, hold=True)
    renew(task)
    move(actor, task, TaskState.GIVEN, "handed_over", GuideTaskGiven, taken_at=None)


def check_on_duty(user_id: UUID | None, site_id: UUID, *, hold: bool = False) -> None:
    """Raises: NotOnDuty. Held, nobody goes off duty before the deed ends. One query."""
    here = GuideShift.objects.filter(site_id=site_id, ended_at=None)
    here = here.select_for_update(no_key=True) if hold else here
    if user_id is None or here.filter(user_id=user_id).first() is None:
        raise NotOnDuty
