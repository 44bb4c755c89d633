"""A guide's task in one line, as its reader may see it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yilu.facility.selectors.sites import site_zone
from yilu.guiding import permissions
from yilu.guiding.models import GuideTask
from yilu.guiding.rules import people_for
from yilu.guiding.selectors.places import may_receive
from yilu.guiding.selectors.rule import Rule
from yilu.guiding.states import (
    TO_BE_TAKEN,
    DeclineReason,
    Destination,
    Help,
    TaskState,
    Unfit,
)
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.names import PersonName
from yilu.workforce.rules import LANGUAGES, MANDARIN
from yilu.workforce.selectors.staff import staff_names

ICONS = {
    Help.LEAD: "map-pin",
    Help.ESCORT: "walk",
    Help.WHEELCHAIR: "wheelchair",
    Help.STRETCHER: "bed",
}
LOOKS = {
    TaskState.OPEN: "soon",
    TaskState.GIVEN: "waiting",
    TaskState.TAKEN: "called",
    TaskState.DELIVERED: "active",
}


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task in one line. `since` is when its present state began, on the site's clock."""

    id: UUID
    site_id: UUID
    visit_id: UUID
    patient: PatientBrief | None
    number: str
    state: TaskState
    destination: Destination
    help: Help
    from_place: str
    to_place: str
    language: str
    note: str
    since: datetime
    limit_minutes: int
    is_overdue: bool
    guide: PersonName | None
    second: PersonName | None
    is_mine: bool
    unfit: str
    declined_why: str
    may_receive: bool
    may_withdraw: bool
    version: int

    @property
    def icon(self) -> str:
        return ICONS[self.help]

    @property
    def look(self) -> str:
        return "late" if self.is_overdue else LOOKS.get(self.state, "done")

    @property
    def is_free(self) -> bool:
        """Whether it waits for somebody to take it up."""
        return self.state in TO_BE_TAKEN

    @property
    def where(self) -> str:
        """The place by its own name, else by its kind."""
        return self.to_place or str(self.destination.label)

    @property
    def foreign(self) -> str:
        """The language, when it is not the usual one."""
        return "" if self.language == MANDARIN else str(LANGUAGES[self.language])

    @property
    def people(self) -> str:
        """Who brings the patient."""
        return " + ".join(str(one) for one in (self.guide, self.second) if one)

    @property
    def needs_two(self) -> bool:
        return people_for(self.help) > 1

    @property
    def why_nobody(self) -> str:
        """Why it is with nobody, or not with enough."""
        if not self.unfit:
            return ""
        declined = f": {DeclineReason(self.declined_why).label}" if self.declined_why else ""
        return str(Unfit(self.unfit).label) + (declined if self.unfit == Unfit.DECLINED else "")


def task_lines(actor: Actor, found: Iterable[GuideTask], rule: Rule) -> list[TaskLine]:
    """Tasks as their reader sees them. Two queries, none for no tasks."""
    tasks = list(found)
    if not tasks:
        return []
    names = staff_names(one for task in tasks for one in (task.guide_id, task.second_id))
    briefs = patient_briefs(actor, {one.patient_id for one in tasks}, "guides")
    return [_line(actor, one, rule, names, briefs) for one in tasks]


def _line(
    actor: Actor,
    task: GuideTask,
    rule: Rule,
    names: dict[UUID, PersonName],
    briefs: dict[UUID, PatientBrief],
) -> TaskLine:
    since = task.delivered_at or task.taken_at or task.asked_at
    is_late = task.state in TO_BE_TAKEN and clock.now() >= task.due_at
    steers = actor.may(permissions.STEER, task.site_id)
    return TaskLine(
        id=task.pk,
        site_id=task.site_id,
        visit_id=task.visit_id,
        patient=briefs.get(task.patient_id),
        number=task.number,
        state=TaskState(task.state),
        destination=Destination(task.destination),
        help=Help(task.help),
        from_place=str(task.from_place),
        to_place=str(task.to_place),
        language=task.language,
        note=task.note or "",
        since=since.astimezone(site_zone(task.site_id)),
        limit_minutes=rule.pickup_minutes,
        is_overdue=is_late or (task.overdue_at is not None and task.state in TO_BE_TAKEN),
        guide=names.get(task.guide_id) if task.guide_id else None,
        second=names.get(task.second_id) if task.second_id else None,
        is_mine=actor.user_id is not None and actor.user_id in {task.guide_id, task.second_id},
        unfit=task.unfit,
        declined_why=task.declined_why,
        may_receive=may_receive(actor, task.destination, task.site_id),
        may_withdraw=steers or (task.asked_by_id is not None and task.asked_by_id == actor.user_id),
        version=task.version,
    )
