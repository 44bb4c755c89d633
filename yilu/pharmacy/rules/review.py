"""四查十对, the layers of review, the codes of a rejection, what is explained: data, in words."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from yilu.platform.names import Localized

FILE = Path(__file__).parents[1] / "data" / "review.yaml"


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to look at, with its code."""

    key: str
    title: Localized
    says: Localized


@dataclass(frozen=True, slots=True)
class Inspection:
    """One of the four inspections, with its verifications."""

    title: Localized
    points: tuple[Point, ...]


@cache
def _body() -> dict[str, Any]:
    body: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return body


def version() -> str:
    """Which edition of the checklist is in force."""
    return str(_body()["version"])


def inspections() -> list[Inspection]:
    """The four inspections with their ten verifications."""
    return [
        Inspection(Localized(one["title"]), tuple(map(_point, one["items"])))
        for one in _body()["inspections"]
    ]


def layers() -> list[Point]:
    """Legality, form and appropriateness."""
    return [_point(one) for one in _body()["layers"]]


def reject_codes() -> list[Point]:
    """What a rejection may name."""
    return [_point(one) for one in _body()["codes"]]


def counselling_points() -> list[Point]:
    """What may be explained at hand-over."""
    return [_point(one) for one in _body()["counselling"]]


def identifiers() -> list[Point]:
    """By what a patient may be identified at hand-over; two are needed."""
    return [_point(one) for one in _body()["identifiers"]]


def verification_keys() -> frozenset[str]:
    """The codes of the ten verifications and the three layers: all must be ticked."""
    ten = {point.key for one in inspections() for point in one.points}
    return frozenset(ten | {f"layer-{point.key}" for point in layers()})


def counselling_needed() -> frozenset[str]:
    """What must have been explained."""
    return frozenset(_body()["counselling_needed"])


def _point(one: dict[str, Any]) -> Point:
    return Point(one["key"], Localized(one["title"]), Localized(one.get("says", {})))
