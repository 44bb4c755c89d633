"""A value over time as a drawing."""

from datetime import date
from decimal import Decimal

import pytest

from yilu.diagnostics.rules.trends import BOTTOM, LEFT, MOST, RIGHT, TOP, Point, drawn_trend


def points(*numbers: str) -> list[Point]:
    return [
        Point(date(2031, 3, n + 1), Decimal(one), one, "H" if Decimal(one) > 5 else "")
        for n, one in enumerate(numbers)
    ]


@pytest.mark.covers("C05")
def test_values_stand_in_order_and_higher_is_above():
    trend = drawn_trend(points("4.0", "6.0", "5.0"), Decimal("3.5"), Decimal("5.3"))

    assert trend is not None
    assert [dot.x for dot in trend.dots] == [LEFT, 160, RIGHT]
    assert [dot.day for dot in trend.dots] == ["3-1", "3-2", "3-3"]
    assert trend.dots[1].y < trend.dots[2].y < trend.dots[0].y
    assert [dot.is_off for dot in trend.dots] == [False, True, False]
    assert trend.band_top < trend.dots[0].y < trend.band_top + trend.band_height


@pytest.mark.parametrize("many", [0, 1])
def test_one_value_is_no_line(many):
    assert drawn_trend(points(*["4"] * many), None, None) is None


@pytest.mark.parametrize(("low", "high"), [(None, None), (None, "5.2"), ("1.0", None)])
def test_everything_stays_inside_the_drawing(low, high):
    bounds = (Decimal(low) if low else None, Decimal(high) if high else None)

    trend = drawn_trend(points("0.1", "900", "3"), *bounds)

    assert trend is not None
    assert all(TOP <= dot.y <= BOTTOM for dot in trend.dots)
    assert trend.band_top >= TOP
    assert trend.band_top + trend.band_height <= BOTTOM


def test_values_that_never_change_are_a_straight_line():
    trend = drawn_trend(points("4", "4", "4"), None, None)

    assert trend is not None
    assert {dot.y for dot in trend.dots} == {(TOP + BOTTOM) // 2}


def test_only_the_newest_are_drawn():
    trend = drawn_trend(points(*map(str, range(1, 13))), None, None)

    assert trend is not None
    assert [dot.text for dot in trend.dots] == [str(n) for n in range(13 - MOST, 13)]
