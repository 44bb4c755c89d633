"""Absences that are entered or taken away while others book and cancel inside them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from yilu.platform import clock
from yilu.platform.testing import until_ended_or_waiting
from yilu.scheduling.tests.factories import SUNDAY_EVENING, Clinic, at, make_clinic
from yilu.scheduling.tests.test_blocks import block, blocked_pieces

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic()


def beside(first: Callable[[], object], second: Callable[[], Any]) -> Any:
    """Do something, and the second before the first is kept; gives back what the second said."""

    def run() -> Any:
        try:
            with clock.at(SUNDAY_EVENING):
                return second()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            running = pool.submit(run)
            until_ended_or_waiting(running)
        return running.result()


@pytest.mark.covers("A03")
def test_a_booking_made_at_that_moment_leaves_the_rest_of_the_time_blocked(clinic: Clinic):
    blocked = beside(lambda: clinic.book(at(10)), partial(block, clinic))

    assert blocked_pieces() == {(at(9), at(10)), (at(10, 30), at(12))}
    assert len(blocked.booking_ids) == 1
