"""Many at once: one time is sold once, whatever is tried; and without the guard it is not.

`YILU_SOAK=1` runs everything at full size: 50 and 200 at once, twenty rounds.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection, connections

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import DomainError
from yilu.platform.ids import new_id
from yilu.scheduling.models import Allocation, Booking, Offer, Opening, WaitingEntry
from yilu.scheduling.operations.booking import BookingWish, book_appointment
from yilu.scheduling.operations.changing import cancel_booking, reschedule_booking
from yilu.scheduling.operations.holds import hold_time
from yilu.scheduling.operations.offers import accept_offer, offer_freed_time
from yilu.scheduling.operations.waiting_list import WaitingWish, join_waiting_list
from yilu.scheduling.selectors.waiters import Freed
from yilu.scheduling.tests.factories import (
    MONDAY,
    SUNDAY_EVENING,
    Clinic,
    at,
    make_clinic,
    make_service,
)

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]

SOAK = os.environ.get("YILU_SOAK") == "1"
ROUNDS = 20 if SOAK else 3
CROWDS = (50, 200) if SOAK else (12, 24)
MOST_CONNECTIONS = 50
STORM = 400 if SOAK else 60

OVERLAPS = """
SELECT count(*) FROM scheduling_allocation a
JOIN scheduling_allocation b ON a.resource_id = b.resource_id AND a.lane = b.lane
     AND a.id < b.id AND a.during && b.during
WHERE a.active AND b.active
"""
# Every booking that stands holds its practitioner and its room, for its whole time.
HALF_HELD = """
SELECT count(*) FROM scheduling_booking k
WHERE k.state = 'confirmed' AND 2 <> (
    SELECT count(*) FROM scheduling_allocation a
    WHERE a.booking_id = k.id AND a.active AND a.during @> tstzrange(k.starts_at, k.ends_at)
)
"""


def count(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


def at_once(calls: Sequence[Callable[[], object]]) -> Counter[str]:
    """Run the calls at the same moment; count "done" and the refusals' codes.

    As behind a web server, a larger crowd queues for a bounded number of connections.
    """
    workers = min(len(calls), MOST_CONNECTIONS)
    start = Barrier(workers)

    def run(numbered: tuple[int, Callable[[], object]]) -> str:
        n, call = numbered
        try:
            connection.ensure_connection()
            if n < workers:
                start.wait(timeout=60)
            with clock.at(SUNDAY_EVENING):
                call()
        except DomainError as refused:
            return refused.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(workers) as pool:
        return Counter(pool.map(run, enumerate(calls)))


def booking(clinic: Clinic, wish: BookingWish) -> Callable[[], object]:
    return lambda: book_appointment(actor=clinic.actor, wish=wish)


@pytest.mark.covers("A01", "A04", "A06")
@pytest.mark.parametrize("crowd", CROWDS)
def test_one_time_is_sold_once_to_a_crowd(crowd: int):
    clinic = make_clinic(rooms=2, days=7)
    patients = [clinic.patient() for _ in range(crowd)]

    for n in range(ROUNDS):
        start = at(9 + n % 3, day=n // 3)
        wishes = [clinic.wish(start, patient_id=patient) for patient in patients]

        ended = at_once([booking(clinic, wish) for wish in wishes])

        assert ended == {"done": 1, "slot_taken": crowd - 1}
    assert Booking.objects.count() == ROUNDS
    numbers = Booking.objects.values_list("clinic_day", "number")
    assert len(set(numbers)) == ROUNDS
    assert count(OVERLAPS) == 0


def test_the_rooms_set_the_limit_when_practitioners_do_not():
    """Six doctors, three rooms: three of six at once, each in a room of their own."""
    clinic = make_clinic(doctors=6, rooms=3)
    wishes = [clinic.wish(at(10), practitioner_id=doctor) for doctor in clinic.doctors]

    ended = at_once([booking(clinic, wish) for wish in wishes])

    assert ended == {"done": 3, "slot_taken": 3}
    assert count(OVERLAPS) == 0
    assert count(HALF_HELD) == 0


def test_anyone_means_all_who_are_free():
    clinic = make_clinic(doctors=4, rooms=6)
    wishes = [clinic.wish(at(10), practitioner_id=None) for _ in range(6)]

    ended = at_once([booking(clinic, wish) for wish in wishes])

    # Who loses a race tries the next best a few times; nobody is sold twice.
    assert ended["done"] + ended["slot_taken"] == 6
    assert 1 <= ended["done"] <= 4
    assert count(OVERLAPS) == 0


def test_a_patient_who_clicks_everywhere_gets_one_booking():
    clinic = make_clinic(doctors=6, rooms=6)
    patient_id = clinic.patient()
    wishes = [
        clinic.wish(at(10), practitioner_id=doctor, patient_id=patient_id)
        for doctor in clinic.doctors
    ]

    ended = at_once([booking(clinic, wish) for wish in wishes])

    assert ended == {"done": 1, "patient_busy": 5}
    assert Allocation.objects.filter(active=True).count() == 2


def test_a_hold_and_a_booking_do_not_get_the_same_time():
    clinic = make_clinic()
    wish = clinic.wish(at(10))

    def keep() -> object:
        return hold_time(
            actor=clinic.actor,
            site_id=clinic.site_id,
            service_id=clinic.service_id,
            practitioner_id=clinic.doctors[0],
            starts_at=at(10),
        )

    ended = at_once([keep, booking(clinic, wish)])

    assert ended == {"done": 1, "slot_taken": 1}


def test_of_many_cancellations_one_is_recorded():
    clinic = make_clinic()
    with clock.at(SUNDAY_EVENING):
        booked = clinic.book(at(10))

    def cancel() -> object:
        return cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="ill")

    assert at_once([cancel] * 5) == {"done": 1, "move_refused": 4}


def test_two_bookings_change_places_or_neither_moves():
    """Each wants the other's time: the database finds the knot, and nobody sees a deadlock."""
    clinic = make_clinic(doctors=2, rooms=2)
    first = clinic.book(at(10), practitioner_id=clinic.doctors[0])
    second = clinic.book(at(11), practitioner_id=clinic.doctors[0])

    def move(booking_id: UUID, hour: int) -> Callable[[], object]:
        return lambda: reschedule_booking(
            actor=clinic.actor,
            booking_id=booking_id,
            starts_at=at(hour),
            practitioner_id=clinic.doctors[0],
        )

    ended = at_once([move(first.id, 11), move(second.id, 10)])

    assert ended == {"slot_taken": 2}
    assert count(OVERLAPS) == 0
    assert count(HALF_HELD) == 0


