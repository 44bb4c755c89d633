"""Why somebody stands where they stand, said shortly enough for the row of a board."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from yilu.queueing.rules import order
from yilu.queueing.rules.reasons import WEIGHT_WORDS, Grounds, why_here

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
TWO_LINES = 66
"""How many characters fit the two lines of a row in the doctor's room, beside the time."""


def why(*, level: int = 4, placed: str = order.ON_TIME, late: int = 0, weight: str = "") -> str:
    grounds = Grounds(
        level=level,
        placed=placed,
        weights=(weight,) if weight else (),
        places_back=2,
        booked_at=NOON,
        ready_at=NOON + timedelta(minutes=late),
        limit_at=NOON + timedelta(minutes=60),
        limit_minutes=60,
        reason="",
        promised_at=NOON + timedelta(minutes=25),
    )
    with translation.override("en"):
        return why_here(grounds, NOON + timedelta(minutes=1))


@pytest.mark.covers("B07")
@pytest.mark.parametrize("weight", WEIGHT_WORDS)
def test_urgency_with_a_priority_takes_two_lines(weight):
    assert len(why(level=2, weight=weight)) <= TWO_LINES


@pytest.mark.covers("B07")
@pytest.mark.parametrize(
    ("placed", "late"), [(order.ON_TIME, 0), (order.LATE, 21), (order.PROMISED, 25)]
)
def test_a_booking_with_a_priority_of_age_takes_two_lines(placed, late):
    assert len(why(placed=placed, late=late, weight="age_60")) <= TWO_LINES
