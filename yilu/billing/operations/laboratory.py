"""Charging laboratory tests that were ordered, and taking off those that were cancelled."""

from decimal import Decimal
from uuid import UUID

from yilu.billing.operations.charges import add_charge, void_charges_of
from yilu.catalogue.selectors.prices import items_by_code, prices_at
from yilu.diagnostics.selectors.lab_waiting import charged_orders
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.visits.selectors.visits import visit_info

SOURCE = "diagnostics.laborder"


@operation
def charge_laboratory(*, actor: Actor, visit_id: UUID) -> None:
    """Charge every test that was ordered at a visit and not cancelled; done twice, it is once.

    A test without a price on the list costs nothing. Four queries, and five for each new charge.

    Raises: NotAllowed.
    """
    orders = charged_orders(visit_id)
    if not orders:
        return
    items = items_by_code(code for _order_id, code in orders)
    priced = prices_at(items.values(), visit_info(visit_id).clinic_day)
    for order_id, code in orders:
        item_id = items.get(code)
        if item_id is not None and item_id in priced:
            add_charge(
                actor=actor,
                visit_id=visit_id,
                item_id=item_id,
                quantity=Decimal(1),
                source_type=SOURCE,
                source_id=order_id,
            )


def void_laboratory_charge(*, actor: Actor, order_id: UUID) -> None:
    """Take a cancelled test off the visit again.

    Raises:
        AlreadyBilled: it was paid; refund it instead.
    """
    void_charges_of(actor=actor, source_type=SOURCE, source_id=order_id, reason="cancelled")
