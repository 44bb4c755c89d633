"""What aftercare tells the other apps."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class FollowUpPlanned:
    version: ClassVar[int] = 1
    says = _("A follow-up is planned")

    follow_up_id: UUID
    visit_id: UUID
    patient_id: UUID
    kind: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class FollowUpTried:
    """Nobody answered; somebody calls again by `due_at`."""

    version: ClassVar[int] = 1
    says = _("Nobody answered when a patient was followed up")

    follow_up_id: UUID
    visit_id: UUID
    patient_id: UUID
    tries: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class FollowUpEnded:
    """`state` says how: reached (done), not reached, or called off."""

    version: ClassVar[int] = 1
    says = _("A follow-up is over")

    follow_up_id: UUID
    visit_id: UUID
    patient_id: UUID
    state: str
    needs_doctor: bool
    wants_visit: bool


@dataclass(frozen=True, slots=True)
class FollowUpTakenBack:
    """An outcome was taken back; somebody will call again."""

    version: ClassVar[int] = 1
    says = _("The outcome of a follow-up is taken back")

    follow_up_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class SheetRead:
    """The patient opened the after-visit sheet for the first time."""

    version: ClassVar[int] = 1
    says = _("The patient has read the after-visit sheet")

    follow_up_id: UUID
    visit_id: UUID
    patient_id: UUID
