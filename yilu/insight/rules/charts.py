"""Figures as drawings: sizes and places for a template. Nothing here reads or writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 240
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 10, 28
LEVELS = 5
MOST_LABELS = 12


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale, and what it says."""

    at: float
    says: str


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: where, how large, in which of the series' colours, and what it says."""

    x: float
    y: float
    width: float
    height: float
    look: int
    says: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """Words under a column or beside a row."""

    x: float
    y: float
    says: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that a template draws."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    labels: tuple[Label, ...]
    ticks: tuple[Tick, ...]


def steps(largest: float) -> list[int]:
    """The lines of a scale from nought to at least `largest`: four at most, in round numbers."""
    size = 1
    while size * 4 < largest:
        digits = str(size)
        size = int({"1": "2", "2": "5", "5": "10"}[digits[0]] + "0" * (len(digits) - 1))
    count = max(-(-int(-(-largest // 1)) // size), 1)
    return [size * n for n in range(count + 1)]


def stacked(columns: Sequence[tuple[str, Sequence[int]]], names: Sequence[str]) -> Drawing:
    """Columns of stacked pieces, one piece for each of `names`, which say what they are."""
    scale = steps(max((sum(values) for _label, values in columns), default=0))
    tall, wide = HEIGHT - TOP - BOTTOM, WIDTH - LEFT - RIGHT
    each = wide / max(len(columns), 1)
    thick = min(each * 0.72, 44)
    boxes, labels = [], []
    every = -(-len(columns) // MOST_LABELS) or 1
    for n, (label, values) in enumerate(columns):
        x, reached = LEFT + each * n + (each - thick) / 2, 0
        for look, value in enumerate(values):
            if value:
                reached += value
                high = tall * value / scale[-1]
                y = TOP + tall * (1 - reached / scale[-1])
                says = f"{label} · {names[look]} · {value}"
                boxes.append(_box(x, y, thick, high, look, says, label))
        if n % every == 0:
            labels.append(Label(round(x + thick / 2, 1), HEIGHT - 10, label))
    ticks = [Tick(round(TOP + tall * (1 - n / scale[-1]), 1), str(n)) for n in scale]
    return Drawing(WIDTH, HEIGHT, tuple(boxes), tuple(labels), tuple(ticks))


def heat(
    values: Mapping[tuple[int, int], int], rows: Sequence[str], hours: Sequence[int]
) -> Drawing:
    """A table of squares, the darker the more; each says its number."""
    side, left, top = (WIDTH - LEFT - RIGHT) / max(len(hours), 1), LEFT, 22
    tall = 28
    most = max(values.values(), default=0)
    boxes = [
        _box(
            left + side * column,
            top + tall * row,
            side - 2,
            tall - 2,
            level(values.get((row, hour), 0), most),
            str(values.get((row, hour), 0) or ""),
            f"{row}-{hour}",
        )
        for row in range(len(rows))
        for column, hour in enumerate(hours)
    ]
    labels = [Label(left - 8, top + tall * n + 18, name) for n, name in enumerate(rows)]
    ticks = [Tick(round(left + side * (n + 0.5), 1), hour_says(h)) for n, h in enumerate(hours)]
    height = top + tall * len(rows) + 4
    return Drawing(WIDTH, height, tuple(boxes), tuple(labels), tuple(ticks))


def bars(rows: Sequence[tuple[str, Sequence[float]]], whole: float | None = None) -> Drawing:
    """Rows of pieces beside each other, each row with its name before it.

    Without a `whole` the longest row takes all the width; 1.0 is for shares.
    """
    left, tall = 150, 26
    longest = whole or max((sum(values) for _name, values in rows), default=0) or 1
    wide = WIDTH - left - 70
    boxes, labels = [], []
    for n, (name, values) in enumerate(rows):
        x = float(left)
        for look, value in enumerate(values):
            width = wide * min(value / longest, 1)
            boxes.append(_box(x, 6 + tall * n, width, tall - 8, look))
            x += width
        labels.append(Label(left - 8, 6 + tall * n + 13, name))
    return Drawing(WIDTH, 12 + tall * len(rows), tuple(boxes), tuple(labels), ())


def line_at(part: float, whole: float = 1.0) -> float:
    """Where a line across `bars` stands for a value."""
    return round(150 + (WIDTH - 150 - 70) * min(part / whole, 1), 1)


def level(value: int, most: int) -> int:
    """How dark a square is: 0 is nothing, the largest is the darkest."""
    if not value or not most:
        return 0
    return max(1, round(LEVELS * value / most))


def hour_says(hour: int) -> str:
    """An hour of a clinic day; those beyond midnight are marked."""
    return str(hour) if hour < 24 else f"{hour - 24}⁺"


def _box(  # noqa: PLR0917 (a rectangle has these)
    x: float, y: float, width: float, height: float, look: int, says: str = "", key: str = ""
) -> Box:
    return Box(round(x, 1), round(y, 1), round(width, 1), round(height, 1), look, says, key)
