"""Planning anew as the desk does it: the sick call, the plan, its places, the calls."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from yilu.platform import clock
from yilu.platform.models import Event, User
from yilu.platform.testing import drain, run_jobs
from yilu.scheduling.models import Block, Booking, Plan, PlannedMove
from yilu.scheduling.operations.blocks import block_resource
from yilu.scheduling.tests.factories import Clinic, at, make_clinic
from yilu.scheduling.tests.test_pages import send, toast
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A14")]


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(doctors=2, rooms=2)


@pytest.fixture
def desk(client: Client, clinic: Clinic) -> Client:
    person = make_staff("front_desk", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    return client


def monday(clinic: Clinic, **facts: Any) -> dict[str, Any]:
    usual = {
        "site": clinic.site_id,
        "who": clinic.doctor_resources[0],
        "starts_on": "2031-03-03",
        "starts": "08:00",
        "ends_on": "2031-03-03",
        "ends": "18:00",
        "reason": "发烧",
    }
    return usual | facts


def planned(desk: Client, clinic: Clinic) -> Plan:
    """The sick call as the desk enters it, and the worker's plan."""
    done = send(desk, "away", [], **monday(clinic))
    assert "HX-Redirect" in done.headers
    assert run_jobs() == 1
    plan = Plan.objects.get()
    assert done["HX-Redirect"] == reverse("scheduling:replan", args=[plan.pk])
    return plan


def shown(desk: Client, plan: Plan) -> str:
    return desk.get(reverse("scheduling:replan", args=[plan.pk])).content.decode()


def test_a_sick_call_is_one_form_that_says_first_what_follows(desk: Client, clinic: Clinic):
    booked = clinic.book(at(10))
    dialog = desk.get(reverse("scheduling:away")).content.decode()
    assert "停诊并重新安排" in dialog

    look = send(desk, "away", [], **monday(clinic))
    assert look.status_code in {200, 204}

    plan = Plan.objects.get()
    assert Block.objects.get().reason == "发烧"
    assert "正在为 1 个预约寻找新时间" in shown(desk, plan)
    assert run_jobs() == 1
    page = shown(desk, plan)
    for words in ("发烧", "对患者已是最优方案", "确认并通知 1 位患者", "尚未通知任何人"):
        assert words in page
    assert Booking.objects.get(pk=booked.id).starts_at == at(10)


def test_looking_ahead_at_a_sick_call_does_nothing(desk: Client, clinic: Clinic):
    clinic.book(at(10))
    url = reverse("scheduling:away") + "?look=1"

    seen = desk.post(url, monday(clinic)).content.decode()

    assert "1 个预约" in seen
    assert not Plan.objects.exists()
    assert not Block.objects.exists()


def test_a_sick_call_that_hits_nobody_only_blocks(desk: Client, clinic: Clinic):
    done = send(desk, "away", [], **monday(clinic))

    assert done.status_code == 204
    assert not Plan.objects.exists()
    assert Block.objects.count() == 1


def test_nonsense_in_the_form_is_said_and_changes_nothing(desk: Client, clinic: Clinic):
    clinic.book(at(10))
    for wrong in ({"who": "nobody"}, {"ends": "07:00"}, {"starts_on": "2031-02-30"}):
        assert send(desk, "away", [], **monday(clinic, **wrong)).status_code == 422
    assert not Block.objects.exists()
    assert not Plan.objects.exists()


def test_places_are_changed_left_out_and_confirmed_by_buttons(desk: Client, clinic: Clinic):
    first, second = clinic.book(at(10)), clinic.book(at(11))
    plan = planned(desk, clinic)
    one, other = (PlannedMove.objects.get(booking_id=b.id) for b in (first, second))
    dialog = desk.get(reverse("scheduling:move-change", args=[one.pk])).content.decode()
    time = f"2031-03-03T16:00:00+08:00|{clinic.doctors[1]}"
    assert time in dialog

    changed = send(desk, "move-change", [one.pk], time=time, version=one.version)
    assert toast(changed)["text"] == "已手工调整"
    stale = send(desk, "move-change", [one.pk], time=time, version=one.version)
    assert stale.status_code == 412
    taken = send(desk, "move-change", [other.pk], time=time, version=other.version)
    assert taken.status_code == 422
    left = send(desk, "move-out", [other.pk], version=other.version)
    assert toast(left)["text"] == "已移出方案，仍列为待改期。"
    assert "手工调整" in shown(desk, plan)

    old = send(desk, "replan-confirm", [plan.pk], version=plan.version)
    assert old.status_code == 412
    plan.refresh_from_db()
    done = send(desk, "replan-confirm", [plan.pk], version=plan.version)
    assert toast(done)["text"] == "已通知 1 位患者。"
    page = shown(desk, plan)
    assert "待答复" in page
    assert "时间不合适" in page


