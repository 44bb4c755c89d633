"""What pathways tell the other apps. Names are facts in the past tense."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class PathwayPublished:
    version: ClassVar[int] = 1
    says = _("A pathway is published")

    definition_id: UUID
    key: str
    definition_version: int


@dataclass(frozen=True, slots=True)
class CaseStarted:
    version: ClassVar[int] = 1
    says = _("A case begins")

    case_id: UUID
    key: str
    about_id: UUID
    patient_id: UUID | None


@dataclass(frozen=True, slots=True)
class CaseChanged:
    """Steps of a case were opened, closed, skipped or reopened: `moves` are (step, state)."""

    version: ClassVar[int] = 1
    says = _("Steps of a case have changed")

    case_id: UUID
    key: str
    about_id: UUID
    patient_id: UUID | None
    state: str
    moves: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StepAssigned:
    """Somebody took a step, gave it back, or handed it over."""

    version: ClassVar[int] = 1
    says = _("A step is taken or handed over")

    step_id: UUID
    case_id: UUID
    step: str
    role: str
    owner_id: UUID | None


@dataclass(frozen=True, slots=True)
class StepLate:
    """A step is past its time; `action` is notify or escalate, `post` is who is told."""

    version: ClassVar[int] = 1
    says = _("A step is late")

    step_id: UUID
    case_id: UUID
    about_id: UUID
    patient_id: UUID | None
    step: str
    role: str
    action: str
    post: str
    level: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class NoticeSeen:
    """A notice about a late step left the list of its post."""

    version: ClassVar[int] = 1
    says = _("A notice of a late step is seen")

    notice_id: UUID
    step_id: UUID
    post: str
