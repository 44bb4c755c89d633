"""Rule sets: tables of points, limits and groups that are data, with version and source."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from yilu.platform.names import Localized

DATA = Path(__file__).parents[1] / "data"


@dataclass(frozen=True, slots=True)
class Ruleset:
    """One table of rules, in force since a day, with where it comes from and how sure it is."""

    key: str
    kind: str
    version: str
    effective_from: date
    source: str
    mark: str
    body: Mapping[str, Any] = field(repr=False)

    @property
    def title(self) -> Localized:
        return Localized(self.body["title"])


@cache
def ruleset(key: str) -> Ruleset:
    """The rule set of that name. No query; read from the product's files once per process."""
    body = yaml.safe_load((DATA / f"{key}.yaml").read_text(encoding="utf-8"))
    return Ruleset(
        key=body["key"],
        kind=body["kind"],
        version=body["version"],
        effective_from=body["effective_from"],
        source=body["source"],
        mark=body["mark"],
        body=body,
    )


def in_ages(ages: Mapping[str, int] | None, age: int | None) -> bool:
    """Whether a rule for these years of age is meant for someone of that age. Unknown: no."""
    if not ages:
        return True
    if age is None:
        return False
    return ages.get("from", 0) <= age <= ages.get("to", 200)


@cache
def exactly(limit: float) -> Decimal:
    """A limit of a rule set as it is written there. They are few, and asked for at each value."""
    return Decimal(str(limit))


def banded(bands: list[tuple[Any, int]], value: Decimal) -> int:
    """The points of the band that a value falls into: the first whose top it does not pass."""
    for top, points in bands:
        if top is None or value <= exactly(top):
            return points
    raise ValueError("the last band of a rule set has no end")
