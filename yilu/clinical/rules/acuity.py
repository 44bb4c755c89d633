"""The four-level acuity that vital signs speak for: by age, and in late pregnancy.

A suggestion with its reasons, never a decision; nothing is lowered by it. The bands are data.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from yilu.clinical.rules.rulesets import ruleset
from yilu.clinical.rules.scores import About, Score, points_score

KEY = "acuity"
LEAST = 4
MONTHS = 12
NEWBORN_MONTHS = 1
FIVE_YEARS = 60


def acuity(values: Mapping[str, str], about: About) -> Score | None:
    """The level that these values suggest; `points` say which value suggests which.

    None when nothing was measured that a level goes by, or the age is not known.
    """
    if about.age_months is None:
        return None
    rules = ruleset(KEY)
    bands = _bands(rules.body, about)
    levels = {
        code: _level(by_level, values[code]) for code, by_level in bands.items() if code in values
    }
    early = None if _is_late_pregnancy(rules.body, about) else points_score("mews", values, about)
    if early is not None:
        levels["mews"] = _at_least(rules.body["mews"], early.total)
    if not levels:
        return None
    level = min(levels.values())
    return Score(
        ruleset=KEY,
        version=rules.version,
        total=Decimal(level),
        band=f"level_{level}",
        points=levels,
        inputs={
            **{code: values[code] for code in bands if code in values},
            "age_months": str(about.age_months),
            "weeks": str(about.weeks or ""),
        },
    )


def reasons(points: Mapping[str, int]) -> tuple[str, ...]:
    """The codes of what a level was suggested for; nothing for the least urgent."""
    level = min(points.values(), default=LEAST)
    return tuple(code for code, one in points.items() if one == level < LEAST)


def _bands(body: Mapping[str, Any], about: About) -> dict[str, Any]:
    """The bands for somebody of that age, or in late pregnancy."""
    months = about.age_months or 0
    if _is_late_pregnancy(body, about):
        return dict(body["obstetric"])
    if months >= body["adult_from_months"]:
        adult = dict(body["adult"])
        if about.oxygen_target:
            del adult["spo2"]
        return adult
    found = dict(body["every_child"])
    own: dict[str, Any] = next((one for one in body["child"] if months < one["to"]), {})
    found |= {code: by_level for code, by_level in own.items() if code != "to"}
    if months > FIVE_YEARS:
        found |= body["child_over_five"]
    if months < NEWBORN_MONTHS:
        found |= body["newborn"]
    return found


def _is_late_pregnancy(body: Mapping[str, Any], about: About) -> bool:
    return about.pregnant and (about.weeks or 0) >= int(body["obstetric_from_weeks"])


def _level(by_level: Mapping[int, Any], value: str) -> int:
    """The first level whose band a value reaches: at or below its low end, at or above its high."""
    return next((level for level, band in by_level.items() if _reaches(band, value)), LEAST)


def _reaches(band: list[str | None], value: str) -> bool:
    if not value.replace(".", "", 1).isdigit():
        return value in band
    low, high = band[0], band[-1]
    number = Decimal(value)
    return (low is not None and number <= Decimal(low)) or (
        high is not None and number >= Decimal(high)
    )


def _at_least(by_level: Mapping[int, int], total: Decimal) -> int:
    return next((level for level, least in by_level.items() if total >= least), LEAST)
