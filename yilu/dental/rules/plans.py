"""What a dental service does to a tooth, in which phase it belongs, and what phases cost. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

from django.utils.translation import pgettext_lazy

from yilu.platform import money

# In the order in which they are worked through.
PHASES = {
    1: pgettext_lazy("phase", "Urgent"),
    2: pgettext_lazy("phase", "Disease control"),
    3: pgettext_lazy("phase", "Restoration"),
    4: pgettext_lazy("phase", "Maintenance"),
}
MOST_OPTIONS = 3


@dataclass(frozen=True, slots=True)
class Effect:
    """What a chart shows once a service is done on a tooth."""

    finding: str
    detail: str = ""


# Services of the catalogue by their key; what is not here leaves no mark on a tooth.
EFFECTS = {
    "filling": Effect("filling", "composite"),
    "root_canal": Effect("root_canal", "filled"),
    "extraction": Effect("extraction"),
    "wisdom_tooth": Effect("extraction"),
    "crown_prep": Effect("crown"),
    "sealant": Effect("sealant"),
    "implant_surgery": Effect("implant"),
}
USUAL_PHASE = {
    "extraction": 1,
    "wisdom_tooth": 1,
    "crown_prep": 3,
    "implant_surgery": 3,
    "fluoride": 4,
    "sealant": 4,
}


class InPhase(Protocol):
    """Something of a plan that costs something."""

    @property
    def phase(self) -> int: ...
    @property
    def amount(self) -> Decimal | None: ...


T = TypeVar("T", bound=InPhase)


@dataclass(frozen=True, slots=True)
class PhaseSum(Generic[T]):
    """What one phase holds and costs."""

    phase: int
    items: tuple[T, ...]
    total: Decimal

    @property
    def title(self) -> str:
        return str(PHASES[self.phase])


def by_phase(items: Iterable[T]) -> list["PhaseSum[T]"]:
    """Items by phase, with what each phase costs; phases without any are left out."""
    found = list(items)
    return [
        PhaseSum(phase, inside, total_of(inside))
        for phase in PHASES
        if (inside := tuple(one for one in found if one.phase == phase))
    ]


def total_of(items: Iterable[InPhase]) -> Decimal:
    """What items cost together; what has no price costs nothing here."""
    return sum((one.amount or money.ZERO for one in items), money.ZERO)


def steps(phases: Sequence[int]) -> list[int]:
    """Up to where each option of a proposal goes: the first phases alone, and so on to all."""
    found = sorted(set(phases))
    return found if len(found) <= MOST_OPTIONS else [*found[: MOST_OPTIONS - 1], found[-1]]
