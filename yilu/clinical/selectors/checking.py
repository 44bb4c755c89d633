"""A prescription under its checks: its drugs, quantities and alerts."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from yilu.catalogue.selectors.drugs import drug_info
from yilu.clinical.errors import UnknownDrug
from yilu.clinical.rules.checks import Alert, Prescriber, check
from yilu.clinical.rules.dosing import Line, Order, line
from yilu.clinical.selectors.chart import chart
from yilu.clinical.selectors.context import Setting
from yilu.platform.actors import Actor
from yilu.platform.errors import FieldError
from yilu.workforce.selectors.practitioners import practitioner_infos


@dataclass(frozen=True, slots=True)
class Checked:
    """The lines of a prescription, and what the checks found."""

    lines: list[Line]
    alerts: list[Alert]


def lines_of(orders: Iterable[Order]) -> list[Line]:
    """Orders with their drugs and quantities. One query, none for no orders.

    Raises:
        UnknownDrug: one is not in the catalogue, or no longer used; its place is named.
    """
    wanted = list(orders)
    drugs = drug_info([order.drug_id for order in wanted]) if wanted else {}
    errors = [
        FieldError(f"drug-{place}", "unknown_drug", str(UnknownDrug.message))
        for place, order in enumerate(wanted, start=1)
        if order.drug_id not in drugs or not drugs[order.drug_id].is_active
    ]
    if errors:
        raise UnknownDrug(*errors)
    return [line(order, drugs[order.drug_id]) for order in wanted]


def checked(
    actor: Actor, where: Setting, orders: Iterable[Order], without: UUID | None = None
) -> Checked:
    """Orders of a visit under every check. Eight queries."""
    lines = lines_of(orders)
    prescriber = prescriber_of(actor)
    return Checked(lines, check(lines, chart(where, without), prescriber))


def prescriber_of(actor: Actor) -> Prescriber:
    """What the actor may order. One query; none for who is no practitioner."""
    if actor.practitioner_id is None:
        return Prescriber(may_prescribe=False, antibiotic_level=0)
    one = practitioner_infos([actor.practitioner_id]).get(actor.practitioner_id)
    if one is None or not one.is_active:
        return Prescriber(may_prescribe=False, antibiotic_level=0)
    return Prescriber(one.may_prescribe, one.antibiotic_level)
