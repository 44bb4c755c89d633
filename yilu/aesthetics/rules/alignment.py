"""Laying one photograph over another by two points that are the same on both, such as the eyes."""

from dataclasses import dataclass

# Photographs are drawn this wide, whatever their own size; points are in the same units.
WIDTH = 1000
LEAST_APART = 30
LEAST_SCALE, MOST_SCALE = 0.2, 5.0
Points = tuple[tuple[float, float], tuple[float, float]]


class CannotAlign(ValueError):
    """The points lie too close together, or the pictures show things of quite different size."""


@dataclass(frozen=True, slots=True)
class Similarity:
    """Turned, scaled and moved, never bent: x' = a·x − b·y + e, y' = b·x + a·y + f."""

    a: float
    b: float
    e: float
    f: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point comes to lie."""
        return self.a * x - self.b * y + self.e, self.b * x + self.a * y + self.f

    @property
    def matrix(self) -> str:
        """The same as SVG writes it."""
        numbers = (self.a, self.b, -self.b, self.a, self.e, self.f)
        return "matrix({})".format(" ".join(f"{one:.5f}" for one in numbers))


SAME = Similarity(1.0, 0.0, 0.0, 0.0)


def aligned(onto: Points, moved: Points) -> Similarity:
    """What brings the points of one photograph onto those of another. Raises: CannotAlign."""
    (a1, a2), (b1, b2) = [[complex(*one) for one in pair] for pair in (onto, moved)]
    if min(abs(a2 - a1), abs(b2 - b1)) < LEAST_APART:
        raise CannotAlign
    turn = (a2 - a1) / (b2 - b1)
    if not LEAST_SCALE <= abs(turn) <= MOST_SCALE:
        raise CannotAlign
    shift = a1 - turn * b1
    return Similarity(turn.real, turn.imag, shift.real, shift.imag)


def read_points(sent: list[str], height: float) -> Points | None:
    """Four numbers in the units of a photograph of this height; None for anything else."""
    try:
        x1, y1, x2, y2 = (float(one) for one in sent)
    except ValueError:
        return None
    inside = all(0 <= x <= WIDTH for x in (x1, x2)) and all(0 <= y <= height for y in (y1, y2))
    if not inside or abs(complex(x1, y1) - complex(x2, y2)) < LEAST_APART:
        return None
    return (round(x1, 1), round(y1, 1)), (round(x2, 1), round(y2, 1))
