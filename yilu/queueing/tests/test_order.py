"""Who is next, by properties that hold for every queue."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yilu.queueing.rules import order
from yilu.queueing.rules.order import Place, Waiting, in_order, join
from yilu.queueing.rules.policy import Policy, policy_of, wrong_in

TEN = datetime(2031, 3, 3, 2, tzinfo=UTC)
POLICY = Policy()
FAR = TEN + timedelta(days=1)


def at(minutes: float) -> datetime:
    return TEN + timedelta(minutes=minutes)


def someone(name: str, place: Place, level: int = 4, ready: float = 0) -> Waiting:
    return Waiting(name, level, place.turn_at, place.limit_at, at(ready), place.placed == "return")


def walk_in(name: str, minutes: float, points: int = 0, level: int = 4) -> Waiting:
    place = join(POLICY, now=at(minutes), level=level, points=points, booked_at=None)
    return someone(name, place, level, minutes)


def booked(name: str, minutes: float, arrived: float, waiting: tuple = ()) -> Waiting:
    place = join(POLICY, now=at(arrived), level=4, points=0, booked_at=at(minutes), waiting=waiting)
    return someone(name, place, 4, arrived)


def names(waiting: list[Waiting], minutes: float) -> list[str]:
    return [str(one.id) for one in in_order(waiting, at(minutes))]


@pytest.mark.covers("B07")
def test_who_booked_and_is_in_time_comes_before_a_walk_in_of_the_same_minute():
    assert names([walk_in("walks", 0), booked("booked", 10, 5)], 10) == ["booked", "walks"]


def test_a_walk_in_who_has_waited_long_enough_comes_before_who_booked_later():
    assert names([walk_in("walks", 0), booked("booked", 25, 20)], 25) == ["walks", "booked"]


def test_who_comes_early_waits_behind_those_who_are_due_before():
    assert names([booked("early", 60, 0), booked("due", 10, 5)], 10) == ["due", "early"]


def test_two_who_are_due_at_the_same_time_go_by_arrival():
    assert names([booked("second", 10, 6), booked("first", 10, 5)], 10) == ["first", "second"]


@pytest.mark.parametrize(("late", "places"), [(16, 2), (31, 3), (46, 4), (61, 5), (400, 5)])
def test_who_comes_late_stands_two_to_five_places_back(late, places):
    others = tuple(booked(f"w{n}", late + n, late) for n in range(8))
    newcomer = booked("late", 0, late, others)

    assert names([*others, newcomer], late).index("late") == places


def test_within_the_grace_nobody_is_late():
    others = (booked("other", 5, 14),)
    assert names([*others, booked("mine", 0, 14, others)], 14) == ["mine", "other"]


@pytest.mark.parametrize(("skips", "places"), [(1, 2), (2, 3), (3, 4), (4, 5), (9, 5)])
def test_who_missed_a_call_stands_some_places_from_the_front(skips, places):
    others = [walk_in(f"w{n}", n) for n in range(8)]
    place = order.rejoin_after_miss(POLICY, now=at(10), level=4, skips=skips, waiting=others)

    assert names([*others, someone("missed", place)], 10).index("missed") == places


def test_who_comes_back_with_results_stands_after_every_second_new_patient():
    line = [walk_in(f"w{n}", n) for n in range(6)]
    for name in ("r1", "r2"):
        place = order.rejoin_with_results(POLICY, now=at(8), level=4, waiting=line)
        line.append(someone(name, place))

    assert names(line, 8) == ["w0", "w1", "r1", "w2", "w3", "r2", "w4", "w5"]


def test_a_weight_is_worth_two_minutes_a_point_and_is_capped():
    assert names([walk_in("plain", 0), walk_in("older", 39, 20)], 39) == ["older", "plain"]
    assert names([walk_in("plain", 0), walk_in("older", 41, 20)], 41) == ["plain", "older"]
    assert POLICY.points(("pregnant_or_infant", "wheelchair", "age_80")) == 60
    assert POLICY.points(("rescue_recall", "wheelchair", "age_80", "disability_1_2")) == 160


def test_past_the_response_limit_somebody_comes_first_in_their_level():
    line = [walk_in("waits", 0), walk_in("older", 30, 60)]
    assert names(line, 59) == ["older", "waits"]
    assert names(line, 60) == ["waits", "older"]


def test_a_move_by_hand_stands_where_it_was_put():
    line = [walk_in(f"w{n}", n) for n in range(5)]
    for now in (6, 62, 200):  # Nobody past the limit; some; all.
        for position in range(6):
            place = order.move_to(POLICY, position, level=4, now=at(now), waiting=line)
            assert names([*line, someone("moved", place)], now).index("moved") == position


arrivals = st.lists(
    st.tuples(
        st.integers(0, 300),  # arrived at
        st.one_of(st.none(), st.integers(-60, 90)),  # booked, relative to the arrival
        st.integers(1, 4),
        st.integers(0, 60),
    ),
    min_size=1,
    max_size=30,
)


def all_join(facts: list) -> list[Waiting]:
    line: list[Waiting] = []
    for n, (minute, relative, level, points) in enumerate(sorted(facts, key=lambda f: f[0])):
        booked_at = None if relative is None else at(minute + relative)
        place = join(
            POLICY, now=at(minute), level=level, points=points, booked_at=booked_at, waiting=line
        )
        line.append(someone(f"p{n:02d}", place, level, minute))
    return line


@pytest.mark.covers("B07")
@settings(max_examples=150, deadline=None)
@given(arrivals, st.integers(300, 900))
def test_a_more_urgent_level_is_never_overtaken(facts, minute):
    line = in_order(all_join(facts), at(minute))
    assert [one.level for one in line] == sorted(one.level for one in line)


@settings(max_examples=100, deadline=None)
@given(arrivals, st.randoms(), st.integers(0, 900))
def test_the_order_does_not_depend_on_how_the_line_is_listed(facts, chance, minute):
    line = all_join(facts)
    shuffled = list(line)
    chance.shuffle(shuffled)
    assert in_order(shuffled, at(minute)) == in_order(line, at(minute))


@settings(max_examples=100, deadline=None)
@given(arrivals, st.integers(0, 600), st.integers(0, 120))
def test_two_patients_change_places_only_at_a_response_limit(facts, minute, later):
    line = all_join(facts)
    for one in line:
        for other in line:
            before = one.key(at(minute)) < other.key(at(minute))
            after = one.key(at(minute + later)) < other.key(at(minute + later))
            crossed = any(at(minute) < each.limit_at <= at(minute + later) for each in (one, other))
            assert before == after or crossed


@pytest.mark.covers("B07")
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 60), st.integers(1, 12), st.integers(0, 60))
def test_nobody_starves_however_many_come_with_priority(points, every, start):
    """One desk calls each ten minutes; people with priority keep coming. All are served."""
    patient = walk_in("patient", start)
    line, minute, served = [patient], start, 0
    while patient in line:
        minute += every
        line.append(walk_in(f"p{minute:04d}", minute, points))
        if minute // 10 > served:
            served = minute // 10
            line.remove(in_order(line, at(minute))[0])
        assert minute < start + 400


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, []),
        ({"grace_minutes": 10, "weights": {"age_80": 40}}, []),
        ({"late_places": [2, 6]}, []),
        ({"late_places": [6, 2]}, ["late_places"]),
        ({"weights": {"rich": 100}}, ["weights"]),
        ({"weights": {"age_80": "lots"}}, ["weights"]),
        ({"limits": {"4": -1}}, ["limits"]),
        ({"cap": True}, ["cap"]),
        ({"queue_jumping": 5}, ["queue_jumping"]),
        ({"minutes_per_point": 0}, ["minutes_per_point"]),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused_by_name(changes, wrong):
    assert wrong_in(changes) == wrong


def test_a_queue_keeps_the_standard_where_it_says_nothing():
    own = policy_of({"weights": {"age_80": 40}, "late_places": [1, 2]})

    assert (own.weights["age_80"], own.weights["age_70"], own.late_places) == (40, 20, (1, 2))
    assert own.limits == POLICY.limits
