"""Filling a new clinic's catalogue with what the product delivers. Repeating changes nothing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange

from yilu.catalogue import permissions
from yilu.catalogue.models import Drug, Price, PriceItem, Service
from yilu.catalogue.operations.services import ServiceFacts, add_service
from yilu.catalogue.rules import search_tokens
from yilu.catalogue.selectors.defaults import (
    DefaultItem,
    DefaultService,
    default_drugs,
    default_items,
    default_services,
)
from yilu.catalogue.selectors.prices import group_today
from yilu.platform import audit
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.ids import new_id
from yilu.platform.names import Localized

_NOT_COLUMNS = {"category", "price"}


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many of each were new."""

    items: int
    services: int
    drugs: int


@operation
def load_catalogue(
    *, actor: Actor, specialties: Collection[str], from_on: date | None = None
) -> Loaded:
    """Add the services of these trades, the price list and the drugs that are not there yet.

    What the clinic has changed stays. Prices hold from today, or from `from_on`.

    Raises: NotAllowed.
    """
    actor.require_anywhere(permissions.MANAGE)
    first = from_on or group_today()
    drugs = default_drugs()
    drug_items = [_item_of(drug) for drug in drugs]
    items = _load_items([*default_items(), *drug_items], first)
    added = _load_drugs(drugs)
    known = set(Service.objects.values_list("key", flat=True))
    new = [one for one in default_services(specialties) if one.key not in known]
    fees = dict(PriceItem.objects.values_list("code", "pk"))
    for service in new:
        add_service(actor=actor, key=service.key, facts=_facts(service, fees))
    loaded = Loaded(items, len(new), added)
    _record(actor, loaded)
    return loaded


def _record(actor: Actor, loaded: Loaded) -> None:
    first = PriceItem.objects.order_by("code").first()
    if first is not None and (loaded.items or loaded.services or loaded.drugs):
        counts = {"items": loaded.items, "services": loaded.services, "drugs": loaded.drugs}
        audit.record(actor, "catalogue.defaults.loaded", first, counts=counts)


def _load_items(items: Collection[DefaultItem], first: date) -> int:
    known = set(PriceItem.objects.values_list("code", flat=True))
    new = {item.code: item for item in items if item.code not in known}
    made = PriceItem.objects.bulk_create(
        PriceItem(
            id=new_id(),
            code=item.code,
            name=item.name,
            category=item.category,
            unit=item.unit,
            tokens=search_tokens(item.code, *item.name.values()),
        )
        for item in new.values()
    )
    Price.objects.bulk_create(
        Price(id=new_id(), item=item, amount=new[item.code].price, during=DateRange(first, None))
        for item in made
    )
    return len(made)


def _load_drugs(drugs: Collection[dict[str, Any]]) -> int:
    known = set(Drug.objects.values_list("code", flat=True))
    items = dict(PriceItem.objects.values_list("code", "pk"))
    new = [drug for drug in drugs if drug["code"] not in known]
    Drug.objects.bulk_create(
        Drug(
            id=new_id(),
            price_item_id=items[f"D-{drug['code']}"],
            tokens=search_tokens(drug["code"], *drug["name"].values()),
            **{name: value for name, value in drug.items() if name not in _NOT_COLUMNS},
        )
        for drug in new
    )
    return len(new)


def _item_of(drug: dict[str, Any]) -> DefaultItem:
    """The line of the price list for one pack of a drug."""
    name = {language: f"{words} {drug['strength']}" for language, words in drug["name"].items()}
    return DefaultItem(
        code=f"D-{drug['code']}",
        name=Localized(name),
        category=drug["category"],
        unit=Localized(drug["dispense_unit"]),
        price=drug["price"],
    )


def _facts(service: DefaultService, fees: dict[str, UUID]) -> ServiceFacts:
    return ServiceFacts(
        name=service.name,
        summary=service.summary,
        department_key=service.department_key,
        specialty=service.specialty,
        minutes=service.minutes,
        buffer_after=service.buffer_after,
        needs=service.needs,
        fee_item_id=fees[service.fee_code],
        online=service.online,
        wants_assessment=service.wants_assessment,
        preparation=service.preparation,
        icon=service.icon,
        position=service.position,
    )
