"""Which values can be measured, and which call for somebody. The limits are data."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from yilu.clinical.rules.rulesets import exactly, in_ages, ruleset
from yilu.platform.errors import FieldError
from yilu.platform.names import Localized

CHOICES = {"oxygen": ("no", "yes"), "consciousness": ("A", "C", "V", "P", "U")}
LONGEST_NUMBER = 8


@dataclass(frozen=True, slots=True)
class Bounds:
    """One thing that is measured: its unit, its decimals, and what no device can show."""

    code: str
    unit: str
    decimals: int
    lowest: Decimal
    highest: Decimal
    title: Localized


@dataclass(frozen=True, slots=True)
class Flag:
    """A value out of range: how grave, and the code of what to do."""

    value: str
    grade: str
    do: str


def bounds() -> dict[str, Bounds]:
    """Everything that is measured, by code, in the order of the form."""
    return {code: _bounds(code, one) for code, one in ruleset("vitals").body["values"].items()}


def checked(typed: Mapping[str, str]) -> tuple[dict[str, str], list[FieldError]]:
    """What was typed as plain numbers, and what is wrong with the rest. Empty fields fall out."""
    known, good, errors = bounds(), {}, []
    for code, text in typed.items():
        value = text.strip()
        if not value:
            continue
        if code in CHOICES:
            right = value if value in CHOICES[code] else None
        else:
            right = _number(value, known[code]) if code in known else None
        if right is None:
            errors.append(_implausible(code, known.get(code)))
        else:
            good[code] = right
    return good, errors + _pressure(good)


def flags(values: Mapping[str, str], age: int | None) -> list[Flag]:
    """What is out of range, the gravest finding per value only."""
    found: dict[str, Flag] = {}
    for rule in ruleset("vitals").body["flags"]:
        code = rule["value"]
        if code in found or code not in values or not in_ages(rule.get("ages"), age):
            continue
        if _meets(rule, Decimal(values[code])):
            found[code] = Flag(code, rule["grade"], rule["do"])
    return list(found.values())


def advice(do: str) -> Localized:
    """What a flag asks for, in words."""
    return Localized(ruleset("vitals").body["advice"].get(do, {}))


def _bounds(code: str, one: Mapping[str, Any]) -> Bounds:
    low, high = one["plausible"]
    return Bounds(
        code=code,
        unit=one["unit"],
        decimals=one["decimals"],
        lowest=Decimal(str(low)),
        highest=Decimal(str(high)),
        title=Localized(one["title"]),
    )


def _number(text: str, limits: Bounds) -> str | None:
    if len(text) > LONGEST_NUMBER or not text.isascii():
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    if not value.is_finite() or not limits.lowest <= value <= limits.highest:
        return None
    rounded = value.quantize(Decimal(1).scaleb(-limits.decimals))
    return str(rounded) if rounded == value else None


def _implausible(code: str, limits: Bounds | None) -> FieldError:
    if limits is None:
        return FieldError(code, "unknown_value", _("This value is not one of those offered."))
    message = _("%(name)s must be from %(low)s to %(high)s %(unit)s.") % {
        "name": limits.title,
        "low": limits.lowest,
        "high": limits.highest,
        "unit": limits.unit,
    }
    return FieldError(code, "implausible_value", message)


def _pressure(values: Mapping[str, str]) -> list[FieldError]:
    low, high = values.get("diastolic"), values.get("systolic")
    if low is None or high is None or Decimal(low) < Decimal(high):
        return []
    message = _("The diastolic pressure must be lower than the systolic.")
    return [FieldError("diastolic", "diastolic_too_high", message)]


def _meets(rule: Mapping[str, Any], value: Decimal) -> bool:
    if "at_least" in rule:
        return value >= exactly(rule["at_least"])
    if "above" in rule:
        return value > exactly(rule["above"])
    return value < exactly(rule["below"])
