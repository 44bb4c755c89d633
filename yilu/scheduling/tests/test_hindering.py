"""A refused group at the desk: for whom what hindered, and times that suit all of them."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse

from yilu.platform import clock
from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.scheduling.models import Booking
from yilu.scheduling.selectors.hindering import Hinders, Together, ways_for_all, what_hinders
from yilu.scheduling.tests.factories import SUNDAY_EVENING, Clinic, at, make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A18", "A06")]


@pytest.fixture
def clinic():
    with clock.at(SUNDAY_EVENING):
        yield make_clinic(doctors=2, rooms=2)


def wanted(clinic: Clinic, people: int = 2, hour: int = 10, *, parallel: bool = False) -> Together:
    ids = [clinic.patient() for _ in range(people)]
    return Together(clinic.site_id, clinic.service_id, ids, at(hour), clinic.doctors[0], parallel)


def said(group: Together) -> list[tuple[int, str]]:
    return [(one.position, one.why.value) for one in what_hinders(group)]


def test_who_comes_later_finds_the_doctor_taken(clinic):
    group = wanted(clinic, people=3)
    clinic.book(at(10, 30))
    assert said(group) == [(1, "taken")]


def test_somebody_who_is_booked_elsewhere_then_is_named_with_their_hours(clinic):
    group = wanted(clinic)
    clinic.book(at(10, 30), patient_id=group.people[1], practitioner_id=clinic.doctors[1])

    (one,) = what_hinders(group)

    assert (one.position, one.why, one.starts_at) == (1, Hinders.BUSY, at(10, 30))
    assert one.busy is not None
    assert (one.busy.starts_at, one.busy.ends_at - one.busy.starts_at) == (
        at(10, 30), timedelta(minutes=30),
    )  # fmt: skip


def test_side_by_side_there_is_no_further_doctor_for_the_third(clinic):
    assert said(wanted(clinic, people=3, parallel=True)) == [(2, "nobody")]


def test_the_chosen_doctor_is_taken_and_the_other_is_not_enough(clinic):
    group = wanted(clinic, parallel=True)
    clinic.book(at(10))
    assert said(group) == [(0, "taken")]


def test_where_nobody_is_hindered_alone_rooms_are_what_lacks(clinic):
    assert said(wanted(clinic)) == [(0, "things")]


@pytest.mark.parametrize("parallel", [False, True])
def test_ways_suit_all_and_are_near(clinic, parallel):
    group = wanted(clinic, parallel=parallel)
    second = group.people[1]
    busy = clinic.book(at(10, 30), patient_id=second, practitioner_id=clinic.doctors[1])

    ways = ways_for_all(group)

    assert 0 < len(ways) <= 6
    assert [way.starts_at for way in ways] == sorted(way.starts_at for way in ways)
    for way in ways:
        assert abs(way.starts_at - at(10)) <= timedelta(hours=4)
        for place in way.places:
            assert place.ends_at <= busy.starts_at or place.starts_at >= busy.ends_at


def test_what_it_costs_does_not_grow_with_the_people(clinic, django_assert_num_queries):
    for people in (2, 5):
        group = wanted(clinic, people=people)
        with django_assert_num_queries(3):
            what_hinders(group)
        with django_assert_num_queries(4):
            ways_for_all(group)


@pytest.fixture
def desk(clinic, client):
    person = make_staff("front_desk", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    client.cookies["yilu_language"] = "en"
    return client


def send(desk, clinic: Clinic, people: list[UUID], **facts: object):
    usual = {
        "site": clinic.site_id, "service": clinic.service_id, "channel": "phone",
        "time": f"{at(10).isoformat()}|{clinic.doctors[0]}",
        "patient": people[0], "along": people[1:], "how": "consecutive",
        "request_key": new_id(), "way": new_id(),
    }  # fmt: skip
    return desk.post(reverse("scheduling:new"), usual | facts, headers={"HX-Request": "true"})


def test_the_dialog_names_who_and_why_and_one_press_books_what_suits_all(clinic, desk):
    people = [clinic.patient("欧阳静"), clinic.patient("王小丫")]
    clinic.book(at(10, 30), patient_id=people[1], practitioner_id=clinic.doctors[1])

    refused = send(desk, clinic, people)

    html = refused.content.decode()
    assert refused.status_code == 422
    assert 'id="hindered"' in html
    assert "Wang Xiaoya" in html.split('id="hindered"')[1]
    assert "is booked elsewhere from 10:30 to 11:00" in html
    assert Booking.objects.count() == 1
    offered = html.split('name="places" value="')[1].split('"')[0]
    done = send(desk, clinic, people, places=offered)
    assert done.status_code == 204, done.content.decode()
    together = Booking.objects.exclude(group_id=None).order_by("starts_at")
    assert {one.patient_id for one in together} == set(people)


def test_an_offer_that_somebody_else_took_is_refused_and_offers_anew(clinic, desk):
    people = [clinic.patient("欧阳静"), clinic.patient("王小丫")]
    places = ",".join(f"{at(11, m).isoformat()}|{clinic.doctors[0]}" for m in (0, 30))
    clinic.book(at(11, 30))

    refused = send(desk, clinic, people, places=places)

    assert refused.status_code == 422
    assert "the doctor is not free then" in refused.content.decode()
    assert Booking.objects.count() == 1


@pytest.mark.parametrize("places", ["x", f"{at(11).isoformat()}|nobody"])
def test_what_cannot_be_read_is_a_clear_refusal(clinic, desk, places):
    people = [clinic.patient(), clinic.patient()]
    assert send(desk, clinic, people, places=places).status_code == 400
    assert Booking.objects.count() == 0


def test_fewer_places_than_people_book_nobody(clinic, desk):
    people = [clinic.patient(), clinic.patient()]
    one = f"{at(11).isoformat()}|{clinic.doctors[0]}"
    assert send(desk, clinic, people, places=one).status_code == 422
    assert Booking.objects.count() == 0
