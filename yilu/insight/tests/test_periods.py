"""Which days are shown, and in which steps."""

from datetime import date

import pytest

from yilu.insight.rules.charts import bars, heat, level, stacked, steps
from yilu.insight.rules.periods import Period, begin_of, next_of, period_of

TODAY = date(2031, 3, 5)  # A Wednesday.


@pytest.mark.parametrize(
    ("unit", "first"),
    [
        ("day", date(2031, 2, 20)),
        ("week", date(2031, 1, 13)),
        ("month", date(2030, 4, 1)),
        ("no such", date(2031, 2, 20)),
    ],
)
def test_without_days_the_latest_steps_until_today_are_shown(unit: str, first: date):
    found = period_of(unit, None, None, TODAY)
    assert (found.first, found.last) == (first, TODAY)
    assert len(found.starts()) in {14, 8, 12}


def test_days_in_the_wrong_order_are_as_if_not_said():
    assert period_of("day", date(2031, 3, 6), TODAY, TODAY) == period_of("day", None, TODAY, TODAY)


def test_too_many_days_are_shown_in_longer_steps_and_three_years_are_the_most():
    assert period_of("day", date(2031, 1, 1), TODAY, TODAY).unit == "week"
    assert period_of("day", date(2029, 1, 1), TODAY, TODAY).unit == "month"
    widest = period_of("month", date(1950, 1, 1), TODAY, TODAY)
    assert (widest.last - widest.first).days == 3 * 366 - 1


def test_steps_begin_before_the_period_when_it_begins_within_one():
    assert Period("week", TODAY, date(2031, 3, 12)).starts() == [
        date(2031, 3, 3),
        date(2031, 3, 10),
    ]
    assert begin_of("month", TODAY) == date(2031, 3, 1)
    assert next_of("month", date(2031, 12, 1)) == date(2032, 1, 1)


@pytest.mark.parametrize(
    ("largest", "scale"),
    [(0, [0, 1]), (1, [0, 1]), (7, [0, 2, 4, 6, 8]), (90, [0, 50, 100]), (801, [0, 500, 1000])],
)
def test_scales_have_few_round_lines(largest: int, scale: list[int]):
    assert steps(largest) == scale


def test_pieces_stand_on_each_other_and_their_heights_are_as_their_numbers():
    drawing = stacked([("3/3", [3, 0, 1]), ("3/4", [0, 0, 0])], ["a", "b", "c"])
    low, high = drawing.boxes
    assert (low.look, high.look) == (0, 2)
    assert low.height == pytest.approx(3 * high.height, abs=0.2)
    assert high.y + high.height == pytest.approx(low.y, abs=0.2)
    assert high.says == "3/3 · c · 1"


def test_squares_are_darker_the_more_and_empty_ones_say_nothing():
    drawing = heat({(0, 9): 10, (1, 25): 1}, ["Mon", "Tue"], [9, 25])
    assert [(box.look, box.says) for box in drawing.boxes] == [
        (5, "10"),
        (0, ""),
        (0, ""),
        (1, "1"),
    ]
    assert [tick.says for tick in drawing.ticks] == ["9", "1⁺"]
    assert level(0, 0) == 0


def test_rows_share_one_scale():
    drawing = bars([("a", (1, 1)), ("b", (4,))])
    one, other, longest = drawing.boxes
    assert one.width == other.width == pytest.approx(longest.width / 4, abs=0.1)
    assert other.x == pytest.approx(one.x + one.width, abs=0.1)
