"""Charging dental treatment that was planned and is done, and taking it off when it was not."""

from decimal import Decimal
from uuid import UUID

from yilu.billing.operations.charges import add_charge, void_charges_of
from yilu.catalogue.selectors.prices import prices_at
from yilu.dental.selectors.plans import charged_item
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.visits.selectors.visits import visit_info

SOURCE = "dental.planitem"


@operation
def charge_dental_item(*, actor: Actor, item_id: UUID) -> None:
    """Charge an item of a dental plan at the visit where it was done; said twice, it is once.

    One without a price on the list costs nothing. Three queries, and five for the charge.

    Raises: NotAllowed.
    """
    found = charged_item(item_id)
    if found is None:
        return
    visit_id, price_item = found
    if price_item in prices_at([price_item], visit_info(visit_id).clinic_day):
        add_charge(
            actor=actor,
            visit_id=visit_id,
            item_id=price_item,
            quantity=Decimal(1),
            source_type=SOURCE,
            source_id=item_id,
        )


def void_dental_charge(*, actor: Actor, item_id: UUID) -> None:
    """Take what was not done after all off the visit again.

    Raises:
        AlreadyBilled: it was paid; refund it instead.
    """
    void_charges_of(actor=actor, source_type=SOURCE, source_id=item_id, reason="taken back")
