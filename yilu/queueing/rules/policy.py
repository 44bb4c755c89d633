"""The rule of ordering as data: what a queue may set otherwise, and what that must look like."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

# Default weights, in points. One point is worth two minutes of waiting: five per ten minutes.
WEIGHTS: Mapping[str, int] = {
    "rescue_recall": 100,
    "pregnant_or_infant": 30,
    "age_80": 30,
    "age_70": 20,
    "age_60": 10,
    "child_3": 20,
    "child_6": 10,
    "disability_1_2": 30,
    "disability_3_4": 20,
    "wheelchair": 30,
    "service_honour": 20,
}
# The weights that no cap holds down: a patient who has become worse.
UNCAPPED = frozenset({"rescue_recall"})
# Response limits by level, in minutes: past it, a patient is at the head of their level.
LIMITS: Mapping[str, int] = {"1": 0, "2": 10, "3": 30, "4": 60}


@dataclass(frozen=True, slots=True)
class Policy:
    """How one queue is ordered. Every figure may be set per queue; the shape of the rule may not.

    A patient's turn comes at an instant fixed when they join: when they were ready (or their
    booked time, when that is later), earlier by what their priority is worth, later by what a
    walk-in gives way. So those who wait gain on those who come later at one pace, everybody's
    turn comes, and the order of two patients never flips by itself before a response limit.
    """

    weights: Mapping[str, int] = field(default_factory=lambda: dict(WEIGHTS))
    cap: int = 60
    minutes_per_point: int = 2
    walk_in_gives_way: int = 20
    grace_minutes: int = 15
    late_places: tuple[int, int] = (2, 5)
    late_minutes_per_place: int = 15
    return_after_new: int = 2
    skip_places: tuple[int, int] = (2, 5)
    limits: Mapping[str, int] = field(default_factory=lambda: dict(LIMITS))

    def limit_minutes(self, level: int) -> int:
        """How long a patient of this level may wait before they come first in it."""
        return self.limits[str(level)]

    def points(self, weights: tuple[str, ...]) -> int:
        """What somebody's priorities are worth together."""
        capped = sum(self.weights[w] for w in weights if w not in UNCAPPED)
        return min(capped, self.cap) + sum(self.weights[w] for w in weights if w in UNCAPPED)


def policy_of(changes: Mapping[str, Any]) -> Policy:
    """The standard rule with a queue's own figures put in. They have been checked."""
    own = dict(changes)
    for name, standard in (("weights", WEIGHTS), ("limits", LIMITS)):
        own[name] = {**standard, **own.get(name, {})}
    for name in ("late_places", "skip_places"):
        if name in own:
            own[name] = tuple(own[name])
    return Policy(**own)


def wrong_in(changes: Mapping[str, Any]) -> list[str]:
    """The names of the figures that cannot be used."""
    known = {one.name for one in fields(Policy)}
    wrong = [name for name in changes if name not in known]
    for name, value in changes.items():
        good = {
            "weights": lambda v: _table(v, WEIGHTS, 0, 200),
            "limits": lambda v: _table(v, LIMITS, 0, 600),
            "late_places": _places,
            "skip_places": _places,
        }.get(name, lambda v: _whole(v, 0, 240))
        if name in known and not good(value):
            wrong.append(name)
    if not wrong and policy_of(changes).minutes_per_point == 0:
        wrong.append("minutes_per_point")
    return wrong


def as_data(policy: Policy) -> dict[str, Any]:
    """A policy as it is shown and kept."""
    return asdict(policy)


def _table(value: Any, standard: Mapping[str, int], low: int, high: int) -> bool:
    return isinstance(value, Mapping) and all(
        name in standard and _whole(number, low, high) for name, number in value.items()
    )


def _places(value: Any) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) == 2
        and all(_whole(one, 1, 20) for one in value)
        and value[0] <= value[1]
    )


def _whole(value: Any, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
