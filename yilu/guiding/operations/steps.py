"""What following and asking share: a new task, the word that it is done, whom it is about."""

from datetime import datetime
from uuid import UUID

from yilu.guiding.events import (
    GuideTaskAsked,
    GuideTaskGiven,
    GuideTaskReceived,
    GuideTaskTaken,
)
from yilu.guiding.models import GuideTask
from yilu.guiding.operations.giving import find_people, watch
from yilu.guiding.operations.held import move, record, tell
from yilu.guiding.selectors.rule import Rule
from yilu.guiding.states import TO_BE_TAKEN, Receipt, TaskState
from yilu.patients import permissions as patients
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.visits.selectors.visits import VisitInfo

# It is the rule that reads what a patient needs, whoever is acting; nobody is shown.
RULE = Actor.system("guiding.rule", patients.SEE, patients.SEE_ALL)


def patient_of(visit: VisitInfo) -> PatientBrief:
    """The patient of a visit, as the rule reads them. One query."""
    return patient_briefs(RULE, [visit.patient_id], "guides")[visit.patient_id]


def add_task(actor: Actor, task: GuideTask, rule: Rule, at: datetime) -> None:
    """Write a new task down, with whom it is given to. Part of a deed, not one itself."""
    task.asked_at, task.due_at = at, at + rule.pickup
    if task.guide_id is None:
        find_people(task)
    task.save(force_insert=True)
    record(actor, task, "asked", asked=task.is_asked, unfit=task.unfit)
    tell(actor, task, GuideTaskAsked)
    if task.state == TaskState.GIVEN:
        tell(actor, task, GuideTaskGiven)
    elif task.state == TaskState.TAKEN:
        tell(actor, task, GuideTaskTaken)
    if task.state in TO_BE_TAKEN:
        watch(task)


def received(actor: Actor, task: GuideTask, user_id: UUID, receipt: Receipt) -> None:
    """The receiving person has the patient. Part of a deed, not one itself."""
    move(
        actor, task, TaskState.DONE, "received", GuideTaskReceived,
        received_by_id=user_id, receipt=receipt, ended_at=clock.now(), end="",
    )  # fmt: skip
