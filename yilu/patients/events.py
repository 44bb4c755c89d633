"""What patients tells the other apps. Ids and codes only, never what a person is called."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PatientRegistered:
    version: ClassVar[int] = 1

    patient_id: UUID
    patient_version: int
    site_id: UUID


@dataclass(frozen=True, slots=True)
class PatientChanged:
    """`fields` names what is different now."""

    version: ClassVar[int] = 1

    patient_id: UUID
    patient_version: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConsentChanged:
    version: ClassVar[int] = 1

    patient_id: UUID
    kind: str
    text_version: str
    is_given: bool
