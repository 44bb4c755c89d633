"""Bringing what was charged onto a bill."""

from decimal import Decimal
from uuid import UUID

from django.db.models import Q, Sum

from yilu.billing import permissions
from yilu.billing.errors import BillInUse
from yilu.billing.events import BillOpened, BillTakenApart
from yilu.billing.models import Bill, Charge, Payment
from yilu.billing.operations.advances import set_off, undo_set_off
from yilu.billing.operations.laboratory import charge_laboratory
from yilu.billing.operations.prescriptions import charge_prescriptions
from yilu.billing.operations.settling import release_paid, settle
from yilu.billing.selectors.topics import bill_topics
from yilu.billing.states import BillState, ChargeState, PaymentMethod, PaymentState
from yilu.platform import audit, numbers, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotFound
from yilu.platform.money import ZERO
from yilu.visits.selectors.visits import VisitInfo, visit_info


@operation
def open_bill(*, actor: Actor, visit_id: UUID) -> UUID | None:
    """Put every open charge of a visit on its bill; None when nothing was charged.

    A visit whose bill is still open gets the new charges on the same bill. A bill of
    nothing is settled at once. What was prescribed or ordered is on it even before the worker
    has heard of it; medicines that cost nothing wait for no payment. Returns the bill.

    Raises:
        NotAllowed: the actor may not charge at this site.
    """
    visit = visit_info(visit_id)
    actor.require(permissions.CHARGE, visit.site_id)
    charge_prescriptions(actor=actor, visit_id=visit_id)
    charge_laboratory(actor=actor, visit_id=visit_id)
    charges = list(
        Charge.objects.select_for_update(of=("self",))
        .filter(visit_id=visit_id, state=ChargeState.OPEN)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    bill = Bill.objects.select_for_update().filter(visit_id=visit_id, state=BillState.OPEN).first()
    if not charges:
        release_paid(actor=actor, visit_id=visit_id)
        return bill.pk if bill else None
    bill = bill or _new_bill(visit)
    bill.total = bill.total + _sum_of(charges)
    bill.version += 0 if bill._state.adding else 1  # noqa: SLF001 (Django documents _state)
    bill.save()
    Charge.objects.filter(pk__in=charges).update(bill=bill, state=ChargeState.BILLED)
    _tell(actor, bill)
    set_off(actor=actor, bill=bill, booking_id=visit.booking_id)
    if bill.total == bill.paid:
        settle(actor=actor, bill=bill)
    else:
        release_paid(actor=actor, visit_id=visit_id)
    return bill.pk


@operation
def take_bill_apart(*, actor: Actor, bill_id: UUID) -> None:
    """Take back that a bill was opened: its charges wait for another one, and nobody owes it.

    A bill of nothing was settled when it was opened, and stays so.

    Raises:
        NotFound, NotAllowed.
        BillInUse: money was taken or asked for.
    """
    bill = Bill.objects.select_for_update().filter(pk=bill_id).first()
    if bill is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, bill.site_id)
    actor.require(permissions.CHARGE, bill.site_id)
    if bill.state == BillState.VOID or not bill.total:
        return
    if bill.state == BillState.OPEN:
        undo_set_off(actor=actor, bill=bill)
    payments = Payment.objects.filter(bill_id=bill_id).exclude(
        Q(state=PaymentState.CLOSED) | Q(method=PaymentMethod.DEPOSIT)
    )
    if bill.state != BillState.OPEN or payments.exists():
        raise BillInUse
    Charge.objects.filter(bill_id=bill_id, state=ChargeState.BILLED).update(
        bill=None, state=ChargeState.OPEN
    )
    bill.state = BillState.VOID
    bill.version += 1
    bill.save(update_fields=["state", "version"])
    _tell(actor, bill, "taken_apart")


def _new_bill(visit: VisitInfo) -> Bill:
    day = visit.clinic_day
    number = numbers.take(f"billing.bill:{visit.site_id}:{day}")
    return Bill(
        number=f"{day:%Y%m%d}-{number:04d}",
        site_id=visit.site_id,
        visit_id=visit.id,
        patient_id=visit.patient_id,
        clinic_day=day,
        total=ZERO,
    )


def _sum_of(charges: list[UUID]) -> Decimal:
    total: Decimal = Charge.objects.filter(pk__in=charges).aggregate(total=Sum("amount"))["total"]
    return total


def _tell(actor: Actor, bill: Bill, deed: str = "opened") -> None:
    audit.record(
        actor,
        f"billing.bill.{deed}",
        bill,
        site_id=bill.site_id,
        patient_id=bill.patient_id,
        total=bill.total,
    )
    told: BillOpened | BillTakenApart
    if deed == "opened":
        told = BillOpened(bill.pk, bill.visit_id, bill.patient_id, bill.total)
    else:
        told = BillTakenApart(bill.pk, bill.visit_id, bill.patient_id)
    outbox.publish(
        told,
        actor=actor,
        site_id=bill.site_id,
        subject=bill,
        topics=bill_topics(bill.site_id, bill.visit_id, bill.pk),
    )