@pytest.mark.covers("A04", "A08")
def test_a_storm_of_bookings_moves_and_cancellations_leaves_no_overlap():
    clinic = make_clinic(doctors=3, rooms=2, days=2, service=make_service(buffer_after=5))
    patients = [clinic.patient() for _ in range(12)]
    wish = clinic.wish(patient_id=patients[0])

    def storm(seed: int) -> Callable[[], object]:
        return lambda: _storm(clinic, wish, patients, Random(seed))  # noqa: S311

    ended = at_once([storm(seed) for seed in range(6)])

    assert ended == {"done": 6}
    assert Booking.objects.exclude(state="confirmed").exists()
    assert count(OVERLAPS) == 0
    assert count(HALF_HELD) == 0
    loose = Allocation.objects.filter(active=True).exclude(booking__state="confirmed")
    assert not loose.exists()


def _storm(clinic: Clinic, wish: BookingWish, patients: list[UUID], random: Random) -> None:
    """Many deeds after each other; a refusal is an answer, anything else a failure."""
    mine: list[UUID] = []
    for _ in range(STORM // 6):
        start = at(9, random.randrange(0, 165, 15), day=random.randrange(2))
        who = random.choice([None, *clinic.doctors])
        try:
            _any_deed(clinic, wish, mine, random, (start, who, random.choice(patients)))
        except DomainError as refused:
            if refused.status not in (404, 409, 412):
                raise


def _any_deed(clinic, wish, mine, random, drawn) -> None:
    start, who, patient = drawn
    deed = random.choice(["book", "book", "move", "cancel"]) if mine else "book"
    if deed == "book":
        wanted = replace(wish, starts_at=start, practitioner_id=who, patient_id=patient)
        mine.append(book_appointment(actor=clinic.actor, wish=wanted).id)
    elif deed == "move":
        reschedule_booking(
            actor=clinic.actor,
            booking_id=random.choice(mine),
            starts_at=start,
            practitioner_id=who,
        )
    else:
        cancel_booking(actor=clinic.actor, booking_id=random.choice(mine), reason="storm")


@pytest.fixture
def _without_the_guard() -> Iterator[None]:
    """The exclusion constraint is dropped, and comes back whatever happens."""
    with _as_owner() as cursor:
        cursor.execute("ALTER TABLE scheduling_allocation DROP CONSTRAINT " + GUARD)
    yield
    with _as_owner() as cursor:
        cursor.execute("TRUNCATE scheduling_allocation, scheduling_booking CASCADE")
        cursor.execute(
            f"ALTER TABLE scheduling_allocation ADD CONSTRAINT {GUARD} EXCLUDE USING gist"
            " (resource_id WITH =, lane WITH =, during WITH &&) WHERE (active)"
        )


GUARD = "scheduling_allocation_no_overlap"


class _as_owner:  # noqa: N801 (reads as what it does)
    def __enter__(self):
        self.cursor = connection.cursor()
        self.cursor.execute("RESET ROLE")
        self.cursor.execute("SET ROLE NONE")
        return self.cursor

    def __exit__(self, *error):
        self.cursor.close()
        connection.close()


@pytest.mark.usefixtures("_without_the_guard")
def test_control_without_the_constraint_the_same_crowd_oversells():
    """If this passes with the guard off, the tests above would not have noticed its absence."""
    clinic = make_clinic(rooms=1, days=7)
    patients = [clinic.patient() for _ in range(CROWDS[0])]

    sold = 0
    for n in range(20):
        start = at(9 + n % 3, day=n // 3)
        wishes = [clinic.wish(start, patient_id=patient) for patient in patients]
        sold += at_once([booking(clinic, wish) for wish in wishes])["done"] - 1
        if sold > 0 and n >= 2:
            break

    assert sold > 0
    assert count(OVERLAPS) > 0


@pytest.mark.covers("A04")
def test_whoever_wants_different_doctors_at_one_time_finds_a_room_each():
    """None is refused over a room while another stands empty, however many look at once."""
    clinic = make_clinic(doctors=12, rooms=12)
    wishes = [
        clinic.wish(start, practitioner_id=doctor, patient_id=clinic.patient())
        for start in (at(9), at(10), at(11))
        for doctor in clinic.doctors
    ]

    ended = at_once([booking(clinic, wish) for wish in wishes])

    assert ended == {"done": 36}
    assert count(OVERLAPS) == 0
    assert count(HALF_HELD) == 0


def wait(clinic: Clinic, many: int) -> None:
    """Put so many on the waiting list for Monday."""
    for n in range(many):
        join_waiting_list(
            actor=clinic.actor,
            wish=WaitingWish(
                site_id=clinic.site_id,
                service_id=clinic.service_id,
                practitioner_id=None,
                patient_id=clinic.patient(f"林晓{n}"),
                from_on=MONDAY,
                until_on=MONDAY,
                channel="desk",
            ),
        )


@pytest.mark.covers("A09")
def test_an_opening_goes_to_one_of_those_who_answer_at_the_same_moment():
    """Three are asked, each presses in several windows at once."""
    clinic = make_clinic()
    wait(clinic, 3)
    freed = Freed(new_id(), clinic.site_id, clinic.doctors[0], at(11), at(11, 30))
    with clock.at(at(9)):
        offer_freed_time(actor=Actor.system("test"), freed=freed)
    offers = list(Offer.objects.values_list("id", flat=True))
    assert len(offers) == 3

    def taking(offer_id: UUID) -> Callable[[], object]:
        return lambda: accept_offer(actor=clinic.actor, offer_id=offer_id, channel="phone")

    ended = at_once([taking(offer_id) for offer_id in offers * 4])

    assert ended == {"done": 4, "offer_over": 8}
    booked = Booking.objects.get()
    assert WaitingEntry.objects.get(state="met").booking_id == booked.pk
    assert count(OVERLAPS) == 0
    assert count(HALF_HELD) == 0


@pytest.mark.covers("A09")
def test_one_freed_time_is_kept_for_one_whoever_hears_of_it_twice():
    clinic = make_clinic(doctors=2, rooms=2)
    wait(clinic, 4)
    freed = [
        Freed(new_id(), clinic.site_id, doctor, at(11), at(11, 30)) for doctor in clinic.doctors
    ]

    def offering(one: Freed) -> Callable[[], object]:
        return lambda: offer_freed_time(actor=Actor.system("test"), freed=one)

    ended = at_once([offering(one) for one in freed * 4])

    assert ended == {"done": 8}
    asked = list(Offer.objects.filter(state="open").values_list("entry_id", flat=True))
    assert len(asked) == len(set(asked))
    openings = list(Opening.objects.values_list("freed_id", flat=True))
    assert len(openings) == len(set(openings)) > 0
    assert count(OVERLAPS) == 0
