"""Outbreak mode as pages send it."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from yilu.facility.models import Site
from yilu.outbreak.models import CaseReport, Outbreak, Screening, SitePlan
from yilu.outbreak.tests.factories import ROUTE, answers, comes, turn_on
from yilu.platform.models import AuditEntry, User
from yilu.queueing.models import Ticket
from yilu.scheduling.models import Booking
from yilu.scheduling.tests.factories import at, make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B22")]


def browser(ready, post, site_id=None) -> Client:
    client = Client()
    person = make_staff(post, site_id=site_id or ready.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    return client


def url(name, ready, *more):
    key = Site.objects.get(pk=ready.site_id).key
    return reverse(f"outbreak:{name}", args=[key, *more])


def sent(**fields):
    return {"request_key": str(uuid4())} | fields


def at_door(*yes):
    return {f"q-{key}": said for key, said in answers(*yes).items()}


def text(answer) -> str:
    return answer.content.decode()


def test_the_manager_switches_it_on_once_and_everybody_reads_it(ready):
    manager = browser(ready, "manager")
    form = sent(illness="respiratory", reason="区疾控通知")

    first = [manager.post(url("on", ready), form) for _ in range(2)]

    assert [one.status_code for one in first] == [303, 303]
    assert Outbreak.objects.count() == 1
    for post in ("front_desk", "cashier", "administrator", "pharmacist"):
        client = browser(ready, post)
        where = "outbreak:notice" if post == "administrator" else "reception:alarms"
        key = Site.objects.get(pk=ready.site_id).key
        strip = text(client.get(reverse(where, args=[key])))
        assert "疫情模式" in strip
        assert "区疾控通知" in strip
    other = browser(ready, "manager", make_clinic().site_id)
    assert other.get(url("notice", ready)).status_code == 404
    assert other.get(url("board", ready)).status_code == 404


def test_wrong_input_and_missing_rights_change_nothing(ready):
    manager, desk = browser(ready, "manager"), browser(ready, "front_desk")
    assert manager.post(url("on", ready), sent(illness="flu", reason="x")).status_code == 422
    assert manager.post(url("on", ready), sent(illness="rash", reason=" ")).status_code == 422
    assert desk.post(url("on", ready), sent(illness="rash", reason="x")).status_code == 403
    assert desk.post(url("drill", ready), sent(illness="rash", reason="x")).status_code == 403
    assert desk.get(url("settings", ready)).status_code == 404
    assert manager.get(url("off", ready)).status_code == 409
    assert not Outbreak.objects.exists()


def test_the_check_in_dialog_asks_and_says_what_is_open(ready):
    desk = browser(ready, "front_desk")
    booked = ready.clinic.book(at(10))
    dialog = reverse("reception:check-in", args=[booked.id])
    assert "入口筛查" not in text(desk.get(dialog))
    turn_on(ready)
    assert "入口筛查" in text(desk.get(dialog))

    usual = {"compared": "on", "second": "card"}
    none = desk.post(dialog, sent(**usual))
    some = desk.post(dialog, sent(**usual, **{"q-fever": "no"}))

    assert (none.status_code, some.status_code) == (422, 422)
    assert "请先回答入口筛查问题" in text(none)
    assert "请回答每一个入口筛查问题" in text(some)
    assert 'name="q-fever" value="no" checked' in text(some)
    assert Booking.objects.get(pk=booked.id).state == "confirmed"

    done = desk.post(dialog, sent(**usual, **at_door("fever")))
    assert done.status_code == 200
    assert Ticket.objects.get().queue.key == "apart"
    sheet = text(desk.get(reverse("reception:guide", args=[Ticket.objects.get().visit_id])))
    assert ROUTE["zh-Hans"] in sheet


def test_the_walk_in_page_asks_too(ready):
    desk = browser(ready, "front_desk")
    key = Site.objects.get(pk=ready.site_id).key
    turn_on(ready)
    page = reverse("reception:walk-in", args=[key])
    assert "入口筛查" in text(desk.get(page))
    typed = {"patient": str(ready.clinic.patient()), "service": str(ready.clinic.service_id)}
    refused = desk.post(page, sent(**typed))
    assert refused.status_code == 422
    assert "请先回答入口筛查问题" in text(refused)
    assert not Ticket.objects.exists()
    assert desk.post(page, sent(**typed, **at_door())).status_code == 303
    assert Screening.objects.get().outcome == "clear"


def test_the_nurse_finds_looks_after_traces_and_reports(ready):
    nurse, desk = browser(ready, "nurse"), browser(ready, "front_desk")
    turn_on(ready)
    comes(ready, name="先到患者")
    came = comes(ready, name="后到患者")
    suspect = reverse("outbreak:suspect", args=[came.visit_id])
    assert nurse.post(suspect, sent(reason="")).status_code == 422
    assert nurse.post(suspect, sent(reason="面色潮红，测温 38.6")).status_code == 204
    one = Screening.objects.get(outcome="positive")
    board = text(nurse.get(url("board", ready)))
    assert "后到患者" in board
    beside = text(nurse.get(reverse("outbreak:of-visit", args=[came.visit_id])))
    assert "面色潮红" in beside

    assert nurse.post(reverse("outbreak:meet", args=[one.pk]), sent()).status_code == 204
    assert desk.post(reverse("outbreak:meet", args=[one.pk]), sent()).status_code == 409

    page = nurse.get(reverse("outbreak:contacts", args=[one.pk]))
    assert "先到患者" in text(page)
    assert AuditEntry.objects.filter(details__why__icontains="contact list").exists()
    file = text(nurse.get(reverse("outbreak:contacts-file", args=[one.pk])))
    assert "先到患者" in file
    assert "先到患者" in text(nurse.get(reverse("outbreak:contacts-print", args=[one.pk])))
    assert desk.get(reverse("outbreak:contacts", args=[one.pk])).status_code == 404

    new = reverse("outbreak:case-new", args=[one.pk])
    assert nurse.post(new, sent(group="unknown", disease="")).status_code == 422
    assert nurse.post(new, sent(group="unknown", disease="不明肺炎")).status_code == 303
    case = CaseReport.objects.get()
    assert "11:55" in text(nurse.get(reverse("outbreak:case", args=[case.pk])))
    send = reverse("outbreak:case-send", args=[case.pk])
    stale = nurse.post(send, sent(way="network", version="7"))
    assert stale.status_code == 412
    assert nurse.post(send, sent(way="network", receipt="K1", version="1")).status_code == 204
    paper = text(nurse.get(reverse("outbreak:case-print", args=[case.pk])))
    assert "不明肺炎" in paper
    assert "11:55" in paper  # By the clock on the clinic's wall, not by the server's.
    assert "不明肺炎" in text(nurse.get(url("cases-file", ready)))
    assert "K1" in text(nurse.get(url("cases-file", ready)))


def test_a_drill_is_marked_everywhere_and_in_no_file_of_cases(ready):
    nurse = browser(ready, "nurse")
    typed = sent(illness="respiratory", reason="季度演练")
    assert nurse.post(url("drill", ready), typed).status_code == 303
    practise = nurse.post(url("practise", ready), sent(**at_door("fever")))
    assert practise.status_code == 204
    one = Screening.objects.get()
    key = Site.objects.get(pk=ready.site_id).key
    new = reverse("outbreak:case-new", args=[one.pk])
    assert nurse.post(new, sent(group="other", disease="演练病例")).status_code == 303
    case = reverse("outbreak:case", args=[CaseReport.objects.get().pk])
    contact = reverse("outbreak:contacts", args=[one.pk])
    strip = reverse("reception:alarms", args=[key])
    for page in (url("board", ready), strip, case, contact):
        assert "演练" in text(nurse.get(page)), page
    assert "演练病例" not in text(nurse.get(url("cases-file", ready)))
    assert "合计,,0,0,0,0" in text(nurse.get(url("report-file", ready)))
    assert nurse.post(url("off", ready), sent(note="口罩不够", version="1")).status_code == 303
    assert "口罩不够" in text(nurse.get(url("times", ready)))


def test_the_plan_is_set_on_its_page(ready):
    manager = browser(ready, "manager")
    typed = {
        "route_zh": "西门直上二楼", "route_en": "", "room": str(ready.room_id),
        "valid_hours": "12", "window_minutes": "20", "drill_days": "60", "online_per_day": "40",
        "closed_service_ids": [], "version": "1",
    }  # fmt: skip
    wrong = manager.post(url("settings", ready), sent(**typed | {"valid_hours": "900"}))
    assert wrong.status_code == 422
    assert manager.post(url("settings", ready), sent(**typed)).status_code == 303
    assert manager.post(url("settings", ready), sent(**typed)).status_code == 412
    plan = SitePlan.objects.get()
    assert (plan.route, plan.online_per_day, plan.drill_days) == (
        {"zh-Hans": "西门直上二楼"}, 40, 60,
    )  # fmt: skip


def test_figures_are_read_by_days_and_as_a_file(ready):
    desk = browser(ready, "front_desk")
    turn_on(ready)
    comes(ready, "fever")
    page = desk.get(url("report", ready), {"first": "2031-03-03", "last": "2031-03-03"})
    assert "100.0%" in text(page)
    assert "合计,,1,1,1,0" in text(desk.get(url("report-file", ready)))
    assert desk.get(url("report", ready), {"first": "nonsense"}).status_code == 200
