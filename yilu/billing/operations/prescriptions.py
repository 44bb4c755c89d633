"""Charging what was prescribed, and letting go ahead what needs no payment."""

from decimal import Decimal
from uuid import UUID

from yilu.billing.operations.charges import add_charge, void_charges_of
from yilu.billing.operations.settling import release_paid
from yilu.billing.selectors.prescriptions import SOURCE
from yilu.catalogue.selectors.drugs import drug_info
from yilu.clinical.selectors.prescriptions import PrescriptionFacts, prescriptions_of_visits
from yilu.platform.actors import Actor
from yilu.platform.db import operation


@operation
def charge_prescriptions(*, actor: Actor, visit_id: UUID) -> None:
    """Charge every drug of a visit's signed prescriptions. Done twice, it is charged once.

    Raises:
        NotAllowed, NoPrice.
    """
    for prescription in prescriptions_of_visits([visit_id]):
        if not prescription.is_in_force:
            continue
        for item_id, quantity in _by_price_item(prescription).items():
            add_charge(
                actor=actor,
                visit_id=visit_id,
                item_id=item_id,
                quantity=quantity,
                source_type=SOURCE,
                source_id=prescription.id,
            )


@operation
def follow_prescriptions(*, actor: Actor, visit_id: UUID) -> None:
    """Charge what was prescribed, and let go ahead what is paid already or costs nothing.

    A visit of which nothing is charged has no bill that would do so.

    Raises:
        NotAllowed, NoPrice.
    """
    charge_prescriptions(actor=actor, visit_id=visit_id)
    release_paid(actor=actor, visit_id=visit_id)


def void_prescription_charges(*, actor: Actor, prescription_id: UUID) -> None:
    """Take the drugs of a voided prescription off the visit again.

    Raises:
        AlreadyBilled: they were paid; refund them instead.
    """
    void_charges_of(actor=actor, source_type=SOURCE, source_id=prescription_id, reason="voided")


def _by_price_item(prescription: PrescriptionFacts) -> dict[UUID, Decimal]:
    """How much of each price item was prescribed; a drug without a price costs nothing."""
    drugs = drug_info([item.drug_id for item in prescription.items])
    wanted: dict[UUID, Decimal] = {}
    for item in prescription.items:
        price_item = drugs[item.drug_id].price_item_id
        if price_item is not None:
            wanted[price_item] = wanted.get(price_item, Decimal(0)) + item.quantity
    return wanted
