"""How much of a drug an order needs, in the units in which it is given out."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from yilu.clinical.rules.rulesets import ruleset
from yilu.platform.names import Localized

if TYPE_CHECKING:
    from yilu.catalogue.selectors.drugs import DrugInfo

WEEK = 7
UNITS_IN_MG = {"mg": Decimal(1), "g": Decimal(1000), "μg": Decimal("0.001"), "ug": Decimal("0.001")}


@dataclass(frozen=True, slots=True)
class Order:
    """One drug as the doctor wants it taken: how much, which way, how often, how long."""

    drug_id: UUID
    dose: Decimal
    route: str
    frequency: str
    days: int
    instruction: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """An order with the drug's facts and the quantity to give out."""

    order: Order
    drug: "DrugInfo"
    quantity: Decimal

    @property
    def daily(self) -> Decimal:
        """How much is taken on one day, in the drug's dose unit."""
        return self.order.dose * times_a_day(self.order.frequency)

    @property
    def daily_mg(self) -> Decimal | None:
        """The same in milligrams; None where the drug is not measured by weight."""
        factor = UNITS_IN_MG.get(self.drug.dose_unit)
        return None if factor is None else self.daily * factor

    @property
    def dose_mg(self) -> Decimal | None:
        factor = UNITS_IN_MG.get(self.drug.dose_unit)
        return None if factor is None else self.order.dose * factor


def line(order: Order, drug: "DrugInfo") -> Line:
    """An order with its quantity."""
    return Line(order, drug, quantity(order, drug.dose_per_unit, drug.units_per_pack))


def quantity(order: Order, dose_per_unit: Decimal, units_per_pack: Decimal) -> Decimal:
    """Whole packs that cover the course. A pack that was begun counts."""
    units = order.dose / dose_per_unit * doses_in_course(order.frequency, order.days)
    return (units / units_per_pack).to_integral_value(rounding=ROUND_CEILING).quantize(Decimal(1))


def doses_in_course(frequency: str, days: int) -> Decimal:
    """How many times a drug is taken in so many days; a weekly drug once for a week begun."""
    rule = _frequency(frequency)
    if rule.get("once"):
        return Decimal(1)
    if "times_per_week" in rule:
        weeks = (Decimal(days) / WEEK).to_integral_value(rounding=ROUND_CEILING)
        return weeks * Decimal(rule["times_per_week"])
    return (Decimal(rule["times"]) * days).to_integral_value(rounding=ROUND_CEILING)


def times_a_day(frequency: str) -> Decimal:
    """How often a drug is taken on a day on which it is taken; what is taken rarely counts once."""
    rule = _frequency(frequency)
    return max(Decimal(1), Decimal(rule.get("times", 1)))


def frequencies() -> dict[str, Localized]:
    """Every frequency that may be ordered, in words."""
    return _titles("frequencies")


def routes() -> dict[str, Localized]:
    """Every route that may be ordered, in words."""
    return _titles("routes")


def is_external(route: str) -> bool:
    """Whether a drug given this way carries the mark “for external use”."""
    return bool(ruleset("dosing").body["routes"].get(route, {}).get("external"))


def instructions() -> list[Localized]:
    """Instructions offered in one press."""
    return [Localized(one["title"]) for one in ruleset("dosing").body["instructions"]]


def override_reasons() -> list[Localized]:
    """Reasons offered in one press, for overriding an alert."""
    return [Localized(one) for one in ruleset("dosing").body["reasons"]]


def _frequency(code: str) -> dict[str, Any]:
    found: dict[str, Any] = ruleset("dosing").body["frequencies"][code]
    return found


def _titles(part: str) -> dict[str, Localized]:
    words = ruleset("dosing").body[part]
    return {code: Localized(one["title"]) for code, one in words.items()}


def dose_due(frequency: str, at: datetime) -> time | None:
    """The usual hour of a dose that is about now on the clock of `at`; None when none is."""
    table = ruleset("dose_times").body
    near = timedelta(minutes=table["near"])
    for hour in table["hours"].get(frequency, ()):
        # The hours of yesterday and tomorrow too: midnight is near to both.
        for day in (-1, 0, 1):
            due = datetime.combine(at.date() + timedelta(days=day), time(hour), at.tzinfo)
            if abs(due - at) <= near:
                return due.time()
    return None
