"""Bookings with the chance that their patients stay away."""

from collections.abc import Iterable
from dataclasses import dataclass

from yilu.prediction.rules.policy import Policy
from yilu.prediction.selectors.features import Known
from yilu.prediction.selectors.stored import InUse


@dataclass(frozen=True, slots=True)
class Scored:
    """A booking with the chance that its patient stays away."""

    known: Known
    chance: float
    tier: str


def scored(model: InUse, found: Iterable[Known], bounds: Policy) -> list[Scored]:
    """The chance and the tier of each. No query."""
    lines = []
    for one in found:
        chance = model.forest.chance(one.row)
        lines.append(Scored(one, chance, bounds.tier(chance)))
    return lines
