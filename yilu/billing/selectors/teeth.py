"""What became of the money for an item of a dental plan, for whoever may see teeth."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from yilu.billing import permissions
from yilu.billing.models import Charge
from yilu.billing.states import BillState, ChargeState
from yilu.dental import permissions as dental
from yilu.platform.actors import Actor

SOURCE = "dental.planitem"


@dataclass(frozen=True, slots=True)
class DentalCharge:
    """A charge and the bill on which it stands; `bill_id` only for who may open it."""

    amount: Decimal
    bill_number: str
    bill_id: UUID | None
    site_id: UUID
    is_settled: bool


def dental_charge(actor: Actor, item_id: UUID) -> DentalCharge | None:
    """The charge of an item; None where there is none, or the actor may not know. One query."""
    rows = Charge.objects.filter(source_type=SOURCE, source_id=item_id)
    row = rows.exclude(state=ChargeState.VOID).select_related("bill").first()
    if row is None or not actor.may(dental.SEE, row.site_id):
        return None
    bill = row.bill
    may_open = bill is not None and actor.may(permissions.SEE, row.site_id)
    return DentalCharge(
        amount=row.amount,
        bill_number=bill.number if bill else "",
        bill_id=bill.pk if bill and may_open else None,
        site_id=row.site_id,
        is_settled=bill is not None and bill.state == BillState.SETTLED,
    )
