"""What a prescription must say before it can be kept, and before it can be signed."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yilu.clinical.rules.dosing import Line, Order, frequencies, routes
from yilu.clinical.rules.rulesets import ruleset
from yilu.platform.errors import FieldError

MOST_DRUGS = 5
LONGEST_DAYS = 999
LARGEST_DOSE = Decimal("99999")
PAEDIATRIC_BELOW = 168
TEXTS = {
    "diagnosis_basis": 500,
    "rationale": 500,
    "follow_up_plan": 500,
    "advice": 1000,
    "long_supply_reason": 200,
}
NEEDED = ("diagnosis_basis", "rationale", "follow_up_plan")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A prescription as the form has it."""

    orders: tuple[Order, ...] = ()
    diagnosis_basis: str = ""
    rationale: str = ""
    follow_up_plan: str = ""
    advice: str = ""
    long_supply_reason: str = ""


def order_errors(orders: Iterable[Order]) -> list[FieldError]:
    """What is wrong with the orders themselves, one sentence each, by place."""
    errors = []
    for place, order in enumerate(orders, start=1):
        checks = {
            "dose": Decimal(0) < order.dose <= LARGEST_DOSE,
            "route": order.route in routes(),
            "frequency": order.frequency in frequencies(),
            "days": 1 <= order.days <= LONGEST_DAYS,
        }
        errors += [
            FieldError(f"{name}-{place}", "implausible_value", _("Please check this value."))
            for name, right in checks.items()
            if not right
        ]
    return errors


def unfinished(sheet: dict[str, str], lines: list[Line]) -> list[FieldError]:
    """What must still be filled before signing, one sentence per field."""
    words = {
        "diagnosis_basis": _("Say on which findings the diagnosis rests."),
        "rationale": _("Say why these medicines."),
        "follow_up_plan": _("Say when and how the patient is followed up."),
    }
    errors = [FieldError(n, "required", words[n]) for n in NEEDED if not sheet[n].strip()]
    if not lines:
        errors.append(FieldError("items", "required", _("Add at least one medicine.")))
    limit = ruleset("drug_limits").body["days"]["ordinary"]
    is_long = any(line.order.days > limit for line in lines)
    if is_long and not sheet["long_supply_reason"].strip():
        message = _("More than %(days)s days: say why.") % {"days": limit}
        errors.append(FieldError("long_supply_reason", "required", message))
    return errors


def as_plain(order: Order) -> dict[str, Any]:
    """An order as a draft keeps it."""
    return {
        "drug_id": str(order.drug_id),
        "dose": str(order.dose),
        "route": order.route,
        "frequency": order.frequency,
        "days": order.days,
        "instruction": order.instruction,
    }


def from_plain(row: dict[str, Any]) -> Order:
    """The order that a draft keeps."""
    return Order(
        drug_id=UUID(row["drug_id"]),
        dose=Decimal(row["dose"]),
        route=row["route"],
        frequency=row["frequency"],
        days=int(row["days"]),
        instruction=row["instruction"],
    )


def read_dose(text: str) -> Decimal | None:
    """A dose as typed, with at most four decimals; None for anything else."""
    typed = text.strip()
    if not typed.isascii() or len(typed) > 12:
        return None
    try:
        value = Decimal(typed)
    except InvalidOperation:
        return None
    if not value.is_finite() or not 0 < value <= LARGEST_DOSE:
        return None
    rounded = value.quantize(Decimal("0.0001"))
    return rounded.normalize() if rounded == value else None
