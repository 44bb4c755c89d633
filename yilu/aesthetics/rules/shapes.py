"""A design: lines, points with amounts, and words over a photograph. Kept as it was drawn."""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from yilu.aesthetics.rules.alignment import WIDTH
from yilu.platform.decoder import is_readable

MOST_SHAPES, MOST_POINTS, MOST_TEXT, LONGEST = 120, 400, 60_000, 60
UNITS = ("U", "ml", "")
COLOURS = ("red", "blue", "green", "black")
Shape = dict[str, Any]


class NotDrawn(ValueError):
    """What was sent is no design."""


def read_shapes(sent: str, height: float) -> list[Shape]:
    """The shapes that the editor sent as JSON, each in its one form. Raises: NotDrawn."""
    if len(sent) > MOST_TEXT:
        raise NotDrawn
    try:
        body = json.loads(sent)
    except (ValueError, RecursionError) as error:
        raise NotDrawn from error
    if not isinstance(body, list) or not 0 < len(body) <= MOST_SHAPES:
        raise NotDrawn
    return [_shape(one, height) for one in body]


def totals(shapes: list[Shape]) -> list[tuple[str, str]]:
    """What the points add up to, by unit."""
    found: dict[str, Decimal] = {}
    for one in shapes:
        if one["t"] == "point" and one["unit"]:
            found[one["unit"]] = found.get(one["unit"], Decimal()) + Decimal(one["amount"])
    return [(unit, str(total)) for unit, total in found.items()]


def _shape(one: object, height: float) -> Shape:
    if not isinstance(one, dict):
        raise NotDrawn
    colour = one.get("c", COLOURS[0])
    if colour not in COLOURS:
        raise NotDrawn
    kinds = {"line": _line, "point": _point, "text": _text}
    kind = one.get("t")
    if not isinstance(kind, str) or kind not in kinds:
        raise NotDrawn
    return {"t": kind, "c": colour} | kinds[kind](one, height)


def _line(one: Mapping[str, Any], height: float) -> Shape:
    points = one.get("p")
    if not isinstance(points, list) or not 2 <= len(points) <= MOST_POINTS:
        raise NotDrawn
    return {"p": [_at(each, height) for each in points]}


def _point(one: Mapping[str, Any], height: float) -> Shape:
    amount, unit = str(one.get("amount", "")), one.get("unit", "")
    if unit not in UNITS:
        raise NotDrawn
    if unit:
        try:
            number = Decimal(amount) if len(amount) <= 7 else Decimal("NaN")
        except InvalidOperation:
            raise NotDrawn from None
        if not number.is_finite() or not Decimal("0.01") <= number <= 200:
            raise NotDrawn
    return {"at": _at(one.get("at"), height), "amount": amount if unit else "", "unit": unit}


def _text(one: Mapping[str, Any], height: float) -> Shape:
    words = one.get("words")
    if not isinstance(words, str) or not words.strip() or len(words) > LONGEST:
        raise NotDrawn
    if not is_readable(words):
        raise NotDrawn
    return {"at": _at(one.get("at"), height), "words": words.strip()}


def _at(point: object, height: float) -> list[float]:
    if not isinstance(point, list) or len(point) != 2:
        raise NotDrawn
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in point):
        raise NotDrawn
    x, y = point
    if not (0 <= x <= WIDTH and 0 <= y <= height):
        raise NotDrawn
    return [round(float(x), 1), round(float(y), 1)]
