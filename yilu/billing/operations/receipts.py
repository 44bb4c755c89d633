"""Receipts: gap-free numbers, and a body that never changes."""

import hashlib
from uuid import UUID

from django.db.models import F

from yilu.billing import permissions
from yilu.billing.models import Bill, Charge, Payment, Receipt, Refund
from yilu.billing.rules import CATEGORIES, in_words
from yilu.billing.states import ChargeState, PaymentState
from yilu.facility.selectors.sites import site_info
from yilu.platform import audit, clock, numbers
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.errors import NotFound
from yilu.platform.ids import new_id


def issue_receipt(*, actor: Actor, bill: Bill, refund: Refund | None = None) -> Receipt:
    """Write the receipt of a settled bill, or of one refund. Call inside a deed. Five queries.

    The number is taken in the deed's own transaction, so no number is ever lost.
    """
    amount = -refund.amount if refund else bill.total
    receipt = Receipt(
        id=new_id(),
        site_id=bill.site_id,
        bill=bill,
        refund=refund,
        amount=amount,
        issued_at=clock.now(),
        body=_body(bill, refund),
    )
    receipt.number = numbers.take(f"billing.receipt:{bill.site_id}")
    receipt.check_code = _check_code(receipt)
    receipt.save(force_insert=True)
    audit.record(
        actor,
        "billing.receipt.issued",
        receipt,
        site_id=bill.site_id,
        patient_id=bill.patient_id,
        number=receipt.number,
        amount=amount,
    )
    return receipt


@operation
def mark_printed(*, actor: Actor, receipt_id: UUID) -> int:
    """Count a print of a receipt; the second and later ones say so. Two queries.

    Raises:
        NotFound: no such receipt, or not for this actor.
    """
    receipt = Receipt.objects.select_for_update().filter(pk=receipt_id).first()
    if receipt is None:
        raise NotFound
    actor.require_to_see(permissions.SEE, receipt.site_id)
    Receipt.objects.filter(pk=receipt_id).update(prints=F("prints") + 1)
    audit.record(
        actor,
        "billing.receipt.printed",
        receipt,
        site_id=receipt.site_id,
        print_no=receipt.prints + 1,
    )
    return receipt.prints + 1


def _body(bill: Bill, refund: Refund | None) -> dict[str, object]:
    """Everything that the paper says, apart from the patient's name, which is read when printed."""
    site = site_info(bill.site_id)
    return {
        "site": dict(site.name),
        "bill_number": bill.number,
        "clinic_day": bill.clinic_day.isoformat(),
        "lines": [] if refund else _lines(bill),
        "payments": [] if refund else _payments(bill),
        "total": f"{-refund.amount if refund else bill.total:.2f}",
        "in_words": in_words(-refund.amount if refund else bill.total),
        "reason": refund.reason if refund else "",
    }


def _lines(bill: Bill) -> list[dict[str, object]]:
    if bill.booking_id is not None:
        return [_advance_line(bill)]
    return [
        {
            "name": dict(charge.name),
            "unit": dict(charge.unit),
            "category": charge.category,
            "quantity": f"{charge.quantity.normalize():f}",
            "unit_price": f"{charge.unit_price.normalize():f}",
            "amount": f"{charge.amount:.2f}",
        }
        for charge in Charge.objects.filter(bill=bill).exclude(state=ChargeState.VOID)
    ]


def _advance_line(bill: Bill) -> dict[str, object]:
    """What an advance is for: it is set off against the fees of the visit."""
    return {
        "name": {"zh-Hans": "预约定金", "en": "Deposit for a booking"},
        "unit": {"zh-Hans": "次", "en": "booking"},
        "category": CATEGORIES[-1],
        "quantity": "1",
        "unit_price": f"{bill.total:f}",
        "amount": f"{bill.total:.2f}",
    }


def _payments(bill: Bill) -> list[dict[str, object]]:
    taken = Payment.objects.filter(bill=bill, state=PaymentState.PAID)
    return [
        {
            "method": payment.method,
            "amount": f"{payment.amount:.2f}",
            "tendered": f"{payment.tendered:.2f}" if payment.tendered is not None else None,
        }
        for payment in taken
    ]


def _check_code(receipt: Receipt) -> str:
    """Twenty digits that a reader can compare with the page that verifies receipts."""
    told = f"{receipt.pk}:{receipt.site_id}:{receipt.number}:{receipt.amount:.2f}"
    return str(int.from_bytes(hashlib.sha256(told.encode()).digest()[:9], "big")).zfill(20)[-20:]