def test_the_desk_answers_for_who_is_on_the_telephone(desk: Client, clinic: Clinic):
    first, second = clinic.book(at(10)), clinic.book(at(11))
    plan = planned(desk, clinic)
    send(desk, "replan-confirm", [plan.pk])
    one, other = (PlannedMove.objects.get(booking_id=b.id) for b in (first, second))

    taken = send(desk, "move-accept", [one.pk], round=one.round)
    assert toast(taken)["text"] == "已改期并通知"
    declined = send(desk, "move-decline", [other.pk], round=other.round)
    assert toast(declined)["text"] == "已另留新号并通知患者。"

    assert Booking.objects.get(pk=first.id).practitioner_id == clinic.doctors[1]
    assert "第 2 次建议" in shown(desk, plan)


def test_plan_anew_leads_to_the_plan_there_is(desk: Client, clinic: Clinic):
    clinic.book(at(10))
    plan = planned(desk, clinic)

    again = send(desk, "replan-start", [], site=clinic.site_id)

    assert again["HX-Redirect"] == reverse("scheduling:replan", args=[plan.pk])
    assert Plan.objects.count() == 1


def test_a_dropped_plan_can_be_made_again_from_its_page(desk: Client, clinic: Clinic):
    clinic.book(at(10))
    plan = planned(desk, clinic)
    assert send(desk, "replan-drop", [plan.pk], version=plan.version).status_code == 204
    assert "方案已放弃" in shown(desk, plan)
    assert send(desk, "replan-confirm", [plan.pk]).status_code == 409

    send(desk, "replan-start", [], site=clinic.site_id)

    assert Plan.objects.count() == 2


def test_a_plan_out_of_time_is_planned_anew_before_the_worker_comes_to_it(
    desk: Client, clinic: Clinic
):
    clinic.book(at(10))
    plan = planned(desk, clinic)
    with clock.at(plan.expires_at):
        page = shown(desk, plan)
        assert "确认并通知" not in page
        assert "方案未在时限内确认" in page
        assert "已过期" in page

        again = send(desk, "replan-start", [], site=clinic.site_id)

        new = Plan.objects.latest("created_at")
        assert (new.pk != plan.pk, Plan.objects.get(pk=plan.pk).state) == (True, "dropped")
        assert again["HX-Redirect"] == reverse("scheduling:replan", args=[new.pk])


@pytest.mark.parametrize("press", ["replan-confirm", "replan-weigh"])
def test_a_press_on_a_plan_out_of_time_ends_it_for_every_page(
    desk: Client, clinic: Clinic, press: str
):
    booked = clinic.book(at(10))
    plan = planned(desk, clinic)
    with clock.at(plan.expires_at):
        assert send(desk, press, [plan.pk], version=plan.version).status_code == 409

        assert "方案已放弃" in shown(desk, plan)
    assert Event.objects.filter(name="PlanChanged").last().body["state"] == "dropped"
    assert Booking.objects.get(pk=booked.id).starts_at == at(10)


def test_the_lists_and_the_prompt_name_what_is_to_be_done(desk: Client, clinic: Clinic):
    plans = reverse("scheduling:replans")
    assert "暂无改期方案" in desk.get(plans).content.decode()
    clinic.book(at(10))
    for doctor in clinic.doctor_resources:
        block_resource(
            actor=clinic.actor,
            resource_id=doctor,
            starts_at=at(8),
            ends_at=at(18, day=6),
            kind="absence",
        )
    prompt = desk.get(reverse("scheduling:attention")).content.decode()
    assert "1 个预约无法如期进行" in prompt
    assert "重新安排" in desk.get(reverse("scheduling:to-move")).content.decode()

    send(desk, "replan-start", [], site=clinic.site_id)
    assert run_jobs() == 1
    send(desk, "replan-confirm", [Plan.objects.get().pk])
    drain()

    page = desk.get(plans).content.decode()
    assert "需致电的患者" in page
    assert "1 位患者需致电" in desk.get(reverse("scheduling:attention")).content.decode()
