"""Scores from what was measured: NEWS2, MEWS, body mass index, pain, fall risk.

Each function gives None where the score is not meant for the patient, or something is missing;
`why_not` says which. The tables are data in `../data`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from yilu.clinical.rules.rulesets import Ruleset, banded, in_ages, ruleset
from yilu.platform.names import Localized

EARLY_WARNING = ("news2", "mews")
THREE = 3
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Score:
    """What a rule set makes of some inputs."""

    ruleset: str
    version: str
    total: Decimal
    band: str
    points: dict[str, int]
    inputs: dict[str, str]
    single_three: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """How a stored score is shown: its band in words, what to do, and in which state's colour."""

    title: Localized
    band: Localized
    says: Localized
    state: str
    source: str


@dataclass(frozen=True, slots=True)
class About:
    """What the scores must know of the patient."""

    age: int | None
    pregnant: bool = False
    oxygen_target: bool = False
    age_months: int | None = None
    weeks: int | None = None


def score_vitals(values: Mapping[str, str], about: About) -> list[Score]:
    """Every score that these values allow, in a fixed order."""
    found = [points_score(key, with_scale(values, about), about) for key in EARLY_WARNING]
    found += [body_mass(values, about), pain(values)]
    return [one for one in found if one is not None]


def with_scale(values: Mapping[str, str], about: About) -> dict[str, str]:
    """The values, with the saturation scale that is right: 2 only with a documented target."""
    return {**values, "spo2_scale": "2" if about.oxygen_target else "1"}


def why_not(key: str, values: Mapping[str, str], about: About) -> list[str]:
    """Why a score cannot be computed: `age`, `pregnant`, or the codes of missing values."""
    rules = ruleset(key)
    if not in_ages(rules.body.get("ages"), about.age):
        return ["age"]
    if rules.body.get("pregnant") is False and about.pregnant:
        return ["pregnant"]
    return [name for name in rules.body["needs"] if not _has(rules, name, values)]


def points_score(key: str, values: Mapping[str, str], about: About) -> Score | None:
    """A score that adds up points by parameter; None when `why_not` has a reason."""
    if why_not(key, values, about):
        return None
    rules = ruleset(key)
    points = {name: _points(rules, name, values) for name in rules.body["needs"]}
    total = sum(points.values())
    single_three = THREE in points.values()
    used = [*rules.body["needs"], *(["spo2_scale"] if "spo2" in points else [])]
    return Score(
        ruleset=key,
        version=rules.version,
        total=Decimal(total),
        band=_band(rules, Decimal(total), single_three=single_three),
        points=points,
        inputs={name: values[name] for name in used if name in values},
        single_three=single_three,
    )


def body_mass(values: Mapping[str, str], about: About) -> Score | None:
    """Weight over height squared, to one decimal; banded for adults only."""
    if not values.get("weight") or not values.get("height"):
        return None
    rules = ruleset("bmi")
    metres = Decimal(values["height"]) / 100
    index = (Decimal(values["weight"]) / metres**2).quantize(Decimal("0.1"), ROUND_HALF_UP)
    grown = in_ages(rules.body["ages"], about.age)
    return Score(
        ruleset="bmi",
        version=rules.version,
        total=index,
        band=_band(rules, index) if grown else "",
        points={},
        inputs={name: values[name] for name in ("weight", "height")},
    )


def pain(values: Mapping[str, str]) -> Score | None:
    """The pain the patient names, 0 to 10, and how grave that is."""
    if not values.get("pain"):
        return None
    rules, named = ruleset("pain"), Decimal(values["pain"])
    return Score(
        "pain", rules.version, named, _band(rules, named), {}, inputs={"pain": values["pain"]}
    )


def reading(key: str, band: str) -> Reading:
    """How to show a stored result of a rule set."""
    rules = ruleset(key)
    for result in rules.body["results"]:
        if result["band"] == band:
            return Reading(
                title=rules.title,
                band=Localized(result["title"]),
                says=Localized(result.get("says", {})),
                state=result["state"],
                source=rules.source,
            )
    return Reading(rules.title, Localized(), Localized(), "booked", rules.source)


def _has(rules: Ruleset, name: str, values: Mapping[str, str]) -> bool:
    value = values.get(name, "")
    options = rules.body["parameters"][name].get("options")
    return value in options if options else value != ""


def _points(rules: Ruleset, name: str, values: Mapping[str, str]) -> int:
    table: dict[str, Any] = rules.body["parameters"][name]
    if "options" in table:
        return int(table["options"][values[name]])
    bands = table.get("bands") or table[_scale(values)]
    return banded(bands, Decimal(values[name]))


def _scale(values: Mapping[str, str]) -> str:
    if values.get("spo2_scale") != "2":
        return "scale_1"
    return "scale_2_oxygen" if values.get("oxygen") == YES else "scale_2_air"


def _band(rules: Ruleset, total: Decimal, *, single_three: bool = False) -> str:
    for result in rules.body["results"]:
        if "at_least" in result and total >= Decimal(str(result["at_least"])):
            return str(result["band"])
        if result.get("single_three") and single_three:
            return str(result["band"])
    return ""
