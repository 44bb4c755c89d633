"""How long a wait will be: always a range, never shorter for being further back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yilu.queueing.rules.lengths import (
    PRIORS,
    Away,
    Guess,
    Length,
    Line,
    Patient,
    Room,
    Shape,
    Wait,
    blend,
    blend_shape,
    left_of,
)

lengths = st.builds(Length, st.floats(1, 60), st.floats(0.5, 30))
here = st.builds(Patient, st.floats(-120, 0), lengths)
to_come = st.builds(Patient, st.floats(0, 120), lengths)
BREAK = Away(30, 90)
CONSULTATION = PRIORS["consultation"]


def people(number: int, ready: float = -5.0) -> list[Patient]:
    """So many who wait for a consultation."""
    return [Patient(ready, CONSULTATION)] * number


def predict(room: Room, ahead: list[Patient], **more: list[Patient]) -> Wait:
    """The wait of who comes after these."""
    return Line(room, ahead).wait(**more)


@given(
    st.lists(here, max_size=30),
    st.lists(lengths, max_size=4),
    st.integers(1, 8),
    st.lists(to_come, max_size=8),
)
def test_a_wait_is_a_range_of_at_least_five_minutes(ahead, inside, stations, coming):
    wait = predict(Room(inside, stations, [BREAK]), ahead, coming=coming)
    assert wait.low >= 0
    assert wait.high - wait.low >= 5


@given(st.lists(here, max_size=12), st.lists(lengths, max_size=3), st.integers(1, 4))
def test_a_line_that_grows_tells_each_what_they_would_be_told_alone(ahead, inside, stations):
    room = Room(inside, stations, [BREAK])
    line = Line(room)

    for n, one in enumerate(ahead):
        assert line.wait(ready=one.ready) == Line(room, ahead[:n]).wait(ready=one.ready)
        line.add(one)


@given(st.lists(here, min_size=1, max_size=20), here)
def test_one_more_ahead_never_shortens_the_longest_wait(ahead, one):
    assert predict(Room(), [*ahead, one]).high >= predict(Room(), ahead).high


@given(st.lists(here, min_size=4, max_size=20))
def test_a_second_desk_never_makes_it_longer(ahead):
    assert predict(Room(stations=2), ahead).high <= predict(Room(), ahead).high


def test_three_ahead_at_a_doctor_take_about_three_lengths():
    wait = predict(Room(), people(3))
    assert (wait.low, wait.high) == (27, 45)


@given(st.lists(here, max_size=8), st.lists(to_come, max_size=8))
def test_who_may_still_come_before_one_never_shortens_the_longest_wait(ahead, coming):
    assert predict(Room(), ahead, coming=coming).high >= predict(Room(), ahead).high


def test_who_booked_before_one_is_waited_for_only_if_they_come_before_one_is_called():
    alone = predict(Room(), people(1))
    soon, late = Patient(10, CONSULTATION), Patient(13, CONSULTATION)

    assert predict(Room(), people(1), coming=[late]) == alone
    # Not the whole consultation: one in twelve does not come.
    assert predict(Room(), people(1), coming=[soon]).low > alone.low
    middle = (wait := predict(Room(), people(1), coming=[soon])).low + wait.high
    assert middle / 2 == 23


def test_one_after_the_other_of_those_who_booked_pushes_the_turn_back():
    coming = [Patient(0, CONSULTATION), Patient(11, CONSULTATION), Patient(22, CONSULTATION)]
    assert predict(Room(), [], coming=coming).high > predict(Room(), [], coming=coming[:2]).high


def test_who_comes_in_a_break_waits_for_its_end_and_who_was_here_before_does_not():
    at_noon = Room(away=[Away(-15, 75)])

    assert predict(at_noon, [], ready=0).low >= 70
    assert predict(at_noon, people(1, ready=-20), ready=-18).high < 20
    assert predict(at_noon, people(2, ready=-10), ready=0).low > 75 + 12


def test_nobody_is_seen_in_a_meeting():
    meeting = Room(away=[Away(10, 40, is_firm=True)])

    assert predict(meeting, people(1), ready=-5).low >= 30
    assert predict(meeting, [], ready=-5).low == 0


def test_few_own_cases_move_the_prior_little_and_many_carry_it():
    prior, own = Length(12, 6), Length(24, 3)
    assert blend(prior, 0, own) == prior
    assert blend(prior, 12, own) == Length(18, 4.5)
    assert blend(prior, 1200, own).mean > 23.8


def test_who_is_in_for_longer_than_usual_still_takes_a_while():
    assert left_of(Length(12, 6), 4).mean == 8
    assert left_of(Length(12, 6), 40) == Length(3, 9)


def test_a_few_own_forecasts_move_the_percentiles_little_and_many_carry_them():
    own = Shape(-0.2, 0.6, 2.0)

    assert blend_shape(0, own) == Shape()
    assert blend_shape(40, own).high == pytest.approx((Shape().high + 2.0) / 2)
    assert blend_shape(40_000, own).middle == pytest.approx(0.6, abs=0.01)


def test_what_came_out_later_than_computed_is_told_later_and_wider():
    guess = Line(Room(), people(3)).guess()
    usual, wiser = guess.told(Shape()), guess.told(Shape(-0.5, 0.5, 2.0))

    assert (guess.depth, guess.before) == ("many", 3)
    assert wiser.low > usual.low
    assert wiser.high > usual.high
    assert Line(Room()).guess().depth == "none"


@given(st.floats(0, 200), st.floats(0, 60), st.floats(-3, 0), st.floats(0, 3))
def test_nobody_is_told_a_time_before_now(mean, spread, low, high):
    wait = Guess(mean, spread).told(Shape(low, 0.0, high))
    assert wait.low >= 0
    assert wait.high - wait.low >= 5
