"""What the cashier, the patient and the API read about bills."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, Sum

from yilu.billing import permissions
from yilu.billing.models import Bill, Charge, Payment, Receipt, Refund
from yilu.billing.states import (
    AWAITED,
    BillState,
    ChargeState,
    PaymentMethod,
    PaymentState,
    RefundState,
)
from yilu.facility.selectors.sites import site_zone
from yilu.platform import audit, clock, qr
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.names import Localized


@dataclass(frozen=True, slots=True)
class BillLine:
    """One charge on a bill."""

    charge_id: UUID
    name: Localized
    unit: Localized
    category: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    made_at: datetime
    ordered_by: UUID | None


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One payment of a bill, with what went back of it."""

    payment_id: UUID
    method: PaymentMethod
    state: PaymentState
    amount: Decimal
    refunded: Decimal
    tendered: Decimal | None
    qr: str
    expires_at: datetime | None
    paid_at: datetime | None
    taken_by: UUID | None

    @property
    def is_over(self) -> bool:
        """Whether its code may no longer be scanned, by the machine's time as at the gateway."""
        return self.expires_at is not None and self.expires_at <= clock.machine_now()

    @property
    def change(self) -> Decimal | None:
        """What was given back in cash."""
        return None if self.tendered is None else self.tendered - self.amount

    @property
    def refundable(self) -> Decimal:
        """What may still be given back."""
        return self.amount - self.refunded


