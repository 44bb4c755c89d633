"""What things cost on a day: public facts that anybody may read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from django.db.models import QuerySet

from yilu.catalogue.models import Price, PriceCategory
from yilu.catalogue.rules import query_tokens
from yilu.facility.selectors.sites import open_sites
from yilu.platform import clock
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized

CATEGORIES = PriceCategory.choices


@dataclass(frozen=True, slots=True)
class PriceInfo:
    """What one unit of an item costs on a day."""

    item_id: UUID
    code: str
    name: Localized
    category: str
    unit: Localized
    amount: Decimal


def prices_at(item_ids: Iterable[UUID | None], day: date) -> dict[UUID, PriceInfo]:
    """What each of these items costs on a day; items without a price are left out. One query."""
    wanted = {one for one in item_ids if one is not None}
    held = _on(day).filter(item_id__in=wanted)
    return {price.item_id: _info(price) for price in held}


def price_list(day: date, *, q: str = "", category: str = "") -> list[PriceInfo]:
    """What is on sale on a day and its price, by category; `q` in any script. One query."""
    held = _on(day).filter(item__is_active=True)
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


def price_detail(item_id: UUID) -> PriceInfo:
    """What an item costs today. Two queries. Raises: NotFound."""
    found = prices_at([item_id], group_today())
    if item_id not in found:
        raise NotFound
    return found[item_id]


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
