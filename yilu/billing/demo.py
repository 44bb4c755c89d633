"""A made-up past of money, written by COPY: every bill adds up, every receipt follows the last."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from yilu.billing.rules import in_words
from yilu.platform.copying import Json, copy_rows
from yilu.platform.money import ZERO


@dataclass(slots=True)
class PastCharge:
    """Something that was charged."""

    id: UUID
    site_id: UUID
    visit_id: UUID
    patient_id: UUID
    item_id: UUID
    bill_id: UUID | None
    name: Json
    unit: Json
    category: str
    source_type: str
    source_id: UUID
    ordered_by: UUID | None
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    clinic_day: date
    state: str
    made_at: datetime


@dataclass(slots=True)
class PastBill:
    """A bill, paid or not."""

    id: UUID
    number: str
    site_id: UUID
    visit_id: UUID
    patient_id: UUID
    clinic_day: date
    state: str
    total: Decimal
    paid: Decimal
    opened_at: datetime
    settled_at: datetime | None


@dataclass(slots=True)
class PastPayment:
    """Money taken for a bill."""

    id: UUID
    bill_id: UUID
    site_id: UUID
    clinic_day: date
    method: str
    amount: Decimal
    tendered: Decimal | None
    reference: str
    transaction_id: str
    taken_by: UUID | None
    asked_at: datetime
    paid_at: datetime


@dataclass(slots=True)
class PastReceipt:
    """The receipt of a paid bill."""

    id: UUID
    site_id: UUID
    number: int
    bill_id: UUID
    amount: Decimal
    check_code: str
    body: Json
    issued_at: datetime


def receipt_body(
    site: dict[str, str], bill: PastBill, charges: list[PastCharge], payment: PastPayment
) -> Json:
    """What a receipt says, as issuing one writes it."""
    tendered = f"{payment.tendered:.2f}" if payment.tendered is not None else None
    paid = {"method": payment.method, "amount": f"{payment.amount:.2f}", "tendered": tendered}
    return Json(
        site=site,
        bill_number=bill.number,
        clinic_day=bill.clinic_day.isoformat(),
        lines=[
            {
                "name": charge.name,
                "unit": charge.unit,
                "category": charge.category,
                "quantity": f"{charge.quantity.normalize():f}",
                "unit_price": f"{charge.unit_price.normalize():f}",
                "amount": f"{charge.amount:.2f}",
            }
            for charge in charges
        ],
        payments=[paid],
        total=f"{bill.total:.2f}",
        in_words=in_words(bill.total),
        reason="",
    )


def write_bills(bills: Iterable[PastBill], charges: Iterable[PastCharge]) -> None:
    """Write bills and what they are made of. Two statements."""
    copy_rows("billing_bill", bills, PastBill, refunded=ZERO, version=2)
    copy_rows("billing_charge", charges, PastCharge, version=1)


def write_payments(payments: Iterable[PastPayment], receipts: Iterable[PastReceipt]) -> None:
    """Write payments and receipts. Two statements."""
    copy_rows(
        "billing_payment",
        payments,
        PastPayment,
        state="paid",
        refunded=ZERO,
        qr="",
        expires_at=None,
        version=1,
    )
    copy_rows("billing_receipt", receipts, PastReceipt, refund_id=None, prints=0)
