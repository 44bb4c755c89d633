"""What the desk sees of sittings that are planned only, and what it does about them."""

import pytest
from django.test import Client

from yilu.catalogue.models import Service
from yilu.messaging.models import Message
from yilu.platform.models import User
from yilu.platform.testing import drain
from yilu.scheduling.models import Series, Session, TreatmentPlan
from yilu.scheduling.selectors.series import treatment_plan
from yilu.scheduling.tests.factories import Clinic, at, publish
from yilu.scheduling.tests.test_planned_sittings import begun, day, go_on, seen, two_weeks
from yilu.scheduling.tests.test_series import make_course
from yilu.scheduling.tests.test_series_pages import page, send, times
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A17")]


@pytest.fixture
def clinic() -> Clinic:
    return two_weeks()


@pytest.fixture
def desk(client: Client, clinic: Clinic) -> Client:
    person = make_staff("front_desk", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    return client


def test_the_desk_books_what_is_published_and_sees_what_is_planned(desk: Client, clinic: Clinic):
    plan, patient = make_course(clinic, (3, 7), *[(28, 42)] * 10), clinic.patient()
    shown = page(desk, "series-new", patient, plan=plan)
    assert "预约前 2 次，其余待约" in shown
    assert "以后预约" in shown

    send(desk, "series-new", [patient], plan=plan, weekdays="3", **times(clinic, 1, 6))
    series = Series.objects.get()
    assert series.wishes == {"weekdays": [3], "parts": []}
    of_series = page(desk, "series", series.pk)
    assert "已计划、待预约" in of_series
    assert "待约 10 次" not in of_series
    assert "待约" in page(desk, "series-print", series.pk)
    assert "待约 10 次" in page(desk, "series-of-patient", patient)
    listed = page(desk, "planned")
    assert "第 3 次，共 12 次" in listed
    assert "放号后自动预约" in listed


def test_the_desk_is_prompted_and_books_what_was_stuck_with_another_doctor(
    desk: Client, clinic: Clinic
):
    series = begun(clinic, (28, 30))
    publish(clinic, days=45)
    Session.objects.filter(
        clinic_day__range=(day(28), day(32)), resource_id=clinic.doctor_resources[0]
    ).update(active=False)
    go_on(clinic, series)
    assert "有 1 次疗程待约未能自动预约" in page(desk, "attention")
    assert 'name="time-1"' not in page(desk, "series-anew", series)

    dialog = page(desk, "series-anew", series, practitioner=clinic.doctors[1])
    assert 'name="time-1"' in dialog
    value = f"{at(10, day=30).isoformat()}|{clinic.doctors[1]}"
    assert send(desk, "series-anew", [series], **{"time-1": value}).status_code == 204
    assert "未能自动预约" not in page(desk, "attention")


def test_a_plan_of_many_equal_sittings_is_one_row(clinic: Clinic):
    boss = Client()
    person = make_staff("manager", site_id=clinic.site_id)
    boss.force_login(User.objects.get(pk=person.user_id))
    fields = {
        "name_zh": "正畸复诊", "name_en": "Recall", "same_doctor": "on",
        "service_0": clinic.service_id, "service_1": clinic.service_id,
        "times_1": "11", "min_1": "28", "max_1": "42",
    }  # fmt: skip
    assert send(boss, "plan-new", [], **fields | {"times_1": "25"}).status_code == 422
    assert send(boss, "plan-new", [], **fields | {"times_1": "24"}).status_code == 422
    assert send(boss, "plan-new", [], **fields).status_code == 204
    plan = TreatmentPlan.objects.get()
    assert len(treatment_plan(clinic.site_id, plan.pk).steps) == 12
    assert "× 11" in page(boss, "plans")
    assert 'value="11"' in page(boss, "plan", plan.pk)


@pytest.mark.parametrize(("mode", "there"), [("in_person", True), ("telephone", False)])
def test_nobody_is_told_to_come_for_a_call(clinic: Clinic, mode: str, *, there: bool):
    Service.objects.filter(pk=clinic.service_id).update(mode=mode, needs=[])
    series = begun(clinic, (28, 42))
    publish(clinic, days=60)
    go_on(clinic, series)
    drain(timers=False)

    address = str(seen(clinic, series).site.address)
    told = Message.objects.filter(template__startswith="sitting_booked").get().body
    desk = Client()
    person = make_staff("front_desk", site_id=clinic.site_id)
    desk.force_login(User.objects.get(pk=person.user_id))
    paper = page(desk, "series-print", series)
    for text in (told, paper):
        assert (address in text) is there
        assert ("提前 15 分钟" in text) is there
        assert ("无需到院" in text) is not there
