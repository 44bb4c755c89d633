"""The centre's screen, the room's part, and the patient's page."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from yilu.diagnostics.models import ExamRequest, Trip
from yilu.diagnostics.operations.requests import follow_booking, withdraw_request
from yilu.diagnostics.tests.factories import Centre, make_centre
from yilu.diagnostics.tests.test_requests import JOB
from yilu.platform import clock, links
from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at
from yilu.workforce.tests.factories import make_doctor, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A15")]


@pytest.fixture
def place() -> Centre:
    return make_centre()


def send(client: Client, url: str, facts: dict[str, Any]) -> Any:
    body = {"request_key": str(new_id())} | facts
    return client.post(url, body, headers={"HX-Request": "true"})


def signed_in(user_id) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user_id))
    return client


@pytest.fixture
def desk(place: Centre) -> Client:
    return signed_in(make_staff("front_desk", site_id=place.site_id).user_id)


@pytest.fixture
def room(place: Centre) -> Client:
    return signed_in(make_doctor(place.site_id).user_id)


def test_a_doctor_asks_from_the_room(room: Client, place: Centre):
    visit = place.visit()
    ask = reverse("diagnostics:ask", args=[visit])
    assert "腹部超声" in room.get(ask).content.decode()
    sent = {
        "service": place.services["ecg"],
        "urgency": "soon",
        "reason": "心悸",
        "more": ["companion"],
    }
    assert send(room, ask, sent).status_code == 204
    held = ExamRequest.objects.get()
    assert (held.urgency, held.flags) == ("soon", ["companion"])
    assert "心电图" in room.get(reverse("diagnostics:of-visit", args=[visit])).content.decode()
    again = send(room, ask, sent)
    assert again.status_code == 409
    assert send(room, ask, sent | {"service": "x"}).status_code == 422
    withdraw = reverse("diagnostics:withdraw", args=[held.pk])
    assert send(room, withdraw, {"version": "1"}).status_code == 204


def test_the_desk_books_what_is_proposed(desk: Client, place: Centre):
    patient, (ecg, blood) = place.asked("ecg", "blood_fasting")
    assert "一次预约 2 项" in desk.get(reverse("diagnostics:centre")).content.decode()
    url = reverse("diagnostics:plan", args=[patient])
    shown = desk.get(url).content.decode()
    assert shown.count('name="time-') == 2
    sent = {
        f"time-{blood}": f"{at(9).isoformat()}|{place.who}",
        f"time-{ecg}": f"{at(9, 30).isoformat()}|{place.who}",
    }
    assert send(desk, url, sent).status_code in {204, 302, 303, 200}
    trip = Trip.objects.get()
    assert Booking.objects.count() == 2
    page = desk.get(reverse("diagnostics:trip", args=[trip.pk])).content.decode()
    assert "空腹抽血" in page
    stale = send(desk, url, sent)
    assert stale.status_code == 412
    assert send(desk, url, {}).status_code == 412
    assert Booking.objects.count() == 2


def test_a_stale_plan_books_nothing_and_is_proposed_again_with_the_reason(
    desk: Client, place: Centre
):
    patient, (ecg, blood) = place.asked("ecg", "blood_fasting")
    url = reverse("diagnostics:plan", args=[patient])
    sent = {
        f"time-{blood}": f"{at(9).isoformat()}|{place.who}",
        f"time-{ecg}": f"{at(9, 30).isoformat()}|{place.who}",
    }
    place.clinic.book(at(9, 30))
    taken = send(desk, url, sent)
    assert taken.status_code == 412
    page = taken.content.decode()
    assert "未预约任何项目" in page
    assert "心电图" in page
    assert page.count('name="time-') == 2
    withdraw_request(actor=place.doctor, request_id=ecg)
    moved = send(desk, url, sent)
    assert moved.status_code == 412
    assert moved.content.decode().count('name="time-') == 1
    assert Booking.objects.count() == 1
    assert not Trip.objects.exists()


def test_a_plan_of_yesterday_books_nothing_and_says_so(desk: Client, place: Centre):
    patient, (ecg,) = place.asked("ecg")
    url = reverse("diagnostics:plan", args=[patient])
    with clock.at(at(8, day=1)):
        old = send(desk, url, {f"time-{ecg}": f"{at(9).isoformat()}|{place.who}"})
    assert old.status_code == 412
    assert "未预约任何项目" in old.content.decode()
    assert not Booking.objects.exists()


@pytest.mark.parametrize(
    "odd",
    [
        {"day": "31.2.", "exam": "x"},
        {"day": "9999-12-31"},
        {"day": "0001-01-01", "changed": "no"},
        {"held": ["a", "b"], "site": "nowhere"},
    ],
)
def test_what_no_page_of_ours_asks_is_answered_all_the_same(desk: Client, place: Centre, odd):
    patient, _ids = place.asked("ecg")
    answer = desk.get(reverse("diagnostics:plan", args=[patient]), odd)
    assert answer.status_code in {200, 404, 422}
    assert not Booking.objects.exists()


@pytest.mark.parametrize(
    "time", ["", "soon", "2031-03-03T09:00", "2031-03-03T09:00:00+08:00|x", "|", "9" * 5000]
)
def test_a_time_that_is_none_books_nothing(desk: Client, place: Centre, time: str):
    patient, (ecg,) = place.asked("ecg")
    url = reverse("diagnostics:plan", args=[patient])
    answer = send(desk, url, {f"time-{ecg}": time, "time-x": time, f"time-{new_id()}": time})
    assert answer.status_code in {412, 422}
    assert not Booking.objects.exists()


def test_a_double_click_books_the_trip_once(desk: Client, place: Centre):
    patient, (ecg,) = place.asked("ecg")
    url = reverse("diagnostics:plan", args=[patient])
    sent = {
        f"time-{ecg}": f"{at(9).isoformat()}|{place.who}", "request_key": str(new_id()),
    }  # fmt: skip
    first, second = send(desk, url, sent), send(desk, url, sent)
    assert (first.status_code, second.status_code) == (first.status_code, first.status_code)
    assert first.status_code < 400
    assert Booking.objects.count() == 1


def test_a_trip_whose_page_is_stale_is_not_placed_anew(desk: Client, place: Centre):
    patient, (ecg, blood) = place.asked("ecg", "blood_fasting")
    trip = place.book(patient, {blood: at(9), ecg: at(9, 30)})
    url = reverse("diagnostics:trip-anew", args=[trip])
    sent = {f"time-{ecg}": f"{at(10).isoformat()}|{place.who}"}
    assert send(desk, url, sent | {"version": "9"}).status_code == 412
    assert send(desk, url, {"version": "1"}).status_code == 412
    place.clinic.book(at(10))
    assert send(desk, url, sent | {"version": "1"}).status_code == 412
    assert set(Booking.objects.values_list("starts_at", flat=True)) == {at(9), at(9, 30), at(10)}


def test_when_an_examination_is_cancelled_its_patient_reads_what_happens(
    client: Client, place: Centre
):
    patient, (ecg, blood) = place.asked("ecg", "blood_fasting")
    trip = place.book(patient, {blood: at(9), ecg: at(9, 30)})
    lost = ExamRequest.objects.get(pk=ecg).booking_id
    cancel_booking(actor=place.clinic.actor, booking_id=lost, reason="x")
    follow_booking(actor=JOB, booking_id=lost)
    good = links.issue("exam_trip", subject_id=trip, expires_at=at(12), site_id=place.site_id)
    for _again in range(2):
        page = client.get(f"/t/{good}").content.decode()
        assert "需要另约时间" in page
        assert "空腹抽血" in page
    desk = signed_in(make_staff("front_desk", site_id=place.site_id).user_id)
    shown = desk.get(reverse("diagnostics:trip", args=[trip])).content.decode()
    assert reverse("diagnostics:trip-anew", args=[trip]) in shown


@pytest.mark.parametrize("post", ["front_desk", "manager", "nurse", "doctor", "technician"])
def test_the_centre_stands_in_the_menu_of_whoever_works_with_it(place: Centre, post: str):
    person = signed_in(make_staff(post, site_id=place.site_id).user_id)
    page = person.get(reverse("diagnostics:centre"))
    assert page.status_code == 200
    assert f'href="/examinations/?site={place.site_id}"' in page.content.decode()


def test_the_link_of_the_message_opens_the_trip_until_it_is_over(client: Client, place: Centre):
    patient, (ecg,) = place.asked("ecg")
    trip = place.book(patient, {ecg: at(9)})
    good = links.issue("exam_trip", subject_id=trip, expires_at=at(12), site_id=place.site_id)
    over = links.issue("exam_trip", subject_id=trip, expires_at=SUNDAY_EVENING)
    page = client.get(f"/t/{good}").content.decode()
    assert "心电图" in page
    assert client.get(f"/t/{over}").status_code == 410
    assert client.get("/t/nonsense").status_code == 404


def test_who_may_not_see_examinations_does_not(place: Centre):
    cashier = signed_in(make_staff("cashier", site_id=place.site_id).user_id)
    assert cashier.get(reverse("diagnostics:centre")).status_code == 403
    assert cashier.get(reverse("diagnostics:of-visit", args=[place.visit()])).status_code == 404
