"""What is charged to a visit, and what is taken off again."""

from decimal import Decimal
from uuid import UUID

from yilu.billing import permissions
from yilu.billing.errors import AlreadyBilled, NoPrice
from yilu.billing.events import ChargeAdded, ChargeVoided
from yilu.billing.models import Bill, Charge
from yilu.billing.operations.advances import set_off, undo_set_off
from yilu.billing.operations.payments import close_awaited
from yilu.billing.operations.settling import settle
from yilu.billing.selectors.topics import bill_topics
from yilu.billing.states import BillState, ChargeState
from yilu.catalogue.selectors.prices import PriceInfo, prices_at
from yilu.platform import audit, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotFound
from yilu.platform.inserts import insert, insert_once
from yilu.platform.money import line_amount
from yilu.visits.selectors.visits import VisitInfo, visit_info


@operation
def add_charge(
    *,
    actor: Actor,
    visit_id: UUID,
    item_id: UUID,
    quantity: Decimal,
    source_type: str,
    source_id: UUID,
) -> UUID:
    """Charge a visit for something done, at the price of the visit's day.

    Said again for the same source and item, even at the same moment, it is the same charge.
    Five queries.

    Raises:
        NotAllowed: the actor may not charge at this site.
        NoPrice: the price list has no price for it on that day.
    """
    visit = visit_info(visit_id)
    actor.require(permissions.CHARGE, visit.site_id)
    source: dict[str, object] = {
        "source_type": source_type,
        "source_id": source_id,
        "item_id": item_id,
    }
    price = prices_at([item_id], visit.clinic_day).get(item_id)
    if price is None:
        if (known := _known(source)) is not None:
            return known
        raise NoPrice
    charge = _charge(visit, price, quantity)
    charge.source_type, charge.source_id, charge.ordered_by = source_type, source_id, actor.user_id
    # Somebody may say the same at this moment: who comes second waits, and finds the first's.
    if not insert_once(charge):
        if (known := _known(source)) is not None:
            return known
        insert(charge)  # What stood in the way was taken off meanwhile.
    _tell(actor, charge, "billing.charge.added")
    return charge.pk


@operation
def void_charge(*, actor: Actor, charge_id: UUID, reason: str) -> None:
    """Take a charge off a visit, because it was not done after all.

    A bill of which nothing is left to pay is settled then, as when it is opened.

    Raises:
        NotFound, NotAllowed.
        AlreadyBilled: the bill it stands on was paid; refund it instead.
    """
    charge = Charge.objects.select_for_update(of=("self",)).filter(pk=charge_id).first()
    if charge is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, charge.site_id)
    actor.require(permissions.CHARGE, charge.site_id)
    if charge.state == ChargeState.VOID:
        return
    bill = _take_off_bill(actor, charge, charge.bill_id) if charge.bill_id else None
    charge.state = ChargeState.VOID
    charge.version += 1
    charge.save(update_fields=["state", "version"])
    _tell(actor, charge, "billing.charge.voided", reason=reason)
    if bill is not None and bill.total == bill.paid:
        close_awaited(actor=actor, bill=bill)
        settle(actor=actor, bill=bill)


def void_charges_of(*, actor: Actor, source_type: str, source_id: UUID, reason: str) -> None:
    """Take off every charge that came from one source and is not paid yet."""
    charges = Charge.objects.filter(source_type=source_type, source_id=source_id)
    for charge_id in charges.exclude(state=ChargeState.VOID).values_list("pk", flat=True):
        void_charge(actor=actor, charge_id=charge_id, reason=reason)


def _charge(visit: VisitInfo, price: PriceInfo, quantity: Decimal) -> Charge:
    return Charge(
        site_id=visit.site_id,
        visit_id=visit.id,
        patient_id=visit.patient_id,
        clinic_day=visit.clinic_day,
        item_id=price.item_id,
        name=price.name,
        unit=price.unit,
        category=price.category,
        quantity=quantity,
        unit_price=price.amount,
        amount=line_amount(price.amount, quantity),
    )


def _known(source: dict[str, object]) -> UUID | None:
    """The charge that stands for a source and item; None when there is none in force."""
    charges = Charge.objects.filter(**source).exclude(state=ChargeState.VOID)
    return charges.values_list("pk", flat=True).first()


def _take_off_bill(actor: Actor, charge: Charge, bill_id: UUID) -> Bill:
    bill = Bill.objects.select_for_update().get(pk=bill_id)
    if bill.state == BillState.OPEN:
        undo_set_off(actor=actor, bill=bill)
    if bill.state != BillState.OPEN or bill.paid:
        raise AlreadyBilled
    bill.total -= charge.amount
    bill.version += 1
    bill.save(update_fields=["total", "version"])
    set_off(actor=actor, bill=bill, booking_id=visit_info(charge.visit_id).booking_id)
    return bill


def _tell(actor: Actor, charge: Charge, action: str, **details: object) -> None:
    audit.record(
        actor,
        action,
        charge,
        site_id=charge.site_id,
        patient_id=charge.patient_id,
        amount=charge.amount,
        **details,
    )
    told: ChargeAdded | ChargeVoided
    if charge.state == ChargeState.VOID:
        told = ChargeVoided(charge.pk, charge.visit_id, charge.patient_id)
    else:
        told = ChargeAdded(charge.pk, charge.visit_id, charge.patient_id, charge.amount)
    topics = bill_topics(charge.site_id, charge.visit_id, charge.bill_id)
    outbox.publish(told, actor=actor, site_id=charge.site_id, subject=charge, topics=topics)
