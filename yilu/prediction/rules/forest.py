"""A trained model as plain numbers, evaluated without the library that made it.

Importing that library costs 150 MB and seconds; a booking's chance here costs less than a
millisecond. A test holds that both say the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, isnan, nan
from typing import Any

LEAF = -1


@dataclass(frozen=True, slots=True)
class Tree:
    """One tree: for each node the feature asked for, where to go, and a leaf's value."""

    feature: tuple[int, ...]
    threshold: tuple[float, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    missing_left: tuple[bool, ...]
    value: tuple[float, ...]

    def leaf(self, row: Sequence[float]) -> float:
        """The value of the leaf that a row falls into."""
        node = 0
        while (feature := self.feature[node]) != LEAF:
            at = row[feature]
            goes_left = self.missing_left[node] if isnan(at) else at <= self.threshold[node]
            node = self.left[node] if goes_left else self.right[node]
        return self.value[node]


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees whose values add up to log-odds, and the sigmoid that makes them come true."""

    baseline: float
    slope: float
    intercept: float
    trees: tuple[Tree, ...]

    def chance(self, row: Sequence[float | None]) -> float:
        """The chance of staying away, from 0 to 1; None is what is not known."""
        known = [nan if one is None else float(one) for one in row]
        odds = self.baseline + sum(tree.leaf(known) for tree in self.trees)
        return 1 / (1 + exp(self.slope * odds + self.intercept))


def read_forest(written: dict[str, Any]) -> Forest:
    """A forest from its JSON. Raises: KeyError, TypeError when it is none."""
    names = Tree.__dataclass_fields__
    trees = [Tree(**{name: tuple(one[name]) for name in names}) for one in written["trees"]]
    return Forest(written["baseline"], written["slope"], written["intercept"], tuple(trees))
