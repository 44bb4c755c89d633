"""What the pharmacy tells others. Each event names the visit and the patient it concerns."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class DispenseReleased:
    """Paid (or free): the pharmacy may begin."""

    version: ClassVar[int] = 1

    dispense_id: UUID
    prescription_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class DispenseMoved:
    """A step along the road was done or undone."""

    version: ClassVar[int] = 1

    dispense_id: UUID
    prescription_id: UUID
    visit_id: UUID
    patient_id: UUID
    before: str
    state: str


@dataclass(frozen=True, slots=True)
class DispenseRejected:
    version: ClassVar[int] = 1

    dispense_id: UUID
    prescription_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class DispenseHandedOver:
    """`is_last`: no other medicine of the visit is still to be handed over."""

    version: ClassVar[int] = 1

    dispense_id: UUID
    prescription_id: UUID
    visit_id: UUID
    patient_id: UUID
    is_last: bool


@dataclass(frozen=True, slots=True)
class MedicinesTakenBack:
    """`items` are `{drug_id, quantity}` that came back, in the unit of dispensing."""

    version: ClassVar[int] = 1

    dispense_id: UUID
    prescription_id: UUID
    visit_id: UUID
    patient_id: UUID
    items: tuple[dict[str, str], ...]
