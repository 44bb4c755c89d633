"""Where each site of a periodontal chart lies, and in which order they are probed. Pure.

Each row of teeth is a band with their numbers; the cheek's side lies outside of it, the tongue's
side inside, and what is measured grows away from the band.
"""

from dataclasses import dataclass
from functools import cache

from yilu.dental.rules.drawing import LEFT, MIDLINE, STEP, WIDTH
from yilu.dental.rules.notation import is_patients_right, rows
from yilu.dental.rules.perio import SITES, furcations

APART = 13.0
PER_MM = 2.6
GRAPH, BAND, HALF, GAP = 44.0, 20.0, 86.0, 14.0
# From the band outwards: the graph, depths, recessions, marks.
DEPTHS, RECESSIONS, MARKED = GRAPH + 11.0, GRAPH + 23.0, GRAPH + 33.0
HEIGHT = 4 * HALF + 2 * BAND + GAP


@dataclass(frozen=True, slots=True)
class SiteDrawing:
    """One of the six sites of a tooth: `n` is its place among them, `way` is -1 for upwards."""

    tooth: str
    n: int
    x: float
    edge: float
    way: int

    @property
    def site(self) -> str:
        return SITES[self.n]

    @property
    def depth_y(self) -> float:
        return self.edge + self.way * DEPTHS + 4

    @property
    def recession_y(self) -> float:
        return self.edge + self.way * RECESSIONS + 3

    @property
    def marks_y(self) -> float:
        return self.edge + self.way * MARKED

    @property
    def top(self) -> float:
        """Where what can be touched begins."""
        return self.edge - HALF if self.way < 0 else self.edge


@dataclass(frozen=True, slots=True)
class ColumnDrawing:
    """One tooth: its number, how loose it is, and where its furcations are written."""

    tooth: str
    x: float
    y: float
    ways: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class PerioDrawing:
    """The whole chart; `sites` are in the order in which they are probed."""

    width: int
    height: float
    half: float
    per_mm: float
    columns: tuple[ColumnDrawing, ...]
    sites: tuple[SiteDrawing, ...]
    edges: tuple[tuple[float, int, str], ...]


@cache
def perio_drawing() -> PerioDrawing:
    """The chart of all permanent teeth, as the dentist looks."""
    columns, sites, edges = [], [], []
    for row, teeth in enumerate(rows("permanent")):
        top = row * (2 * HALF + BAND + GAP)
        above, below = top + HALF, top + HALF + BAND
        cheek, tongue = ((above, -1), (below, 1)) if row == 0 else ((below, 1), (above, -1))
        edges += [(*cheek, "B"), (*tongue, "L")]
        columns += [_column(tooth, _x(tooth, n), above, tongue) for n, tooth in enumerate(teeth)]
        # Along the cheeks from the patient's right, back along the tongue.
        for place, (edge, way) in ((0, cheek), (3, tongue)):
            side = [
                SiteDrawing(tooth, n + place, _x(tooth, at) + (step - 1) * APART, edge, way)
                for at, tooth in enumerate(teeth)
                for step, n in enumerate(_across(tooth))
            ]
            sites += side if place == 0 else side[::-1]
    return PerioDrawing(WIDTH, HEIGHT, HALF, PER_MM, tuple(columns), tuple(sites), tuple(edges))


def _x(tooth: str, n: int) -> float:
    return LEFT + STEP * n + (0 if is_patients_right(tooth) else MIDLINE)


def _across(tooth: str) -> tuple[int, ...]:
    """A side's three sites from left to right: mesial lies towards the midline."""
    return (2, 1, 0) if is_patients_right(tooth) else (0, 1, 2)


def _column(tooth: str, x: float, above: float, tongue: tuple[float, int]) -> ColumnDrawing:
    """Of three furcations the second lies at the cheek; lower molars have one on each side."""
    many = furcations(tooth)
    left = -1 if not is_patients_right(tooth) else 1
    edge, way = tongue
    inside, outside = edge + way * 12, (above + (BAND if way < 0 else 0)) - way * 12
    mesial, distal = (x + left * APART, inside + 3), (x - left * APART, inside + 3)
    if many == 3:
        ways: tuple[tuple[float, float], ...] = (mesial, (x, outside + 3), distal)
    elif many == 2 and tooth[0] in "34":
        ways = ((x, outside + 3), (x, inside + 3))
    else:
        ways = (mesial, distal)[:many]
    return ColumnDrawing(tooth, x, above + BAND / 2 + 4, ways)
