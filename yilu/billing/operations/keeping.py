"""What the clinic keeps of deposits by rule, booked as income once and taken back by an entry."""

from decimal import Decimal
from uuid import UUID

from yilu.billing.events import DepositKept
from yilu.billing.models import Bill, Deposit, Keeping
from yilu.billing.selectors.topics import bill_topics
from yilu.billing.states import KeepingReason
from yilu.facility.selectors.sites import site_zone
from yilu.platform import audit, clock, outbox
from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.platform.money import ZERO
from yilu.scheduling.selectors.prepaying import kept_by_rule


@operation
def book_kept(*, actor: Actor, booking_id: UUID) -> None:
    """Have the entries of a booking's deposits say what the rule keeps of them now.

    Said again it changes nothing. What was kept and no longer is – the cancellation was taken
    back, the patient came after all – goes out by an entry of that day.
    """
    deposits = Deposit.objects.filter(booking_id=booking_id).order_by("pk")
    ids = list(deposits.values_list("pk", flat=True))
    if not ids:
        return
    # Bills are locked first, as everywhere; only then is it read what became of the booking.
    bills = {one.pk: one for one in _locked(ids)}
    rule = kept_by_rule(booking_id)
    left = rule.amount
    why = KeepingReason.MISSED if rule.is_missed else KeepingReason.CANCELLED
    for deposit in Deposit.objects.select_for_update().filter(pk__in=ids).order_by("pk"):
        wanted = min(deposit.held, left)
        left -= wanted
        reason = why if wanted > deposit.kept else KeepingReason.UNDONE
        _enter(actor, bills[deposit.pk], deposit, wanted, reason)


def free_kept(*, actor: Actor, bill: Bill, amount: Decimal) -> None:
    """Let go of so much of a deposit as is about to be given back or set off. Inside a deed.

    What is kept is what is left of it at most. One query where nothing is kept.
    """
    deposit = Deposit.objects.select_for_update().get(pk=bill.pk)
    wanted = min(deposit.kept, deposit.held - amount)
    _enter(actor, bill, deposit, wanted, KeepingReason.USED)


def _locked(ids: list[UUID]) -> list[Bill]:
    return list(Bill.objects.select_for_update().filter(pk__in=ids).order_by("pk"))


def _enter(actor: Actor, bill: Bill, deposit: Deposit, wanted: Decimal, why: KeepingReason) -> None:
    change = wanted - deposit.kept
    if not change:
        return
    now = clock.now()
    day = now.astimezone(site_zone(bill.site_id)).date()
    Keeping.objects.create(
        deposit=deposit, site_id=bill.site_id, clinic_day=day, amount=change, why=why, made_at=now
    )
    deposit.kept = wanted
    deposit.version += 1
    deposit.save(update_fields=["kept", "version"])
    audit.record(
        actor, "billing.deposit.kept" if change > ZERO else "billing.deposit.not_kept", bill,
        site_id=bill.site_id, patient_id=bill.patient_id, amount=abs(change), reason=why.value,
    )  # fmt: skip
    told = DepositKept(bill.pk, deposit.booking_id, bill.patient_id, wanted, change)
    topics = bill_topics(bill.site_id, None, bill.pk, deposit.booking_id)
    outbox.publish(told, actor=actor, site_id=bill.site_id, subject=bill, topics=topics)