@dataclass(frozen=True, slots=True)
class RefundLine:
    """One refund of a bill."""

    refund_id: UUID
    payment_id: UUID
    amount: Decimal
    reason: str
    state: RefundState
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One receipt of a bill."""

    receipt_id: UUID
    number: int
    amount: Decimal
    prints: int


@dataclass(frozen=True, slots=True)
class BillDetail:
    """A whole bill, with its money."""

    bill_id: UUID
    number: str
    site_id: UUID
    visit_id: UUID | None
    booking_id: UUID | None
    patient_id: UUID
    state: BillState
    total: Decimal
    paid: Decimal
    refunded: Decimal
    opened_at: datetime
    settled_at: datetime | None
    version: int
    lines: tuple[BillLine, ...]
    payments: tuple[PaymentLine, ...]
    refunds: tuple[RefundLine, ...]
    receipts: tuple[ReceiptLine, ...]

    @property
    def due(self) -> Decimal:
        """What is left to pay."""
        return self.total - self.paid if self.state == BillState.OPEN else Decimal("0.00")

    @property
    def awaited(self) -> PaymentLine | None:
        """The payment by code that is waiting for the payer."""
        return next((p for p in self.payments if p.state in AWAITED), None)

    @property
    def scannable(self) -> PaymentLine | None:
        """The payment whose code may be scanned now, for all that is due."""
        one = self.awaited
        return one if one and one.qr and one.amount == self.due and not one.is_over else None

    @property
    def code_picture(self) -> bytes | None:
        """The code to be scanned; None if there never was one. A page that shows one asks for it
        apart: when that is over by then, or paid, a picture says so instead of a broken one."""
        if self.scannable is not None:
            return qr.picture(qr.svg(self.scannable.qr))
        return qr.picture(qr.over()) if any(one.qr for one in self.payments) else None


def bill_detail(*, actor: Actor, bill_id: UUID) -> BillDetail:
    """A bill with its lines, payments, refunds and receipts. Six queries.

    What was taken off again is none of its lines, as it is on no receipt.

    Raises:
        NotFound: no such bill, or not one the actor may see.
    """
    bill = Bill.objects.filter(pk=bill_id).first()
    if bill is None:
        raise NotFound
    if not actor.is_owner(bill.patient_id, bill.visit_id, bill.booking_id):
        actor.require_to_see(permissions.SEE, bill.site_id)
    audit.seen(actor, [bill.patient_id], "bill")
    zone = site_zone(bill.site_id)
    charges = Charge.objects.filter(bill_id=bill_id).exclude(state=ChargeState.VOID)
    return BillDetail(
        bill_id=bill.pk,
        number=bill.number,
        site_id=bill.site_id,
        visit_id=bill.visit_id,
        booking_id=bill.booking_id,
        patient_id=bill.patient_id,
        state=BillState(bill.state),
        total=bill.total,
        paid=bill.paid,
        refunded=bill.refunded,
        opened_at=bill.opened_at.astimezone(zone),
        settled_at=_local(bill.settled_at, zone),
        version=bill.version,
        lines=tuple(_line(charge, zone) for charge in charges),
        payments=tuple(_payment(p, zone) for p in Payment.objects.filter(bill_id=bill_id)),
        refunds=tuple(_refund(r, zone) for r in Refund.objects.filter(bill_id=bill_id)),
        receipts=tuple(_receipt(r) for r in Receipt.objects.filter(bill_id=bill_id)),
    )


@dataclass(frozen=True, slots=True)
class BillBrief:
    """A bill in a list."""

    bill_id: UUID
    number: str
    visit_id: UUID
    patient_id: UUID
    state: BillState
    total: Decimal
    due: Decimal
    opened_at: datetime
    version: int

    @property
    def is_paid(self) -> bool:
        """Whether money was owed and came: a bill of nothing is settled, and has no receipt."""
        return self.state == BillState.SETTLED and bool(self.total)


def waiting_bills(*, actor: Actor, site_id: UUID, limit: int = 200) -> list[BillBrief]:
    """The bills of a site that wait to be paid, the longest waiting first. Two queries."""
    actor.require_to_see(permissions.SEE, site_id)
    bills = Bill.objects.filter(
        site_id=site_id, state=BillState.OPEN, visit_id__isnull=False
    ).order_by("opened_at", "pk")
    briefs = [_brief(bill, site_zone(site_id)) for bill in bills[:limit]]
    audit.seen(actor, (brief.patient_id for brief in briefs), "waiting bills")
    return briefs


def bills_of_visits(visit_ids: Iterable[UUID]) -> dict[UUID, list[BillBrief]]:
    """The bills of each visit, for the boards that already know whom they show. One query."""
    found: dict[UUID, list[BillBrief]] = {}
    bills = Bill.objects.filter(visit_id__in=list(visit_ids)).exclude(state=BillState.VOID)
    for bill in bills.order_by("opened_at", "pk"):
        found.setdefault(cast("UUID", bill.visit_id), []).append(
            _brief(bill, site_zone(bill.site_id))
        )
    return found


def owed_by(*, actor: Actor, patient_ids: Iterable[UUID], site_id: UUID) -> dict[UUID, Decimal]:
    """What each of several patients still has to pay at a site; who owes nothing is left out.

    One query.
    """
    actor.require_to_see(permissions.SEE, site_id)
    bills = Bill.objects.filter(
        patient_id__in=list(patient_ids), site_id=site_id, state=BillState.OPEN
    ).order_by()
    owed = bills.values_list("patient_id").annotate(due=Sum(F("total") - F("paid")))
    return {patient_id: due for patient_id, due in owed if due}


def owes_money(visit_id: UUID) -> bool:
    """Whether a visit has an open bill. One query."""
    return Bill.objects.filter(visit_id=visit_id, state=BillState.OPEN).exists()


def still_costs(visit_id: UUID) -> bool:
    """Whether something of a visit is still to be paid, or not yet on a bill. Two queries."""
    charges = Charge.objects.filter(visit_id=visit_id, state=ChargeState.OPEN)
    return owes_money(visit_id) or charges.exists()


def has_money_besides(visit_id: UUID, source_id: UUID) -> bool:
    """Whether a visit has a bill, or a charge that did not come from `source_id`. Two queries."""
    bills = Bill.objects.filter(visit_id=visit_id).exclude(state=BillState.VOID)
    charges = Charge.objects.filter(visit_id=visit_id).exclude(source_id=source_id)
    return bills.exists() or charges.exclude(state=ChargeState.VOID).exists()


def _local(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return moment.astimezone(zone) if moment else None


def _brief(bill: Bill, zone: ZoneInfo) -> BillBrief:
    is_open = bill.state == BillState.OPEN
    return BillBrief(
        bill_id=bill.pk,
        number=bill.number,
        visit_id=cast("UUID", bill.visit_id),
        patient_id=bill.patient_id,
        state=BillState(bill.state),
        total=bill.total,
        due=bill.total - bill.paid if is_open else Decimal("0.00"),
        opened_at=bill.opened_at.astimezone(zone),
        version=bill.version,
    )


def _line(charge: Charge, zone: ZoneInfo) -> BillLine:
    return BillLine(
        charge_id=charge.pk,
        name=charge.name,
        unit=charge.unit,
        category=charge.category,
        quantity=charge.quantity.normalize(),
        unit_price=charge.unit_price,
        amount=charge.amount,
        made_at=charge.made_at.astimezone(zone),
        ordered_by=charge.ordered_by,
    )


def _payment(payment: Payment, zone: ZoneInfo) -> PaymentLine:
    return PaymentLine(
        payment_id=payment.pk,
        method=PaymentMethod(payment.method),
        state=PaymentState(payment.state),
        amount=payment.amount,
        refunded=payment.refunded,
        tendered=payment.tendered,
        qr=payment.qr,
        expires_at=payment.expires_at,
        paid_at=_local(payment.paid_at, zone),
        taken_by=payment.taken_by,
    )


def _refund(refund: Refund, zone: ZoneInfo) -> RefundLine:
    return RefundLine(
        refund_id=refund.pk,
        payment_id=refund.payment_id,
        amount=refund.amount,
        reason=refund.reason,
        state=RefundState(refund.state),
        asked_at=refund.asked_at.astimezone(zone),
    )


def _receipt(receipt: Receipt) -> ReceiptLine:
    return ReceiptLine(receipt.pk, receipt.number, receipt.amount, receipt.prints)
