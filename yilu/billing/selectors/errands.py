"""What the gateway was asked in vain: money that was promised back, and codes to be closed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from yilu.billing import permissions
from yilu.billing.models import Errand, Payment, Refund
from yilu.billing.states import ErrandKind, PaymentMethod, RefundState
from yilu.facility.selectors.sites import site_zone
from yilu.patients.selectors.patients import PatientBrief, patient_briefs
from yilu.platform import clock
from yilu.platform.actors import Actor

# So often in vain is no hiccup any more.
LATE_AFTER = 3
# Of clinic time: by then whoever hears of a refund has noted what is to be asked.
NOTED_WITHIN = timedelta(minutes=5)
SHOWN = 50


@dataclass(frozen=True, slots=True)
class UnansweredLine:
    """One thing that the gateway has not done; `next_at` is None while nobody asks for it."""

    kind: ErrandKind
    subject_id: UUID
    bill_id: UUID
    bill_number: str
    patient: PatientBrief
    amount: Decimal
    since: datetime
    tries: int
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Unanswered:
    """What the gateway owes a site, the oldest first, and whether the reader may press on."""

    lines: tuple[UnansweredLine, ...]
    may_try_again: bool


def forgotten_refunds() -> QuerySet[Refund]:
    """Refunds that nobody asks the gateway for, though it is high time. Not yet a query."""
    asked_for = Errand.objects.filter(kind=ErrandKind.REFUND, subject_id=OuterRef("pk"))
    return Refund.objects.filter(
        ~Exists(asked_for),
        state=RefundState.ASKED,
        payment__method=PaymentMethod.WECHAT,
        asked_at__lte=clock.now() - NOTED_WITHIN,
    )


def unanswered_number(*, actor: Actor, site_id: UUID) -> int:
    """How many things the gateway owes a site. One query.

    Raises: NotFound.
    """
    actor.require_to_see(permissions.SEE_TAKINGS, site_id)
    forgotten = forgotten_refunds().filter(site_id=site_id).order_by().values("pk")
    return forgotten.union(_late(site_id).values("pk"), all=True).count()


def unanswered(*, actor: Actor, site_id: UUID) -> Unanswered:
    """What the gateway owes a site, one by one. Two queries, and four when there is anything.

    Raises: NotFound.
    """
    actor.require_to_see(permissions.SEE_TAKINGS, site_id)
    oldest = _late(site_id).order_by("next_at")[:SHOWN]
    late = {errand.subject_id: errand for errand in oldest}
    refunds = list(forgotten_refunds().filter(site_id=site_id).select_related("bill")[:SHOWN])
    if late:
        refunds += Refund.objects.filter(pk__in=late).select_related("bill")
    codes = list(Payment.objects.filter(pk__in=late).select_related("bill")) if late else []
    owed: list[Refund | Payment] = [*refunds, *codes]
    people = patient_briefs(actor, [one.bill.patient_id for one in owed], "unanswered")
    zone = site_zone(site_id)
    found = [
        UnansweredLine(
            kind=ErrandKind.REFUND if isinstance(one, Refund) else ErrandKind.CLOSE,
            subject_id=one.pk,
            bill_id=one.bill_id,
            bill_number=one.bill.number,
            patient=people[one.bill.patient_id],
            amount=one.amount,
            since=one.asked_at.astimezone(zone),
            tries=late[one.pk].tries if one.pk in late else 0,
            next_at=late[one.pk].next_at if one.pk in late else None,
        )
        for one in owed
    ]
    lines = tuple(sorted(found, key=lambda one: one.since)[:SHOWN])
    return Unanswered(lines, may_try_again=actor.may(permissions.REFUND, site_id))


def _late(site_id: UUID) -> QuerySet[Errand]:
    """What was asked in vain for a site. Not yet a query; those that are not done are few."""
    of_refund = Refund.objects.filter(pk=OuterRef("subject_id"), site_id=site_id)
    of_code = Payment.objects.filter(pk=OuterRef("subject_id"), site_id=site_id)
    owed = Errand.objects.filter(done_at=None, tries__gte=LATE_AFTER).exclude(error="")
    return owed.filter(Exists(of_refund) | Exists(of_code))
