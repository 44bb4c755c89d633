"""Where each tooth and each of its surfaces lies on the chart, in units of the drawing."""

from dataclasses import dataclass
from functools import cache

from yilu.dental.rules.notation import (
    is_anterior,
    is_molar,
    is_patients_right,
    is_primary,
    is_upper,
    rows,
    surfaces_of,
)

WIDTH, STEP, LEFT, MIDLINE = 690, 42.0, 24.0, 12.0
OUTER, INNER, ROW = 18.5, 8.0, 106.0
DIAGONAL = 0.70710678


@dataclass(frozen=True, slots=True)
class ToothDrawing:
    """One tooth: its middle, its paths, and the surfaces by letter."""

    tooth: str
    x: float
    y: float
    number_y: float
    root: str
    surfaces: tuple[tuple[str, str], ...]
    cross: str
    screw: str
    post: str
    crack: str
    tick: str
    tip_y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """All teeth of a chart."""

    width: int
    height: float
    middle: float
    teeth: tuple[ToothDrawing, ...]


@cache
def drawing(dentition: str) -> Drawing:
    """The chart of a dentition, as the dentist looks: the patient's right is on the left."""
    found = []
    lines = rows(dentition)
    for line, row in enumerate(lines):
        inset = 0 if len(row) == 16 else 3
        for place, tooth in enumerate(row):
            x = LEFT + STEP * (place + inset) + (MIDLINE if not is_patients_right(tooth) else 0)
            found.append(_tooth(tooth, x, line * ROW))
    height = len(lines) * ROW
    middle = LEFT + STEP * 7.5 + MIDLINE / 2
    return Drawing(WIDTH, height, middle, tuple(found))


def _tooth(tooth: str, x: float, top: float) -> ToothDrawing:
    upper = is_upper(tooth)
    y = top + (62.0 if upper else 42.0)
    way = -1 if upper else 1
    outer = OUTER - 2.5 * is_anterior(tooth) - 1.5 * is_primary(tooth)
    inner = INNER - 1.5 * is_anterior(tooth)
    base = y + way * 22.0
    return ToothDrawing(
        tooth=tooth,
        x=x,
        y=y,
        number_y=y + 36.0 if upper else y - 27.0,
        root=_root(x, base, way, molar=is_molar(tooth)),
        surfaces=_surfaces(tooth, x, y, outer, inner),
        cross=f"M{x - 12:.1f} {y - 12:.1f}L{x + 12:.1f} {y + 12:.1f}"
        f"M{x + 12:.1f} {y - 12:.1f}L{x - 12:.1f} {y + 12:.1f}",
        screw=_screw(x, base, way),
        post=f"M{x:.1f} {base:.1f}V{base + way * 20:.1f}",
        crack=f"M{x - 10:.1f} {y - 14:.1f}l7 8l-4 6l9 5l-3 9",
        tick=f"M{x + 10:.1f} {y - way * 15:.1f}l3 3l6 -7",
        tip_y=base + way * 29.0,
    )


def _root(x: float, base: float, way: int, *, molar: bool) -> str:
    def at(dx: float, dy: float) -> str:
        return f"{x + dx:.1f} {base + way * dy:.1f}"

    if not molar:
        return (
            f"M{at(-9, 0)}C{at(-9, 14)} {at(-5, 34)} {at(0, 34)}"
            f"C{at(5, 34)} {at(9, 14)} {at(9, 0)}Z"
        )
    return (
        f"M{at(-15, 0)}C{at(-15, 14)} {at(-14, 30)} {at(-9, 30)}"
        f"C{at(-6, 30)} {at(-4, 12)} {at(0, 12)}"
        f"C{at(4, 12)} {at(6, 30)} {at(9, 30)}C{at(14, 30)} {at(15, 14)} {at(15, 0)}Z"
    )


def _screw(x: float, base: float, way: int) -> str:
    threads = "".join(
        f"M{x - 7 + n:.1f} {base + way * (5 + 6 * n):.1f}H{x + 7 - n:.1f}" for n in range(5)
    )
    return f"M{x:.1f} {base:.1f}V{base + way * 33:.1f}{threads}"


def _surfaces(
    tooth: str, x: float, y: float, outer: float, inner: float
) -> tuple[tuple[str, str], ...]:
    """The biting surface in the middle, buccal away from the tongue, mesial towards the midline."""
    o, i = outer * DIAGONAL, inner * DIAGONAL

    def sector(corners: tuple[tuple[int, int], tuple[int, int]]) -> str:
        (ax, ay), (bx, by) = corners
        return (
            f"M{x + ax * o:.1f} {y + ay * o:.1f}"
            f"A{outer} {outer} 0 0 1 {x + bx * o:.1f} {y + by * o:.1f}"
            f"L{x + bx * i:.1f} {y + by * i:.1f}"
            f"A{inner} {inner} 0 0 0 {x + ax * i:.1f} {y + ay * i:.1f}Z"
        )

    above, right = ((-1, -1), (1, -1)), ((1, -1), (1, 1))
    below, left = ((1, 1), (-1, 1)), ((-1, 1), (-1, -1))
    buccal, lingual = (above, below) if is_upper(tooth) else (below, above)
    mesial, distal = (right, left) if is_patients_right(tooth) else (left, right)
    biting = (
        f"M{x - inner:.1f} {y:.1f}a{inner} {inner} 0 1 0 {2 * inner} 0"
        f"a{inner} {inner} 0 1 0 {-2 * inner} 0Z"
    )
    shapes = {"M": sector(mesial), "D": sector(distal), "B": sector(buccal), "L": sector(lingual)}
    return tuple((letter, shapes.get(letter, biting)) for letter in surfaces_of(tooth))
