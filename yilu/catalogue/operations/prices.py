"""Everything that changes the price list. Nothing else writes items or prices."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange

from yilu.catalogue import permissions
from yilu.catalogue.errors import CodeTaken, ItemInUse, PriceInPast, PriceOverlaps, UnknownItem
from yilu.catalogue.events import ItemChanged, PriceSet
from yilu.catalogue.models import Price, PriceItem
from yilu.catalogue.rules import search_tokens
from yilu.catalogue.selectors.prices import charged_by, group_today
from yilu.platform import audit, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import check_version, on_violation, operation
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    """What is said about something that can be charged."""

    code: str
    name: Localized
    category: str
    unit: Localized
    is_active: bool = True


@operation
def add_item(
    *, actor: Actor, facts: ItemFacts, amount: Decimal, from_on: date | None = None
) -> UUID:
    """Put something on the price list, at this price from today or from `from_on`.

    Raises: NotAllowed, CodeTaken, PriceInPast.
    """
    actor.require_anywhere(permissions.MANAGE)
    item = PriceItem()
    _say(item, facts)
    with on_violation(catalogue_priceitem_code_key=CodeTaken):
        item.save(force_insert=True)
    audit.record(actor, "catalogue.item.added", item, code=facts.code)
    set_price(actor=actor, item_id=item.pk, amount=amount, from_on=from_on)
    return item.pk


@operation
def change_item(
    *, actor: Actor, item_id: UUID, facts: ItemFacts, version: int | None = None
) -> None:
    """Change what is said about an item; its prices stay, and so do bills that were made.

    Raises:
        NotFound, NotAllowed, Stale, CodeTaken.
        ItemInUse: it would be taken off the list while a service or drug is charged by it.
    """
    item = _hold(item_id, actor)
    check_version(item, version)
    if item.is_active and not facts.is_active and charged_by(item_id):
        raise ItemInUse
    _say(item, facts)
    item.version += 1
    with on_violation(catalogue_priceitem_code_key=CodeTaken):
        item.save()
    audit.record(actor, "catalogue.item.changed", item, version=item.version)
    changed = ItemChanged(item.pk, item.is_active)
    outbox.publish(changed, actor=actor, site_id=None, subject=item)


@operation
def set_price(*, actor: Actor, item_id: UUID, amount: Decimal, from_on: date | None = None) -> None:
    """Let an item cost this much from a day on, until the next price that is planned.

    The price that held before ends the day before; what past days cost stays true.

    Raises: NotAllowed; UnknownItem; PriceInPast: the day has gone by.
    """
    try:
        item = _hold(item_id, actor)
    except NotFound as error:
        raise UnknownItem from error
    today = group_today()
    first = from_on or today
    if first < today and Price.objects.filter(item=item).exists():
        raise PriceInPast
    with on_violation(catalogue_price_one_a_day=PriceOverlaps):
        _place(item, amount, first)
    audit.record(actor, "catalogue.price.set", item, amount=amount, from_on=first)
    told = PriceSet(item.pk, amount, first)
    outbox.publish(told, actor=actor, site_id=None, subject=item)


def _place(item: PriceItem, amount: Decimal, first: date) -> None:
    touched = Price.objects.select_for_update().filter(
        item=item, during__overlap=DateRange(first, None)
    )
    coming = list(touched.order_by("during"))
    held = coming[0] if coming and coming[0].during.lower <= first else None
    if held is not None and held.during.lower == first:
        held.amount = amount
        held.save(update_fields=["amount"])
        return
    until = coming[0].during.lower if coming else None
    if held is not None:
        until = held.during.upper
        held.during = DateRange(held.during.lower, first)
        held.save(update_fields=["during"])
    Price(item=item, amount=amount, during=DateRange(first, until)).save(force_insert=True)


def _hold(item_id: UUID, actor: Actor) -> PriceItem:
    actor.require_anywhere(permissions.MANAGE)
    item = PriceItem.objects.select_for_update().filter(pk=item_id).first()
    if item is None:
        raise NotFound
    return item


def _say(item: PriceItem, facts: ItemFacts) -> None:
    item.code = facts.code
    item.name = facts.name
    item.category = facts.category
    item.unit = facts.unit
    item.is_active = facts.is_active
    item.tokens = search_tokens(facts.code, *facts.name.values())
