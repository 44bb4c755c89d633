"""Charging courses of treatment, telling when they are paid, and giving back what was not used."""

from decimal import Decimal
from uuid import UUID

from yilu.aesthetics.operations.courses import claim_return, mark_paid
from yilu.billing.models import Bill, Charge, Payment
from yilu.billing.operations.charges import add_charge, void_charge
from yilu.billing.operations.refunds import open_refund
from yilu.billing.states import ChargeState, PaymentState
from yilu.platform.actors import Actor
from yilu.platform.db import operation

SOURCE = "aesthetics.course"
ONE = Decimal(1)


@operation
def charge_course(*, actor: Actor, visit_id: UUID, course_id: UUID, item_id: UUID) -> None:
    """Charge the visit at which a course was sold; said again, it is charged once.

    Raises: NotAllowed, NoPrice.
    """
    add_charge(
        actor=actor, visit_id=visit_id, item_id=item_id, quantity=ONE,
        source_type=SOURCE, source_id=course_id,
    )  # fmt: skip


@operation
def tell_courses_paid(*, actor: Actor, bill_id: UUID) -> None:
    """Have every course on a settled bill count from now on. One query, and four a course."""
    charges = Charge.objects.filter(bill_id=bill_id, source_type=SOURCE)
    for course_id in charges.exclude(state=ChargeState.VOID).values_list("source_id", flat=True):
        mark_paid(actor=actor, course_id=course_id)


@operation
def return_course(*, actor: Actor, course_id: UUID, amount: Decimal, reason: str) -> Decimal:
    """Give back what was not used of a course, the way it was paid; gives back how much.

    A course that nobody has paid is taken off the bill instead. Said again, nothing happens.
    """
    if not claim_return(actor=actor, course_id=course_id):
        return Decimal()
    charge = Charge.objects.filter(source_type=SOURCE, source_id=course_id).exclude(
        state=ChargeState.VOID
    ).first()  # fmt: skip
    if charge is None:
        return Decimal()
    if not amount or charge.bill_id is None:
        if charge.bill_id is None or not _paid(charge.bill_id):
            void_charge(actor=actor, charge_id=charge.pk, reason=reason)
        return Decimal()
    bill = Bill.objects.select_for_update().get(pk=charge.bill_id)
    left = amount
    for payment in _paid(bill.pk):
        part = min(left, payment.amount - payment.refunded)
        if part > 0:
            open_refund(actor=actor, payment=payment, bill=bill, amount=part, reason=reason)
            left -= part
    return amount - left


def _paid(bill_id: UUID) -> list[Payment]:
    paid = Payment.objects.select_for_update().filter(bill_id=bill_id, state=PaymentState.PAID)
    return list(paid.order_by("pk"))
