"""The line of blood pressure over time, as points of a small drawing."""

from collections.abc import Sequence
from dataclasses import dataclass

from yilu.clinical.selectors.measures import TrendPoint

LEFT, RIGHT, TOP, BOTTOM = 30, 240, 10, 96
MOST_DAYS = 6
HIGHEST, LOWEST = 200, 50
UPPER_TARGET, LOWER_TARGET = 140, 90
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Dot:
    """One measurement on the drawing."""

    x: int
    y: int
    text: str
    is_high: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Two lines, their dots, the targets, and the days below."""

    upper: tuple[Dot, ...]
    lower: tuple[Dot, ...]
    days: tuple[tuple[int, str], ...]
    target_upper: int
    target_lower: int

    @property
    def upper_points(self) -> str:
        return " ".join(f"{dot.x},{dot.y}" for dot in self.upper)

    @property
    def lower_points(self) -> str:
        return " ".join(f"{dot.x},{dot.y}" for dot in self.lower)


def pressure_chart(trend: Sequence[TrendPoint]) -> Chart | None:
    """The drawing of a trend; None where there is too little to draw. No query."""
    points = [one for one in trend if one.systolic is not None and one.diastolic is not None]
    if len(points) < FEWEST:
        return None
    points = points[-MOST_DAYS:]
    step = (RIGHT - LEFT) // (len(points) - 1)
    places = [(LEFT + n * step, one) for n, one in enumerate(points)]
    return Chart(
        upper=tuple(_dot(x, one.systolic, UPPER_TARGET) for x, one in places),
        lower=tuple(_dot(x, one.diastolic, LOWER_TARGET) for x, one in places),
        days=tuple((x, f"{one.day.month}/{one.day.day}") for x, one in places),
        target_upper=_height(UPPER_TARGET),
        target_lower=_height(LOWER_TARGET),
    )


def _dot(x: int, value: int | None, target: int) -> Dot:
    shown = value or 0
    return Dot(x, _height(shown), str(shown), shown >= target)


def _height(value: int) -> int:
    inside = min(max(value, LOWEST), HIGHEST)
    return TOP + (HIGHEST - inside) * (BOTTOM - TOP) // (HIGHEST - LOWEST)
