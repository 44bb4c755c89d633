"""Paying for a booking in advance, and what happens to that money with the booking."""

from decimal import Decimal
from uuid import UUID

from yilu.billing import permissions
from yilu.billing.events import DepositAsked
from yilu.billing.models import Bill, Deposit
from yilu.billing.operations.payments import close_awaited
from yilu.billing.operations.refunds import return_deposit
from yilu.billing.rules import LEFT_OVER
from yilu.billing.selectors.bills import still_costs
from yilu.billing.selectors.topics import bill_topics
from yilu.billing.states import BillState
from yilu.facility.selectors.sites import site_zone
from yilu.platform import audit, clock, numbers, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.money import ZERO
from yilu.scheduling.operations.prepaying import hold_to_pay
from yilu.scheduling.selectors.arriving import coming_patient
from yilu.visits.selectors.visits import visit_info


@operation
def open_deposit(*, actor: Actor, booking_id: UUID) -> UUID:
    """The bill by which a booking is paid for in advance, over all that is due; one at a time.

    Raises:
        NotFound, NotAllowed.
        PayTimeOver: nothing is asked for, or the time to pay is over.
    """
    whose = coming_patient(booking_id)
    if not actor.is_owner(booking_id, whose.patient_id):
        actor.require_to_see(permissions.SEE, whose.site_id)
        actor.require(permissions.TAKE, whose.site_id)
    # Bills are locked before bookings, wherever both are.
    opened = Bill.objects.filter(booking_id=booking_id, state=BillState.OPEN)
    opened.select_for_update().first()
    asked = hold_to_pay(actor=actor, booking_id=booking_id)
    known = opened.first()
    if known is not None and known.total == asked.amount:
        return known.pk
    if known is not None:
        _void(actor, known.pk)
    bill = _bill(booking_id, whose.patient_id, whose.site_id, asked.amount)
    bill.save(force_insert=True)
    audit.record(
        actor, "billing.deposit.asked", bill, site_id=bill.site_id, patient_id=bill.patient_id,
        amount=bill.total,
    )  # fmt: skip
    told = DepositAsked(bill.pk, booking_id, bill.patient_id, bill.total)
    topics = bill_topics(bill.site_id, None, bill.pk, booking_id)
    outbox.publish(told, actor=actor, site_id=bill.site_id, subject=bill, topics=topics)
    return bill.pk


@operation
def stop_asking(*, actor: Actor, booking_id: UUID) -> None:
    """Ask nobody any more for a booking that was let go. Money that comes late still counts."""
    for bill_id in Bill.objects.filter(booking_id=booking_id, state=BillState.OPEN).values_list(
        "pk", flat=True
    ):
        _void(actor, bill_id)


@operation
def follow_booking(
    *, actor: Actor, booking_id: UUID, amount: Decimal, reason: str, event_id: UUID
) -> None:
    """Give back of what a booking holds as much as its cancellation or change said, once."""
    left = amount
    deposits = Deposit.objects.filter(booking_id=booking_id).order_by("pk")
    for bill_id in deposits.values_list("pk", flat=True):
        Bill.objects.select_for_update().get(pk=bill_id)
        deposit = Deposit.objects.select_for_update().get(pk=bill_id)
        if deposit.heard == event_id:
            return
        deposit.heard = event_id
        deposit.save(update_fields=["heard"])
        left -= return_deposit(actor=actor, bill_id=bill_id, amount=left, reason=reason)


@operation
def return_left_over(*, actor: Actor, visit_id: UUID) -> None:
    """Give back what a visit that is over did not use of its deposit. Said again, once.

    As long as something is still to be paid, or not yet on a bill, it waits.
    """
    visit = visit_info(visit_id)
    if visit.booking_id is None or visit.is_here or visit.is_withdrawn or still_costs(visit_id):
        return
    for deposit in Deposit.objects.filter(booking_id=visit.booking_id).order_by("pk"):
        if deposit.held > ZERO:
            return_deposit(actor=actor, bill_id=deposit.pk, amount=deposit.held, reason=LEFT_OVER)


def _void(actor: Actor, bill_id: UUID) -> None:
    """Close an unpaid bill of an advance; one that was paid meanwhile stays."""
    bill = Bill.objects.select_for_update().get(pk=bill_id)
    if bill.state != BillState.OPEN:
        return
    close_awaited(actor=actor, bill=bill)
    bill.state = BillState.VOID
    bill.version += 1
    bill.save(update_fields=["state", "version"])


def _bill(booking_id: UUID, patient_id: UUID, site_id: UUID, amount: Decimal) -> Bill:
    day = clock.now().astimezone(site_zone(site_id)).date()
    number = numbers.take(f"billing.bill:{site_id}:{day}")
    return Bill(
        number=f"{day:%Y%m%d}-{number:04d}",
        site_id=site_id,
        booking_id=booking_id,
        patient_id=patient_id,
        clinic_day=day,
        total=amount,
    )
