"""High-risk steps as data: what two talk over before, what is checked, what is looked at after."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from yilu.clinical.rules.rulesets import DATA
from yilu.platform.names import Localized

FOLDER = DATA / "procedures"
# How long after its time a look is still in time.
GRACE_MINUTES = 5
TALKERS = 2
SPEAKERS = ("doctor", "nurse", "patient", "companion", "other")


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that is talked over, checked or looked at; `after_minutes` of the end."""

    code: str
    title: Localized
    after_minutes: int = 0


@dataclass(frozen=True, slots=True)
class ProcedureKind:
    """One kind of procedure. One of `consents` has to stand before it begins."""

    key: str
    version: str
    title: Localized
    consents: tuple[str, ...]
    talk: tuple[Point, ...]
    checks: tuple[Point, ...]
    observe: tuple[Point, ...]


@cache
def procedure_kinds() -> Mapping[str, ProcedureKind]:
    """The kinds of procedures, by key. Read from the product's files once per process."""
    read = [
        yaml.safe_load(one.read_text(encoding="utf-8")) for one in sorted(FOLDER.glob("*.yaml"))
    ]
    return {one["key"]: _kind(one) for one in read}


def as_kept(kind: ProcedureKind) -> dict[str, Any]:
    """The steps of a kind as one procedure keeps them: what was asked of those who did it."""
    return {
        "title": dict(kind.title),
        "consents": list(kind.consents),
        "talk": [_kept(one) for one in kind.talk],
        "checks": [_kept(one) for one in kind.checks],
        "observe": [_kept(one) for one in kind.observe],
    }


def points(steps: Mapping[str, Any], part: str) -> list[Point]:
    """The points of one part of kept steps."""
    return [
        Point(one["code"], Localized(one["title"]), one["after_minutes"]) for one in steps[part]
    ]


def _kept(one: Point) -> dict[str, Any]:
    return {"code": one.code, "title": dict(one.title), "after_minutes": one.after_minutes}


def _kind(body: Mapping[str, Any]) -> ProcedureKind:
    return ProcedureKind(
        key=body["key"],
        version=body["version"],
        title=Localized(body["title"]),
        consents=tuple(body["consents"]),
        talk=tuple(map(_point, body["talk"])),
        checks=tuple(map(_point, body["checks"])),
        observe=tuple(map(_point, body["observe"])),
    )


def _point(one: Mapping[str, Any]) -> Point:
    minutes = int(one.get("after_minutes", 0))
    return Point(one.get("code", f"after-{minutes}"), Localized(one["title"]), minutes)
