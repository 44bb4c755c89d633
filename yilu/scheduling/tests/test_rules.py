"""Sessions over every zone and clock change; periods, grids and choices."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yilu.scheduling.errors import EndsTooSoon, OutOfCalendar, TooLong
from yilu.scheduling.rules import (
    LONGEST,
    Candidate,
    Pattern,
    check_period,
    choices,
    cut,
    days_of,
    grid,
    joined,
    sessions_of_day,
    step_minutes,
    wall_period,
    within,
    without,
)

ZONES = sorted(zone for zone in available_timezones() if "/" in zone and "Factory" not in zone)
ALWAYS = (date(1900, 1, 1), None)
BERLIN = ZoneInfo("Europe/Berlin")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
wall_times = st.times().map(lambda t: t.replace(second=0, microsecond=0))
quarters = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))
dates = st.dates(date(1986, 1, 1), date(2030, 12, 31))
instants = st.integers(0, 2 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
periods = st.lists(st.tuples(instants, instants).filter(lambda pair: pair[0] < pair[1]), max_size=6)


def length(parts) -> timedelta:
    return sum((end - start for start, end in parts), timedelta(0))


def all_day(day: date, zone: ZoneInfo):
    """A site that never closes: this day and the next."""
    return [
        wall_period(day, time(0), time(0), zone),
        wall_period(day + timedelta(days=1), time(0), time(0), zone),
    ]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(ZONES), dates, quarters, quarters)
def test_a_session_is_as_long_as_the_wall_says(name, day, starts, ends):
    zone = ZoneInfo(name)
    pattern = Pattern(day.weekday(), starts, ends, *ALWAYS)

    found = sessions_of_day(day, day.weekday(), [pattern], all_day(day, zone), zone)

    start, end = wall_period(day, starts, ends, zone)
    assert length(found) == max(end - start, timedelta(0))
    assert all(b - a <= LONGEST for a, b in found)
    assert found == sorted(found)
    assert all(a < b for a, b in found)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(ZONES), dates)
def test_days_without_a_gap_follow_each_other_without_one(name, day):
    """A resource that is always there is there every minute of two days, once."""
    zone = ZoneInfo(name)
    patterns = [Pattern(n, time(0), time(0), *ALWAYS) for n in range(7)]
    whole = []
    for one in (day, day + timedelta(days=1)):
        whole += sessions_of_day(one, one.weekday(), patterns, all_day(one, zone), zone)

    start = wall_period(day, time(0), time(0), zone)[0]
    end = wall_period(day + timedelta(days=1), time(0), time(0), zone)[1]
    assert joined(whole) == ([(start, end)] if start < end else [])
    assert length(whole) == end - start


@pytest.mark.parametrize(
    ("day", "starts", "ends", "minutes"),
    [
        (SPRING, time(1), time(5), 180),
        (AUTUMN, time(1), time(5), 300),
        (SPRING, time(2), time(3), 0),
        (AUTUMN, time(2), time(3), 120),
        (SPRING - timedelta(days=1), time(22), time(6), 420),
        (AUTUMN - timedelta(days=1), time(22), time(6), 540),
    ],
)
def test_clock_changes_shorten_and_lengthen_as_on_the_wall(day, starts, ends, minutes):
    pattern = Pattern(day.weekday(), starts, ends, *ALWAYS)

    found = sessions_of_day(day, day.weekday(), [pattern], all_day(day, BERLIN), BERLIN)

    assert length(found) == timedelta(minutes=minutes)


def test_shanghai_had_summer_time_once():
    zone = ZoneInfo("Asia/Shanghai")
    day = date(1986, 5, 4)

    start, end = wall_period(day, time(0), time(0), zone)

    assert end - start == timedelta(hours=23)


def test_a_pattern_holds_from_and_to_its_days():
    pattern = Pattern(0, time(9), time(12), date(2031, 3, 3), date(2031, 3, 10))

    held = [day for day in range(1, 20) if pattern.holds_on(date(2031, 3, day), 0)]

    assert held == list(range(3, 11))


@given(periods, periods)
def test_within_and_without_share_out_the_time(some, bounds):
    inside, outside = within(joined(some), joined(bounds)), without(some, bounds)

    assert length(inside) + length(outside) == length(joined(some))
    assert joined(inside + outside) == joined(some)
    assert within(outside, joined(bounds)) == []


@given(periods)
def test_joining_and_cutting_keep_the_time(some):
    assert joined(cut(joined(some))) == joined(some)
    assert all(end - start <= LONGEST for start, end in cut(joined(some)))


@given(st.integers(5, 480))
def test_a_length_is_a_whole_number_of_steps(minutes):
    assert minutes % step_minutes(minutes) == 0


@given(instants, instants, instants, st.sampled_from([5, 10, 15]))
def test_a_grid_lies_on_its_steps_and_inside(opens, first, last, step):
    found = grid(opens, first, last, step)

    stride = timedelta(minutes=step)
    assert all(first <= one <= last for one in found)
    assert all((one - opens) % stride == timedelta(0) for one in found)
    if first <= last:
        assert len(found) in ((last - first) // stride, (last - first) // stride + 1)


@given(instants, instants, st.sampled_from(["Asia/Shanghai", "Europe/Berlin"]))
def test_a_long_time_is_cut_into_days(start, end, name):
    if start >= end:
        return
    parts = days_of(start, end, ZoneInfo(name))

    assert joined([(a, b) for _, a, b in parts]) == [(start, end)]
    assert all(b - a <= LONGEST for _, a, b in parts)


BASE = datetime(2026, 6, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "refusal"),
    [
        (BASE, BASE, EndsTooSoon),
        (BASE, BASE - timedelta(minutes=1), EndsTooSoon),
        (BASE, BASE + LONGEST + timedelta(seconds=1), TooLong),
        (datetime(1899, 12, 31, tzinfo=UTC), BASE, OutOfCalendar),
        (BASE, datetime(2202, 1, 1, tzinfo=UTC), OutOfCalendar),
    ],
)
def test_a_period_that_makes_no_sense_is_refused(start, end, refusal):
    with pytest.raises(refusal):
        check_period(start, end)


def candidate(n: int, need: int = 0, **facts) -> Candidate:
    usual = {
        "free_lane": 0,
        "resource_id": UUID(int=n),
        "need": need,
        "minutes": 30,
        "starts_at": BASE,
        "ends_at": BASE + timedelta(minutes=30),
        "practitioner_id": UUID(int=100 + n) if need == 0 else None,
        "home_id": None,
        "clinic_day": BASE.date(),
        "load": 0,
        "expired_hold": False,
    }
    return Candidate(**usual | facts)


def test_the_least_loaded_is_chosen_in_the_home_room():
    found = choices(
        [
            candidate(1, load=3),
            candidate(2, load=1, home_id=UUID(int=11)),
            candidate(10, need=1, load=0),
            candidate(11, need=1, load=5),
            candidate(12, need=1, load=0, free_lane=None),
        ],
        1,
        may_extend=False,
    )

    assert [one.practitioner.resource_id.int for one in found] == [2, 1]
    assert [thing.resource_id.int for thing in found[0].things[0]] == [11, 10]


def test_who_lacks_a_thing_is_left_out():
    found = choices([candidate(1), candidate(10, need=1, minutes=45)], 1, may_extend=False)

    assert found == []
