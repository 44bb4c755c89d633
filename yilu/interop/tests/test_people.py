"""For whom a partner books is found or registered, and the answer never tells which."""

import pytest

from yilu.facility.models import Site
from yilu.interop.tests.factories import Partner, make_partner
from yilu.patients.models import Patient, Registration
from yilu.patients.tests.factories import make_id_number, make_patient
from yilu.scheduling.models import Booking
from yilu.scheduling.tests.factories import Clinic, at, make_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A16")]


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(doctors=2, rooms=2)


@pytest.fixture
def partner(clinic: Clinic) -> Partner:
    return make_partner(clinic)


def refused(answer, status: int) -> str:
    assert answer.status_code == status, answer.content
    return str(answer.json()["code"])


def known(clinic: Clinic, **facts: object) -> dict[str, object]:
    """Somebody with this paper is registered here."""
    number = make_id_number()
    patient_id = make_patient(
        Site.objects.get(pk=clinic.site_id), "张小明", id_type="resident_id", id_number=number
    )
    born_on = Patient.objects.get(pk=patient_id).born_on
    return {
        "id": patient_id,
        "facts": {
            "name": "张小明", "born_on": str(born_on), "id_type": "resident_id",
            "id_number": number, "phone": "12100001111", **facts,
        },
    }  # fmt: skip


def test_somebody_known_is_recognised_and_the_answer_does_not_tell(clinic, partner):
    person = known(clinic)
    stranger = {**person["facts"], "id_number": "", "id_type": ""} | {"born_on": "1977-07-07"}

    recognised = partner.book(patient=person["facts"])
    new = partner.book(
        patient={k: v for k, v in stranger.items() if v}, starts_at="2031-03-03T11:00:00+08:00"
    )

    assert Booking.objects.get(pk=recognised["id"]).patient_id == person["id"]
    assert Booking.objects.get(pk=new["id"]).patient_id != person["id"]
    assert recognised.keys() == new.keys()
    assert recognised["patient"]["name"] == new["patient"]["name"]


def test_a_number_under_another_name_is_nobodys_news(clinic, partner):
    person = known(clinic, name="王大力")

    made = partner.book(patient=person["facts"])

    patient = Patient.objects.get(pk=Booking.objects.get(pk=made["id"]).patient_id)
    assert (patient.name, patient.id_number) == ("王大力", "")
    assert patient.pk != person["id"]
    assert made["patient"]["name"] == "王*力"


def test_that_somebody_is_busy_elsewhere_is_nobodys_news(clinic, partner):
    person = known(clinic)
    clinic.book(at(10), patient_id=person["id"], practitioner_id=clinic.doctors[1])

    made = partner.book(patient=person["facts"])

    assert made["state"] == "confirmed"
    assert Booking.objects.get(pk=made["id"]).patient_id != person["id"]


def test_who_is_booked_for_twice_is_one_person(clinic, partner):
    patient = {"name": "林晓芳", "phone": "12100007777"}
    first = partner.book(patient=patient)
    second = partner.book(patient=patient, starts_at="2031-03-03T11:00:00+08:00")
    same = partner.post("/bookings", partner.wish(patient=patient, practitioner=clinic.doctors[1]))

    ids = [Booking.objects.get(pk=one["id"]).patient_id for one in (first, second)]
    assert ids[0] == ids[1]
    assert refused(same, 409) == "patient_busy"
    assert Registration.objects.filter(patient_id=ids[0]).count() == 1


def test_without_the_patients_word_nothing_is_kept(clinic, partner):
    answer = partner.post("/bookings", partner.wish(has_agreed=False))

    assert refused(answer, 422) == "consent_needed"
    assert (Booking.objects.count(), Patient.objects.count()) == (0, 0)
