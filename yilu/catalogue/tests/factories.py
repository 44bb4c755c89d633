"""Services, prices and performers for tests, made by the operations that make them for people."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import count
from uuid import UUID

from yilu.catalogue import permissions
from yilu.catalogue.operations.prices import ItemFacts, add_item
from yilu.catalogue.operations.services import ServiceFacts, add_service, set_performers
from yilu.catalogue.selectors.services import Need
from yilu.facility.tests.factories import words
from yilu.platform.actors import Actor

CURATOR = Actor.system("curator", permissions.MANAGE)
SINCE = date(2020, 1, 1)
_numbers = count(1)


def make_item(amount: str = "30.00", *, category: str = "02", from_on: date = SINCE) -> UUID:
    """Something on the price list, at this price since long ago."""
    n = next(_numbers)
    facts = ItemFacts(
        code=f"T-{n}",
        name=words(f"项目{n}", f"Item {n}"),
        category=category,
        unit=words("次", "each"),
    )
    return add_item(actor=CURATOR, facts=facts, amount=Decimal(amount), from_on=from_on)


def make_service(
    *,
    department_key: str = "general",
    minutes: int = 15,
    needs: Sequence[Need] = (),
    fee_item_id: UUID | None = None,
    performers: Sequence[UUID] = (),
    online: bool = True,
    **facts: object,
) -> UUID:
    """A service that these practitioners perform, with a fee of 30 yuan unless one is given."""
    n = next(_numbers)
    said = ServiceFacts(
        name=words(f"门诊{n}", f"Visit {n}"),
        department_key=department_key,
        specialty="general",
        minutes=minutes,
        needs=tuple(needs),
        fee_item_id=fee_item_id or make_item(),
        online=online,
        **facts,
    )
    made = add_service(actor=CURATOR, key=f"service-{n}", facts=said)
    if performers:
        lines = [(one, None) for one in performers]
        set_performers(actor=CURATOR, service_id=made, performers=lines)
    return made
