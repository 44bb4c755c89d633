"""Taking cash at the window: for all that is left of a bill, or for a part of it."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from yilu.billing.errors import NoPart, TooLittle, TooMuch
from yilu.billing.models import Bill, Payment
from yilu.billing.operations.payments import hold_bill, take_in_cash
from yilu.billing.rules import MOST_CHANGE, change_due
from yilu.billing.states import BillState
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.money import ZERO, rounded


@dataclass(frozen=True, slots=True)
class Taken:
    """What the cashier reads out: the change, and what is left to be paid otherwise."""

    payment_id: UUID
    bill_id: UUID
    amount: Decimal
    change: Decimal
    left: Decimal
    is_settled: bool


@operation
def pay_cash(
    *,
    actor: Actor,
    bill_id: UUID,
    tendered: Decimal,
    due: Decimal | None = None,
    version: int | None = None,
) -> Taken:
    """Take cash for all that is left of a bill, and say what to give back.

    `due` is the sum that the cashier read to the patient, if it was read.

    Raises:
        NotFound, NotAllowed, Stale, BillNotOpen, NothingToPay.
        TooLittle: the money does not cover what is due.
        TooMuch: nobody gives that much change; something else was typed, or scanned.
        BillChanged: the sum is no longer what was read out.
    """
    bill = hold_bill(actor=actor, bill_id=bill_id, due=due, version=version)
    left = bill.left
    words = {"tendered": f"¥{tendered:,.2f}", "due": f"¥{left:,.2f}"}
    if tendered < left:
        raise TooLittle(**words)
    if change_due(left, tendered) > MOST_CHANGE:
        raise TooMuch(**words)
    payment = take_in_cash(actor=actor, bill=bill, amount=left, tendered=tendered)
    return _taken(bill, payment, tendered)


@operation
def pay_part_in_cash(
    *,
    actor: Actor,
    bill_id: UUID,
    amount: Decimal,
    due: Decimal | None = None,
    version: int | None = None,
) -> Taken:
    """Take a part of what is left in cash; the rest is paid by another way, or later.

    A code that waits asked for all of it, and is closed. No receipt is made yet.

    Raises:
        NotFound, NotAllowed, Stale, BillNotOpen, NothingToPay, BillChanged.
        NoPart: it is nothing, or all that is due; or an advance, which is paid at once.
    """
    bill = hold_bill(actor=actor, bill_id=bill_id, due=due, version=version)
    amount = rounded(amount)
    if not ZERO < amount < bill.left or bill.visit_id is None:
        raise NoPart(due=f"¥{bill.left:,.2f}")
    payment = take_in_cash(actor=actor, bill=bill, amount=amount, tendered=amount)
    return _taken(bill, payment, amount)


def _taken(bill: Bill, payment: Payment, tendered: Decimal) -> Taken:
    change = rounded(tendered) - payment.amount
    is_settled = bill.state == BillState.SETTLED
    return Taken(payment.pk, bill.pk, payment.amount, change, bill.left, is_settled)
