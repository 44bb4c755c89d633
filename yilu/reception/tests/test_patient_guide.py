"""The guide for patients: made from the clinic's own data, and changed with them."""

from datetime import date, time

import pytest
from django.test import Client
from django.utils import translation

from yilu.catalogue.models import Service
from yilu.facility.models import Department
from yilu.facility.operations.hours import set_opening_hours
from yilu.facility.rules import WeeklyHours
from yilu.facility.selectors.sites import site_info
from yilu.facility.tests.factories import BUILDER
from yilu.kiosk.tests.factories import make_kiosk
from yilu.pathways.models import Definition
from yilu.platform import clock
from yilu.queueing.models import Queue
from yilu.reception.guide_paper import guide_pdf
from yilu.reception.selectors.patient_guide import patient_guide
from yilu.reception.tests.factories import open_clinic
from yilu.scheduling.tests.factories import SUNDAY_EVENING

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B20")]


@pytest.fixture
def site():
    with clock.at(SUNDAY_EVENING):
        opened = open_clinic()
        yield site_info(opened.site_id)


def rows(site, key: str) -> list[tuple[str, str]]:
    (found,) = [one for one in patient_guide(site).chapters if one.key == key]
    return [(row.head, row.text) for row in found.rows]


def test_every_chapter_comes_from_the_clinics_data(site):
    keys = [one.key for one in patient_guide(site).chapters]
    assert keys == ["hours", "bring", "way", "map", "waiting", "paying"]
    assert ("周一", "08:00–20:00") in rows(site, "hours") or len(rows(site, "hours")) >= 7
    assert ("就诊", "") in rows(site, "way")
    assert any(head == "迎接与核对" and text == "前台" for head, text in rows(site, "way"))


def test_rooms_are_told_one_after_another_as_the_reader_is_used_to(site):
    def told() -> str:
        return " ".join(text for _head, text in rows(site, "map"))

    assert "、" in told()
    with translation.override("en"):
        assert ", " in told()
        assert "、" not in told()


def test_it_changes_when_the_data_change(site):
    Department.objects.update(floor={"zh-Hans": "三楼", "en": "Third floor"})
    assert any("三楼" in text for _head, text in rows(site, "map"))
    Service.objects.update(preparation={"zh-Hans": "空腹", "en": "Nothing to eat"})
    assert "空腹" in [text for _head, text in rows(site, "bring")]
    Queue.objects.filter(site_id=site.id).update(promise_minutes=17)
    assert any("17" in text for _head, text in rows(site, "waiting"))
    newest = Definition.objects.filter(key="outpatient_visit").order_by("-version").first()
    assert newest is not None
    body = newest.body | {"version": newest.version + 1}
    body["steps"] = body["steps"][:1]
    Definition.objects.create(
        key=newest.key, version=newest.version + 1, title=newest.title, body=body
    )
    assert len(rows(site, "way")) == 1
    set_opening_hours(actor=BUILDER, site_id=site.id, hours=[WeeklyHours(2, time(7), time(9))])
    assert ("周三", "07:00–09:00") in rows(site, "hours")


def test_it_is_read_in_english_too(site):
    with translation.override("en"):
        assert any(head == "Greet and check" for head, _text in rows(site, "way"))


def test_anybody_reads_it_on_a_phone_at_a_kiosk_and_on_paper(site):
    page = Client().get(f"/guide/{site.key}/")
    assert "就医指南" in page.content.decode()
    assert Client().get("/guide/nowhere/").status_code == 404
    assert Client().get(f"/guide/{site.key}/guide.pdf").content.startswith(b"%PDF")
    assert guide_pdf(patient_guide(site)).startswith(b"%PDF")
    machine = make_kiosk(site.id)
    assert "就医指南" in machine.get("guide").content.decode()
    assert machine.get("print/patient-guide").status_code == 200


@pytest.mark.parametrize("more", [0, 11])
def test_it_costs_the_same_for_one_department_and_for_twelve(
    site, more: int, django_assert_max_num_queries
):
    for n in range(more):
        Department.objects.create(
            site_id=site.id,
            key=f"d{n}",
            name={"en": f"D{n}"},
            specialty="x",
            letter="KLMNOPQRSTU"[n],
        )
    with django_assert_max_num_queries(9):
        assert patient_guide(site).made_on == str(date(2031, 3, 2))
