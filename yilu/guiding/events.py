"""What guiding tells the other apps. Names are facts in the past tense."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class _TaskDeed:
    """Something happened to a guide's task."""

    version: ClassVar[int] = 1

    task_id: UUID
    visit_id: UUID
    patient_id: UUID
    destination: str
    help: str


class GuideTaskAsked(_TaskDeed):
    """Somebody is to be brought to a place."""

    says = _("Somebody is to be brought to a place")


class GuideTaskGiven(_TaskDeed):
    """A guide was given the task."""

    says = _("A guide has a task")


class GuideTaskTaken(_TaskDeed):
    """A guide is on the way with the patient."""

    says = _("A guide is on the way")


class GuideTaskDelivered(_TaskDeed):
    """The guide says that the patient is there; the receiving person has not confirmed it."""

    says = _("A guide has brought the patient")


class GuideTaskReceived(_TaskDeed):
    """The receiving person has the patient: the task is done."""

    says = _("The patient is received")


class GuideTaskWithdrawn(_TaskDeed):
    """Nobody need bring the patient any more."""

    says = _("A guide's task is withdrawn")


class GuideTaskOverdue(_TaskDeed):
    """Nobody took the task up in time: the desk decides."""

    says = _("Nobody took a guide's task in time")


class GuideTaskChanged(_TaskDeed):
    """The task was declined, handed over, corrected or taken back."""

    says = _("A guide's task is changed")


@dataclass(frozen=True, slots=True)
class GuideShiftChanged:
    """A guide came on duty or went off it."""

    version: ClassVar[int] = 1
    says = _("A guide comes on duty or goes off")

    user_id: UUID
    is_on: bool


@dataclass(frozen=True, slots=True)
class GuideRuleChanged:
    """Which steps become tasks at a site, or what stands ready, was set."""

    version: ClassVar[int] = 1
    says = _("Rules for guiding are set")

    what: str


@dataclass(frozen=True, slots=True)
class EquipmentReturned:
    """A wheelchair or stretcher stands ready again."""

    version: ClassVar[int] = 1
    says = _("A wheelchair or stretcher is back")

    visit_id: UUID
    help: str
