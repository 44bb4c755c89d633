"""Who stands at the desk, and how soon we speak to them."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from yilu.facility.models import Site
from yilu.platform import clock
from yilu.platform.errors import NotAllowed, NotFound
from yilu.platform.models import User
from yilu.reception.errors import NotToday
from yilu.reception.models import Doorstep
from yilu.reception.operations.arrivals import CheckedIn, check_in, walk_in
from yilu.reception.operations.doorsteps import (
    note_at_door,
    note_not_at_door,
    note_visitor,
    note_visitor_gone,
)
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


def test_the_first_word_to_who_has_no_booking_is_timed_until_they_are_registered(opened):
    with clock.at(SUNDAY_EVENING):
        patients = [opened.clinic.patient(), opened.clinic.patient()]
    with clock.at(at(9, 50)):
        first = note_visitor(actor=opened.desk, site_id=opened.site_id)
        second = note_visitor(actor=opened.desk, site_id=opened.site_id)
        assert list(first_words(opened.site_id).visitors) == [first, second]
    with clock.at(at(9, 52)):
        came = receive(opened, patients[0], first)
        assert Visit.objects.get(pk=came.visit_id).arrived_at == at(9, 50)
    with clock.at(at(9, 54)):
        words = first_words(opened.site_id)
        assert (list(words.visitors), words.number, words.late) == ([second], 2, 1)
        note_visitor_gone(actor=opened.desk, doorstep_id=second)
        words = first_words(opened.site_id)
        assert (words.visitors, words.number, words.in_time) == ({}, 1, 1)


def test_of_two_desks_one_receives_who_stood_there(opened):
    with clock.at(SUNDAY_EVENING):
        patients = [opened.clinic.patient(), opened.clinic.patient()]
    with clock.at(at(9, 50)):
        door = note_visitor(actor=opened.desk, site_id=opened.site_id)
    with clock.at(at(9, 52)):
        came = [receive(opened, patient_id, door).visit_id for patient_id in patients]
        note_visitor_gone(actor=opened.desk, doorstep_id=door)

    began = [Visit.objects.get(pk=one).arrived_at for one in came]
    assert began == [at(9, 50), at(9, 52)]
    assert Doorstep.objects.get().answered_at == at(9, 52)
    assert not Doorstep.objects.get().is_mistaken


def test_a_page_of_yesterday_begins_no_visit_yesterday(opened):
    with clock.at(SUNDAY_EVENING):
        patient_id = opened.clinic.patient()
        door = note_visitor(actor=opened.desk, site_id=opened.site_id)
    with clock.at(at(9, 50)):
        came = receive(opened, patient_id, door)
    assert Visit.objects.get(pk=came.visit_id).arrived_at == at(9, 50)


def test_only_who_registers_walk_ins_notes_them(opened):
    cashier = make_staff("cashier", site_id=opened.site_id).actor()
    with clock.at(at(9, 50)):
        door = note_visitor(actor=opened.desk, site_id=opened.site_id)
        with pytest.raises(NotAllowed):
            note_visitor(actor=cashier, site_id=opened.site_id)
        with pytest.raises((NotAllowed, NotFound)):
            note_visitor_gone(actor=cashier, doorstep_id=door)
        with pytest.raises(NotFound):
            note_visitor_gone(actor=opened.desk, doorstep_id=uuid4())


def test_one_press_notes_a_visitor_and_the_walk_in_receives_them(opened):
    person = make_staff("front_desk", site_id=opened.site_id)
    key = Site.objects.get(pk=opened.site_id).key
    desk = Client(headers={"Accept-Language": "en"})
    desk.force_login(User.objects.get(pk=person.user_id))
    walk_in_page = reverse("reception:walk-in", args=[key])
    with clock.at(at(9, 50)):
        url = reverse("reception:visitor", args=[key])
        assert url in desk.get(f"/desk/{key}/expected").text
        pressed = {"request_key": str(uuid4())}
        for _twice in range(2):
            assert desk.post(url, pressed).status_code == 200
        door = Doorstep.objects.get()
        assert f"{walk_in_page}?door={door.pk}" in desk.get(f"/desk/{key}/expected").text
    with clock.at(at(9, 54)):
        assert "0 of 1 greeted in 3 min" in desk.get(f"/desk/{key}/expected").text
        # Whichever way the page is opened.
        assert f'value="{door.pk}"' in desk.get(walk_in_page).text
        form = {"name": "周新来", "sex": "unknown", "service": str(opened.clinic.service_id)}
        desk.post(walk_in_page, form | {"door": str(door.pk), "request_key": str(uuid4())})
        assert f"door={door.pk}" not in desk.get(f"/desk/{key}/expected").text
    assert Visit.objects.get().arrived_at == at(9, 50)


def receive(opened: OpenClinic, patient_id: UUID, doorstep_id: UUID) -> CheckedIn:
    return walk_in(
        actor=opened.desk,
        site_id=opened.site_id,
        patient_id=patient_id,
        service_id=opened.clinic.service_id,
        doorstep_id=doorstep_id,
    )


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

    assert "0 of 1 greeted in 3 min" in page
    assert "yl-timer-line is-late" in page
