"""The checks of a prescription before it is signed, in the order in which they are asked.

Each gives alerts: `block` stops the signature (for good, or until the prescriber gives a reason,
which counts as the second signature), `warn` asks for a reason, `info` only tells.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from yilu.clinical.rules.allergens import (
    CAUTION,
    GRAVEST,
    NEVER,
    SECOND_SIGNATURE,
    KnownAllergy,
    crosses,
)
from yilu.clinical.rules.dosing import Line
from yilu.clinical.rules.rulesets import Ruleset, ruleset
from yilu.platform.names import Localized

BLOCK, WARN, INFO = "block", "warn", "info"
NO_WAY, WITH_REASON, NOTHING = "never", "reason", "nothing"
GRADES = {
    NEVER: (BLOCK, NO_WAY),
    SECOND_SIGNATURE: (BLOCK, WITH_REASON),
    CAUTION: (WARN, WITH_REASON),
}
SPECIAL = 3
SUBSTANCE, LEVEL_4 = 7, 5


@dataclass(frozen=True, slots=True)
class Taken:
    """A drug that the patient is taking by another prescription."""

    drug_id: UUID
    name: dict[str, str]
    atc: str
    until: date

    @property
    def title(self) -> Localized:
        return Localized(self.name)


@dataclass(frozen=True, slots=True)
class Chart:
    """What the checks must know of the patient. `pregnant`: yes, no or unknown."""

    age_months: int | None
    sex: str
    weight_kg: Decimal | None
    pregnant: str
    allergies: tuple[KnownAllergy, ...] = ()
    asked: str = "never"
    taken: tuple[Taken, ...] = ()


@dataclass(frozen=True, slots=True)
class Prescriber:
    """What the doctor may order."""

    may_prescribe: bool
    antibiotic_level: int


@dataclass(frozen=True, slots=True)
class Alert:
    """One finding: which rule, how grave, about which drug, and the facts of its sentence."""

    rule: str
    grade: str
    needs: str
    drug_id: UUID | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    source: str = ""
    version: str = ""

    @property
    def key(self) -> str:
        """What tells this alert from the others of the same prescription."""
        return f"{self.rule}:{self.drug_id or ''}:{self.facts.get('about', '')}"[:160]


def check(lines: list[Line], chart: Chart, prescriber: Prescriber) -> list[Alert]:
    """Every alert of a prescription, in the order of asking."""
    found = [*_rights(lines, prescriber), *_asked(lines, chart)]
    for one in lines:
        found += [*_allergy(one, chart), *_age(one, chart), *_pregnancy(one, chart)]
        found += [*_dose(one, chart), *_days(one)]
    together = [*_duplicates(lines), *_interactions(lines)]
    return [*found, *together, *_already_taken(lines, chart), *_with_taken(lines, chart)]


def stops(alerts: list[Alert], reasons: dict[str, str]) -> list[Alert]:
    """The alerts that still keep a prescription from being signed, given these reasons."""
    return [
        one
        for one in alerts
        if one.needs == NO_WAY
        or (one.needs == WITH_REASON and not reasons.get(one.key, "").strip())
    ]


def _alert(
    grade: str, rule: str, of: Line | None, rules: Ruleset | None = None, **facts: Any
) -> Alert:
    kind, needs = GRADES.get(grade, (INFO, NOTHING))
    about = {"drug": dict(of.drug.name)} if of else {}
    return Alert(
        rule=rule,
        grade=kind,
        needs=needs,
        drug_id=of.drug.id if of else None,
        facts={**about, **facts},
        source=rules.source if rules else "",
        version=rules.version if rules else "",
    )


def _rights(lines: list[Line], prescriber: Prescriber) -> Iterator[Alert]:
    if not prescriber.may_prescribe:
        yield _alert(NEVER, "no_right", None)
    for one in lines:
        level = one.drug.antibiotic_level
        if level >= SPECIAL:
            yield _alert(NEVER, "special_antibiotic", one)
        elif level > prescriber.antibiotic_level:
            yield _alert(NEVER, "antibiotic_level", one, level=level)


def _asked(lines: list[Line], chart: Chart) -> Iterator[Alert]:
    if lines and chart.asked == "never":
        yield _alert(NEVER, "allergies_unasked", None)
    elif lines and chart.asked == "earlier":
        yield _alert("", "allergies_not_reconfirmed", None)


def _allergy(one: Line, chart: Chart) -> Iterator[Alert]:
    rules = ruleset("allergy_groups")
    dose = one.dose_mg
    for cross in crosses(one.drug, chart.allergies, None if dose is None else int(dose)):
        yield _alert(
            cross.grade,
            f"allergy_{cross.why}",
            one,
            rules,
            about=cross.allergy.substance,
            severity=cross.allergy.severity,
        )
    if one.drug.needs_skin_test:
        yield _alert(CAUTION, "skin_test", one)


def _age(one: Line, chart: Chart) -> Iterator[Alert]:
    rules = ruleset("drug_limits")
    if chart.age_months is None:
        yield _alert(CAUTION, "age_unknown", one)
        return
    for rule in rules.body["ages"]:
        young = "below" in rule and chart.age_months < rule["below"]
        old = "from" in rule and chart.age_months >= rule["from"]
        if _is_of(one, rule) and (young or old):
            yield _alert(rule["grade"], "age", one, rules, note=rule["note"])
            return
    least = one.drug.min_age_months
    if least is not None and chart.age_months < least:
        yield _alert(SECOND_SIGNATURE, "age_label", one, months=least)


def _pregnancy(one: Line, chart: Chart) -> Iterator[Alert]:
    rules = ruleset("drug_limits")
    rule = next((r for r in rules.body["pregnancy"] if _is_of(one, r)), None)
    if rule is None:
        return
    if chart.pregnant == "yes":
        yield _alert(rule["grade"], "pregnancy", one, rules, note=rule["note"])
    elif chart.pregnant == "unknown" and _may_be_pregnant(chart):
        yield _alert(CAUTION, "pregnancy_unknown", one, rules, note=rule["note"])


def _may_be_pregnant(chart: Chart) -> bool:
    fertile = ruleset("drug_limits").body["fertile"]
    if chart.sex != fertile["sex"] or chart.age_months is None:
        return False
    return bool(fertile["from"] <= chart.age_months <= fertile["to"])


def _dose(one: Line, chart: Chart) -> Iterator[Alert]:
    rules = ruleset("drug_limits")
    if _is_child(chart):
        yield from _child_dose(one, chart, rules)
    else:
        yield from _adult_dose(one, rules)
    if one.drug.atc.startswith(tuple(rules.body["weekly_only"])) and one.order.frequency != "qw":
        yield _alert(NEVER, "weekly_only", one, rules)
    elif one.drug.is_high_alert or one.drug.atc.startswith(tuple(rules.body["high_alert"])):
        yield _alert("", "high_alert", one, rules)


def _adult_dose(one: Line, rules: Ruleset) -> Iterator[Alert]:
    drug, unit = one.drug, one.drug.dose_unit
    if drug.max_single_dose is not None and one.order.dose > drug.max_single_dose:
        yield _alert(SECOND_SIGNATURE, "dose_single", one, most=_amount(drug.max_single_dose, unit))
    if drug.max_daily_dose is not None:
        if one.daily > drug.max_daily_dose:
            most = _amount(drug.max_daily_dose, unit)
            yield _alert(
                SECOND_SIGNATURE, "dose_daily", one, most=most, daily=_amount(one.daily, unit)
            )
        return
    rule = next((r for r in rules.body["doses"] if _is_of(one, r)), None)
    most_mg = rule and rule.get("adult_mg")
    if rule and most_mg and one.daily_mg is not None and one.daily_mg > most_mg:
        yield _alert(
            SECOND_SIGNATURE, "dose_daily", one, rules,
            most=_amount(Decimal(most_mg), "mg"), daily=_amount(one.daily_mg, "mg"),
        )  # fmt: skip


def _child_dose(one: Line, chart: Chart, rules: Ruleset) -> Iterator[Alert]:
    rule = next((r for r in rules.body["doses"] if _is_of(one, r)), None)
    per_kg = one.drug.max_daily_per_kg
    if per_kg is None and rule and "child_mg_per_kg" in rule and one.daily_mg is not None:
        per_kg, daily, unit = Decimal(rule["child_mg_per_kg"]), one.daily_mg, "mg"
    else:
        daily, unit = one.daily, one.drug.dose_unit
    if chart.weight_kg is None:
        yield _alert(SECOND_SIGNATURE, "weight_missing", one)
    elif per_kg is not None and daily > per_kg * chart.weight_kg:
        most = _amount(per_kg * chart.weight_kg, unit)
        yield _alert(
            SECOND_SIGNATURE, "dose_by_weight", one, rules, most=most, daily=_amount(daily, unit)
        )


def _is_child(chart: Chart) -> bool:
    below = ruleset("drug_limits").body["child_below"]
    return chart.age_months is not None and chart.age_months < below


def _days(one: Line) -> Iterator[Alert]:
    limits = ruleset("drug_limits").body["days"]
    if one.order.days > limits["most"]:
        yield _alert(NEVER, "days_most", one, days=limits["most"])
    elif one.order.days > limits["long"]:
        yield _alert(SECOND_SIGNATURE, "days_long", one, days=limits["long"])
    elif one.order.days > limits["ordinary"] and one.drug.antibiotic_level:
        yield _alert(CAUTION, "days_antibiotic", one, days=limits["ordinary"])


def _duplicates(lines: list[Line]) -> Iterator[Alert]:
    for place, one in enumerate(lines):
        for other in lines[:place]:
            alike = _alike(one.drug.id, one.drug.atc, other.drug.id, other.drug.atc)
            if alike:
                grade = SECOND_SIGNATURE if alike == "substance" else CAUTION
                yield _alert(
                    grade, f"duplicate_{alike}", one,
                    about=str(other.drug.id), other=dict(other.drug.name),
                )  # fmt: skip


def _already_taken(lines: list[Line], chart: Chart) -> Iterator[Alert]:
    for one in lines:
        for other in chart.taken:
            alike = _alike(one.drug.id, one.drug.atc, other.drug_id, other.atc)
            if alike:
                yield _alert(
                    CAUTION, f"taken_{alike}", one,
                    about=str(other.drug_id), other=other.name, until=other.until.isoformat(),
                )  # fmt: skip
                break


def _interactions(lines: list[Line]) -> Iterator[Alert]:
    rules = ruleset("interactions")
    for place, one in enumerate(lines):
        for other in lines[:place]:
            pair = _pair(one.drug.atc, other.drug.atc, rules)
            if pair:
                yield _alert(
                    pair["grade"], "interaction", one, rules,
                    about=str(other.drug.id), other=dict(other.drug.name), note=pair["note"],
                )  # fmt: skip


def _with_taken(lines: list[Line], chart: Chart) -> Iterator[Alert]:
    rules = ruleset("interactions")
    for one in lines:
        for other in chart.taken:
            pair = _pair(one.drug.atc, other.atc, rules)
            if pair:
                yield _alert(
                    pair["grade"], "interaction_taken", one, rules,
                    about=str(other.drug_id), other=other.name, until=other.until.isoformat(),
                    note=pair["note"],
                )  # fmt: skip


def _pair(atc: str, other: str, rules: Ruleset) -> dict[str, Any] | None:
    """The gravest rule for two medicines; none for two of one class, which are a duplicate."""
    if not atc or not other or atc[:LEVEL_4] == other[:LEVEL_4]:
        return None
    met = [
        rule
        for rule in rules.body["pairs"]
        if (atc.startswith(tuple(rule["a"])) and other.startswith(tuple(rule["b"])))
        or (atc.startswith(tuple(rule["b"])) and other.startswith(tuple(rule["a"])))
    ]
    return min(met, key=lambda rule: GRAVEST.index(rule["grade"]), default=None)


def _alike(drug: UUID, atc: str, other: UUID, other_atc: str) -> str:
    if drug == other or (len(atc) >= SUBSTANCE and atc == other_atc):
        return "substance"
    if len(atc) >= LEVEL_4 and atc[:LEVEL_4] == other_atc[:LEVEL_4]:
        return "class"
    return ""


def _is_of(one: Line, rule: dict[str, Any]) -> bool:
    return bool(one.drug.atc) and one.drug.atc.startswith(tuple(rule["atc"]))


def _amount(value: Decimal, unit: str) -> str:
    return f"{value.normalize():f} {unit}"
