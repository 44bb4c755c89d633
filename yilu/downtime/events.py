"""What the downtime kit tells others."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class KitMade:
    """A kit for working on paper lies ready."""

    version: ClassVar[int] = 1
    says = _("A kit for working on paper is ready")

    made_at: datetime


@dataclass(frozen=True, slots=True)
class OutageChanged:
    """Paper of an outage is being entered, or has been accounted for."""

    version: ClassVar[int] = 1
    says = _("The paper of an outage is changed")

    what: str


@dataclass(frozen=True, slots=True)
class PaperEntered:
    """A visit that was written on paper has been entered with its true times."""

    version: ClassVar[int] = 1
    says = _("A visit on paper is entered")

    visit_id: UUID
    patient_id: UUID
    number: str
    arrived_at: datetime
