"""One press for a late session while one of its bookings is changed: with real commits."""

from functools import partial
from uuid import UUID

import pytest

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.testing import beside
from yilu.scheduling import permissions
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.arrivals import mark_arrived, mark_in_consultation
from yilu.scheduling.operations.changing import reschedule_booking
from yilu.scheduling.operations.later import Promise, promise_later_time
from yilu.scheduling.operations.retiming import Retimed, retime_session
from yilu.scheduling.selectors.overruns import overruns
from yilu.scheduling.tests.factories import Clinic, at, make_clinic

pytestmark = [
    pytest.mark.races,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("A24"),
]
NOW = at(9, 55)


@pytest.mark.parametrize("deed", ["promised", "moved"])
def test_who_is_told_or_moved_in_that_moment_is_left_as_that_says(deed: str):
    clinic = make_clinic(doctors=2, rooms=3)
    booked = [clinic.book(start).id for start in (at(9), at(9, 30), at(10), at(10, 30))]
    with clock.at(at(9, 20)):
        mark_arrived(actor=clinic.actor, booking_id=booked[0])
        mark_in_consultation(actor=clinic.actor, booking_id=booked[0])
        mark_arrived(actor=clinic.actor, booking_id=booked[1])
    with clock.at(NOW):
        (shown,) = overruns(clinic.actor, clinic.site_id)
    assert [one.line.id for one in shown.changes] == booked[2:]

    press = partial(
        retime_session, actor=clinic.actor, site_id=clinic.site_id,
        practitioner_id=clinic.doctors[0], seen=shown.seen,
    )  # fmt: skip
    with clock.at(NOW):
        done = promise if deed == "promised" else move_on
        assert beside(partial(done, clinic, booked[2]), press) == Retimed(moved=1, left=1)

    kept = Booking.objects.get(pk=booked[2])
    stands = (at(10), at(10, 40)) if deed == "promised" else (at(10, day=1), None)
    assert (kept.starts_at, kept.come_at) == stands
    assert Booking.objects.get(pk=booked[3]).starts_at == at(11)


def promise(clinic: Clinic, booking_id: UUID) -> None:
    told = Promise(
        booking_id=booking_id, instead_of=at(10), come_at=at(10, 40), low_at=at(10, 55),
        middle_at=at(10, 55), high_at=at(11, 15),
    )  # fmt: skip
    teller = Actor.system("teller", permissions.CHANGE)
    assert promise_later_time(actor=teller, promise=told)


def move_on(clinic: Clinic, booking_id: UUID) -> None:
    reschedule_booking(
        actor=clinic.actor, booking_id=booking_id, starts_at=at(10, day=1), practitioner_id=None
    )
