"""How numbers, times and phones are written."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from yilu.platform import wording

SHANGHAI = ZoneInfo("Asia/Shanghai")
TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (Decimal("1234"), "¥1,234.00"),
        (Decimal("0.005"), "¥0.01"),
        (Decimal("-120"), "−¥120.00"),
        (Decimal("-0.001"), "¥0.00"),
        (Decimal("1234567.891"), "¥1,234,567.89"),
        (0, "¥0.00"),
        ("12.5", "¥12.50"),
    ],
)
def test_money_is_written_as_a_bill_writes_it(amount: Decimal, written: str):
    assert wording.money(amount) == written


def test_the_time_of_day_is_that_of_the_moments_own_zone():
    assert wording.clock_time(datetime(2026, 11, 24, 9, 5, tzinfo=SHANGHAI)) == "09:05"


@pytest.mark.parametrize(
    ("language", "written"), [("en", "Tue 24 Nov"), ("zh-hans", "11月24日 周二")]
)
def test_a_day_is_written_in_the_readers_language(language: str, written: str):
    with translation.override(language):
        assert wording.day(TUESDAY) == written


@pytest.mark.parametrize(
    ("language", "written"), [("en", "Tuesday 24 November"), ("zh-hans", "11月24日 星期二")]
)
def test_a_wall_writes_the_whole_weekday(language: str, written: str):
    with translation.override(language):
        assert wording.long_day(TUESDAY) == written


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("12100003482", "121****3482"), ("02012345678", "020****5678"), ("12345", "***45"), ("", "")],
)
def test_a_phone_is_never_shown_whole(phone: str, shown: str):
    assert wording.mask_phone(phone) == shown
