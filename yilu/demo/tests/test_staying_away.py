"""Who stays away in the made-up clinic: as often, and for such reasons, as studies found."""

from dataclasses import replace
from datetime import date, timedelta
from math import exp

import pytest

from yilu.demo.staying_away import Agreed, Behaviour, chance_of_staying_away, habit_of
from yilu.demo.story import Desks, Doctor, Offer, Setting, day_story

USUAL = Agreed(
    lead_days=6, age=50, is_first=False, weekday=2, minute=600,
    channel="phone", confirmed=False, habit=0.0,
)  # fmt: skip
FIRST_DAY = date(2026, 3, 2)
HOURS = dict.fromkeys(range(6), ((480, 720), (810, 1080)))


def odds(booked: Agreed) -> float:
    chance = chance_of_staying_away(booked, Behaviour())
    return chance / (1 - chance)


@pytest.mark.parametrize(
    ("other", "ratio"),
    [
        ({"lead_days": 28}, exp(0.57 * 1.4214)),
        ({"is_first": True}, 1.5),
        ({"channel": "web"}, 1.5),
        ({"channel": "desk"}, 0.8),
        ({"confirmed": True}, 0.6),
        ({"age": 19}, 1.25),
        ({"age": 70}, 0.75 / 0.8),
        ({"weekday": 0}, 1.2 / 1.1),
        ({"minute": 8 * 60}, 1.16),
    ],
)
def test_each_reason_changes_the_odds_by_its_published_ratio(other, ratio):
    assert odds(replace(USUAL, **other)) / odds(USUAL) == pytest.approx(ratio, rel=1e-3)


def test_a_person_keeps_their_habit_and_two_persons_differ():
    assert habit_of(7, "adult", 5) == habit_of(7, "adult", 5) != habit_of(7, "adult", 6)


@pytest.fixture(scope="module")
def weeks():
    """Ten weeks of bookings that were not cancelled, with the day of each."""
    doctors = [Doctor(f"D{n}", "south", HOURS, (Offer("consultation", 15, 5),)) for n in range(16)]
    born = [date(1940, 1, 1) + timedelta(days=n * 19) for n in range(1500)]
    told = []
    for n in range(70):
        day = FIRST_DAY + timedelta(days=n)
        story = day_story(
            seed=7, day=day, doctors=doctors, patients={"adult": born},
            desks={"south": Desks()}, setting=Setting(fullness=0.6),
        )  # fmt: skip
        told += [v for v in story if v.starts is not None and v.cancelled_before_days is None]
    return told


def share(visits) -> float:
    return sum(one.stayed_away for one in visits) / len(visits)


def test_about_one_in_twelve_is_missed(weeks):
    assert 0.07 < share(weeks) < 0.10


def test_who_missed_before_misses_more_often(weeks):
    before: dict[int, bool] = {}
    again, never = [], []
    for one in weeks:
        if one.patient in before:
            (again if before[one.patient] else never).append(one)
        before[one.patient] = before.get(one.patient, False) or one.stayed_away
    ratio = share(again) / (1 - share(again)) / (share(never) / (1 - share(never)))

    assert 1.79 < ratio < 4.42


def test_longer_ahead_is_missed_more_often(weeks):
    soon = [one for one in weeks if one.lead_days < 7]
    late = [one for one in weeks if one.lead_days > 21]

    assert 1.5 < share(late) / share(soon) < 4
