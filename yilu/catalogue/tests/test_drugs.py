"""Medicines: found, added, changed and taken off the list by the pages."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from yilu.catalogue.models import Drug, PriceItem
from yilu.catalogue.operations.loading import load_catalogue
from yilu.catalogue.selectors.drugs import search_drugs
from yilu.catalogue.tests.factories import CURATOR, SINCE
from yilu.facility.tests.factories import make_site
from yilu.platform.ids import new_id
from yilu.platform.models import AuditEntry, Event, User
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("F01")]
AMOXICILLIN = {
    "name_zh": "阿莫西林",
    "name_en": "Amoxicillin",
    "antibiotic_level": "1",
    "default_route": "po",
    "usual_frequency": "tid",
    "usual_dose": "500",
    "max_single_dose": "1000",
    "max_daily_dose": "4000",
    "allergy_groups": ["penicillins"],
    "is_active": "on",
}
NEW = AMOXICILLIN | {
    "code": "AMOX-500C",
    "strength": "0.5 g",
    "form_zh": "胶囊",
    "dose_unit": "mg",
    "dose_per_unit": "500",
    "form_unit_zh": "粒",
    "units_per_pack": "24",
    "dispense_unit_zh": "盒",
    "category": "09",
    "price": "18.80",
}


@pytest.fixture
def site() -> UUID:
    made = make_site()
    load_catalogue(actor=CURATOR, specialties=["dental"], from_on=SINCE)
    return made


def sign_in(site: UUID, post: str) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    person = make_staff(post, site_id=site)
    client.force_login(User.objects.get(pk=person.user_id))
    return client


def send(client: Client, path: str, facts: dict[str, Any]) -> int:
    body = {"request_key": str(new_id())} | facts
    return int(client.post(f"/catalogue/drugs/{path}", body).status_code)


def test_medicines_are_found_by_pinyin_and_by_state(site: UUID):
    desk = sign_in(site, "front_desk")
    Drug.objects.filter(code="AMOX-125G").update(is_active=False)

    def found(**asked: str) -> str:
        return str(desk.get("/catalogue/drugs", asked).content.decode())

    assert "AMOX-250C" in found(q="amxl")
    assert ">4000 mg<" in found(q="amxl")
    assert "AMOX-125G" not in found(q="amoxi")
    assert "AMOX-125G" in found(q="阿莫", state="off")
    assert "No medicine fits" in found(q="zzzz")


def test_a_new_medicine_is_priced_and_can_be_prescribed(site: UUID):
    boss = sign_in(site, "manager")

    assert send(boss, "new", NEW) == 303

    drug = Drug.objects.get(code="AMOX-500C")
    assert drug.allergy_groups == ["penicillins"]
    assert drug.pk in {one.id for one in search_drugs("AMOX-500")}
    assert PriceItem.objects.get(pk=drug.price_item_id).code == "D-AMOX-500C"
    assert Event.objects.get(name="DrugAdded").subject_id == drug.pk
    assert send(boss, "new", NEW) == 422
    assert Drug.objects.filter(code="AMOX-500C").count() == 1


def test_a_medicine_that_is_taken_off_cannot_be_prescribed_any_more(site: UUID):
    boss = sign_in(site, "manager")
    drug = Drug.objects.get(code="AMOX-250C")
    off = {k: v for k, v in AMOXICILLIN.items() if k != "is_active"} | {"version": drug.version}

    assert send(boss, str(drug.pk), off) == 303
    assert send(boss, str(drug.pk), AMOXICILLIN | {"version": drug.version}) == 412

    drug.refresh_from_db()
    assert not drug.is_active
    assert drug.pk not in {one.id for one in search_drugs("AMOX-250")}
    line = AuditEntry.objects.get(action="catalogue.drug.changed")
    assert "is_active" in line.details["changed"]


def test_nonsense_changes_no_medicine(site: UUID):
    boss = sign_in(site, "manager")
    before = list(Drug.objects.order_by("pk").values_list("pk", "version"))

    for wrong in (
        {"code": "a b"},
        {"max_single_dose": "5000"},
        {"dose_per_unit": "0"},
        {"price": "-1"},
        {"antibiotic_level": "9"},
        {"allergy_groups": ["moonlight"]},
        {"usual_dose": "1e99"},
        {"category": "02"},
    ):
        assert send(boss, "new", NEW | wrong) == 422, wrong
    assert boss.get(f"/catalogue/drugs/{new_id()}").status_code == 404

    assert list(Drug.objects.order_by("pk").values_list("pk", "version")) == before


def test_who_does_not_manage_the_catalogue_changes_no_medicine(site: UUID):
    doctor = sign_in(site, "doctor")
    drug = Drug.objects.get(code="AMOX-250C")

    assert send(doctor, "new", NEW) == 403
    assert send(doctor, str(drug.pk), AMOXICILLIN) == 403
    assert "Change" not in doctor.get("/catalogue/drugs").content.decode().split("<tbody>")[1]
    assert Drug.objects.get(pk=drug.pk).version == drug.version
