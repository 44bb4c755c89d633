"""Counting looks in one process."""

from datetime import UTC, datetime, timedelta

import pytest

from yilu.platform import clock
from yilu.platform.errors import TooMany
from yilu.platform.pace import Pace

NOON = datetime(2031, 3, 3, 12, tzinfo=UTC)


def test_looks_are_refused_over_the_limit_until_the_next_period():
    pace = Pace(limit=2, seconds=30)
    with clock.at(NOON, machine=NOON):
        pace.take("a")
        pace.take("a")
        pace.take("b")
        with pytest.raises(TooMany) as refused:
            pace.take("a")
        assert refused.value.retry_after == 30
    later = NOON + timedelta(seconds=30)
    with clock.at(later, machine=later):
        pace.take("a")
