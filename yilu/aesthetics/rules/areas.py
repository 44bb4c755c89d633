"""Where on face and body something is wished or done, drawn, and how it is photographed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import pgettext

from yilu.aesthetics.rules.tables import in_both, table
from yilu.platform.names import Localized


@dataclass(frozen=True, slots=True)
class Area:
    """One place that can be chosen, with its outline on the map."""

    key: str
    title: Localized
    path: str


@dataclass(frozen=True, slots=True)
class BodyMap:
    """A drawing with the areas on it; `plain` is drawn and cannot be chosen."""

    key: str
    title: Localized
    width: int
    height: int
    plain: tuple[str, ...]
    areas: tuple[Area, ...]


@cache
def body_maps() -> tuple[BodyMap, ...]:
    """Face, front and back, in this order."""
    return tuple(_map(one) for one in table("areas").body["maps"])


@cache
def areas() -> Mapping[str, Area]:
    """Every area by its key."""
    return {one.key: one for drawn in body_maps() for one in drawn.areas}


@cache
def map_of(area: str) -> str:
    """The key of the map that an area is on; empty for none of ours."""
    found = (drawn.key for drawn in body_maps() if any(one.key == area for one in drawn.areas))
    return next(found, "")


@cache
def views() -> Mapping[str, Localized]:
    """The standard views of photographs by their key."""
    return {one["key"]: in_both(one) for one in table("areas").body["views"]}


def views_for(drawn: str) -> list[str]:
    """The views that photographs of a map have."""
    return [one["key"] for one in table("areas").body["views"] if drawn in one["maps"]]


def in_words(keys: Iterable[str]) -> str:
    """Areas as a list in the reader's language."""
    known = areas()
    return pgettext("list", ", ").join(str(known[key].title) for key in keys if key in known)


def _map(one: Mapping[str, Any]) -> BodyMap:
    return BodyMap(
        key=one["key"],
        title=Localized(one["title"]),
        width=one["width"],
        height=one["height"],
        plain=tuple(one["plain"]),
        areas=tuple(Area(each["key"], in_both(each), _path(each)) for each in one["areas"]),
    )


def _path(one: Mapping[str, Any]) -> str:
    if "d" in one:
        return str(one["d"])
    x, y, wide, high = one["at"]
    return f"M{x - wide} {y}a{wide} {high} 0 1 0 {2 * wide} 0a{wide} {high} 0 1 0 {-2 * wide} 0Z"
