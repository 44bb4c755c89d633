"""Receipts as paper."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yilu.billing import permissions
from yilu.billing.models import Receipt
from yilu.billing.rules import WHY
from yilu.billing.states import PaymentMethod
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import patient_briefs
from yilu.platform import pdf
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized


@dataclass(frozen=True, slots=True)
class Paper:
    """A receipt ready to print. `body` is what was written when it was issued."""

    receipt_id: UUID
    number: str
    check_code: str
    issued_at: datetime
    patient_name: str
    record_no: str
    prints: int
    body: dict[str, Any]


def receipt_paper(*, actor: Actor, receipt_id: UUID) -> Paper:
    """One receipt, with the patient's name as it is now. Two queries.

    Raises:
        NotFound: no such receipt, or not for this actor.
    """
    receipt = Receipt.objects.select_related("bill").filter(pk=receipt_id).first()
    if receipt is None:
        raise NotFound
    patient_id = receipt.bill.patient_id
    if not actor.is_owner(patient_id, receipt.bill.visit_id, receipt.bill.booking_id):
        actor.require_to_see(permissions.SEE, receipt.site_id)
    brief = patient_briefs(actor, [patient_id], "receipt")[patient_id]
    return Paper(
        receipt_id=receipt.pk,
        number=f"{receipt.number:010d}",
        check_code=receipt.check_code,
        issued_at=receipt.issued_at.astimezone(site_zone(receipt.site_id)),
        patient_name=str(brief.name),
        record_no=brief.record_no,
        prints=receipt.prints,
        body=receipt.body,
    )


def receipt_pdf(*, actor: Actor, receipt_id: UUID) -> bytes:
    """A receipt as PDF, in the reader's language. Two queries."""
    paper = receipt_paper(actor=actor, receipt_id=receipt_id)
    return pdf.render("billing/receipt", _on_paper(paper))


def _on_paper(paper: Paper) -> dict[str, Any]:
    body = paper.body
    return {
        "words": _words(),
        "site": str(Localized(body["site"])),
        "number": paper.number,
        "check_code": " ".join(paper.check_code[n : n + 4] for n in range(0, 20, 4)),
        "issued": f"{paper.issued_at:%Y-%m-%d %H:%M}",
        "bill_number": body["bill_number"],
        "patient": paper.patient_name,
        "record_no": paper.record_no,
        "lines": [
            line | {"name": str(Localized(line["name"])), "unit": str(Localized(line["unit"]))}
            for line in body["lines"]
        ],
        "payments": [
            payment | {"method": str(PaymentMethod(payment["method"]).label)}
            for payment in body["payments"]
        ],
        "total": body["total"],
        "in_words": body["in_words"],
        "reason": str(WHY.get(body["reason"], body["reason"])),
        "is_copy": paper.prints > 1,
    }


def _words() -> dict[str, str]:
    """The fixed words of the paper. PDF templates know no language of their own."""
    return {
        "title": _("Medical fee receipt"),
        "refund_title": _("Refund receipt"),
        "number": _("Receipt no."),
        "bill": _("Bill"),
        "patient": _("Patient"),
        "record_no": _("Record no."),
        "issued": _("Issued"),
        "item": _("Item"),
        "quantity": _("Quantity"),
        "unit_price": _("Unit price"),
        "amount": _("Amount"),
        "total": _("Total"),
        "in_words": _("In words"),
        "paid_by": _("Paid by"),
        "tendered": _("Received"),
        "reason": _("Reason"),
        "check_code": _("Check code"),
        "copy": _("Copy"),
    }
