"""Guides' tasks as pages show them: at the desk, on a guide's phone, at the receiving place."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yilu.guiding import permissions
from yilu.guiding.models import GuideShift, GuideTask
from yilu.guiding.selectors.lines import ICONS, TaskLine, task_lines
from yilu.guiding.selectors.places import may_receive
from yilu.guiding.selectors.rule import Out, Stock, equipment_out, guide_rule, stock
from yilu.guiding.states import (
    LIVE,
    TO_BE_TAKEN,
    UNDER_WAY,
    Destination,
    Help,
    TaskState,
)
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import PersonName
from yilu.workforce.rules import LANGUAGES
from yilu.workforce.selectors.staff import languages_of, staff_names


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A guide who is there, with what they speak and have to do."""

    user_id: UUID
    name: PersonName
    languages: tuple[str, ...]
    tasks: int

    @property
    def label(self) -> str:
        """As a list to choose from says it."""
        words = {"name": self.name, "said": " ".join(self.languages), "n": self.tasks}
        return _("%(name)s · %(said)s · %(n)s to bring") % words


@dataclass(frozen=True, slots=True)
class OutLine:
    """A wheelchair or stretcher that is out, and with whom."""

    task_id: UUID
    help: Help
    patient: PatientBrief | None

    @property
    def icon(self) -> str:
        return ICONS[self.help]


@dataclass(frozen=True, slots=True)
class DeskTasks:
    """Everything that guides have to do at a site now."""

    lines: tuple[TaskLine, ...]
    guides: tuple[OnDuty, ...]
    stocks: tuple[Stock, ...]
    out: tuple[OutLine, ...]
    may_steer: bool

    @property
    def late(self) -> int:
        return sum(1 for one in self.lines if one.is_overdue)

    @property
    def missing(self) -> list[Stock]:
        """What is all out."""
        return [one for one in self.stocks if one.are_all_out]


@dataclass(frozen=True, slots=True)
class MyTasks:
    """A guide's own page."""

    is_on_duty: bool
    mine: tuple[TaskLine, ...]
    brought: tuple[TaskLine, ...]
    free: tuple[TaskLine, ...]
    missing: tuple[Stock, ...]


@dataclass(frozen=True, slots=True)
class OwnHelp:
    """How a patient is being helped, for their own phone."""

    help: Help
    state: TaskState
    guide: PersonName | None
    is_asked: bool

    @property
    def icon(self) -> str:
        return ICONS[self.help]

    @property
    def may_call_off(self) -> bool:
        return self.is_asked and self.state in TO_BE_TAKEN


def desk_tasks(actor: Actor, site_id: UUID) -> DeskTasks:
    """What is open at a site: overdue first, then nobody's, then by time.

    Twelve queries at most.
    """
    actor.require_to_see(permissions.SEE, site_id)
    rule, out = guide_rule(site_id), equipment_out(site_id)
    lines = task_lines(actor, _live(site_id), rule)
    return DeskTasks(
        lines=tuple(sorted(lines, key=_urgency)),
        guides=tuple(guides_on_duty(site_id)),
        stocks=tuple(stock(rule, out)),
        out=tuple(_out(actor, out)),
        may_steer=actor.may(permissions.STEER, site_id),
    )


def my_tasks(actor: Actor, site_id: UUID) -> MyTasks:
    """What a guide has to do, and what they could take. Seven queries at most.

    A colleague's task may be taken once it is overdue.
    """
    actor.require_to_see(permissions.LEAD, site_id)
    rule = guide_rule(site_id)
    here = GuideShift.objects.filter(site_id=site_id, ended_at=None)
    lines = sorted(task_lines(actor, _live(site_id), rule), key=_urgency)
    mine = [one for one in lines if one.is_mine]
    stocks = stock(rule, equipment_out(site_id))
    return MyTasks(
        is_on_duty=actor.user_id in set(here.values_list("user_id", flat=True)),
        mine=tuple(
            sorted(
                (one for one in mine if one.state != TaskState.DELIVERED),
                key=lambda one: one.state != TaskState.TAKEN,
            )
        ),
        brought=tuple(one for one in mine if one.state == TaskState.DELIVERED),
        free=tuple(
            one
            for one in lines
            if not one.is_mine and one.is_free and (one.state == TaskState.OPEN or one.is_overdue)
        ),
        missing=tuple(one for one in stocks if one.are_all_out),
    )


def arriving(actor: Actor, site_id: UUID) -> list[TaskLine]:
    """Who is being brought to a place where the actor is at home, those who are there first.

    A doctor sees who comes to their own room. One query when nobody comes, else five.
    """
    if not actor.may(permissions.RECEIVE, site_id):
        return []
    coming = _live(site_id).filter(state__in=UNDER_WAY)
    mine = [Q(practitioner_id=None)]
    if actor.practitioner_id is not None:
        mine.append(Q(practitioner_id=actor.practitioner_id))
    own = ~Q(destination=Destination.ROOM) | mine[0] | mine[-1]
    places = [one for one in Destination.values if may_receive(actor, one, site_id)]
    found = list(coming.filter(own, destination__in=places))
    if not found:
        return []
    lines = task_lines(actor, found, guide_rule(site_id))
    return sorted(
        (one for one in lines if not one.is_mine),
        key=lambda one: (one.state != TaskState.DELIVERED, one.since),
    )


def task_line(actor: Actor, task_id: UUID) -> TaskLine:
    """One task. Six queries at most. Raises: NotFound."""
    task = GuideTask.objects.filter(pk=task_id).first()
    if task is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, task.site_id)
    return task_lines(actor, [task], guide_rule(task.site_id))[0]


def guides_on_duty(site_id: UUID) -> list[OnDuty]:
    """Who guides at a site now, by name. Three queries, one when nobody does."""
    shifts = GuideShift.objects.filter(site_id=site_id, ended_at=None)
    ids = list(shifts.values_list("user_id", flat=True))
    if not ids:
        return []
    names, spoken = staff_names(ids), languages_of(ids)
    pairs = _live(site_id).exclude(state=TaskState.DELIVERED).values_list("guide_id", "second_id")
    load = [one for pair in pairs for one in pair]
    found = [
        OnDuty(
            one,
            names[one],
            tuple(str(LANGUAGES[each]) for each in LANGUAGES if each in spoken.get(one, ())),
            load.count(one),
        )
        for one in ids
        if one in names
    ]
    return sorted(found, key=lambda one: (one.name.pinyin, one.name.written))


def help_of(visit_id: UUID) -> OwnHelp | None:
    """How the patient of a visit is being helped now; None when nobody is to. Two queries."""
    task = GuideTask.objects.filter(visit_id=visit_id, state__in=LIVE).first()
    if task is None:
        return None
    is_asked = task.is_asked and task.asked_by_id is None
    names = staff_names([task.guide_id])
    guide = names.get(task.guide_id) if task.guide_id else None
    return OwnHelp(Help(task.help), TaskState(task.state), guide, is_asked)


def _live(site_id: UUID) -> QuerySet[GuideTask]:
    return GuideTask.objects.filter(site_id=site_id, state__in=LIVE)


def _urgency(one: TaskLine) -> tuple[bool, bool, datetime]:
    return not one.is_overdue, one.state != TaskState.OPEN, one.since


def _out(actor: Actor, out: list[Out]) -> list[OutLine]:
    briefs = patient_briefs(actor, {one.patient_id for one in out}, "guides") if out else {}
    return [OutLine(one.task_id, Help(one.help), briefs.get(one.patient_id)) for one in out]
