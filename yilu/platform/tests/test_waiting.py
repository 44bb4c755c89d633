"""Waited against promised."""

from datetime import UTC, datetime, timedelta

import pytest

from yilu.platform import waiting
from yilu.platform.waiting import Wait

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("waited", "promised", "tone"),
    [
        (0, 35, ""),
        (27, 35, ""),
        (28, 35, "is-soon"),
        (35, 35, "is-soon"),
        (36, 35, "is-late"),
        (1, 0, "is-late"),
    ],
)
def test_amber_begins_at_four_fifths_and_red_past_the_promise(
    waited: int, promised: int, tone: str
):
    assert Wait(waited, promised).tone == tone


def test_the_bar_is_full_and_no_longer_once_the_promise_is_broken():
    assert Wait(41, 35).shown == 35


@pytest.mark.parametrize(
    ("passed", "minutes"),
    [(timedelta(seconds=59), 0), (timedelta(seconds=60), 1), (timedelta(minutes=-5), 0)],
)
def test_only_whole_minutes_count(passed: timedelta, minutes: int):
    assert waiting.whole_minutes(NOON - passed, NOON) == minutes


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(712, "0:11:52"), (-1085, "+0:18:05"), (0, "0:00:00"), (90061, "25:01:01")],
)
def test_a_clock_counts_down_and_past_its_end_up(seconds: int, shown: str):
    assert waiting.countdown(seconds) == shown
