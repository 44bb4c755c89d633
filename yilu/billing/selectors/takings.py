"""What was taken today, for the cashier's shift and the manager's board; what was earned so."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Sum

from yilu.billing import permissions
from yilu.billing.models import Bill, Keeping, Payment, Refund
from yilu.billing.states import TENDERED, BillState, PaymentMethod, PaymentState, RefundState
from yilu.platform.actors import Actor
from yilu.platform.money import ZERO


@dataclass(frozen=True, slots=True)
class MethodTakings:
    """What came in by one method."""

    method: PaymentMethod
    amount: Decimal
    payments: int


@dataclass(frozen=True, slots=True)
class Takings:
    """The money of one clinic day at one site.

    `kept` became income that day, of deposits that came in before: it is no part of `taken`. It
    is below nothing when more was taken back than was kept.
    """

    methods: tuple[MethodTakings, ...]
    refunded: Decimal
    refunds: int
    owed: Decimal
    open_bills: int
    kept: Decimal
    keepings: int

    @property
    def taken(self) -> Decimal:
        """Everything that came in, before refunds."""
        return sum((m.amount for m in self.methods), ZERO)

    @property
    def payments(self) -> int:
        """How many payments came in."""
        return sum(m.payments for m in self.methods)

    @property
    def largest(self) -> Decimal:
        """The method that brought most, for drawing bars."""
        return max((m.amount for m in self.methods), default=ZERO)


def day_takings(*, actor: Actor, site_id: UUID, day: date) -> Takings:
    """What came in and went back on a clinic day, and what is still owed. Four queries."""
    actor.require_to_see(permissions.SEE_TAKINGS, site_id)
    paid = (
        Payment.objects.filter(
            site_id=site_id, clinic_day=day, state=PaymentState.PAID, method__in=TENDERED
        )
        .values_list("method")
        .annotate(Sum("amount"), Count("pk"))
        .order_by("method")
    )
    back = Refund.objects.filter(
        site_id=site_id, clinic_day=day, state=RefundState.DONE, payment__method__in=TENDERED
    ).aggregate(amount=Sum("amount"), count=Count("pk"))
    owed = Bill.objects.filter(
        site_id=site_id, state=BillState.OPEN, clinic_day=day, visit_id__isnull=False
    ).aggregate(amount=Sum("total"), paid=Sum("paid"), count=Count("pk"))
    kept = Keeping.objects.filter(site_id=site_id, clinic_day=day).aggregate(
        amount=Sum("amount"), count=Count("deposit", distinct=True)
    )
    return Takings(
        methods=tuple(MethodTakings(PaymentMethod(m), amount, n) for m, amount, n in paid),
        refunded=back["amount"] or ZERO,
        refunds=back["count"],
        owed=(owed["amount"] or ZERO) - (owed["paid"] or ZERO),
        open_bills=owed["count"],
        kept=kept["amount"] or ZERO,
        keepings=kept["count"],
    )
