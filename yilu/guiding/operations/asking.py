"""Asking for somebody to come along, a wheelchair or a stretcher: by staff, or by the patient."""

from dataclasses import dataclass
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.guiding import permissions
from yilu.guiding.errors import AlreadyAsked, NotForPatients, NotHere, PlaceMissing
from yilu.guiding.events import GuideTaskChanged
from yilu.guiding.models import GuideTask
from yilu.guiding.operations.giving import find_people, find_second
from yilu.guiding.operations.held import lock_visit, move
from yilu.guiding.operations.steps import add_task, patient_of
from yilu.guiding.rules import destination_of, more_of
from yilu.guiding.selectors.rule import guide_rule, is_way_out
from yilu.guiding.states import LIVE, TO_BE_TAKEN, Destination, Help, TaskState
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.names import CHINESE, ENGLISH, Localized
from yilu.queueing.selectors.next_places import next_place
from yilu.visits.selectors.visits import VisitInfo, visit_info
from yilu.workforce.rules import LANGUAGES

# What patients ask for themselves; a stretcher is ordered by staff.
BY_PATIENTS = frozenset({Help.ESCORT, Help.WHEELCHAIR})


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: how, where to, and from where; words only where no step says it.

    Without a `destination` the way leads to the next step of the visit.
    """

    visit_id: UUID
    help: str
    destination: str = ""
    from_place: str = ""
    to_place: str = ""
    language: str = ""
    note: str = ""


@operation
def ask_for_help(*, actor: Actor, wish: Wish) -> UUID:
    """Have somebody brought: the task of their next step is made one, or raised; else a new one.

    Gives back the task. Some fifteen queries.

    Raises:
        NotFound, NotAllowed, NotForPatients, PlaceMissing.
        NotHere: the patient is not with us; to the way out, they may just have finished.
        AlreadyAsked: as much or more has been asked for, or the patient is on another way.
    """
    visit = visit_info(wish.visit_id)
    _check_may(actor, visit, wish)
    lock_visit(visit.id)
    _check_here(visit, wish.destination)
    live = GuideTask.objects.select_for_update(no_key=True)
    task = live.filter(visit_id=visit.id, state__in=LIVE).first()
    if task is None:
        return _add(actor, visit, wish)
    _raise(actor, task, wish)
    return task.pk


def _check_may(actor: Actor, visit: VisitInfo, wish: Wish) -> None:
    if actor.is_owner(visit.patient_id, visit.id, visit.booking_id):
        if wish.help not in BY_PATIENTS or wish.destination not in {"", Destination.EXIT}:
            raise NotForPatients
        return
    actor.require_to_see(permissions.SEE, visit.site_id)
    actor.require(permissions.ASK, visit.site_id)


def _check_here(visit: VisitInfo, destination: str) -> None:
    today = clock.now().astimezone(site_zone(visit.site_id)).date()
    leaves = is_way_out(destination) and visit.clinic_day == today and not visit.is_withdrawn
    if not visit.is_here and not leaves:
        raise NotHere


def _add(actor: Actor, visit: VisitInfo, wish: Wish) -> UUID:
    rule, now = guide_rule(visit.site_id), clock.now()
    step = next_place(visit.id)
    leads_to = destination_of(step.kind, step.state) if step else ""
    is_step = bool(leads_to) and wish.destination in {"", leads_to}
    destination = leads_to if is_step else wish.destination
    if not destination or (destination == Destination.OTHER and not wish.to_place.strip()):
        raise PlaceMissing
    task = GuideTask(
        site_id=visit.site_id,
        clinic_day=now.astimezone(site_zone(visit.site_id)).date(),
        visit_id=visit.id,
        patient_id=visit.patient_id,
        destination=destination,
        help=Help(wish.help),
        from_place=_named(wish.from_place),
        to_place=_named(wish.to_place),
        language=_language(wish.language) or patient_of(visit).language,
        note=wish.note.strip(),
        is_asked=True,
        asked_by_id=actor.user_id if actor.is_staff else None,
    )
    if step is not None and is_step:
        task.ticket_id, task.number = step.ticket_id, step.number
        task.practitioner_id = step.practitioner_id
        task.to_place = task.to_place or step.place
    add_task(actor, task, rule, now)
    return task.pk


def _raise(actor: Actor, task: GuideTask, wish: Wish) -> None:
    """Ask for more on the way that the patient has before them."""
    goes_there = wish.destination in {"", task.destination}
    is_more = more_of(task.help, wish.help) != task.help
    if not goes_there or not (is_more or not task.is_asked) or task.state == TaskState.DELIVERED:
        raise AlreadyAsked
    task.help, task.is_asked = more_of(task.help, wish.help), True
    task.asked_by_id = actor.user_id if actor.is_staff else None
    task.note = wish.note.strip() or task.note
    task.language = _language(wish.language) or task.language
    task.from_place = _named(wish.from_place) or task.from_place
    target = TaskState(task.state)
    if task.state in TO_BE_TAKEN:
        find_people(task)
        target, task.state = TaskState(task.state), target
    else:
        find_second(task)
    move(actor, task, target, "raised", GuideTaskChanged)


def _language(said: str) -> str:
    return said if said in LANGUAGES else ""


def _named(said: str) -> Localized:
    """Words that a person typed, read alike in every language."""
    words = " ".join(said.split())
    return Localized({CHINESE: words, ENGLISH: words} if words else {})
