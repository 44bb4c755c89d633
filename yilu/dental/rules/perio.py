"""What is measured around teeth, what it adds up to, and what may be said of it. Pure.

Formulas: bleeding and plaque are shares of the sites that were probed (O'Leary's form); the
attachment level is depth plus recession; the stage is that of 2018, by the greatest loss.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from yilu.dental.rules.notation import MULTI_ROOTED, PERMANENT

Content = dict[str, dict[str, Any]]
# In the order in which a tooth's values are kept.
SITES = ("MB", "B", "DB", "ML", "L", "DL")
DEEPEST, LOWEST, HIGHEST = 15, -9, 15
POCKET, DEEP = 4, 6
STABLE = Decimal(10)
MOST_MOBILE, MOST_OPEN = 3, 4
DEPTH, RECESSION = "d", "r"
MARKS = ("b", "q", "s")
NO_MARKS = "000000"
# Attachment loss in mm from which on a stage holds; the fourth by the teeth that are lost.
STAGES = ((5, 3), (3, 2), (1, 1))
LOST_AT_FOUR = 5
WISDOM = "8"


class NotMeasured(ValueError):
    """Something that cannot be measured; says of which tooth."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What all sites add up to. Shares are of probed sites, with one digit; None when none is."""

    teeth: int
    sites: int
    bleeding: Decimal | None
    plaque: Decimal | None
    pus: int
    mean_depth: Decimal | None
    mean_loss: Decimal | None
    pockets: int
    deep: int
    most_loss: int | None
    lost: int

    @property
    def is_stable(self) -> bool:
        return self.bleeding is not None and self.bleeding < STABLE

    @property
    def stage(self) -> int:
        """The stage that the greatest loss points to; 0 where there is none."""
        return stage(self.most_loss or 0, self.lost)


def furcations(tooth: str) -> int:
    """How many ways between the roots of a tooth can be probed."""
    return MULTI_ROOTED.get(tooth, 0)


def tidy(sent: object) -> Content:
    """Measurements in their one form: only teeth of which something is said, in order.

    Raises: NotMeasured.
    """
    if not isinstance(sent, dict) or not set(sent) <= set(PERMANENT):
        raise NotMeasured("")
    found = {tooth: _tooth(tooth, sent[tooth]) for tooth in PERMANENT if tooth in sent}
    return {tooth: one for tooth, one in found.items() if one}


def figures(content: Mapping[str, Mapping[str, Any]]) -> Figures:
    """What a chart adds up to."""
    there = {tooth: one for tooth, one in content.items() if not one.get("gone")}
    probed = [(one, n) for one in there.values() for n in range(6) if depth(one, n) is not None]
    depths = [depth(one, n) or 0 for one, n in probed]
    losses = [loss(one, n) or 0 for one, n in probed]
    return Figures(
        teeth=len({id(one) for one, _n in probed}),
        sites=len(probed),
        bleeding=_share(_marked(probed, "b"), len(probed)),
        plaque=_share(_marked(probed, "q"), len(probed)),
        pus=_marked(probed, "s"),
        mean_depth=_mean(depths),
        mean_loss=_mean(losses),
        pockets=sum(1 for one in depths if one >= POCKET),
        deep=sum(1 for one in depths if one >= DEEP),
        most_loss=max(losses, default=None),
        lost=sum(1 for tooth, one in content.items() if one.get("gone") and tooth[1] != WISDOM),
    )


def depth(one: Mapping[str, Any], n: int) -> int | None:
    """The probing depth at a site, in mm."""
    found: int | None = one[DEPTH][n] if DEPTH in one else None
    return found


def loss(one: Mapping[str, Any], n: int) -> int | None:
    """The attachment level at a site: depth plus recession. A recession not said counts as none."""
    deep = depth(one, n)
    return None if deep is None else deep + ((one.get(RECESSION) or [None] * 6)[n] or 0)


def stage(most_loss: int, lost: int) -> int:
    """Which stage a loss of attachment points to, when `lost` teeth were lost to it."""
    found = next((number for least, number in STAGES if most_loss >= least), 0)
    return 4 if found == 3 and lost >= LOST_AT_FOUR else found


def is_empty(content: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether nothing was measured, whichever teeth are missing."""
    return not any(set(one) - {"gone"} for one in content.values())


def _tooth(tooth: str, sent: object) -> dict[str, Any]:
    if not isinstance(sent, dict):
        raise NotMeasured(tooth)
    if sent.get("gone"):
        return {"gone": True}
    found = _sites(tooth, sent)
    (mobile,) = _numbers(tooth, [sent.get("m")], 1, 0, MOST_MOBILE)
    if mobile:
        found["m"] = mobile
    ways = _numbers(tooth, sent.get("f"), furcations(tooth), 0, MOST_OPEN)
    if any(ways):
        found["f"] = [one or 0 for one in ways]
    return found


def _sites(tooth: str, sent: dict[str, Any]) -> dict[str, Any]:
    """What is said of each site: depth, recession, marks."""
    found: dict[str, Any] = {}
    for name, least, most in ((DEPTH, 0, DEEPEST), (RECESSION, LOWEST, HIGHEST)):
        values = _numbers(tooth, sent.get(name), 6, least, most)
        if any(one is not None for one in values):
            found[name] = values
    for name in MARKS:
        marks = sent.get(name) or NO_MARKS
        if not isinstance(marks, str) or len(marks) != 6 or set(marks) - {"0", "1"}:
            raise NotMeasured(tooth)
        if marks != NO_MARKS:
            found[name] = marks
    return found


def _numbers(tooth: str, sent: object, many: int, least: int, most: int) -> list[int | None]:
    if not sent:
        return [None] * many
    if not isinstance(sent, list) or len(sent) != many:
        raise NotMeasured(tooth)
    for one in sent:
        if one is not None and (type(one) is not int or not least <= one <= most):
            raise NotMeasured(tooth)
    return sent


def _marked(probed: list[tuple[Mapping[str, Any], int]], name: str) -> int:
    return sum(1 for one, n in probed if one.get(name, NO_MARKS)[n] == "1")


def _share(some: int, of: int) -> Decimal | None:
    return _round(Decimal(some) * 100 / of) if of else None


def _mean(values: list[int]) -> Decimal | None:
    return _round(Decimal(sum(values)) / len(values)) if values else None


def _round(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)
