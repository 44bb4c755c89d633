"""What patients tells the other apps. Ids and codes only, never what a person is called."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class PatientRegistered:
    version: ClassVar[int] = 1
    says = _("A patient is registered")

    patient_id: UUID
    patient_version: int
    site_id: UUID


@dataclass(frozen=True, slots=True)
class PatientChanged:
    """`fields` names what is different now."""

    version: ClassVar[int] = 1
    says = _("A patient's details are changed")

    patient_id: UUID
    patient_version: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConsentChanged:
    version: ClassVar[int] = 1
    says = _("A consent is changed")

    patient_id: UUID
    kind: str
    text_version: str
    is_given: bool


@dataclass(frozen=True, slots=True)
class PatientsMerged:
    """Whoever holds the id of `merged_id` finds the survivor by it from now on."""

    version: ClassVar[int] = 1
    says = _("Two records of a patient are merged")

    patient_id: UUID
    merged_id: UUID
    merge_id: UUID


@dataclass(frozen=True, slots=True)
class MergeUndone:
    version: ClassVar[int] = 1
    says = _("A merge is undone")

    patient_id: UUID
    merged_id: UUID
    merge_id: UUID


@dataclass(frozen=True, slots=True)
class CardIssued:
    """`follows` is the card that it takes the place of."""

    version: ClassVar[int] = 1
    says = _("A card is issued")

    patient_id: UUID
    card_id: UUID
    follows: UUID | None


@dataclass(frozen=True, slots=True)
class CardStopped:
    """A card works no longer, anywhere. `by_patient`: its patient said so, from their phone."""

    version: ClassVar[int] = 1
    says = _("A card is stopped")

    patient_id: UUID
    card_id: UUID
    why: str
    by_patient: bool = False


@dataclass(frozen=True, slots=True)
class CardFound:
    """A card that was reported lost is back with its patient, and works again."""

    version: ClassVar[int] = 1
    says = _("A card is found again")

    patient_id: UUID
    card_id: UUID
