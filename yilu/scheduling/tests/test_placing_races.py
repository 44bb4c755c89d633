"""Many who let the system choose at the same moment: each gets a place of their own, or is told."""

from datetime import timedelta
from functools import partial

import pytest

from yilu.scheduling.models import Booking
from yilu.scheduling.operations.placing import Range, place_booking
from yilu.scheduling.tests.factories import MONDAY, at, make_clinic
from yilu.scheduling.tests.test_races import OVERLAPS, at_once, count

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


@pytest.mark.covers("A07")
def test_two_at_once_get_two_places():
    clinic = make_clinic(doctors=2, rooms=2)
    wishes = [clinic.wish(at(0), practitioner_id=None) for _ in range(2)]
    within = Range(MONDAY + timedelta(days=2))

    ended = at_once(
        [partial(place_booking, actor=clinic.actor, wish=wish, within=within) for wish in wishes]
    )

    assert ended == {"done": 2}
    assert len(set(Booking.objects.values_list("practitioner_id", "starts_at"))) == 2
    assert count(OVERLAPS) == 0


@pytest.mark.covers("A07")
def test_of_more_than_there_are_places_the_rest_is_refused_clearly():
    """One doctor, one afternoon's worth: twelve places on the day, sixteen who want one."""
    clinic = make_clinic(days=1)
    wishes = [clinic.wish(at(0), practitioner_id=None) for _ in range(16)]

    ended = at_once(
        [
            partial(place_booking, actor=clinic.actor, wish=wish, within=Range(MONDAY))
            for wish in wishes
        ]
    )

    assert set(ended) == {"done", "nothing_suits"}
    assert 10 <= ended["done"] <= 12
    assert Booking.objects.count() == ended["done"]
    assert count(OVERLAPS) == 0
