"""What follows when a bill is paid in full: the receipt, the medicine, the next step."""

from uuid import UUID

from yilu.billing.events import BillSettled
from yilu.billing.models import Bill
from yilu.billing.operations.advances import keep_deposit
from yilu.billing.operations.receipts import issue_receipt
from yilu.billing.selectors.prescriptions import paid_prescriptions
from yilu.billing.selectors.topics import bill_topics
from yilu.billing.states import BillState
from yilu.pharmacy import permissions as pharmacy
from yilu.pharmacy.operations.opening import release_dispenses
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.visits.selectors.visits import visit_topic


def settle(*, actor: Actor, bill: Bill) -> None:
    """Close a paid bill and issue its receipt. Call with the bill locked, inside a deed.

    A bill of nothing has none: nothing was paid of which it could be proof.
    """
    bill.state, bill.settled_at = BillState.SETTLED, clock.now()
    bill.version += 1
    bill.save(update_fields=["state", "settled_at", "paid", "version"])
    receipt = issue_receipt(actor=actor, bill=bill) if bill.total else None
    if bill.visit_id is not None:
        release_paid(actor=actor, visit_id=bill.visit_id)
    audit.record(
        actor,
        "billing.bill.settled",
        bill,
        site_id=bill.site_id,
        patient_id=bill.patient_id,
        total=bill.total,
        receipt=receipt.number if receipt else None,
    )
    if bill.visit_id is None:
        keep_deposit(actor=actor, bill=bill)
        return
    receipt_id = receipt.pk if receipt else None
    outbox.publish(
        BillSettled(bill.pk, bill.visit_id, bill.patient_id, bill.total, receipt_id),
        actor=actor,
        site_id=bill.site_id,
        subject=bill,
        topics=[*bill_topics(bill.site_id, bill.visit_id, bill.pk), visit_topic(bill.visit_id)],
    )


def release_paid(*, actor: Actor, visit_id: UUID) -> None:
    """Let the medicines of a visit go ahead that are paid, or cost nothing. Call inside a deed.

    Who locks the visit's bill, too, has done so before.
    """
    paid = paid_prescriptions(visit_id)
    if paid:
        able = actor.lent(pharmacy.RELEASE)
        release_dispenses(actor=able, visit_id=visit_id, prescription_ids=paid)
