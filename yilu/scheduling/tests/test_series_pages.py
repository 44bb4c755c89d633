"""Treatments in series as the desk plans them, places them anew and ends them."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.scheduling.models import Booking, Series, Sitting, TreatmentPlan
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.tests.factories import Clinic, at, make_clinic
from yilu.scheduling.tests.test_pages import send, toast
from yilu.scheduling.tests.test_series import make_course
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A17")]


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(doctors=2, rooms=2, days=40)


@pytest.fixture
def desk(client: Client, clinic: Clinic) -> Client:
    person = make_staff("front_desk", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    return client


def manager(clinic: Clinic) -> Client:
    client = Client()
    person = make_staff("manager", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    return client


def page(client: Client, name: str, *args: UUID, **asked: Any) -> str:
    return client.get(reverse(f"scheduling:{name}", args=args), asked).content.decode()


def times(clinic: Clinic, *days: int) -> dict[str, str]:
    return {
        f"time-{n}": f"{at(10, day=day).isoformat()}|{clinic.doctors[0]}"
        for n, day in enumerate(days)
    }


def test_all_sittings_are_seen_changed_by_hand_and_booked(desk: Client, clinic: Clinic):
    plan, patient = make_course(clinic, (3, 7), (3, 7)), clinic.patient()
    shown = page(desk, "series-new", patient)
    assert shown.count('name="time-') == 3
    assert "预约全部 3 次" in shown

    fixed = page(desk, "series-new", patient, plan=plan, upto="1", **times(clinic, 1, 6))
    assert f'value="{at(10, day=6).astimezone().isoformat()[:10]}' in fixed

    done = send(desk, "series-new", [patient], plan=plan, **times(clinic, 1, 6, 12))
    series = Series.objects.get()
    assert done["HX-Redirect"] == reverse("scheduling:series", args=[series.pk])
    assert toast(done)["text"] == "已预约 3 次"
    assert "根管治疗" in page(desk, "series-of-patient", patient)
    for shown in (page(desk, "series", series.pk), page(desk, "series-print", series.pk)):
        assert Booking.objects.first().number in shown


@pytest.mark.parametrize(
    ("days", "words"),
    [((1, 2, 8), "第 2 次距上次 1 天，应为 3 至 7 天。"), ((1, 6), "请为每一次选择时间。")],
)
def test_what_cannot_be_booked_is_said_and_nothing_is(
    desk: Client, clinic: Clinic, days: tuple[int, ...], words: str
):
    plan, patient = make_course(clinic, (3, 7), (3, 7)), clinic.patient()

    refused = send(desk, "series-new", [patient], plan=plan, **times(clinic, *days))

    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert not Booking.objects.exists()


def test_a_lost_sitting_is_proposed_anew_and_the_rest_can_be_ended(desk: Client, clinic: Clinic):
    plan, patient = make_course(clinic, (3, 7), (3, 7)), clinic.patient()
    send(desk, "series-new", [patient], plan=plan, **times(clinic, 1, 6, 12))
    series = Series.objects.get().pk
    lost = Sitting.objects.get(position=1).booking_id
    cancel_booking(actor=clinic.actor, booking_id=lost, reason="ill")
    assert "部分治疗需重新安排。" in page(desk, "series", series)
    dialog = page(desk, "series-anew", series)
    assert "保持不变" in dialog

    value = f"{at(11, day=7).isoformat()}|{clinic.doctors[0]}"
    done = send(desk, "series-anew", [series], **{"time-1": value})
    assert toast(done)["text"] == "已重新安排"
    assert "部分治疗需重新安排。" not in page(desk, "series", series)

    send(desk, "series-end", [series], reason="other", words="搬家")
    assert not Booking.objects.filter(state="confirmed").exists()


def test_a_plan_is_made_changed_and_no_longer_offered_by_page(desk: Client, clinic: Clinic):
    boss = manager(clinic)
    fields = {
        "name_zh": "正畸复诊", "name_en": "Recall", "same_doctor": "on", "service_0":
        clinic.service_id, "service_1": clinic.service_id, "min_1": "28", "max_1": "35",
    }  # fmt: skip
    assert send(boss, "plan-new", [], **fields | {"service_1": ""}).status_code == 422
    assert send(boss, "plan-new", [], **fields).status_code == 204
    plan = TreatmentPlan.objects.get()
    assert "28–35 天" in page(boss, "plans")
    assert 'value="28"' in page(boss, "plan", plan.pk)
    assert send(boss, "plan", [plan.pk], version=1, **fields | {"max_1": "40"}).status_code == 204
    assert send(boss, "plan", [plan.pk], version=1, **fields).status_code == 412
    send(boss, "plan-offer", [plan.pk], offered="0")
    assert "已停用" in page(boss, "plans")

    assert send(desk, "plan-new", [], **fields).status_code == 403
    assert TreatmentPlan.objects.count() == 1
    assert desk.get(reverse("scheduling:series", args=[new_id()])).status_code == 404
