"""A later time while the patient comes, cancels, or is told by somebody else: with real commits."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections

from yilu.messaging.models import Message
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import DomainError
from yilu.scheduling import permissions
from yilu.scheduling.models import Booking, LaterTime
from yilu.scheduling.operations.arrivals import mark_arrived
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.operations.later import Promise, promise_later_time, say_under_way
from yilu.scheduling.tests.factories import Clinic, at

pytestmark = [
    pytest.mark.races,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("A24"),
]
TELLER = Actor.system("teller", permissions.CHANGE)


def promise(booking_id, come_at: datetime, instead_of: datetime | None = None) -> Promise:
    """That somebody booked for eleven is told to come then."""
    low = come_at + timedelta(minutes=15)
    return Promise(
        booking_id=booking_id, instead_of=instead_of or at(11), come_at=come_at, low_at=low,
        middle_at=low, high_at=low + timedelta(minutes=20),
    )  # fmt: skip


def together(*deeds: Callable[[], object]) -> list[object]:
    """What each deed came to, all begun at the same moment on the same clock."""
    barrier, found = Barrier(len(deeds)), [None] * len(deeds)

    def run(place: int, deed: Callable[[], object]) -> None:
        try:
            barrier.wait()
            with clock.at(at(9)):
                found[place] = deed()
        except DomainError as refusal:
            found[place] = refusal.code
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def telling(booking_id) -> Callable[[], object]:
    return lambda: promise_later_time(actor=TELLER, promise=promise(booking_id, at(11, 30)))


def test_two_jobs_at_once_tell_once(clinic: Clinic):
    booking_id = clinic.book(at(11)).id

    assert sorted(map(str, together(*[telling(booking_id)] * 3))) == ["False", "False", "True"]

    assert LaterTime.objects.count() == 1
    assert Message.objects.filter(template="come_later").count() == 1
    assert Booking.objects.get().come_at == at(11, 30)


def test_two_jobs_that_worked_out_different_times_tell_one_of_them(clinic: Clinic):
    booking_id = clinic.book(at(11)).id
    other = promise(booking_id, at(11, 40))

    done = together(telling(booking_id), lambda: promise_later_time(actor=TELLER, promise=other))

    assert sorted(map(str, done)) == ["False", "True"]
    told = LaterTime.objects.get().come_at
    assert Booking.objects.get().come_at == told


@pytest.mark.parametrize("deed", ["arrive", "cancel", "leave"])
def test_who_comes_cancels_or_leaves_home_meanwhile_is_told_before_or_not_at_all(
    clinic: Clinic, deed: str
):
    booking_id = clinic.book(at(11)).id
    deeds: dict[str, Callable[[], object]] = {
        "arrive": lambda: mark_arrived(actor=clinic.actor, booking_id=booking_id),
        "cancel": lambda: cancel_booking(actor=clinic.actor, booking_id=booking_id, reason="ill"),
        "leave": lambda: say_under_way(actor=clinic.actor, booking_id=booking_id),
    }

    done = together(telling(booking_id), deeds[deed])

    assert not isinstance(done[1], str), "refused"
    told = done[0] is True
    assert LaterTime.objects.count() == told
    assert Message.objects.filter(template="come_later").count() == told
    # Afterwards nobody is told any more.
    with clock.at(at(9)):
        row = Booking.objects.get()
        later = promise(booking_id, at(11, 50), row.come_at)
        assert promise_later_time(actor=TELLER, promise=later) is False


def test_nothing_earlier_and_no_third_is_ever_told(clinic: Clinic):
    booking_id = clinic.book(at(11)).id
    steps = [(at(11), at(11, 30)), (at(11, 30), at(11, 20)), (at(11), at(11, 45)),
             (at(11, 30), at(11, 50)), (at(11, 50), at(12, 30))]  # fmt: skip

    with clock.at(at(9)):
        told = [
            promise_later_time(actor=TELLER, promise=promise(booking_id, come_at, instead_of))
            for instead_of, come_at in steps
        ]

    assert told == [True, False, False, True, False]
    assert Booking.objects.get().come_at == at(11, 50)
