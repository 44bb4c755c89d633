"""What catalogue tells the other apps. Names are facts in the past tense."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ServiceAdded:
    version: ClassVar[int] = 1

    service_id: UUID


@dataclass(frozen=True, slots=True)
class ServiceChanged:
    """Its length, needs, words or fee changed, or it was taken off or put back on offer."""

    version: ClassVar[int] = 1

    service_id: UUID
    is_active: bool


@dataclass(frozen=True, slots=True)
class PerformersSet:
    """Other practitioners than before perform a service, or take another time for it."""

    version: ClassVar[int] = 1

    service_id: UUID
    practitioner_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class PriceSet:
    """From this day on, one unit of the item costs this much."""

    version: ClassVar[int] = 1

    item_id: UUID
    amount: Decimal
    from_on: date


@dataclass(frozen=True, slots=True)
class ItemChanged:
    """Something on the price list has other words, or was taken off it or put back."""

    version: ClassVar[int] = 1

    item_id: UUID
    is_active: bool


@dataclass(frozen=True, slots=True)
class DrugAdded:
    """A drug can be prescribed from now on."""

    version: ClassVar[int] = 1

    drug_id: UUID


@dataclass(frozen=True, slots=True)
class DrugChanged:
    """What is said about a drug changed, or whether it can be prescribed."""

    version: ClassVar[int] = 1

    drug_id: UUID
    is_active: bool
