"""The desk grid in many hands: one deed is done, the other is told, and nothing overlaps."""

from collections.abc import Callable
from uuid import UUID

import pytest

from yilu.scheduling.models import Booking
from yilu.scheduling.operations.dropping import Place, drop_booking, resize_booking
from yilu.scheduling.tests.factories import Clinic, at, make_clinic
from yilu.scheduling.tests.test_races import (
    HALF_HELD,
    OVERLAPS,
    ROUNDS,
    at_once,
    booking,
    count,
)

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


@pytest.mark.covers("A04", "A06", "A08")
def test_two_people_move_one_booking_at_once_and_one_is_told():
    clinic = make_clinic(doctors=3, rooms=3, days=ROUNDS)
    for day in range(ROUNDS):
        booked = clinic.book(at(9, day=day))
        places = [Place(at(10, day=day), clinic.doctors[1]), Place(at(11, day=day))]

        ended = at_once([dropping(clinic, booked.id, place, booked.version) for place in places])

        assert ended == {"done": 1, "stale": 1}
        found = Booking.objects.get(pk=booked.id)
        assert (found.starts_at, found.practitioner_id) in {
            (places[0].starts_at, clinic.doctors[1]),
            (places[1].starts_at, clinic.doctors[0]),
        }
    assert count(OVERLAPS) == count(HALF_HELD) == 0


@pytest.mark.covers("A04", "A06")
def test_two_bookings_dropped_on_one_place_at_once_leave_the_other_where_it_was():
    clinic = make_clinic(doctors=2, rooms=2)
    first, second = clinic.book(at(9)), clinic.book(at(9), practitioner_id=clinic.doctors[1])
    place = Place(at(11), clinic.doctors[0])

    ended = at_once([dropping(clinic, one.id, place, one.version) for one in (first, second)])

    assert ended == {"done": 1, "slot_taken": 1}
    assert Booking.objects.filter(starts_at=at(11)).count() == 1
    assert Booking.objects.filter(starts_at=at(9)).count() == 1
    assert count(OVERLAPS) == count(HALF_HELD) == 0


@pytest.mark.covers("A04")
def test_a_booking_stretched_while_its_neighbour_is_taken_overlaps_nothing():
    clinic = make_clinic(rooms=2)
    booked = clinic.book(at(9))
    wish = clinic.wish(at(9, 30))

    def stretch() -> object:
        return resize_booking(actor=clinic.actor, booking_id=booked.id, minutes=60)

    ended = at_once([stretch, booking(clinic, wish)])

    assert ended == {"done": 1, "slot_taken": 1}
    assert count(OVERLAPS) == count(HALF_HELD) == 0


def dropping(clinic: Clinic, booking_id: UUID, place: Place, version: int) -> Callable[[], object]:
    return lambda: drop_booking(
        actor=clinic.actor, booking_id=booking_id, place=place, version=version
    )
