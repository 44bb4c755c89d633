"""What dentistry tells others."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class TeethCharted:
    """Findings were entered or withdrawn; `teeth` are given with commas."""

    version: ClassVar[int] = 1
    says = _("Teeth are charted")

    visit_id: UUID
    patient_id: UUID
    teeth: str


@dataclass(frozen=True, slots=True)
class GumsMeasured:
    """A periodontal chart was kept, signed or amended; `what` says which."""

    version: ClassVar[int] = 1
    says = _("Gums are measured")

    visit_id: UUID
    patient_id: UUID
    what: str


@dataclass(frozen=True, slots=True)
class PackOpened:
    version: ClassVar[int] = 1
    says = _("A sterile pack is opened")

    visit_id: UUID
    patient_id: UUID
    code: str


@dataclass(frozen=True, slots=True)
class PackWithdrawn:
    """A pack was scanned by mistake and is still closed."""

    version: ClassVar[int] = 1
    says = _("A scanned pack is withdrawn")

    visit_id: UUID
    patient_id: UUID
    code: str


@dataclass(frozen=True, slots=True)
class ToothPlanChanged:
    """Items of a dental plan were added, accepted, booked or dropped; `what` says which."""

    version: ClassVar[int] = 1
    says = _("A dental plan is changed")

    visit_id: UUID
    patient_id: UUID
    what: str


@dataclass(frozen=True, slots=True)
class PlannedToothDone:
    """An item of a dental plan was done, at this visit: it is charged now."""

    version: ClassVar[int] = 1
    says = _("Planned dental treatment is done")

    visit_id: UUID
    patient_id: UUID
    item_id: UUID


@dataclass(frozen=True, slots=True)
class PlannedToothTakenBack:
    """It was not done after all: it is not charged."""

    version: ClassVar[int] = 1
    says = _("Dental treatment is not done after all")

    visit_id: UUID
    patient_id: UUID
    item_id: UUID


@dataclass(frozen=True, slots=True)
class ToothImageAdded:
    """A film or photograph was taken in; `teeth` are given with commas."""

    version: ClassVar[int] = 1
    says = _("A picture of teeth is taken in")

    visit_id: UUID
    patient_id: UUID
    teeth: str


@dataclass(frozen=True, slots=True)
class ToothImageWithdrawn:
    """A picture was taken in by mistake."""

    version: ClassVar[int] = 1
    says = _("A picture of teeth is withdrawn")

    visit_id: UUID
    patient_id: UUID
    teeth: str
