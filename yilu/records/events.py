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


@dataclass(frozen=True, slots=True)
class PaperFiled:
    """A scanned paper was laid into a record."""

    version: ClassVar[int] = 1
    says = _("A scanned paper is filed")

    patient_id: UUID
    paper_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class PaperWithdrawn:
    """A paper was taken out of sight: it was filed by mistake."""

    version: ClassVar[int] = 1
    says = _("A scanned paper is withdrawn")

    patient_id: UUID
    paper_id: UUID


@dataclass(frozen=True, slots=True)
class LegalHoldChanged:
    """A record must be kept whatever its age, or no longer."""

    version: ClassVar[int] = 1
    says = _("A legal hold is placed or lifted")

    patient_id: UUID
    hold_id: UUID
    in_force: bool


@dataclass(frozen=True, slots=True)
class DestructionMoved:
    """A list of records to be destroyed was proposed, approved, carried out or taken back."""

    version: ClassVar[int] = 1
    says = _("A destruction of papers goes on")

    destruction_id: UUID
    state: str
