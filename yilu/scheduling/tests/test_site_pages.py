"""A whole site's bookings, page by page: in order of time, over gaps of days and of years."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db.models import F

from yilu.platform.ids import new_id
from yilu.scheduling.models import Booking
from yilu.scheduling.selectors.bookings import Asked, bookings_after
from yilu.scheduling.tests.factories import Clinic, at

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A12", "A16")]


def booked(clinic: Clinic, hour: int, later: int) -> UUID:
    """A booking so many days after Monday."""
    made = clinic.book(at(hour)).id
    by = timedelta(days=later)
    moved = {"starts_at": F("starts_at") + by, "ends_at": F("ends_at") + by}
    Booking.objects.filter(pk=made).update(clinic_day=at(hour).date() + by, **moved)
    return made


def page(clinic: Clinic, after: Any = None, limit: int = 2) -> list[Any]:
    return bookings_after(clinic.actor, Asked(clinic.site_id), after, limit)


def test_every_booking_comes_once_and_in_order_of_time(clinic):
    ids = [booked(clinic, 9 + n, later) for n, later in enumerate((0, 1, 400))]
    ids += [booked(clinic, 14, 4000), booked(clinic, 15, 4000)]

    found, after = [], None
    for _ in range(5):
        lines = page(clinic, after)
        found += [line.id for line in lines]
        after = (lines[-1].starts_at, lines[-1].id) if lines else after

    assert found == ids
    assert page(clinic, limit=10)[-1].id == ids[-1]


def test_a_night_over_the_end_of_a_window_loses_nobody(clinic):
    first = booked(clinic, 9, 0)
    night = booked(clinic, 10, 15)
    # It belongs to the clinic day before, as a night's session does.
    Booking.objects.filter(pk=night).update(clinic_day=at(9).date() + timedelta(days=14))

    assert [line.id for line in page(clinic, limit=10)] == [first, night]


@pytest.mark.parametrize("year", [1, 1999, 2199, 9999])
def test_a_position_at_the_end_of_time_is_answered(clinic, year):
    booked(clinic, 9, 0)
    after = (datetime(year, 12, 31, 12, tzinfo=UTC), new_id())
    assert len(page(clinic, after)) == (1 if year < 2000 else 0)


def test_a_site_without_bookings_has_no_page(clinic):
    assert page(clinic) == []


def test_a_page_does_not_read_what_lies_far_behind(clinic, django_assert_num_queries):
    for hour, later in ((9, 0), (10, 1), (11, 4000)):
        booked(clinic, hour, later)
    with django_assert_num_queries(6):
        assert len(page(clinic)) == 2
