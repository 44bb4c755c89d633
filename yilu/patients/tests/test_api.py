"""Patients over JSON."""

import json

import pytest
from django.test import Client

from yilu.patients import permissions
from yilu.patients.models import Patient
from yilu.patients.tests.factories import make_id_number, make_patient, make_site
from yilu.platform.access import new_token
from yilu.platform.models import User, UserKind

pytestmark = pytest.mark.django_db


class Partner:
    """A program with a token for one site."""

    def __init__(self, site) -> None:
        user = User.objects.create_user("partner", UserKind.PARTNER)
        rights = [permissions.SEE, permissions.REGISTER]
        token = new_token(user, "partner", permissions=rights, sites=[site.pk])
        self.site = site
        self.client = Client(headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"})
        self._keys = 0

    def find(self, q: str, **more):
        return self.client.get("/api/v1/patients", {"q": q} | more)

    def register(self, body: dict | str, key: str = ""):
        self._keys += 1
        sent = body if isinstance(body, str) else json.dumps({"site": str(self.site.pk)} | body)
        return self.client.post(
            "/api/v1/patients", sent, content_type="application/json",
            headers={"Idempotency-Key": key or f"k{self._keys}"},
        )  # fmt: skip


@pytest.fixture
def partner() -> Partner:
    return Partner(make_site())


def test_a_patient_is_registered_and_found(partner):
    body = {"name": "张小明", "phone": "12100003482", "id_number": make_id_number()}

    made = partner.register(body)

    assert made.status_code == 201
    patient = made.json()
    assert patient | {"id": "", "record_no": ""} == {
        "id": "", "record_no": "", "name": "张小明", "pinyin": "Zhang Xiaoming", "sex": "male",
        "born_on": "1985-03-14", "phone": "121****3482", "special_needs": [],
        "missing": ["consent"], "language": "zh-Hans", "version": 1,
    }  # fmt: skip
    assert (made.headers["ETag"], made.headers["Location"]) == (
        '"1"', f"/api/v1/patients/{patient['id']}",
    )  # fmt: skip
    [found] = partner.find("zxm").json()["items"]
    assert found == patient | {"matched": "name", "is_elsewhere": False}
    assert partner.client.get(made.headers["Location"]).json() == patient


def test_the_same_request_twice_has_one_effect(partner):
    first = partner.register({"name": "李雷"}, key="same")
    again = partner.register({"name": "李雷"}, key="same")

    assert (first.json(), first.status_code) == (again.json(), again.status_code)
    assert Patient.objects.count() == 1


def test_a_known_paper_is_a_conflict(partner):
    make_patient(partner.site, id_type="resident_id", id_number=make_id_number())

    answer = partner.register({"name": "李雷", "id_number": make_id_number()})

    assert (answer.status_code, answer.json()["code"]) == (409, "already_registered")


def test_what_cannot_be_names_its_fields(partner):
    answer = partner.register({"name": "李雷", "phone": "12", "id_number": "123"})

    assert answer.status_code == 422
    assert {(e["field"], e["code"]) for e in answer.json()["errors"]} >= {("phone", "bad_phone")}
    assert not Patient.objects.exists()


def test_a_patient_of_another_site_is_not_there(partner):
    patient = make_patient(make_site(), phone="12100003482", name="欧阳修文")

    assert partner.client.get(f"/api/v1/patients/{patient}").status_code == 404
    assert partner.find("欧阳").json()["items"] == []
    [veiled] = partner.find("12100003482").json()["items"]
    assert (veiled["name"], veiled["pinyin"], veiled["is_elsewhere"]) == ("欧**文", "", True)


@pytest.mark.parametrize(
    "hostile",
    [
        "\0", "\ud800", "\u202e", "x" * 10_000, "9" * 5_000, "\U000323af" * 50, "\u202eabc",
        "'; DROP TABLE patients_patient; --", "<script>", "{{7*7}}", "%s%n", "\U0001f3f3️‍🌈", "",
    ],
)  # fmt: skip
@pytest.mark.parametrize("field", ["name", "phone", "id_number", "address", "visit_card", "sex"])
def test_hostile_values_are_refused_or_kept_as_they_are(partner, field, hostile):
    answer = partner.register({"name": "张小明"} | {field: hostile})

    assert answer.status_code in {201, 400, 422}
    if answer.status_code == 201:
        kept = Patient.objects.get()
        assert field not in {"name", "address"} or getattr(kept, field) == " ".join(hostile.split())
        assert partner.client.get(answer.headers["Location"]).status_code == 200
    else:
        assert not Patient.objects.exists()
    assert partner.find(hostile.replace("\ud800", "")).status_code in {200, 400, 422}
