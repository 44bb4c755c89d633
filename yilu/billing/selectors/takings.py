"""What was taken today, for the cashier's shift and the manager's board; what was earned so."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from yilu.billing import permissions
from yilu.billing.states import TENDERED, BillState, PaymentMethod, PaymentState, RefundState
from yilu.platform.actors import Actor
from yilu.platform.db import prepared
from yilu.platform.money import ZERO

_TAKINGS = f"""
SELECT 'paid', method, sum(amount), count(*) FROM billing_payment
WHERE site_id = %(site)s AND clinic_day = %(day)s AND state = '{PaymentState.PAID}'
    AND method = ANY(%(tendered)s)
GROUP BY method
UNION ALL
SELECT 'back', '', coalesce(sum(r.amount), 0.00), count(*)
FROM billing_refund r JOIN billing_payment p ON p.id = r.payment_id
WHERE r.site_id = %(site)s AND r.clinic_day = %(day)s AND r.state = '{RefundState.DONE}'
    AND p.method = ANY(%(tendered)s)
UNION ALL
SELECT 'owed', '', coalesce(sum(total - paid), 0.00), count(*) FROM billing_bill
WHERE site_id = %(site)s AND clinic_day = %(day)s AND state = '{BillState.OPEN}'
    AND visit_id IS NOT NULL
UNION ALL
SELECT 'kept', '', coalesce(sum(amount), 0.00), count(DISTINCT deposit_id) FROM billing_keeping
WHERE site_id = %(site)s AND clinic_day = %(day)s
ORDER BY 1, 2
"""  # noqa: S608 (only names of states are put in)


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
    """What came in and went back on a clinic day, and what is still owed. One query."""
    actor.require_to_see(permissions.SEE_TAKINGS, site_id)
    asked = {"site": site_id, "day": day, "tendered": [str(one) for one in TENDERED]}
    found: dict[str, list[tuple[str, Decimal, int]]] = {}
    for what, *line in prepared(_TAKINGS, asked):
        found.setdefault(what, []).append((line[0], line[1], line[2]))
    ((_, refunded, refunds),) = found["back"]
    ((_, owed, open_bills),) = found["owed"]
    ((_, kept, keepings),) = found["kept"]
    return Takings(
        methods=tuple(
            MethodTakings(PaymentMethod(m), sum_, n) for m, sum_, n in found.get("paid", ())
        ),
        refunded=refunded,
        refunds=refunds,
        owed=owed,
        open_bills=open_bills,
        kept=kept,
        keepings=keepings,
    )
