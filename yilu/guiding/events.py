"""What guiding tells the other apps. Names are facts in the past tense."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


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


class GuideTaskGiven(_TaskDeed):
    """A guide was given the task."""


class GuideTaskTaken(_TaskDeed):
    """A guide is on the way with the patient."""


class GuideTaskDelivered(_TaskDeed):
    """The guide says that the patient is there; the receiving person has not confirmed it."""


class GuideTaskReceived(_TaskDeed):
    """The receiving person has the patient: the task is done."""


class GuideTaskWithdrawn(_TaskDeed):
    """Nobody need bring the patient any more."""


class GuideTaskOverdue(_TaskDeed):
    """Nobody took the task up in time: the desk decides."""


class GuideTaskChanged(_TaskDeed):
    """The task was declined, handed over, corrected or taken back."""


@dataclass(frozen=True, slots=True)
class GuideShiftChanged:
    """A guide came on duty or went off it."""

    version: ClassVar[int] = 1

    user_id: UUID
    is_on: bool


@dataclass(frozen=True, slots=True)
class GuideRuleChanged:
    """Which steps become tasks at a site, or what stands ready, was set."""

    version: ClassVar[int] = 1

    what: str


@dataclass(frozen=True, slots=True)
class EquipmentReturned:
    """A wheelchair or stretcher stands ready again."""

    version: ClassVar[int] = 1

    visit_id: UUID
    help: str
