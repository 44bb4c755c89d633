"""Fewer bookings online at a site, for as long as a limit is there."""

from threading import Barrier, Thread

import pytest
from django.db import connections

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import DomainError, NotAllowed
from yilu.platform.ids import new_id
from yilu.scheduling import permissions
from yilu.scheduling.errors import DayLimited, ServiceClosedOnline
from yilu.scheduling.models import Booking, Curb, Hold
from yilu.scheduling.operations.booking import book_appointment
from yilu.scheduling.operations.changing import cancel_booking, reschedule_booking
from yilu.scheduling.operations.curbs import lift_online_limit, limit_online
from yilu.scheduling.operations.holds import hold_time
from yilu.scheduling.selectors.curbs import curb_of
from yilu.scheduling.selectors.free_time import free_slots
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at, make_clinic, make_service

SETTER = Actor.system("setter", permissions.RULES)
pytestmark = [pytest.mark.django_db, pytest.mark.covers("B22")]


@pytest.fixture
def clinic():
    return make_clinic(service=make_service(online=True))


def owner(patient_id) -> Actor:
    return Actor(kind="patient", name="患者", owns=frozenset({patient_id}), user_id=new_id())


def limit(clinic, per_day=None, closed_ids=()):
    limit_online(actor=SETTER, site_id=clinic.site_id, per_day=per_day, closed_ids=closed_ids)


def online(clinic, hour, *, day=0):
    patient_id = clinic.patient()
    wish = clinic.wish(at(hour, day=day), patient_id=patient_id, channel="web")
    return book_appointment(actor=owner(patient_id), wish=wish)


def free(clinic, channel="web"):
    slots = free_slots(
        site_id=clinic.site_id, service_id=clinic.service_id, starts_from=at(8),
        starts_until=at(20, day=1), channel=channel,
    )  # fmt: skip
    return {slot.starts_at.date().isoformat() for slot in slots}


def test_so_many_a_day_and_then_another_day(clinic):
    limit(clinic, 2)
    first = online(clinic, 9)
    online(clinic, 10)

    with pytest.raises(DayLimited) as refused:
        online(clinic, 11)

    assert refused.value.params["limit"] == 2
    assert Booking.objects.count() == 2
    online(clinic, 9, day=1)
    cancel_booking(actor=clinic.actor, booking_id=first.id, reason="改期")
    online(clinic, 11)


def test_free_time_online_leaves_full_days_out_and_the_desk_sees_all(clinic):
    both = {"2031-03-03", "2031-03-04"}
    assert free(clinic) == both
    limit(clinic, 1)
    assert free(clinic) == both
    online(clinic, 9)
    assert free(clinic) == {"2031-03-04"}
    assert free(clinic, "desk") == both
    assert free(clinic, "kiosk") == both
    limit(clinic, 0)
    assert free(clinic) == set()


def test_the_desk_and_the_telephone_are_never_bound(clinic):
    limit(clinic, 0, [clinic.service_id])
    clinic.book(at(9))
    clinic.book(at(10), channel="phone")
    assert Booking.objects.count() == 2


def test_a_closed_service_is_not_offered_online(clinic):
    limit(clinic, closed_ids=[clinic.service_id])
    assert free(clinic) == set()
    with pytest.raises(ServiceClosedOnline):
        online(clinic, 9)
    assert not Booking.objects.exists()


def test_a_kept_time_counts_and_its_own_booking_is_not_counted_twice(clinic):
    limit(clinic, 1)
    keeper = Actor.system("keeper", permissions.BOOK)
    held = hold_time(
        actor=keeper, site_id=clinic.site_id, service_id=clinic.service_id,
        practitioner_id=clinic.doctors[0], starts_at=at(9), minutes=10, channel="web",
    )  # fmt: skip
    with pytest.raises(DayLimited):
        online(clinic, 10)
    patient_id = clinic.patient()
    wish = clinic.wish(at(9), patient_id=patient_id, channel="web", hold_id=held.id)
    book_appointment(actor=owner(patient_id).lent(permissions.BOOK), wish=wish)
    assert Booking.objects.count() == 1
    assert not Hold.objects.filter(state="held").exists()


def test_a_patient_moves_within_the_limit(clinic):
    mine = online(clinic, 9)
    online(clinic, 9, day=1)
    limit(clinic, 1)
    me = owner(Booking.objects.get(pk=mine.id).patient_id)

    def move(actor, starts_at):
        reschedule_booking(
            actor=actor, booking_id=mine.id, starts_at=starts_at, practitioner_id=None
        )

    move(me, at(11))
    with pytest.raises(DayLimited):
        move(me, at(11, day=1))
    move(clinic.actor, at(11, day=1))


def test_it_is_set_by_who_may_replaced_and_lifted(clinic):
    nobody = Actor(kind="staff", name="前台", user_id=new_id())
    for deed in (limit_online, lift_online_limit):
        with pytest.raises(NotAllowed):
            deed(actor=nobody, site_id=clinic.site_id)
    limit(clinic, 3)
    limit(clinic, 5, [clinic.service_id])
    assert curb_of(clinic.site_id).per_day == 5
    limit(clinic)
    assert curb_of(clinic.site_id) is None
    assert not Curb.objects.get().is_on
    lift_online_limit(actor=SETTER, site_id=clinic.site_id)


def test_free_time_costs_no_query_more_without_a_limit(clinic, django_assert_num_queries):
    free(clinic)
    with django_assert_num_queries(2):
        free(clinic)
    limit(clinic, 3)
    with django_assert_num_queries(3):
        free(clinic)
    with django_assert_num_queries(2):
        free(clinic, "desk")


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_of_two_who_book_the_last_place_of_a_day_at_once_one_is_told():
    clinic = make_clinic(doctors=2, rooms=2, service=make_service(online=True))
    limit(clinic, 1)
    patients = [clinic.patient(), clinic.patient("李小红")]
    barrier, found = Barrier(2), [None, None]

    def book(place: int) -> None:
        wish = clinic.wish(
            at(9 + place), patient_id=patients[place], channel="web",
            practitioner_id=clinic.doctors[place],
        )  # fmt: skip
        try:
            barrier.wait()
            with clock.at(SUNDAY_EVENING):
                found[place] = book_appointment(actor=owner(patients[place]), wish=wish)
        except DomainError as refusal:
            found[place] = type(refusal)
        finally:
            connections.close_all()

    threads = [Thread(target=book, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found.count(DayLimited) == 1
    assert Booking.objects.count() == 1
