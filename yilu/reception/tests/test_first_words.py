"""Who stands at the desk, and how soon we speak to them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from yilu.facility.models import Site
from yilu.platform import clock
from yilu.platform.errors import NotAllowed
from yilu.platform.models import User
from yilu.reception.errors import NotToday
from yilu.reception.models import Doorstep
from yilu.reception.operations.arrivals import check_in
from yilu.reception.operations.doorsteps import note_at_door, note_not_at_door
from yilu.reception.selectors.arrivals import expected
from yilu.reception.selectors.doorsteps import first_words
from yilu.reception.tests.factories import OpenClinic, open_clinic
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at
from yilu.visits.models import Visit
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B02")]


@pytest.fixture
def opened() -> OpenClinic:
    with clock.at(SUNDAY_EVENING):
        return open_clinic()


def test_the_first_word_is_timed_from_when_somebody_stands_there(opened):
    with clock.at(SUNDAY_EVENING):
        booked = opened.clinic.book()
    with clock.at(at(9, 50)):
        note_at_door(actor=opened.desk, booking_id=booked.id)
    with clock.at(at(9, 52)):
        note_at_door(actor=opened.desk, booking_id=booked.id)
        words = first_words(opened.site_id)
        (line,) = expected(actor=opened.desk, site_id=opened.site_id, at_door=words.since)
        assert line.at_door_since == at(9, 50)
        assert (words.number, words.in_time) == (0, 0)
    with clock.at(at(9, 54)):
        assert (first_words(opened.site_id).number, first_words(opened.site_id).late) == (1, 1)
        check_in(actor=opened.desk, booking_id=booked.id)
        words = first_words(opened.site_id)

    assert (words.since, words.number, words.in_time) == ({}, 1, 0)
    assert Visit.objects.get().arrived_at == at(9, 50)


def test_who_is_received_in_time_counts_as_such(opened, django_assert_num_queries):
    with clock.at(SUNDAY_EVENING):
        booked = opened.clinic.book()
    with clock.at(at(9, 50)):
        note_at_door(actor=opened.desk, booking_id=booked.id)
    with clock.at(at(9, 53)):
        check_in(actor=opened.desk, booking_id=booked.id)
        with django_assert_num_queries(1):
            words = first_words(opened.site_id)

    assert (words.number, words.in_time, words.late) == (1, 1, 0)


def test_who_was_mistaken_for_somebody_no_longer_waits(opened):
    with clock.at(SUNDAY_EVENING):
        booked = opened.clinic.book()
    with clock.at(at(9, 50)):
        note_at_door(actor=opened.desk, booking_id=booked.id)
        note_not_at_door(actor=opened.desk, booking_id=booked.id)
        assert first_words(opened.site_id).since == {}
        note_at_door(actor=opened.desk, booking_id=booked.id)
        assert list(first_words(opened.site_id).since) == [booked.id]


def test_nobody_stands_at_the_desk_with_a_booking_of_another_day(opened):
    with clock.at(SUNDAY_EVENING):
        booked = opened.clinic.book()
        with pytest.raises(NotToday):
            note_at_door(actor=opened.desk, booking_id=booked.id)
    with clock.at(at(9, 50)):
        check_in(actor=opened.desk, booking_id=booked.id)
        with pytest.raises(NotToday):
            note_at_door(actor=opened.desk, booking_id=booked.id)
    assert not Doorstep.objects.exists()


def test_only_who_receives_patients_notes_them(opened):
    with clock.at(SUNDAY_EVENING):
        booked = opened.clinic.book()
    cashier = make_staff("cashier", site_id=opened.site_id).actor()
    with clock.at(at(9, 50)), pytest.raises(NotAllowed):
        note_at_door(actor=cashier, booking_id=booked.id)


def test_the_desk_notes_it_with_one_press_and_sees_the_time_run(opened):
    with clock.at(SUNDAY_EVENING):
        booked = opened.clinic.book()
    person = make_staff("front_desk", site_id=opened.site_id)
    key = Site.objects.get(pk=opened.site_id).key
    with clock.at(at(9, 50)):
        desk = Client(headers={"Accept-Language": "en"})
        desk.force_login(User.objects.get(pk=person.user_id))
        url = reverse("reception:at-door", args=[booked.id])
        assert url in desk.get(f"/desk/{key}/expected").text
        assert desk.post(url, {"request_key": str(uuid4())}).status_code == 200
    with clock.at(at(9, 50) + timedelta(minutes=4)):
        page = desk.get(f"/desk/{key}/expected").text

    assert "0 of 1 heard from us in 3 min" in page
    assert "yl-timer-line is-late" in page
