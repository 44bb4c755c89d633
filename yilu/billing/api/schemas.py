"""The shapes of bills over JSON."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from yilu.billing.selectors.bills import BillDetail, BillLine, PaymentLine
from yilu.billing.states import BillState, PaymentMethod, PaymentState
from yilu.platform import api


class PaymentIn(api.Shape):
    """Money for a bill. For cash, `amount` is what was handed over; else exactly what is due."""

    method: PaymentMethod
    amount: api.Amount


class PaymentOut(api.Shape):
    id: UUID
    bill: UUID
    method: PaymentMethod
    state: PaymentState
    amount: api.Money
    change: api.Money | None
    qr: str | None
    bill_state: BillState


class ChargeOut(api.Shape):
    name: dict[str, str]
    category: str
    quantity: Decimal
    unit_price: Decimal
    amount: api.Money


class PaidOut(api.Shape):
    id: UUID
    method: PaymentMethod
    state: PaymentState
    amount: api.Money
    refunded: api.Money
    paid_at: datetime | None


class BillOut(api.Shape):
    id: UUID
    number: str
    site: UUID
    visit: UUID | None
    patient: UUID
    state: BillState
    total: api.Money
    paid: api.Money
    refunded: api.Money
    due: api.Money
    opened_at: datetime
    settled_at: datetime | None
    version: int
    lines: list[ChargeOut]
    payments: list[PaidOut]


def bill_out(bill: BillDetail) -> BillOut:
    """A bill as the API writes it."""
    return BillOut(
        id=bill.bill_id,
        number=bill.number,
        site=bill.site_id,
        visit=bill.visit_id,
        patient=bill.patient_id,
        state=bill.state,
        total=api.money(bill.total),
        paid=api.money(bill.paid),
        refunded=api.money(bill.refunded),
        due=api.money(bill.due),
        opened_at=bill.opened_at,
        settled_at=bill.settled_at,
        version=bill.version,
        lines=[_charge(line) for line in bill.lines],
        payments=[_paid(payment) for payment in bill.payments],
    )


def _charge(line: BillLine) -> ChargeOut:
    return ChargeOut(
        name=dict(line.name),
        category=line.category,
        quantity=line.quantity,
        unit_price=line.unit_price,
        amount=api.money(line.amount),
    )


def _paid(payment: PaymentLine) -> PaidOut:
    return PaidOut(
        id=payment.payment_id,
        method=payment.method,
        state=payment.state,
        amount=api.money(payment.amount),
        refunded=api.money(payment.refunded),
        paid_at=payment.paid_at,
    )
