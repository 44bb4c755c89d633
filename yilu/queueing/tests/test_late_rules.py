"""Whom a late doctor's patients are told to come later, by properties that hold for every day."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yilu.queueing.rules import late_running, order
from yilu.queueing.rules.late_running import (
    Coming,
    LateRule,
    NewTime,
    NotTold,
    verdict,
    whom_to_tell,
)
from yilu.queueing.rules.lengths import Length, Line, Patient, Room
from yilu.queueing.rules.order import Waiting, in_order, join
from yilu.queueing.rules.policy import Policy

pytestmark = pytest.mark.covers("A24", "B10")
TEN = datetime(2031, 3, 3, 2, tzinfo=UTC)
RULE = LateRule()
POLICY = Policy()


def at(minutes: float) -> datetime:
    return TEN + timedelta(minutes=minutes)


def coming(booked: float, low: float, **facts: object) -> Coming:
    """Somebody booked so many minutes after ten, whose turn comes at the earliest then."""
    usual = {
        "booking_id": UUID(int=int(booked)),
        "booked_at": at(booked),
        "promised_at": None,
        "told": 0,
        "low_at": at(low),
        "middle_at": at(low + 5),
        "high_at": at(low + 15),
        "latest_at": at(600),
    }
    return Coming(**usual | facts)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"has_come": True}, NotTold.HERE),
        ({"is_set": True}, NotTold.SET),
        ({"told": 2}, NotTold.ENOUGH),
        ({"may_be_told": False}, NotTold.UNREACHED),
        ({"booked_at": at(45)}, NotTold.LEFT),
        ({"booked_at": at(181)}, NotTold.FAR),
        ({"low_at": at(89)}, NotTold.LITTLE),
        ({"latest_at": at(74)}, NotTold.LITTLE),
        ({"promised_at": at(80), "told": 1}, NotTold.LITTLE),
        ({"promised_at": at(44), "told": 1}, NotTold.LEFT),
    ],
)
def test_why_somebody_is_told_nothing(facts, why):
    assert verdict(coming(60, 105, **facts), RULE, TEN) is why


def test_the_time_is_before_the_earliest_turn_and_on_five_minutes():
    told = verdict(coming(60, 108), RULE, TEN)

    assert told == NewTime(UUID(int=60), at(60), at(90), timedelta(minutes=30))


def test_who_is_told_stands_in_the_order_of_their_times():
    day = [coming(90, 160), coming(60, 130), coming(50, 55)]
    assert [one.instead_of for one in whom_to_tell(day, RULE, TEN)] == [at(60), at(90)]


minutes = st.integers(0, 400)
a_patient = st.builds(
    coming,
    minutes,
    minutes,
    promised_at=st.one_of(st.none(), minutes.map(at)),
    told=st.integers(0, 3),
    latest_at=minutes.map(at),
    is_set=st.booleans(),
    has_come=st.booleans(),
    may_be_told=st.booleans(),
)
a_rule = st.builds(
    LateRule,
    gain=st.integers(5, 120).map(lambda n: timedelta(minutes=n)),
    leaves=st.integers(0, 180).map(lambda n: timedelta(minutes=n)),
    margin=st.integers(0, 60).map(lambda n: timedelta(minutes=n)),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(a_patient, max_size=12), a_rule, minutes)
def test_only_who_gains_and_is_still_at_home_is_told_and_never_an_earlier_time(day, rule, now):
    by_id = {(one.booking_id, one.comes_at): one for one in day}
    for told in whom_to_tell(by_id.values(), rule, at(now)):
        one = by_id[told.booking_id, told.instead_of]
        assert told.come_at - one.comes_at == told.gain >= rule.gain
        assert at(now) < one.comes_at - rule.leaves
        assert told.come_at <= min(one.low_at - rule.margin, one.latest_at)
        assert one.told < late_running.MOST_MESSAGES
        assert not one.has_come
        assert not one.is_set
        assert one.may_be_told


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(minutes, minutes), min_size=1, max_size=40), a_rule, minutes)
def test_however_often_it_is_looked_there_are_two_messages_and_no_step_back(looks, rule, booked):
    """A doctor falls behind and catches up again and again."""
    promised, told = None, 0
    for now, low in sorted(looks):
        one = coming(booked, low, promised_at=promised, told=told)
        found = verdict(one, rule, at(now))
        if isinstance(found, NewTime):
            assert found.come_at > (promised or at(booked))
            promised, told = found.come_at, told + 1
    assert told <= 2


someone = st.tuples(
    minutes,  # The booked time.
    st.integers(0, 120),  # So much later they were told to come; nothing: they were not.
    st.integers(-60, 15),  # And came so long before or after that.
    st.integers(0, 60),  # What their priority is worth.
)


@settings(max_examples=300, deadline=None)
@given(st.lists(someone, min_size=2, max_size=12), st.integers(0, 900))
def test_who_keeps_the_promised_time_stands_behind_nobody_they_stood_before(people, now):
    """As everybody stands, against as they would if whoever was told had come at their time."""

    def line(*, as_booked: bool) -> list[Waiting]:
        found = []
        for n, (booked, later, off, points) in enumerate(people):
            promised = at(booked + later) if later else None
            came = at(booked + later + off)
            if promised is not None and as_booked:
                came, promised = min(came, at(booked)), None
            place = join(
                POLICY, now=came, level=4, points=points, booked_at=at(booked), promised_at=promised
            )
            found.append(Waiting(UUID(int=n), 4, place.turn_at, place.limit_at, TEN))
        return found

    real = in_order(line(as_booked=False), at(now))
    assert [one.id for one in real] == [one.id for one in in_order(line(as_booked=True), at(now))]


def test_past_the_promised_time_and_the_grace_one_is_late_by_that_time():
    late = join(POLICY, now=at(76), level=4, points=0, booked_at=at(0), promised_at=at(60))
    kept = join(POLICY, now=at(75), level=4, points=0, booked_at=at(0), promised_at=at(60))

    assert (late.placed, late.places_back) == (order.LATE, 2)
    assert (kept.placed, kept.places_back) == (order.PROMISED, 0)


def test_an_assessment_that_takes_long_makes_nobody_late():
    facts = {"now": at(80), "level": 4, "points": 0, "booked_at": at(0)}
    assert join(POLICY, **facts, promised_at=at(60), came_at=at(60)).placed == order.PROMISED
    assert join(POLICY, **facts, came_at=at(-5)).placed == order.ON_TIME
    assert join(POLICY, **facts, came_at=at(20)).placed == order.LATE


def test_the_turn_of_somebody_who_is_to_come_is_behind_all_who_come_before_them():
    half = Length(30.0, 0.0)
    line = Line(Room(inside=[Length(10.0, 0.0)]))
    one = Patient(20.0, half)
    shows = half.if_they_come.mean

    assert line.guess(coming=[one], ready=30.0).mean == pytest.approx(20 + shows)
    assert line.guess(coming=[one], ready=5.0).mean == pytest.approx(10)
    assert line.guess(ready=45.0).mean == pytest.approx(45)
