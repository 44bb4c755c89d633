"""The line of one value over time as places on a small drawing. Pure; colours are in the styles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

WIDTH, HEIGHT = 320, 120
LEFT, RIGHT, TOP, BOTTOM = 14, 306, 20, 92
FEWEST, MOST = 2, 8
# How much of the height stays free above and below.
AIR = Decimal("0.15")


@dataclass(frozen=True, slots=True)
class Point:
    """One value on the day it was measured."""

    day: date
    number: Decimal
    text: str
    flag: str


@dataclass(frozen=True, slots=True)
class Dot:
    """One value on the drawing, with its words above and its day below."""

    x: int
    y: int
    text: str
    day: str
    is_off: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """The drawing: the line, its dots, and the band of the reference range."""

    dots: tuple[Dot, ...]
    band_top: int
    band_height: int
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def line(self) -> str:
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots)


def drawn_trend(points: Sequence[Point], low: Decimal | None, high: Decimal | None) -> Trend | None:
    """The newest values from left to right; None where there is too little to draw.

    Days are set at equal steps: what matters is the order, and days are written below.
    """
    shown = sorted(points, key=lambda one: one.day)[-MOST:]
    if len(shown) < FEWEST:
        return None
    limits = [one for one in (low, high) if one is not None]
    heights = [one.number for one in shown] + limits
    bottom, top = min(heights), max(heights)
    air = (top - bottom) * AIR or Decimal(1)
    bottom, top = bottom - air, top + air

    def place(value: Decimal) -> int:
        return round(BOTTOM - (value - bottom) / (top - bottom) * (BOTTOM - TOP))

    step = (RIGHT - LEFT) / (len(shown) - 1)
    first = TOP if high is None else place(high)
    last = BOTTOM if low is None else place(low)
    return Trend(
        tuple(
            Dot(
                round(LEFT + n * step),
                place(one.number),
                one.text,
                f"{one.day.month}-{one.day.day}",
                bool(one.flag),
            )
            for n, one in enumerate(shown)
        ),
        first if limits else TOP,
        (last - first) if limits else 0,
    )
