"""Booking from outside, page by page."""

import pytest

from yilu.catalogue.models import Performs
from yilu.facility.selectors.sites import site_info
from yilu.patients import permissions
from yilu.patients.models import Card, Consent, Patient
from yilu.patients.operations.patients import register_patient
from yilu.patients.rules.facts import PatientFacts
from yilu.patients.tests.factories import make_id_number, make_phone
from yilu.platform.actors import Actor
from yilu.portal.selectors.offers import service_offers
from yilu.portal.tests.factories import BORN, Front, Someone, details
from yilu.scheduling.models import Allocation, Booking, Hold
from yilu.scheduling.selectors.history import booking_history
from yilu.scheduling.tests.factories import add_doctor, at, make_service
from yilu.workforce.models import StaffMember
from yilu.workforce.tests.factories import make_doctor

pytestmark = pytest.mark.django_db


@pytest.mark.covers("A01", "A02", "A05")
def test_somebody_unknown_books_from_the_first_page_to_the_number(front: Front, someone: Someone):
    web = someone.client
    assert web.get("/book").status_code in {200, 302}
    services = web.get(f"/book/{front.site_key}/").content.decode()
    assert str(front.clinic.clinic.service_id) in services
    doctors = web.get(front.times_url.removesuffix("times")).content.decode()
    assert str(front.clinic.clinic.doctors[0]) in doctors
    assert at(10).strftime("%Y-%m-%dT") in web.get(front.times_url).content.decode()

    chosen = front.choose(someone)
    assert (chosen.status_code, chosen["Location"]) == (303, "/book/details")
    assert web.get("/book/details")["Location"] == "/my/sign-in?next=/book/details"
    assert someone.sign_in("/book/details") == "/book/details"
    page = web.get("/book/details").content.decode()
    assert "2026-01" in page
    done = web.post("/book/details", details())

    booking = Booking.objects.get()
    assert done["Location"] == f"/book/done/{booking.pk}"
    assert (booking.channel, booking.starts_at, booking.reason_for_visit) == (
        "web", at(10), "后牙冷热痛",
    )  # fmt: skip
    assert booking.number in web.get(done["Location"]).content.decode()
    lines = booking_history(booking.pk, booking.site_id)
    assert [(one.what, one.who) for one in lines] == [("已预约", "患者")]
    assert Consent.objects.get(patient_id=booking.patient_id).text_version == "2026-01"
    calendar = web.get(f"/my/visit/{booking.pk}/calendar.ics").content.decode()
    assert "BEGIN:VCALENDAR" in calendar
    assert web.get(f"/my/visit/{booking.pk}/slip").status_code == 200


@pytest.mark.covers("A01")
@pytest.mark.parametrize("people", [1, 4])
def test_what_nobody_here_performs_is_not_offered(
    front: Front, people: int, django_assert_num_queries
):
    strange, left = make_service(), make_service()
    gone = make_doctor(front.clinic.site_id, department_id=front.clinic.clinic.department_id)
    Performs.objects.create(practitioner_id=gone.practitioner_id, service_id=left)
    StaffMember.objects.filter(pk=gone.staff_id).update(is_active=False)
    for _more in range(1, people):
        add_doctor(front.clinic.clinic)
    with django_assert_num_queries(13):
        offered = service_offers(site_info(front.clinic.site_id))

    assert [one.service.id for one in offered] == [front.clinic.clinic.service_id]
    assert {strange, left}.isdisjoint(one.service.id for one in offered)


def test_sent_twice_it_is_booked_once_and_going_back_shows_what_was_booked(
    front: Front, someone: Someone
):
    front.choose(someone)
    someone.sign_in()
    typed = details()
    first = someone.client.post("/book/details", typed)
    second = someone.client.post("/book/details", typed)
    assert first["Location"] == second["Location"]
    assert (Booking.objects.count(), Patient.objects.count()) == (1, 1)
    someone.client.get(first["Location"])
    assert someone.client.get("/book/details")["Location"] == first["Location"]


def test_a_chosen_time_is_kept_from_everybody_else(front: Front, someone: Someone):
    front.choose(someone)
    other = Someone()
    refused = front.choose(other)
    assert refused.status_code == 409
    page = refused.content.decode()
    assert 'name="time"' in page
    assert Hold.objects.count() == 1


def test_choosing_again_lets_the_first_time_go(front: Front, someone: Someone):
    front.choose(someone)
    front.choose(someone, 10, 30)
    states = sorted(Hold.objects.values_list("state", flat=True))
    assert states == ["held", "released"]
    assert front.choose(Someone()).status_code == 303


def test_a_time_that_is_gone_is_refused_with_others_and_what_was_typed(
    front: Front, someone: Someone
):
    front.choose(someone)
    someone.sign_in()
    Hold.objects.update(state="released")
    Allocation.objects.update(active=False)
    front.clinic.clinic.book(at(10))
    refused = someone.client.post("/book/details", details())
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "沈白芷" in page
    assert 'name="instead"' in page
    value = page.split('name="instead" value="')[1].split('"')[0]
    assert someone.client.post("/book/details", details(instead=value)).status_code == 303
    assert Booking.objects.filter(channel="web").count() == 1


