"""Choosing all sittings at once: gaps hold, one doctor does all, nothing better exists."""

from datetime import date, datetime, timedelta
from itertools import product
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yilu.scheduling.allocation import Place
from yilu.scheduling.sittings import Anchor, Option, Step, broken, choose, still_possible

pytestmark = pytest.mark.covers("A17")
FIRST = date(2031, 3, 3)
SHANGHAI = ZoneInfo("Asia/Shanghai")
SERVICE = UUID(int=9)


def option(day: int, doctor: int, score: int) -> Option:
    start = datetime(2031, 3, 3, 10, tzinfo=SHANGHAI) + timedelta(days=day)
    return Option(
        score,
        FIRST + timedelta(days=day),
        Place(start, start + timedelta(minutes=30), UUID(int=doctor)),
    )


OPTIONS = st.lists(
    st.builds(option, st.integers(0, 20), st.integers(1, 2), st.integers(0, 50)),
    max_size=6,
    unique_by=lambda one: (one.day, one.place.practitioner_id),
)
GAPS = st.tuples(st.integers(1, 6), st.integers(0, 6)).map(lambda g: (g[0], g[0] + g[1]))


def days(options: tuple[Option, ...]) -> list[date]:
    return [one.day for one in options]


@given(
    options=st.lists(OPTIONS, min_size=1, max_size=4),
    gaps=st.lists(GAPS, min_size=4, max_size=4),
    same=st.booleans(),
)
def test_no_way_to_combine_the_places_is_better(
    options: list[list[Option]],
    gaps: list[tuple[int, int]],
    same: bool,  # noqa: FBT001 (drawn)
):
    steps = [Step(SERVICE, *gap) for gap in gaps[: len(options)]]
    possible = [
        way
        for way in product(*options)
        if not broken(steps, days(way))
        and (not same or len({one.place.practitioner_id for one in way}) == 1)
    ]

    chosen = choose(steps, options, same_doctor=same)

    if not possible:
        assert chosen.stuck is not None
        assert len(chosen.places) == chosen.stuck
        return
    assert chosen.stuck is None
    weights = {one.place: one.score for found in options for one in found}
    taken = [place.starts_at.date() for place in chosen.places]
    assert not broken(steps, taken)
    assert not same or len({place.practitioner_id for place in chosen.places}) == 1
    by_place = [
        {one.place: one.score for one in found}[place]
        for found, place in zip(options, chosen.places, strict=True)
    ]
    assert sum(by_place) == max(sum(one.score for one in way) for way in possible)
    assert weights


def test_the_sitting_that_cannot_be_had_is_named():
    steps = [Step(SERVICE, 0, 0), Step(SERVICE, 3, 5), Step(SERVICE, 3, 5)]
    found = choose(
        steps, [[option(0, 1, 0)], [option(4, 1, 0)], [option(20, 1, 0)]], same_doctor=True
    )

    assert found.stuck == 2
    assert len(found.places) == 2


def test_the_first_keeps_its_gap_to_what_was_before():
    anchor = Anchor(FIRST, UUID(int=1))
    near, right, other = option(1, 1, 50), option(4, 1, 0), option(4, 2, 50)
    found = choose([Step(SERVICE, 3, 5)], [[near, right, other]], same_doctor=True, anchor=anchor)

    assert found.places == (right.place,)


def test_a_gap_whose_last_day_is_over_allows_two_weeks_from_now():
    step = Step(SERVICE, 3, 5)
    assert still_possible(step, FIRST, FIRST + timedelta(days=5)) == step
    assert still_possible(step, FIRST, FIRST + timedelta(days=6)) == Step(SERVICE, 3, 20)
