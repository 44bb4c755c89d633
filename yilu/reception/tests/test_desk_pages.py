"""Checking in and walking in at the desk, as forms send it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from yilu.facility.models import Site
from yilu.patients.models import Patient
from yilu.patients.tests.factories import make_patient
from yilu.platform import clock
from yilu.platform.models import User
from yilu.queueing.models import Ticket
from yilu.reception.operations.arrivals import check_in, walk_in
from yilu.reception.selectors.guide import guide
from yilu.reception.selectors.today import today_of
from yilu.reception.tests.factories import open_clinic
from yilu.reception.web.forms import ArrivalForm
from yilu.scheduling.models import Booking
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at
from yilu.visits.models import Visit
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db]
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def opened():
    """An open clinic at five to ten on Monday."""
    with clock.at(SUNDAY_EVENING):
        clinic = open_clinic()
    with clock.at(at(9, 55)):
        yield clinic


@pytest.fixture
def desk(opened):
    """A browser at the front desk."""
    person = make_staff("front_desk", site_id=opened.site_id)
    client = Client()
    client.force_login(User.objects.get(pk=person.user_id))
    return client


def sent(**fields):
    return {"request_key": str(uuid4())} | fields


def walk_in_url(opened) -> str:
    return reverse("reception:walk-in", args=[Site.objects.get(pk=opened.site_id).key])


@pytest.mark.covers("B02", "B04")
def test_checking_in_fills_in_what_was_missing_and_gives_a_number(opened, desk):
    booked = opened.clinic.book()
    url = reverse("reception:check-in", args=[booked.id])
    page = desk.get(url)

    answer = desk.post(url, sent(compared="on", phone="12100001234", needs=["wheelchair"]))

    assert page.context["greeting"]
    assert answer.status_code == 200
    visit = Visit.objects.get()
    assert (visit.booking_id, visit.needs) == (booked.id, ["wheelchair"])
    assert Ticket.objects.get().visit_id == visit.pk


@pytest.mark.covers("A02", "B04")
def test_what_was_said_when_booking_is_ticked_and_counts_unless_the_desk_unticks_it(opened, desk):
    booked = opened.clinic.book(special_needs=("wheelchair", "pregnant"))
    url = reverse("reception:check-in", args=[booked.id])

    assert desk.get(url).context["form"]["needs"].value() == ["pregnant", "wheelchair"]
    desk.post(url, sent(compared="on", needs=["wheelchair"]))

    assert Visit.objects.get().needs == ["wheelchair"]
    assert Ticket.objects.get().weights == ["wheelchair"]


def test_a_sex_that_is_not_known_stays_so_unless_somebody_says_otherwise():
    assert ArrivalForm(("sex",))["sex"].value() == "unknown"


def test_nobody_is_checked_in_before_two_identifiers_were_compared(opened, desk):
    booked = opened.clinic.book()

    answer = desk.post(reverse("reception:check-in", args=[booked.id]), sent())

    assert answer.status_code == 422
    assert not Visit.objects.exists()
    assert Booking.objects.get().state == "confirmed"


def test_a_number_that_cannot_be_leaves_everything_as_it_was(opened, desk):
    booked = opened.clinic.book()
    url = reverse("reception:check-in", args=[booked.id])
    asked = desk.get(url).context["form"].fields

    answer = desk.post(url, sent(compared="on", phone="12100001234", id_number="123"))

    assert {"phone", "id_number"} <= asked.keys()
    assert answer.status_code == 422
    assert "id_number" in answer.context["form"].errors
    assert not Visit.objects.exists()
    assert Booking.objects.get().state == "confirmed"
    assert desk.get(url).context["form"].fields.keys() == asked.keys()


@pytest.mark.covers("B03")
def test_a_stranger_walks_in_with_a_name_alone(opened, desk):
    service = str(opened.clinic.service_id)

    answer = desk.post(walk_in_url(opened), sent(name="周新来", service=service, sex="unknown"))

    assert answer.status_code == 303
    patient = Patient.objects.get(name="周新来")
    assert Ticket.objects.get().patient_id == patient.pk
    done = desk.get(answer.headers["Location"])
    assert Ticket.objects.get().number in done.content.decode()


@pytest.mark.covers("B03")
def test_somebody_unconscious_gets_a_number_at_once_and_a_name_later(opened, desk):
    form = {"service": str(opened.clinic.service_id), "is_unknown": "on"}
    for _ in range(2):
        assert desk.post(walk_in_url(opened), sent(sex="male", **form)).status_code == 303
    first, second = Patient.objects.filter(name__startswith="无名氏男").order_by("record_no")
    record = reverse("patients:patient", args=[first.pk])

    assert re.fullmatch(r"无名氏男\d{12}", first.name)
    assert second.name == f"{first.name}-2"
    assert Ticket.objects.filter(patient_id=first.pk).exists()
    assert "Nobody knows yet who this is" in desk.get(record, headers=ENGLISH).text

    desk.post(reverse("patients:edit", args=[first.pk]), sent(name="沈白芷", version=1))
    assert "Nobody knows yet" not in desk.get(record, headers=ENGLISH).text


def test_who_has_a_name_is_not_registered_as_unknown(opened, desk):
    form = sent(name="周新来", service=str(opened.clinic.service_id), is_unknown="on")

    answer = desk.post(walk_in_url(opened), form)

    assert answer.status_code == 422
    assert "is_unknown" in answer.context["form"].errors
    assert not Visit.objects.exists()


@pytest.mark.covers("B03")
def test_who_is_known_is_found_first_and_gets_no_second_record(opened, desk):
    known = make_patient(Site.objects.get(pk=opened.site_id), "周南星")
    hits = desk.get(f"{walk_in_url(opened)}/who", {"q": "zhounanxing"})

    answer = desk.post(
        walk_in_url(opened), sent(patient=str(known), service=str(opened.clinic.service_id))
    )

    assert str(known) in hits.content.decode()
    assert answer.status_code == 303
    assert Ticket.objects.get().patient_id == known
    assert Patient.objects.filter(name="周南星").count() == 1


@pytest.mark.covers("B01", "B03")
def test_who_booked_for_today_is_checked_in_and_not_taken_for_a_walk_in(opened, desk):
    booked = opened.clinic.book()
    patient_id = Booking.objects.get().patient_id
    record = Patient.objects.get(pk=patient_id).record_no
    who = f"{walk_in_url(opened)}/who"
    check_in_url = reverse("reception:check-in", args=[booked.id])

    for page in (
        desk.get(who, {"q": record}, headers=ENGLISH).text,
        desk.get(walk_in_url(opened), {"patient": str(patient_id)}, headers=ENGLISH).text,
    ):
        assert "Booked today for 10:00" in page
        assert check_in_url in page

    check_in(actor=opened.desk, booking_id=booked.id)
    page = desk.get(who, {"q": record}, headers=ENGLISH).text
    assert "Here already, since 09:55" in page
    assert check_in_url not in page


@pytest.mark.covers("B01")
def test_who_has_nothing_here_today_gets_no_warning_whatever_they_have_elsewhere(opened, desk):
    opened.clinic.book()
    record = Patient.objects.get(pk=Booking.objects.get().patient_id).record_no
    Booking.objects.update(clinic_day=at(9).date() + timedelta(days=1))

    page = desk.get(f"{walk_in_url(opened)}/who", {"q": record}, headers=ENGLISH).text

    assert record in page
    assert "Booked today" not in page
    assert "Here already" not in page


def test_a_look_for_todays_bookings_costs_the_same_for_one_and_for_six(
    opened, django_assert_num_queries
):
    opened.clinic.book()
    patient_id = Booking.objects.get().patient_id
    site = Site.objects.get(pk=opened.site_id)
    others = [make_patient(site, f"林{n}") for n in "一二三四五"]
    for whom in ([patient_id], [patient_id, *others]):
        with django_assert_num_queries(6):
            assert set(today_of(opened.desk, opened.site_id, whom)) == {patient_id}
    with django_assert_num_queries(0):
        assert today_of(opened.desk, opened.site_id, []) == {}


def test_a_walk_in_without_anybody_keeps_what_was_typed(opened, desk):
    service = str(opened.clinic.service_id)

    answer = desk.post(walk_in_url(opened), sent(phone="12100009999", service=service))

    assert answer.status_code == 422
    assert "12100009999" in answer.content.decode()
    assert not Visit.objects.exists()


def test_the_same_form_sent_twice_gives_one_number(opened, desk):
    form = sent(name="周新来", service=str(opened.clinic.service_id), sex="unknown")

    desk.post(walk_in_url(opened), form)
    desk.post(walk_in_url(opened), form)

    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("post", ["nurse", "cashier", "pharmacist"])
def test_only_the_desk_walks_patients_in(opened, post):
    person = make_staff(post, site_id=opened.site_id)
    client = Client()
    client.force_login(User.objects.get(pk=person.user_id))

    assert client.get(walk_in_url(opened)).status_code in {403, 404}


@pytest.mark.covers("B12")
def test_the_guide_sheet_says_what_is_next_and_who_is_responsible(opened, desk):
    patient_id = make_patient(Site.objects.get(pk=opened.site_id), "林一")
    came = walk_in(
        actor=opened.desk,
        site_id=opened.site_id,
        patient_id=patient_id,
        service_id=opened.clinic.service_id,
    )
    found = guide(opened.desk, came.visit_id)
    page = desk.get(reverse("reception:guide", args=[came.visit_id])).content.decode()

    assert found.place is not None
    assert found.place.number == came.number
    assert found.responsible
    assert found.steps[0].step.key == "greet"
    assert came.number in page
    assert "<svg" in page


def test_a_guide_sheet_of_another_site_is_not_there(opened):
    patient_id = make_patient(Site.objects.get(pk=opened.site_id), "林一")
    came = walk_in(
        actor=opened.desk,
        site_id=opened.site_id,
        patient_id=patient_id,
        service_id=opened.clinic.service_id,
    )
    other = Client()
    elsewhere = open_clinic().site_id
    person = make_staff("front_desk", site_id=elsewhere)
    other.force_login(User.objects.get(pk=person.user_id))

    assert other.get(reverse("reception:guide", args=[came.visit_id])).status_code == 404
