"""Which prescriptions are paid."""

from uuid import UUID

from yilu.billing.models import Charge
from yilu.billing.states import BillState, ChargeState
from yilu.catalogue.selectors.drugs import drug_info
from yilu.clinical.selectors.prescriptions import prescriptions_of_visits

SOURCE = "clinical.prescription"


def paid_prescriptions(visit_id: UUID) -> list[UUID]:
    """The prescriptions of a visit that are paid, or cost nothing. Four queries at most.

    One that nobody has charged yet is not paid, however little the visit owes.
    """
    signed = [one for one in prescriptions_of_visits([visit_id]) if one.is_in_force]
    charges = Charge.objects.filter(source_type=SOURCE, source_id__in=[one.id for one in signed])
    settled: dict[UUID, bool] = {}
    for source_id, state in (
        charges.exclude(state=ChargeState.VOID).order_by().values_list("source_id", "bill__state")
    ):
        settled[source_id] = settled.get(source_id, True) and state == BillState.SETTLED
    uncharged = [one for one in signed if one.id not in settled]
    drugs = drug_info({item.drug_id for one in uncharged for item in one.items})
    free = {
        one.id
        for one in uncharged
        if all(drugs[item.drug_id].price_item_id is None for item in one.items)
    }
    return [one.id for one in signed if settled.get(one.id, one.id in free)]
