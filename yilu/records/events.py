"""What records tells others."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class RecordOpened:
    """Somebody opened a record outside care, for a stated reason."""

    version: ClassVar[int] = 1
    says = _("A record is opened for a stated reason")

    patient_id: UUID
    opening_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class OpeningReviewed:
    """Somebody judged whether opening a record was justified."""

    version: ClassVar[int] = 1
    says = _("The opening of a record is reviewed")

    patient_id: UUID
    opening_id: UUID
    verdict: str
