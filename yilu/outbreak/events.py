"""What outbreak mode tells the other apps. Names are facts in the past tense; never an answer."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class OutbreakSwitchedOn:
    """A site is in outbreak mode, or drills it."""

    version: ClassVar[int] = 1
    says = _("Outbreak mode is switched on")

    outbreak_id: UUID
    illness: str
    is_drill: bool


@dataclass(frozen=True, slots=True)
class OutbreakSwitchedOff:
    version: ClassVar[int] = 1
    says = _("Outbreak mode is switched off")

    outbreak_id: UUID
    is_drill: bool


@dataclass(frozen=True, slots=True)
class OutbreakSwitchUndone:
    """That it was switched on, or off, was taken back; `is_on` says how it stands now."""

    version: ClassVar[int] = 1
    says = _("The switching of outbreak mode is taken back")

    outbreak_id: UUID
    is_on: bool
    is_drill: bool


@dataclass(frozen=True, slots=True)
class OutbreakPlanSet:
    """Route, room, limits or reminders of a site were changed."""

    version: ClassVar[int] = 1
    says = _("The plan for an outbreak is changed")

    plan_id: UUID


@dataclass(frozen=True, slots=True)
class PatientScreened:
    """The entry questions were answered, or somebody was suspected without them."""

    version: ClassVar[int] = 1
    says = _("A patient is screened at the door")

    screening_id: UUID
    patient_id: UUID | None
    visit_id: UUID | None
    is_positive: bool
    is_drill: bool


@dataclass(frozen=True, slots=True)
class SuspicionMet:
    """Somebody looks after a suspected patient now."""

    version: ClassVar[int] = 1
    says = _("Somebody looks after a suspected patient")

    screening_id: UUID


@dataclass(frozen=True, slots=True)
class SuspicionLifted:
    """A patient was suspected without need."""

    version: ClassVar[int] = 1
    says = _("A suspicion is lifted")

    screening_id: UUID


@dataclass(frozen=True, slots=True)
class CaseReportOpened:
    """The report of a suspected case is to be sent by its limit."""

    version: ClassVar[int] = 1
    says = _("A suspected case is to be reported")

    case_id: UUID


@dataclass(frozen=True, slots=True)
class CaseReportOver:
    """The report was sent, or withdrawn."""

    version: ClassVar[int] = 1
    says = _("A case report is sent or withdrawn")

    case_id: UUID
    state: str


@dataclass(frozen=True, slots=True)
class CaseReportReopened:
    """That the report was sent was taken back."""

    version: ClassVar[int] = 1
    says = _("The sending of a case report is taken back")

    case_id: UUID


@dataclass(frozen=True, slots=True)
class CaseOutcomeNoted:
    version: ClassVar[int] = 1
    says = _("The outcome of a case is noted")

    case_id: UUID
    outcome: str
