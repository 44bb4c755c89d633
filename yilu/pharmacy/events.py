"""What the pharmacy tells others. Each event names the visit and the patient it concerns."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class DispenseReleased:
    """Paid (or free): the pharmacy may begin."""

    version: ClassVar[int] = 1
    says = _("The pharmacy may begin")

    dispense_id: UUID
    prescription_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class DispenseMoved:
    """A step along the road was done or undone."""

    version: ClassVar[int] = 1
    says = _("A medicine moves on in the pharmacy")

    dispense_id: UUID
    prescription_id: UUID
    visit_id: UUID
    patient_id: UUID
    before: str
    state: str


@dataclass(frozen=True, slots=True)
class DispenseRejected:
    version: ClassVar[int] = 1
    says = _("The pharmacist rejects a prescription")

    dispense_id: UUID
    prescription_id: UUID
    visit_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class DispenseHandedOver:
    """`is_last`: no other medicine of the visit is still to be handed over."""

    version: ClassVar[int] = 1
    says = _("Medicine is handed over")

    dispense_id: UUID
    prescription_id: UUID
    visit_id: UUID
    patient_id: UUID
    is_last: bool


@dataclass(frozen=True, slots=True)
class MedicinesTakenBack:
    """`items` are `{drug_id, quantity}` that came back, in the unit of dispensing."""

    version: ClassVar[int] = 1
    says = _("Medicine is taken back")

    dispense_id: UUID
    prescription_id: UUID
    visit_id: UUID
    patient_id: UUID
    items: tuple[dict[str, str], ...]
