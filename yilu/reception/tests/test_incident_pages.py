"""Raising, following and closing incidents, as pages send it."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from yilu.facility.models import Site
from yilu.platform import clock
from yilu.platform.models import User
from yilu.reception.models import Incident, IncidentEntry
from yilu.reception.operations.incidents import Report, open_incident
from yilu.reception.operations.timeline import note_deed
from yilu.scheduling.models import Block, Plan
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at, make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B14")]


@pytest.fixture
def clinic():
    with clock.at(SUNDAY_EVENING):
        made = make_clinic()
    with clock.at(at(9, 55)):
        yield made


def browser(clinic, post="front_desk"):
    client = Client()
    person = make_staff(post, site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    return client


@pytest.fixture
def desk(clinic):
    return browser(clinic)


def url(name, clinic, *more):
    return reverse(f"reception:{name}", args=[Site.objects.get(pk=clinic.site_id).key, *more])


def sent(**fields):
    return {"request_key": str(uuid4())} | fields


def opened(clinic, kind="illness", **facts):
    actor = make_staff("doctor", site_id=clinic.site_id, name="陈医生").actor()
    made = open_incident(actor=actor, report=Report(clinic.site_id, kind, **facts))
    return made, actor


def test_two_presses_alert_everybody_and_the_second_press_of_the_same_form_does_not(clinic, desk):
    dialog = desk.get(url("incident-new", clinic)).content.decode()
    form = sent()

    answers = [desk.post(url("incident-illness", clinic), form) for _ in range(2)]

    assert url("incident-illness", clinic) in dialog
    incident = Incident.objects.get()
    page = reverse("reception:incident", args=[incident.pk])
    assert [(one.status_code, one.headers["Location"]) for one in answers] == [(303, page)] * 2
    assert "突发疾病" in desk.get(page).content.decode()
    strip = browser(clinic, "nurse").get(url("alarms", clinic)).content.decode()
    assert f'data-alarm="{incident.pk}"' in strip


def test_a_fault_is_reported_with_what_failed_and_leads_to_the_plan(clinic, desk):
    clinic.book(at(10))
    room = clinic.room_resources[0]
    address = url("incident-report", clinic, "equipment")
    form = desk.get(address)

    answer = desk.post(address, sent(thing=str(room), until="2h", what="门锁坏了"))

    assert str(room) in form.content.decode()
    assert str(clinic.doctor_resources[0]) not in form.content.decode()
    block = Block.objects.get()
    assert (block.during.upper, block.reason) == (at(11, 55), "门锁坏了")
    page = desk.get(answer.headers["Location"]).content.decode()
    assert reverse("scheduling:replan", args=[Plan.objects.get().pk]) in page


@pytest.mark.parametrize(
    ("until", "ends_at"), [("today", at(24)), ("1d", at(24, day=1)), ("6d", at(24, day=6))]
)
def test_a_day_ends_at_midnight_of_the_site(clinic, desk, until, ends_at):
    room = str(clinic.room_resources[0])

    desk.post(url("incident-report", clinic, "equipment"), sent(thing=room, until=until))

    assert Block.objects.order_by("-during").first().during.upper == ends_at


def test_what_is_not_booked_is_reported_without_blocking_anything(clinic, desk):
    answer = desk.post(url("incident-report", clinic, "equipment"), sent(what="饮水机漏水"))

    assert answer.status_code == 303
    assert not Block.objects.exists()


def test_a_kind_that_is_none_and_a_thing_that_is_not_here_are_refused(clinic, desk):
    assert desk.get(url("incident-report", clinic, "flood")).status_code == 404
    wrong = sent(thing=str(clinic.doctor_resources[0]), until="2h")
    assert desk.post(url("incident-report", clinic, "equipment"), wrong).status_code == 422
    assert desk.post(url("incident-report", clinic, "upset"), sent(what="\x00")).status_code == 400
    assert not Incident.objects.exists()


def test_a_line_is_added_at_the_time_it_was_done_on_the_wall_of_the_site(clinic, desk):
    made, _ = opened(clinic)
    address = reverse("reception:incident-note", args=[made.id])

    desk.post(address, sent(deed="called_120", at="09:50"))
    refused = desk.post(address, sent(text="以后", at="11:00"))
    nothing = desk.post(address, sent())

    entry = IncidentEntry.objects.get()
    assert (entry.deed, entry.at, entry.recorded_at) == ("called_120", at(9, 50), at(9, 55))
    assert (refused.status_code, nothing.status_code) == (422, 422)
    assert "以后" in refused.content.decode()


def test_after_midnight_a_time_of_the_evening_is_that_of_yesterday(clinic, desk):
    with clock.at(at(24, 5)):
        made, _ = opened(clinic)
        desk.post(reverse("reception:incident-note", args=[made.id]), sent(text="抽搐", at="23:58"))

    assert IncidentEntry.objects.get().at == at(23, 58)


def test_a_deed_of_the_script_is_one_press_and_can_be_taken_back(clinic, desk):
    made, _ = opened(clinic)

    answer = desk.post(reverse("reception:incident-done", args=[made.id, "called_120"]), sent())

    assert answer.status_code == 204
    assert "/undo/" in answer.headers["HX-Trigger"]
    page = desk.get(reverse("reception:incident", args=[made.id]))
    assert [one.deed.key for one in page.context["found"].deeds if one.done_at] == ["called_120"]


def test_who_falls_ill_is_said_later_and_a_stale_form_comes_back(clinic, desk):
    made, _ = opened(clinic)
    address = reverse("reception:incident-describe", args=[made.id])
    form = sent(place="一楼大厅", what="晕倒", patient=str(clinic.patient("林晓芳")), version="1")

    assert desk.post(address, form).status_code == 204
    stale = desk.post(address, sent(place="二楼", what="", version="1"))

    assert stale.status_code == 412
    assert Incident.objects.get().place == "一楼大厅"
    assert "林晓芳" in desk.get(reverse("reception:incident", args=[made.id])).content.decode()


def test_closing_asks_for_an_outcome_of_the_kind(clinic, desk):
    made, _ = opened(clinic)
    address = reverse("reception:incident-close", args=[made.id])

    wrong = desk.post(address, sent(outcome="repaired", version="1"))
    right = desk.post(address, sent(outcome="taken_away", note="市一院", version="1"))

    assert (wrong.status_code, right.status_code) == (422, 204)
    assert Incident.objects.get().outcome == "taken_away"
    assert browser(clinic, "cashier").get(address).status_code == 403


def test_the_paper_holds_the_whole_timeline(clinic, desk):
    made, doctor = opened(clinic, what="晕倒")
    note_deed(actor=doctor, incident_id=made.id, deed="doctor_there", text="呼之能应")

    paper = desk.get(reverse("reception:incident-print", args=[made.id])).content.decode()

    for words in (made.number, "晕倒", "医生到场", "呼之能应", "陈医生", "09:55:00"):
        assert words in paper


def test_the_list_is_narrowed_and_leaves_as_a_file_without_formulas(clinic, desk):
    opened(clinic, what="=1+1")
    opened(clinic, kind="flow")

    page = desk.get(url("incidents", clinic), {"kind": "illness"})
    file = desk.get(url("incidents-file", clinic), {"kind": "illness"})
    odd = desk.get(url("incidents", clinic), {"kind": "flood", "from_on": "never"})

    assert [one.kind for one in page.context["lines"]] == ["illness"]
    rows = file.content.decode().removeprefix("\ufeff").splitlines()
    assert len(rows) == 2
    assert "'=1+1" in rows[1]
    assert (
        len(odd.context["lines"]) == len(desk.get(url("incidents", clinic)).context["lines"]) == 2
    )
    assert browser(clinic, "cashier").get(url("incidents-file", clinic)).status_code == 403


def test_nobody_of_another_site_learns_of_an_incident(clinic):
    made, _ = opened(clinic)
    with clock.at(SUNDAY_EVENING):
        elsewhere = make_clinic()
    stranger = browser(elsewhere)

    for address in (
        url("alarms", clinic),
        url("incidents", clinic),
        reverse("reception:incident", args=[made.id]),
        reverse("reception:incident-print", args=[made.id]),
    ):
        assert stranger.get(address).status_code == 404
    done = reverse("reception:incident-done", args=[made.id, "coming"])
    assert stranger.post(done, sent()).status_code == 404
    assert not IncidentEntry.objects.exists()


def test_who_said_that_they_are_coming_is_not_asked_again_and_others_are(clinic, desk):
    made, _ = opened(clinic)
    page = reverse("reception:incident", args=[made.id])
    coming = reverse("reception:incident-done", args=[made.id, "coming"])
    nurse = browser(clinic, "nurse")
    assert coming in desk.get(page).content.decode()

    assert desk.post(coming, sent()).status_code == 204

    mine = desk.get(page).content.decode()
    assert coming not in mine
    assert '<p class="rc-done-line">' in mine
    assert coming in nurse.get(page).content.decode()
    assert coming not in desk.get(url("alarms", clinic)).content.decode()
    assert coming in nurse.get(url("alarms", clinic)).content.decode()
