"""What catalogue tells the other apps. Names are facts in the past tense."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class ServiceAdded:
    version: ClassVar[int] = 1
    says = _("A service is added")

    service_id: UUID


@dataclass(frozen=True, slots=True)
class ServiceChanged:
    """Its length, needs, words or fee changed, or it was taken off or put back on offer."""

    version: ClassVar[int] = 1
    says = _("A service is changed")

    service_id: UUID
    is_active: bool


@dataclass(frozen=True, slots=True)
class PerformersSet:
    """Other practitioners than before perform a service, or take another time for it."""

    version: ClassVar[int] = 1
    says = _("Who performs a service is set")

    service_id: UUID
    practitioner_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class PriceSet:
    """From this day on, one unit of the item costs this much."""

    version: ClassVar[int] = 1
    says = _("A price is set")

    item_id: UUID
    amount: Decimal
    from_on: date


@dataclass(frozen=True, slots=True)
class ItemChanged:
    """Something on the price list has other words, or was taken off it or put back."""

    version: ClassVar[int] = 1
    says = _("An item of the price list is changed")

    item_id: UUID
    is_active: bool


@dataclass(frozen=True, slots=True)
class DrugAdded:
    """A drug can be prescribed from now on."""

    version: ClassVar[int] = 1
    says = _("A medicine is added")

    drug_id: UUID


@dataclass(frozen=True, slots=True)
class DrugChanged:
    """What is said about a drug changed, or whether it can be prescribed."""

    version: ClassVar[int] = 1
    says = _("A medicine is changed")

    drug_id: UUID
    is_active: bool
