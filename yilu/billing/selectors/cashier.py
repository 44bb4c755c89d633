"""The cashier's page: who waits to pay, one bill in full, and today's money."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from yilu.billing import permissions
from yilu.billing.rules import quick_sums
from yilu.billing.selectors.bills import (
    BillBrief,
    BillDetail,
    PaymentLine,
    bill_detail,
    waiting_bills,
)
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.queueing.selectors.boards import waiting_by_visit
from yilu.visits.selectors.visits import visit_infos
from yilu.workforce.selectors.staff import staff_names

PROMISE_MINUTES = 15


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One patient who waits to pay."""

    bill: BillBrief
    ticket_number: str
    patient: PatientBrief
    since: datetime
    promised_minutes: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class OpenedBill:
    """A bill as the cashier sees it: whose, what for, by whom."""

    bill: BillDetail
    patient: PatientBrief
    ordered_by: dict[UUID, str]
    may_take: bool
    may_refund: bool

    @property
    def quick_sums(self) -> list[Decimal]:
        """What people hand over for such a sum."""
        return quick_sums(self.bill.due)

    @property
    def parts(self) -> list[PaymentLine]:
        """What came in for a bill that is still open, as far as it did not go back."""
        return [one for one in self.bill.payments if one.paid_at and one.refundable]


def waiting_rows(*, actor: Actor, site_id: UUID, chosen: UUID | None = None) -> list[WaitingRow]:
    """Who waits to pay at a site, the longest waiting first. Four queries."""
    bills = waiting_bills(actor=actor, site_id=site_id)
    patients = patient_briefs(actor, [bill.patient_id for bill in bills], "waiting bills")
    today = clock.now().astimezone(site_zone(site_id)).date()
    tickets = waiting_by_visit(site_id, today)
    visits = visit_infos([bill.visit_id for bill in bills])
    return [
        WaitingRow(
            bill=bill,
            # Who left the queue unpaid is found by the visit's number of the day.
            ticket_number=(
                tickets[bill.visit_id].number
                if bill.visit_id in tickets
                else visits[bill.visit_id].number[-4:]
            ),
            patient=patients[bill.patient_id],
            since=bill.opened_at,
            promised_minutes=PROMISE_MINUTES,
            is_chosen=bill.bill_id == chosen,
        )
        for bill in bills
    ]


def opened_bill(*, actor: Actor, bill_id: UUID) -> OpenedBill:
    """One bill in full, with its patient and who ordered what. Eight queries."""
    bill = bill_detail(actor=actor, bill_id=bill_id)
    patient = patient_briefs(actor, [bill.patient_id], "bill")[bill.patient_id]
    orderers = {line.ordered_by for line in bill.lines if line.ordered_by}
    names = staff_names(orderers)
    return OpenedBill(
        bill=bill,
        patient=patient,
        ordered_by={user: str(name) for user, name in names.items()},
        may_take=actor.may(permissions.TAKE, bill.site_id),
        may_refund=actor.may(permissions.REFUND, bill.site_id),
    )
