"""How long a wait will be: always a range, never shorter for being further back."""

from hypothesis import given
from hypothesis import strategies as st

from yilu.queueing.rules.lengths import (
    PRIORS,
    Length,
    blend,
    left_of,
    predict,
    wider_or_narrower,
)

lengths = st.builds(Length, st.floats(1, 60), st.floats(0.5, 30))


@given(st.lists(lengths, max_size=30), st.lists(lengths, max_size=4), st.integers(1, 8))
def test_a_wait_is_a_range_of_at_least_five_minutes(ahead, inside, stations):
    wait = predict(ahead, inside, stations)
    assert wait.low >= 0
    assert wait.high - wait.low >= 5


@given(st.lists(lengths, min_size=1, max_size=20), lengths)
def test_one_more_ahead_never_shortens_the_longest_wait(ahead, one):
    assert predict([*ahead, one], [], 1).high >= predict(ahead, [], 1).high


@given(st.lists(lengths, min_size=4, max_size=20))
def test_a_second_desk_never_makes_it_longer(ahead):
    assert predict(ahead, [], 2).high <= predict(ahead, [], 1).high


def test_three_ahead_at_a_doctor_take_about_three_lengths():
    wait = predict([PRIORS["consultation"]] * 3, [], 1)
    assert (wait.low, wait.high) == (27, 45)


def test_few_own_cases_move_the_prior_little_and_many_carry_it():
    prior, own = Length(12, 6), Length(24, 3)
    assert blend(prior, 0, own) == prior
    assert blend(prior, 12, own) == Length(18, 4.5)
    assert blend(prior, 1200, own).mean > 23.8


def test_who_is_in_for_longer_than_usual_still_takes_a_while():
    assert left_of(Length(12, 6), 4).mean == 8
    assert left_of(Length(12, 6), 40) == Length(3, 9)


def test_ranges_widen_faster_than_they_narrow():
    assert wider_or_narrower(1.0, 0.5) == 1.15
    assert wider_or_narrower(1.0, 0.9) == 0.95
    assert wider_or_narrower(1.0, 0.7) == 1.0