@pytest.mark.parametrize("missing", ["name", "born_on", "sex", "consent"])
def test_what_is_missing_is_named_and_nothing_is_booked(
    front: Front, someone: Someone, missing: str
):
    front.choose(someone)
    someone.sign_in()
    refused = someone.client.post("/book/details", details(**{missing: ""}))
    assert refused.status_code == 422
    assert 'id="id_reason"' in refused.content.decode()
    assert (Booking.objects.count(), Patient.objects.count()) == (0, 0)


def test_a_wrong_identity_number_is_refused(front: Front, someone: Someone):
    front.choose(someone)
    someone.sign_in()
    refused = someone.client.post(
        "/book/details", details(id_number=make_id_number(BORN)[:-1] + "?")
    )
    assert refused.status_code == 422
    assert Patient.objects.count() == 0


def test_an_identity_number_fills_in_birth_date_and_sex(front: Front, someone: Someone):
    front.choose(someone)
    someone.sign_in()
    typed = details(id_number=make_id_number(BORN, 2), born_on="", sex="")
    assert someone.client.post("/book/details", typed).status_code == 303
    patient = Patient.objects.get()
    assert (patient.born_on, patient.sex) == (BORN, "female")


@pytest.mark.covers("A02")
def test_needs_medicines_and_cards_are_asked_for_and_kept(front: Front, someone: Someone):
    front.choose(someone)
    someone.sign_in()
    said = {
        "special_needs": ["allergy", "wheelchair"], "medication": "华法林", "visit_card": "v-88001",
        "insurance_card": "Y-77",
    }  # fmt: skip

    someone.client.post("/book/details", details(**said))

    kept = Booking.objects.get()
    assert (kept.special_needs, kept.answers) == (
        ["allergy", "wheelchair"], {"medication": "华法林"},
    )  # fmt: skip
    cards = Card.objects.filter(patient_id=kept.patient_id)
    assert {one.kind: one.number for one in cards} == {"visit": "V88001", "insurance": "Y77"}


@pytest.mark.covers("A02")
def test_a_card_alone_finds_nobody_and_takes_nobodys_place(front: Front, someone: Someone):
    register_patient(
        actor=Actor.system("desk", permissions.REGISTER), site_id=front.clinic.site_id,
        facts=PatientFacts(name="岳苏木", visit_card="V88001"),
    )  # fmt: skip
    front.choose(someone)
    someone.sign_in()

    refused = someone.client.post("/book/details", details(visit_card="v-88001"))

    assert refused.status_code == 409
    assert "此卡号已属于本院一份档案" in refused.content.decode()
    assert "岳苏木" not in refused.content.decode()
    assert (Patient.objects.count(), Booking.objects.count()) == (1, 0)


@pytest.mark.covers("A02")
def test_an_address_is_kept_with_somebody_new(front: Front, someone: Someone):
    front.choose(someone)
    someone.sign_in()
    too_long = someone.client.post("/book/details", details(address="路" * 301))
    assert (too_long.status_code, Patient.objects.count()) == (422, 0)

    someone.client.post("/book/details", details(address="安禾市禾香路 18 号"))

    assert Patient.objects.get().address == "安禾市禾香路 18 号"


def test_a_known_identity_needs_the_same_name_and_birth_date(front: Front, someone: Someone):
    number = make_id_number(BORN, 2)
    front.choose(someone)
    someone.sign_in()
    someone.client.post("/book/details", details(id_number=number))
    other = Someone(make_phone())
    front.choose(other, 11)
    other.sign_in()
    refused = other.client.post("/book/details", details(id_number=number, name="别人"))
    assert refused.status_code == 409
    assert Booking.objects.count() == 1
    assert other.client.post("/book/details", details(id_number=number)).status_code == 303
    assert Patient.objects.count() == 1


def test_who_books_twice_is_one_patient(front: Front, someone: Someone):
    for hour in (10, 11):
        front.choose(someone, hour)
        if hour == 10:
            someone.sign_in()
        assert someone.client.post("/book/details", details()).status_code == 303
    assert Patient.objects.count() == 1


def test_nobody_books_for_a_patient_of_another_account(front: Front, someone: Someone):
    strange = Someone().patient(front.clinic.site_id)
    front.choose(someone)
    someone.sign_in()
    refused = someone.client.post("/book/details", details(who=str(strange)))
    assert refused.status_code == 422
    assert Booking.objects.count() == 0


def test_times_are_kept_for_one_address_only_so_often(front: Front, monkeypatch):
    monkeypatch.setattr("yilu.portal.web.booking.MOST_TIMES_KEPT", 2)
    for minute in (0, 30):
        assert front.choose(Someone(), 10, minute).status_code == 303
    assert front.choose(Someone(), 11).status_code == 429
    assert Hold.objects.count() == 2


def test_a_time_that_cannot_be_read_is_refused(front: Front, someone: Someone):
    for value in ("", "tomorrow", "2031-03-03T10:00", "2031-03-03T10:00+08:00|nobody"):
        assert someone.client.post(front.times_url, {"time": value}).status_code == 400
    assert Hold.objects.count() == 0
