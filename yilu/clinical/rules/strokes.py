"""A signature drawn by hand: lines of points on a pad, checked, and drawn again. Pure."""

import json
from itertools import pairwise
from math import hypot

# The pad in its own units, whatever the size of the screen.
WIDTH, HEIGHT = 1000, 360
MOST_STROKES, MOST_POINTS, MOST_TEXT = 120, 6000, 90_000
LEAST_POINTS, LEAST_LENGTH, LEAST_SPREAD = 6, 120, 40
Point = tuple[int, int]
Strokes = list[list[Point]]


class NotDrawn(ValueError):
    """What was sent is no signature: nothing, a dot, or not points on the pad."""


def read_strokes(sent: str) -> Strokes:
    """The lines that a pad sent as JSON: lists of `[x, y]` in whole units of the pad.

    Raises: NotDrawn.
    """
    if len(sent) > MOST_TEXT:
        raise NotDrawn
    try:
        body = json.loads(sent, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise NotDrawn from error
    if not isinstance(body, list) or not 0 < len(body) <= MOST_STROKES:
        raise NotDrawn
    drawn = [_line(line) for line in body]
    if not _is_signature(drawn):
        raise NotDrawn
    return drawn


def kept(drawn: Strokes) -> str:
    """Lines as they are stored."""
    return json.dumps(drawn, separators=(",", ":"))


def svg(drawn: Strokes) -> str:
    """The lines as a drawing."""
    paths = " ".join(_path(line) for line in drawn)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' width="{WIDTH}" height="{HEIGHT}"><path d="{paths}" fill="none" stroke="#16202d"'
        ' stroke-width="7" stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )


def _refuse(name: str) -> None:
    raise ValueError(name)


def _line(sent: object) -> list[Point]:
    if not isinstance(sent, list) or not sent:
        raise NotDrawn
    return [_point(one) for one in sent]


def _point(sent: object) -> Point:
    if not isinstance(sent, list) or len(sent) != 2:
        raise NotDrawn
    x, y = sent
    # `True` is a number to Python, and no place on a pad.
    if type(x) is not int or type(y) is not int or not (0 <= x <= WIDTH and 0 <= y <= HEIGHT):
        raise NotDrawn
    return x, y


def _is_signature(drawn: Strokes) -> bool:
    points = [point for line in drawn for point in line]
    if not LEAST_POINTS <= len(points) <= MOST_POINTS:
        return False
    length = sum(hypot(b[0] - a[0], b[1] - a[1]) for line in drawn for a, b in pairwise(line))
    wide = max(x for x, _ in points) - min(x for x, _ in points)
    return length >= LEAST_LENGTH and wide >= LEAST_SPREAD


def _path(line: list[Point]) -> str:
    first, *others = line
    start = f"M{first[0]} {first[1]}"
    return start + "".join(f"L{x} {y}" for x, y in others or [first])
