"""When a step is due, on three calendars. Pure."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from yilu.pathways.rules import times

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


def shanghai(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2031, 3, day, hour, minute, tzinfo=SHANGHAI)


def office(day: int) -> tuple[datetime, datetime]:
    return shanghai(day, 9), shanghai(day, 17)


def on_weekdays(day: date) -> bool:
    return day.weekday() < 5


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        (shanghai(3, 10), 60, shanghai(3, 11)),
        (shanghai(3, 16, 30), 60, shanghai(4, 9, 30)),
        (shanghai(3, 7), 30, shanghai(3, 9, 30)),
        (shanghai(3, 20), 480, shanghai(4, 17)),
        (shanghai(3, 9), 480, shanghai(3, 17)),
        (shanghai(3, 9), 481, shanghai(4, 9, 1)),
    ],
)
def test_site_hours_count_only_while_the_site_is_open(start, minutes, due):
    assert times.site_hours(start, minutes, [office(3), office(4)]) == due


def test_site_hours_that_do_not_reach_say_so():
    assert times.site_hours(shanghai(3, 16), 600, [office(3)]) is None


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        (shanghai(3, 10), 1440, shanghai(4, 10)),  # Monday to Tuesday
        (shanghai(7, 10), 1440, shanghai(10, 10)),  # Friday to Monday
        (shanghai(8, 10), 1440, shanghai(11, 0)),  # Saturday: from Monday's first minute
        (shanghai(7, 23), 120, shanghai(10, 1)),
        (shanghai(3, 9), 5 * 1440, shanghai(10, 9)),
    ],
)
def test_days_off_do_not_count_as_working_days(start, minutes, due):
    found = times.working_days(start, minutes, SHANGHAI, on_weekdays)
    assert found == due


def test_a_day_on_which_clocks_change_is_one_working_day():
    saturday = datetime(2031, 3, 29, 10, tzinfo=BERLIN)

    found = times.working_days(saturday, 1440, BERLIN, lambda _: True)

    assert found.astimezone(BERLIN) == datetime(2031, 3, 30, 10, tzinfo=BERLIN)
    assert found.astimezone(UTC) - saturday.astimezone(UTC) == timedelta(hours=23)
