"""What things cost on a day: public facts that anybody may read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from django.db.models import QuerySet

from yilu.catalogue.models import Drug, Price, PriceCategory, PriceItem, Service
from yilu.catalogue.rules import query_tokens
from yilu.facility.selectors.sites import open_sites
from yilu.platform import clock
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized

CATEGORIES = PriceCategory.choices
OF_DRUGS = ("09", "10", "11")


@dataclass(frozen=True, slots=True)
class PriceInfo:
    """What one unit of an item costs on a day."""

    item_id: UUID
    code: str
    name: Localized
    category: str
    unit: Localized
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PriceSpan:
    """What an item costs from a day on; `until` is the first day on which it does not."""

    amount: Decimal
    from_on: date
    until: date | None


@dataclass(frozen=True, slots=True)
class ItemInfo:
    """An item of the price list with all its prices, and what is charged by it."""

    id: UUID
    code: str
    name: Localized
    category: str
    unit: Localized
    is_active: bool
    version: int
    prices: tuple[PriceSpan, ...]
    used_by: tuple[str, ...]


def item_info(item_id: UUID) -> ItemInfo:
    """One item, on sale or not. Four queries. Raises: NotFound."""
    item = PriceItem.objects.filter(pk=item_id).first()
    if item is None:
        raise NotFound
    spans = Price.objects.filter(item=item).order_by("during")
    return ItemInfo(
        id=item.pk,
        code=item.code,
        name=item.name,
        category=item.category,
        unit=item.unit,
        is_active=item.is_active,
        version=item.version,
        prices=tuple(PriceSpan(one.amount, one.during.lower, one.during.upper) for one in spans),
        used_by=charged_by(item_id),
    )


def charged_by(item_id: UUID) -> tuple[str, ...]:
    """The services and drugs on offer that are charged by an item. Two queries."""
    services = Service.objects.filter(fee_item_id=item_id, is_active=True)
    drugs = Drug.objects.filter(price_item_id=item_id, is_active=True)
    return (
        *(str(one.name) for one in services),
        *(f"{one.name} {one.strength}" for one in drugs),
    )


def fees(day: date) -> list[PriceInfo]:
    """What a service may be charged by: all that is on sale but drugs. One query."""
    held = _on(day).filter(item__is_active=True).exclude(item__category__in=OF_DRUGS)
    return [_info(price) for price in held.order_by("item__category", "item__code")]


def items_by_code(codes: Iterable[str]) -> dict[str, UUID]:
    """The items on sale that have these codes, by code. One query."""
    held = PriceItem.objects.filter(code__in=set(codes), is_active=True)
    return dict(held.order_by().values_list("code", "id"))


def prices_at(item_ids: Iterable[UUID | None], day: date) -> dict[UUID, PriceInfo]:
    """What each of these items costs on a day; items without a price are left out. One query."""
    wanted = {one for one in item_ids if one is not None}
    held = _on(day).filter(item_id__in=wanted)
    return {price.item_id: _info(price) for price in held}


def price_list(
    day: date, *, q: str = "", category: str = "", taken_off: bool = False
) -> list[PriceInfo]:
    """What is on sale on a day and its price, by category; `q` in any script. One query.

    Or what has been taken off the list.
    """
    held = _on(day).filter(item__is_active=not taken_off)
    if category:
        held = held.filter(item__category=category)
    if tokens := query_tokens(q):
        held = held.filter(item__tokens__contains=tokens)
    return [_info(price) for price in held.order_by("item__category", "item__code")]


def prices_by_category(day: date, *, q: str = "") -> list[tuple[str, list[PriceInfo]]]:
    """`price_list` under the names of its categories, in the receipt's order. One query."""
    lines = price_list(day, q=q)
    return [
        (str(PriceCategory(code).label), list(group))
        for code, group in groupby(lines, key=lambda line: line.category)
    ]


def _on(day: date) -> QuerySet[Price]:
    return Price.objects.filter(during__contains=day).select_related("item")


def _info(price: Price) -> PriceInfo:
    item = price.item
    return PriceInfo(item.pk, item.code, item.name, item.category, item.unit, price.amount)


def group_today() -> date:
    """The day on which prices change: today at the group's first site. One query."""
    sites = open_sites()
    now = clock.now()
    return now.astimezone(sites[0].zone).date() if sites else now.date()
