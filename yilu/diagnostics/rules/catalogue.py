"""The laboratory's catalogue as its file says it: tests, what they measure, ranges, promises."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from yilu.catalogue.rules import query_tokens, search_tokens
from yilu.platform.names import Localized

FILE = Path(__file__).parent.parent / "data" / "laboratory.yaml"
Bounds = tuple[Decimal | None, Decimal | None]
NO_BOUNDS: Bounds = (None, None)


@dataclass(frozen=True, slots=True)
class RangeBy:
    """A reference range for one sex, up to an age in whole years."""

    sex: str
    below: int | None
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class Analyte:
    """What is measured. `scale` names the words of a result that is no number."""

    key: str
    name: Localized
    short: str
    loinc: str
    unit: str
    places: int
    bounds: Bounds
    by: tuple[RangeBy, ...]
    critical: Bounds
    possible: Bounds
    scale: str
    says: Localized

    @property
    def is_number(self) -> bool:
        return not self.scale


@dataclass(frozen=True, slots=True)
class LabTest:
    """What is ordered, at one price: a single analyte or a panel.

    `usual` and `urgent` are promised minutes from collection to report; a result not older than
    `days` is recent.
    """

    key: str
    name: Localized
    loinc: str
    specimen: str
    price: str
    usual: int
    urgent: int
    days: int
    needs: tuple[str, ...]
    analytes: tuple[str, ...]
    tokens: frozenset[str]


@dataclass(frozen=True, slots=True)
class Container:
    """What is taken, and into what."""

    key: str
    kind: Localized
    tube: Localized
    cap: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Words that a result may be, in order."""

    values: tuple[str, ...]
    normal: frozenset[str]


@dataclass(frozen=True, slots=True)
class OrderSet:
    """Tests that are often ordered together."""

    key: str
    name: Localized
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """What is asked before collection. With the answer `stops` nothing is collected."""

    key: str
    says: Localized
    when: str
    stops: str
    warns: str


@dataclass(frozen=True, slots=True)
class LabTable:
    """The whole catalogue."""

    version: str
    acknowledge_minutes: int
    act_minutes: int
    containers: Mapping[str, Container]
    scales: Mapping[str, Scale]
    words: Mapping[str, Localized]
    analytes: Mapping[str, Analyte]
    tests: Mapping[str, LabTest]
    sets: tuple[OrderSet, ...]
    checks: tuple[Check, ...]
    rejections: Mapping[str, Localized]

    def checks_for(self, tests: Sequence[str]) -> list[Check]:
        """What is asked before these tests are collected."""
        needs = {need for key in tests for need in self.tests[key].needs}
        return [one for one in self.checks if not one.when or one.when in needs]

    def found(self, typed: str) -> list[LabTest]:
        """The tests that fit what was typed, in Chinese, pinyin or English; all for nothing."""
        wanted = query_tokens(typed)
        if typed.strip() and not wanted:
            return []
        return [one for one in self.tests.values() if all(token in one.tokens for token in wanted)]


@lru_cache(maxsize=1)
def lab_table() -> LabTable:
    """The catalogue in use. Read once."""
    body: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    analytes = {key: _analyte(key, one) for key, one in body["analytes"].items()}
    return LabTable(
        version=body["version"],
        acknowledge_minutes=body["critical_minutes"]["acknowledge"],
        act_minutes=body["critical_minutes"]["act"],
        containers={
            key: Container(key, Localized(one["kind"]), Localized(one["tube"]), one["cap"])
            for key, one in body["specimens"].items()
        },
        scales={
            key: Scale(tuple(one["values"]), frozenset(one["normal"]))
            for key, one in body["scales"].items()
        },
        words={key: Localized(one) for key, one in body["words"].items()},
        analytes=analytes,
        tests={key: _test(key, one, analytes) for key, one in body["tests"].items()},
        sets=tuple(
            OrderSet(key, Localized(one["name"]), tuple(one["of"]))
            for key, one in body["sets"].items()
        ),
        checks=tuple(
            Check(
                one["key"],
                Localized(one["says"]),
                one.get("when", ""),
                one.get("stops", ""),
                one.get("warns", ""),
            )
            for one in body["checks"]
        ),
        rejections={key: Localized(one) for key, one in body["rejections"].items()},
    )


def _analyte(key: str, one: Mapping[str, Any]) -> Analyte:
    return Analyte(
        key=key,
        name=_name(one),
        short=one["short"],
        loinc=one.get("loinc", ""),
        unit=one.get("unit", ""),
        places=one.get("places", 0),
        bounds=_bounds(one.get("range")),
        by=tuple(
            RangeBy(each.get("sex", ""), each.get("to"), _bounds(each["range"]))
            for each in one.get("by", ())
        ),
        critical=_bounds(one.get("critical")),
        possible=_bounds(one.get("possible")),
        scale=one.get("scale", ""),
        says=Localized(one["says"]),
    )


def _test(key: str, one: Mapping[str, Any], analytes: Mapping[str, Analyte]) -> LabTest:
    parts = [analytes[each] for each in one["of"]]
    words = [word for part in parts for word in (*part.name.values(), part.short)]
    usual, urgent = one["minutes"]
    return LabTest(
        key=key,
        name=_name(one),
        loinc=one.get("loinc", ""),
        specimen=one["specimen"],
        price=one["price"],
        usual=usual,
        urgent=urgent,
        days=one["days"],
        needs=tuple(one.get("needs", ())),
        analytes=tuple(one["of"]),
        tokens=frozenset(search_tokens(one["zh"], one["en"], key, *words)),
    )


def _name(one: Mapping[str, Any]) -> Localized:
    return Localized({"zh-Hans": one["zh"], "en": one["en"]})


def _bounds(written: Sequence[object] | None) -> Bounds:
    if written is None:
        return NO_BOUNDS
    low, high = (None if one is None else Decimal(str(one)) for one in written)
    return low, high
