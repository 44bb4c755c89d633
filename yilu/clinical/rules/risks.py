"""Risk scores: what published formulas make of the record, and why. Pure.

Each score is a file of `../data/risk`: points by item, a survival function, or a formula of its own
in `formulas`. Nothing is clamped: a value outside its bounds, or an age that the score is not
meant for, is a reason (`reasons`), and nothing is computed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache
from typing import Any

import yaml

from yilu.clinical.rules.formulas import FORMULAS, survival_risk
from yilu.clinical.rules.rulesets import DATA, Ruleset, in_ages, ruleset
from yilu.platform.names import Localized

FOLDER = "risk"
INPUTS = "_inputs"
SEX = "sex"


@dataclass(frozen=True, slots=True)
class Input:
    """One thing that scores ask for: a number with unit and bounds, or one of some answers."""

    code: str
    title: Localized
    unit: Localized
    options: Mapping[str, Localized]
    least: Decimal | None = None
    most: Decimal | None = None
    codes: tuple[str, ...] = ()
    atc: tuple[str, ...] = ()

    def accepts(self, value: str) -> bool:
        """Whether a value is one of the answers, or a number within the bounds."""
        if self.options:
            return value in self.options
        try:
            number = Decimal(value)
        except InvalidOperation:
            return False
        if self.least is None or self.most is None:
            return False
        return number.is_finite() and self.least <= number <= self.most


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why nothing is computed: inputs that are missing, or wrong, or an age it is not meant for."""

    missing: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    age: Mapping[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.missing or self.wrong or self.age)


@dataclass(frozen=True, slots=True)
class Risk:
    """What a score makes of its inputs, and the points of each item where it has some."""

    ruleset: str
    version: str
    total: Decimal
    band: str
    points: dict[str, int]
    inputs: dict[str, str]


@dataclass(frozen=True, slots=True)
class RiskReading:
    """How a stored risk is shown."""

    title: Localized
    says: Localized
    unit: str
    band: Localized
    advice: Localized
    state: str
    source: str
    warnings: tuple[Localized, ...]
    is_class: bool
    """Whether its number is but another name of its band."""


@cache
def risk_keys() -> tuple[str, ...]:
    """Every score there is, by name. No query."""
    files = (DATA / FOLDER).glob("[a-z]*.yaml")
    return tuple(sorted(one.stem for one in files))


def risk_rules(key: str) -> Ruleset:
    """The rules of one score. No query; read once per process."""
    return ruleset(f"{FOLDER}/{key}")


@cache
def inputs() -> Mapping[str, Input]:
    """Everything that scores ask for, by code. No query; read once per process."""
    known = yaml.safe_load((DATA / FOLDER / f"{INPUTS}.yaml").read_text(encoding="utf-8"))
    found = {}
    for code, one in known["numbers"].items():
        bounds = Decimal(str(one["least"])), Decimal(str(one["most"]))
        found[code] = Input(code, Localized(one["title"]), Localized(one["unit"]), {}, *bounds)
    for code, one in known["choices"].items():
        options = {name: Localized(words) for name, words in one["options"].items()}
        found[code] = Input(
            code, Localized(one["title"]), Localized(), options,
            codes=tuple(one.get("codes", ())), atc=tuple(one.get("atc", ())),
        )  # fmt: skip
    return found


def reasons(key: str, values: Mapping[str, str]) -> Reasons:
    """Why a score cannot be computed of these values; nothing when it can."""
    rules, known = risk_rules(key).body, inputs()
    missing = tuple(one for one in rules["asks"] if not values.get(one))
    wrong = tuple(one for one in rules["asks"] if one not in missing
                  and not known[one].accepts(values[one]))  # fmt: skip
    is_known = "age" in rules["asks"] and not {"age"} & {*missing, *wrong}
    if is_known and not in_ages(rules.get("ages"), int(Decimal(values["age"]))):
        return Reasons(missing, wrong, rules["ages"])
    return Reasons(missing, wrong)


def risk(key: str, values: Mapping[str, str]) -> Risk | None:
    """What a score makes of these values; None when `reasons` has one."""
    if reasons(key, values):
        return None
    rules = risk_rules(key)
    used = {name: values[name] for name in rules.body["asks"]}
    points = _points(rules, used)
    total = _total(rules, used, points)
    return Risk(
        ruleset=key,
        version=rules.version,
        total=total,
        band=_band(rules, used, points, total),
        points=points,
        inputs=used,
    )


def risk_reading(key: str, band: str, given: Mapping[str, str]) -> RiskReading:
    """How to show a stored result of a score, with what its inputs warn of."""
    rules = risk_rules(key)
    result: Mapping[str, Any] = next(
        (one for one in _results(rules, given) if one["band"] == band), {}
    )
    return RiskReading(
        title=rules.title,
        says=Localized(rules.body["says"]),
        unit=rules.body.get("unit", ""),
        band=Localized(result.get("title", {})),
        advice=Localized(result.get("says", {})),
        state=result.get("state", "booked"),
        source=rules.source,
        warnings=tuple(_warnings(rules, given)),
        is_class=rules.body.get("is_class", False),
    )


def _warnings(rules: Ruleset, given: Mapping[str, str]) -> Iterable[Localized]:
    for one in rules.body.get("warns", ()):
        if Decimal(given.get(one["item"], "0")) >= one["at_least"]:
            yield Localized(one["says"])


def _points(rules: Ruleset, used: Mapping[str, str]) -> dict[str, int]:
    points = {name: int(used[name]) for name in rules.body.get("sums", ())}
    for name, table in rules.body.get("points", {}).items():
        points[name] = _item(table, name, used)
    return points


def _item(table: Any, name: str, used: Mapping[str, str]) -> int:
    if isinstance(table, Mapping) and "any" in table:
        return int(any(_holds(condition, used[code]) for code, condition in table["any"]))
    if isinstance(table, Mapping) and used.get(SEX) in table and name != SEX:
        table = table[used[SEX]]
    if isinstance(table, Mapping):
        return int(table[used[name]])
    return next(int(points) for condition, points in table if _holds(condition, used[name]))


def _holds(condition: str, value: str) -> bool:
    """Whether a value is below (`<`) or at most (`<=`) a limit; without a condition it is."""
    if condition.startswith("<="):
        return Decimal(value) <= Decimal(condition[2:])
    return not condition or Decimal(value) < Decimal(condition[1:])


def _total(rules: Ruleset, used: Mapping[str, str], points: Mapping[str, int]) -> Decimal:
    method = rules.body["method"]
    if method == "points":
        return Decimal(sum(points.values()))
    found = survival_risk(rules.body, used) if method == "survival" else FORMULAS[method](used)
    places = Decimal(1).scaleb(-rules.body.get("decimals", 2))
    return Decimal(str(found)).quantize(places, ROUND_HALF_UP)


def _results(rules: Ruleset, used: Mapping[str, str]) -> list[Mapping[str, Any]]:
    if "by_sex" in rules.body:
        return list(rules.body["by_sex"][used[SEX]])
    return list(rules.body["results"])


def _band(
    rules: Ruleset, used: Mapping[str, str], points: Mapping[str, int], total: Decimal
) -> str:
    for lift in rules.body.get("lifts", ()):
        enough = sum(points[name] for name in lift["of"]) >= lift["at_least"]
        if enough and any(points[name] for name in lift["with_any"]):
            return str(lift["to"])
    for result in _results(rules, used):
        if total >= Decimal(str(result["at_least"])):
            return str(result["band"])
    return ""
