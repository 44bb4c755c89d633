"""The bills of a site that were paid: found again for a refund, or for the receipt once more."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from yilu.billing import permissions
from yilu.billing.models import Bill, Receipt
from yilu.billing.states import BillState
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.patients.selectors.search import search_patients
from yilu.platform.actors import Actor

MOST, LONGEST = 50, 60


@dataclass(frozen=True, slots=True)
class PaidLine:
    """One paid bill: whose, of how much, what went back, and its receipts. Times are local."""

    bill_id: UUID
    number: str
    patient: PatientBrief
    paid_at: datetime
    total: Decimal
    refunded: Decimal
    receipts: tuple[int, ...]


def paid_bills(*, actor: Actor, site_id: UUID, typed: str = "") -> list[PaidLine]:
    """Who paid last; or what fits a bill's or receipt's number, or somebody as searches find them.

    Four queries with the line about who was seen; a search asks three more.

    Raises: NotFound.
    """
    actor.require_to_see(permissions.SEE, site_id)
    bills = Bill.objects.filter(site_id=site_id, state=BillState.SETTLED, total__gt=0)
    wanted = typed.strip()[:LONGEST]
    if wanted:
        bills = bills.filter(_fits(actor, site_id, wanted))
    found = list(bills.order_by("-settled_at", "pk")[:MOST])
    patients = patient_briefs(actor, {bill.patient_id for bill in found}, "paid bills")
    numbers: dict[UUID, list[int]] = {}
    receipts = Receipt.objects.filter(bill__in=[bill.pk for bill in found]).order_by("number")
    for bill_id, number in receipts.values_list("bill_id", "number"):
        numbers.setdefault(bill_id, []).append(number)
    zone = site_zone(site_id)
    return [
        PaidLine(
            bill_id=bill.pk,
            number=bill.number,
            patient=patients[bill.patient_id],
            paid_at=bill.settled_at.astimezone(zone),  # type: ignore[union-attr]
            total=bill.total,
            refunded=bill.refunded,
            receipts=tuple(numbers.get(bill.pk, ())),
        )
        for bill in found
    ]


def _fits(actor: Actor, site_id: UUID, wanted: str) -> Q:
    people = [one.patient.id for one in search_patients(actor, wanted)]
    fits = Q(number=wanted) | Q(patient_id__in=people)
    if wanted.isascii() and wanted.isdigit() and len(wanted) <= 10:
        of_receipt = Receipt.objects.filter(site_id=site_id, number=int(wanted))
        fits |= Q(pk__in=list(of_receipt.values_list("bill_id", flat=True)))
    return fits
