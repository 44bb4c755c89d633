"""The pages of bookings, as people at the desk use them."""

import json
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from yilu.patients.models import Card, Patient
from yilu.patients.tests.factories import make_id_number
from yilu.platform import clock
from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.scheduling.models import Booking
from yilu.scheduling.tests.factories import Clinic, at, make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(doctors=2, rooms=2)


@pytest.fixture
def desk(client: Client, clinic: Clinic) -> Client:
    """Somebody signed in at the front desk."""
    person = make_staff("front_desk", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    return client


def send(client: Client, name: str, args: list[Any], **facts: Any) -> Any:
    """Post a form once, as htmx does."""
    body = {"request_key": str(new_id())} | facts
    return client.post(
        reverse(f"scheduling:{name}", args=args), body, headers={"HX-Request": "true"}
    )


def toast(response: Any) -> dict[str, Any]:
    return json.loads(response["HX-Trigger"])["toast"]


def form(clinic: Clinic, **facts: Any) -> dict[str, Any]:
    usual = {
        "service": clinic.service_id,
        "time": f"2031-03-03T10:00:00+08:00|{clinic.doctors[0]}",
        "channel": "phone",
    }
    return usual | facts


def test_the_list_shows_today_and_finds_by_number(desk: Client, clinic: Clinic):
    booked = clinic.book(at(10))

    with clock.at(at(8)):
        today = desk.get(reverse("scheduling:bookings")).content.decode()
        found = desk.get(reverse("scheduling:bookings"), {"q": "0001"}).content.decode()
        lost = desk.get(reverse("scheduling:bookings"), {"q": "20310303-9999"}).content.decode()

    assert booked.number in today
    assert booked.number in found
    assert booked.number not in lost


@pytest.mark.covers("A12")
def test_a_booking_is_found_by_its_patient(desk: Client, clinic: Clinic):
    booked = clinic.book(at(10), patient_id=clinic.patient("欧阳静"))

    for typed in ("欧阳静", "ouyangjing", "oyj"):
        page = desk.get(reverse("scheduling:bookings"), {"q": typed}).content.decode()
        assert booked.number in page


def test_one_booking_shows_what_happened_and_what_can_be_done(desk: Client, clinic: Clinic):
    booked = clinic.book(at(10))

    page = desk.get(reverse("scheduling:booking", args=[booked.id])).content.decode()

    assert booked.number in page
    assert reverse("scheduling:cancel", args=[booked.id]) in page
    assert reverse("scheduling:move", args=[booked.id]) in page


@pytest.mark.covers("A01", "A02")
def test_the_desk_books_for_a_known_patient(desk: Client, clinic: Clinic):
    dialog = desk.get(reverse("scheduling:new"), headers={"HX-Request": "true"}).content.decode()
    values = re.findall(r'name="time" value="([^"]+)"', dialog)

    answer = send(
        desk,
        "new",
        [],
        **form(clinic, time=values[0], patient=clinic.patient(), reason_for_visit="咳嗽"),
    )

    assert answer.status_code == 204
    kept = Booking.objects.get()
    assert (kept.starts_at, kept.channel, kept.reason_for_visit) == (at(9), "phone", "咳嗽")
    assert toast(answer)["undo"] == reverse("scheduling:unmake", args=[kept.pk])


def test_the_desk_registers_and_books_somebody_new(desk: Client, clinic: Clinic):
    answer = send(desk, "new", [], **form(clinic, new_name="周小满", new_phone="12100000001"))

    assert answer.status_code == 204
    assert Booking.objects.get().is_first_visit


@pytest.mark.covers("A02")
def test_needs_and_medicines_that_were_said_are_read_on_the_booking(desk: Client, clinic: Clinic):
    said = {"special_needs": ["allergy", "hearing"], "medication": "华法林 2.5 mg"}
    send(desk, "new", [], **form(clinic, patient=clinic.patient(), **said))

    kept = Booking.objects.get()
    page = desk.get(reverse("scheduling:booking", args=[kept.pk])).content.decode()

    assert (kept.special_needs, kept.answers) == (
        ["allergy", "hearing"], {"medication": "华法林 2.5 mg"},
    )  # fmt: skip
    assert "听力不便、过敏" in page or "过敏、听力不便" in page
    assert "华法林 2.5 mg" in page
    assert 'title="过敏"' in page
    wrong = form(clinic, patient=clinic.patient(), special_needs=["money"], time=other(clinic))
    assert send(desk, "new", [], **wrong).status_code == 422


@pytest.mark.covers("A02")
def test_what_somebody_new_says_of_themselves_is_kept_and_checked(desk: Client, clinic: Clinic):
    said = {
        "new_name": "周小满", "new_phone": "12100000001", "new_id_number": make_id_number(),
        "new_address": "禾香路 1 号", "new_visit_card": "88001", "new_insurance_card": "Y-77",
    }  # fmt: skip
    wrong = send(desk, "new", [], **form(clinic, **said | {"new_id_number": "11010119900307777X"}))
    page = wrong.content.decode()
    assert (wrong.status_code, Patient.objects.count()) == (422, 0)
    assert '<details class="sc-along" open>' in page
    assert "禾香路 1 号" in page
    assert "校验码不符" in page

    assert send(desk, "new", [], **form(clinic, **said)).status_code == 204

    kept = Patient.objects.get()
    assert (kept.born_on, kept.address) == (date(1985, 3, 14), "禾香路 1 号")
    assert kept.sex != "unknown"
    assert Card.objects.filter(patient=kept).count() == 2
    again = send(
        desk, "new", [], **form(clinic, **said | {"new_name": "周满", "time": other(clinic)})
    )
    page = again.content.decode()
    assert (again.status_code, Patient.objects.count()) == (422, 1)
    assert re.search(rf'name="patient" value="{kept.pk}" checked', page)
    assert "已有患者使用此证件号或卡号建档。" in page


def other(clinic: Clinic) -> str:
    """Another time than the usual."""
    return f"{at(11).isoformat()}|{clinic.doctors[0]}"


@pytest.mark.covers("A06")
def test_a_taken_time_offers_others_that_book_with_one_click(desk: Client, clinic: Clinic):
    clinic.book(at(10))
    wish = form(clinic, patient=clinic.patient())

    refused = send(desk, "new", [], **wish)
    page = refused.content.decode()
    instead = re.findall(r'<button type="submit"[^>]* name="time" value="([^"]+)"', page)
    booked = send(desk, "new", [], **wish | {"time": instead[0]})

    assert refused.status_code == 422
    assert len(instead) == 5
    assert booked.status_code == 204
    assert Booking.objects.count() == 2


def test_a_form_without_time_or_patient_comes_back(desk: Client, clinic: Clinic):
    wishes = [
        form(clinic, time=""),
        form(clinic, time="2031-03-03T10:00:00|x", patient=clinic.patient()),
        form(clinic),
        form(clinic, patient=clinic.patient(), time=f"9999-12-31T23:59:59-12:00|{new_id()}"),
        form(clinic, patient=clinic.patient(), new_name="\x00"),
    ]

    assert {send(desk, "new", [], **wish).status_code for wish in wishes} <= {400, 422}
    assert not Booking.objects.exists()


def test_times_are_shown_for_later_days(desk: Client, clinic: Clinic):
    page = desk.get(
        reverse("scheduling:times"), {"service": clinic.service_id, "day": "2031-03-05"}
    ).content.decode()

    assert "2031-03-05T09:00:00+08:00" in page
    assert "2031-03-04T09:00:00+08:00" not in page


def test_the_list_of_free_times_opens_the_form_with_one(desk: Client, clinic: Clinic):
    page = desk.get(reverse("scheduling:find"), {"service": clinic.service_id}).content.decode()

    assert f"{reverse('scheduling:new')}?service={clinic.service_id}" in page


@pytest.mark.covers("A08")
def test_each_deed_can_be_taken_back(desk: Client, clinic: Clinic):
    booked = clinic.book(at(10))
    later = f"2031-03-03T11:00:00+08:00|{clinic.doctors[1]}"
    deeds: list[tuple[str, dict[str, Any]]] = [
        ("confirm", {}),
        ("late", {"minutes": "20"}),
        ("move", {"time": later}),
        ("cancel", {"reason": "ill"}),
    ]

    for name, facts in deeds:
        before = Booking.objects.values(
            "state", "starts_at", "practitioner_id", "confirmed_at", "running_late_minutes"
        ).get()
        done = send(desk, name, [booked.id], **facts)
        assert done.status_code == 204, done.content.decode()
        assert Booking.objects.values(*before).get() != before
        undone = desk.post(toast(done)["undo"], {"request_key": str(new_id())})
        assert undone.status_code == 204
        assert Booking.objects.values(*before).get() == before


def test_an_old_form_is_refused_and_changes_nothing(desk: Client, clinic: Clinic):
    booked = clinic.book(at(10))
    send(desk, "confirm", [booked.id], version="1")

    stale = send(desk, "cancel", [booked.id], reason="ill", version="1")

    assert stale.status_code == 412
    assert Booking.objects.get().state == "confirmed"


def test_the_slip_and_the_calendar_file_can_be_had(desk: Client, clinic: Clinic):
    booked = clinic.book(at(10))

    slip = desk.get(reverse("scheduling:slip", args=[booked.id]))
    file = desk.get(reverse("scheduling:calendar", args=[booked.id]))

    assert booked.number in slip.content.decode()
    assert file["Content-Type"] == "text/calendar; charset=utf-8"
    assert file.content.startswith(b"BEGIN:VCALENDAR")


def test_another_sites_booking_is_not_shown(desk: Client):
    booked = make_clinic().book(at(10))

    for name in ("booking", "slip", "calendar", "cancel", "move", "late"):
        page = desk.get(reverse(f"scheduling:{name}", args=[booked.id]))
        assert page.status_code == 404, name


def test_strangers_are_sent_away(client: Client, clinic: Clinic):
    booked = clinic.book(at(10))

    for path in (
        reverse("scheduling:bookings"),
        reverse("scheduling:new"),
        reverse("scheduling:booking", args=[booked.id]),
    ):
        assert client.get(path).status_code in (302, 303, 401, 403, 404)
