"""The guide's phone, the desk's strip, who is arriving, the dialogs and the rule of a site."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import translation

from yilu.facility.models import Site
from yilu.guiding.models import GuideRule, GuideShift, GuideTask
from yilu.guiding.tests.factories import Guided
from yilu.platform import clock
from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.queueing.tests.factories import at
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B15")]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def signed_in(guided: Guided, post: str = "", user_id: UUID | None = None) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    user_id = user_id or make_staff(post, site_id=guided.site_id, name=post).user_id
    client.force_login(User.objects.get(pk=user_id))
    return client


def press(client: Client, url: str, **data: Any):
    return client.post(url, {"request_key": str(new_id()), **data}, headers={"HX-Request": "true"})


def key(guided: Guided) -> str:
    return str(Site.objects.get(pk=guided.site_id).key)


def shown(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def undo_of(answer: Any) -> str:
    return str(json.loads(answer["HX-Trigger"])["toast"]["undo"])


def test_a_guide_comes_on_duty_takes_and_brings_with_one_press_each(guided):
    client = signed_in(guided, "guide")
    page = f"/guiding/{key(guided)}/"
    visit = guided.arrive()
    assert "Come on duty" in shown(client, page)
    assert "邓白芍" not in shown(client, page)

    assert press(client, f"{page}on-duty").status_code == 204
    task = guided.task(visit)
    text = shown(client, page)
    assert "I bring them" in text
    assert "Wheelchair" in text
    taken = press(client, f"/guiding/tasks/{task.pk}/take", version=task.version)
    assert undo_of(taken).startswith("/undo/")
    assert "They are there" in shown(client, page)
    task.refresh_from_db()
    press(client, f"/guiding/tasks/{task.pk}/there", version=task.version)
    assert "Waits for the receiving person to confirm" in shown(client, page)
    press(client, f"{page}off-duty")
    assert not GuideShift.objects.filter(ended_at=None).exists()


def test_the_receiving_person_confirms_above_their_own_page_and_takes_it_back(guided):
    guide = guided.guide("丁引路")
    visit = guided.arrive()
    theirs = signed_in(guided, user_id=guide.user_id)
    task = guided.task(visit)
    desk = signed_in(guided, "front_desk")
    strip = f"/guiding/{key(guided)}/arriving"
    assert "邓白芍" not in shown(desk, strip)
    press(theirs, f"/guiding/tasks/{task.pk}/take")
    assert "on the way with" in shown(desk, strip)
    press(theirs, f"/guiding/tasks/{task.pk}/there")
    assert "brought by" in shown(desk, strip)
    assert theirs.get(strip).status_code == 404
    assert press(theirs, f"/guiding/tasks/{task.pk}/received").status_code == 409

    done = press(desk, f"/guiding/tasks/{task.pk}/received")
    assert guided.task(visit).state == "done"
    assert "邓白芍" not in shown(desk, strip)
    press(desk, undo_of(done))
    assert guided.task(visit).state == "delivered"


def test_the_shell_of_who_receives_listens_and_that_of_a_guide_leads_to_their_page(guided):
    for post, has_it in (("front_desk", True), ("cashier", True), ("guide", False)):
        page = shown(signed_in(guided, post), f"/guiding/{key(guided)}/tasks")
        assert (f'hx-get="/guiding/{key(guided)}/arriving"' in page) == has_it
    home = signed_in(guided, "guide").get("/")
    assert home["Location"] == f"/guiding/{key(guided)}/"


def test_the_desk_sees_what_nobody_has_gives_it_and_takes_it_off(guided):
    desk = signed_in(guided, "front_desk")
    strip = f"/guiding/{key(guided)}/strip"
    assert "With a guide" not in shown(desk, strip)
    visit = guided.arrive()
    text = shown(desk, strip)
    assert "No guide is on duty" in text
    with clock.at(at(11)):
        assert "Not picked up" in shown(desk, strip)
    guide = guided.guide("丁引路")
    other = guided.guide("林导")
    task = guided.task(visit)
    assert "Ding Yinlu" in shown(desk, f"/guiding/tasks/{task.pk}/assign")
    kept = press(
        desk, f"/guiding/tasks/{task.pk}/assign", person=other.user_id, version=task.version
    )
    assert kept.status_code == 204
    assert guided.task(visit).guide_id == other.user_id != guide.user_id
    off = press(desk, f"/guiding/tasks/{task.pk}/withdraw", reason="alone")
    assert guided.task(visit).end == "alone"
    press(desk, undo_of(off))
    assert guided.task(visit).state == "given"


def test_a_guide_hands_over_and_declines_in_a_dialog(guided):
    first, second = guided.guide("安导"), guided.guide("白导")
    client = signed_in(guided, user_id=first.user_id)
    task = guided.task(guided.arrive())
    dialog = shown(client, f"/guiding/tasks/{task.pk}/hand-over")
    assert "Bai Dao" in dialog
    assert "An Dao" not in dialog
    press(client, f"/guiding/tasks/{task.pk}/hand-over", person=second.user_id)
    theirs = signed_in(guided, user_id=second.user_id)
    assert press(theirs, f"/guiding/tasks/{task.pk}/decline").status_code == 422
    press(theirs, f"/guiding/tasks/{task.pk}/decline", reason="busy")
    assert guided.task(task.visit_id).guide_id == first.user_id


@pytest.mark.parametrize("post", ["front_desk", "nurse", "doctor", "cashier", "technician"])
def test_anybody_at_a_place_asks_in_a_dialog(guided, post):
    client = signed_in(guided, post)
    visit = guided.arrive(special_needs=("hearing",), language="en", name="John")
    GuideTask.objects.all().update(state="withdrawn", end="gone", ended_at=at(0))
    page = shown(client, f"/guiding/visits/{visit}/ask")
    assert "Hard of hearing" in page
    assert "The next step" in page
    sent = {"help": "stretcher", "destination": "", "language": "en", "note": "two steps"}
    assert press(client, f"/guiding/visits/{visit}/ask", **sent).status_code == 204
    task = guided.task(visit)
    assert (task.help, task.language, task.note) == ("stretcher", "en", "two steps")
    assert press(client, f"/guiding/visits/{visit}/ask", **sent).status_code == 409


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"help": "helicopter"},
        {"help": "lead"},
        {"help": "escort", "destination": "moon"},
        {"help": "escort", "destination": "other"},
        {"help": "escort", "language": "tlh"},
        {"help": "escort", "note": "x" * 201},
        {"help": "escort", "note": "a\x00b"},
    ],
)
def test_what_cannot_be_asked_for_is_refused_in_the_readers_language(guided, sent):
    visit = guided.arrive(special_needs=())
    client = signed_in(guided, "front_desk")
    answer = press(client, f"/guiding/visits/{visit}/ask", **sent)
    assert answer.status_code in {400, 422}
    assert not GuideTask.objects.exists()


def test_wrong_people_and_wrong_ids_get_nothing(guided):
    visit = guided.arrive()
    task, there = guided.task(visit), key(guided)
    care, desk = signed_in(guided, "care"), signed_in(guided, "front_desk")
    for url in (
        f"/guiding/{there}/tasks",
        f"/guiding/{there}/strip",
        f"/guiding/visits/{visit}/ask",
    ):
        assert care.get(url).status_code == 404
    assert desk.get(f"/guiding/{there}/").status_code == 404
    assert desk.get(f"/guiding/tasks/{new_id()}/assign").status_code == 404
    assert desk.get(f"/guiding/visits/{new_id()}/ask").status_code == 404
    assert desk.get(f"/guiding/tasks/{task.pk}/decline").status_code == 403
    assert press(desk, f"/guiding/tasks/{task.pk}/take").status_code == 403
    assert press(desk, f"/guiding/tasks/{task.pk}/assign", person=new_id()).status_code == 422
    assert press(desk, f"/guiding/tasks/{task.pk}/withdraw", reason="gone").status_code == 422
    assert press(desk, f"/guiding/{there}/on-duty").status_code == 403
    doctor = signed_in(guided, "doctor")
    assert doctor.get(f"/guiding/tasks/{task.pk}/withdraw").status_code == 403
    assert guided.task(visit).version == task.version


def test_an_old_dialog_is_refused_and_changes_nothing(guided):
    guide = guided.guide()
    task = guided.task(guided.arrive())
    desk = signed_in(guided, "front_desk")
    answer = press(desk, f"/guiding/tasks/{task.pk}/assign", person=guide.user_id, version=99)
    assert answer.status_code == 412
    assert guided.task(task.visit_id).version == task.version


def test_the_manager_sets_what_guides_do_here(guided):
    client = signed_in(guided, "manager")
    url = f"/guiding/rule?site={guided.site_id}"
    assert "Which next steps become a guide" in shown(client, url)
    said = {"for_all": ["cashier"], "for_needs": ["room", "waiting"], "pickup_minutes": 7}
    said |= {"wheelchairs": 3, "stretchers": "", "version": 0}
    wrong: list[dict[str, Any]] = [
        {"pickup_minutes": 0},
        {"pickup_minutes": "soon"},
        {"for_all": ["exit"]},
        {"wheelchairs": -1},
        {"stretchers": 1000},
    ]
    for each in wrong:
        assert press(client, url, **said | each).status_code == 422
    assert not GuideRule.objects.exists()
    press(client, url, **said)
    rule = GuideRule.objects.get()
    assert (rule.for_all, rule.for_needs) == (["cashier"], ["waiting", "room"])
    assert (rule.pickup_minutes, rule.wheelchairs, rule.stretchers) == (7, 3, None)
    assert press(client, url, **said).status_code == 412
    assert signed_in(guided, "front_desk").get(url).status_code in {403, 404}


def test_equipment_that_is_out_is_warned_of_and_comes_back(guided):
    guided.rule(wheelchairs=1)
    guide = guided.guide()
    task = guided.task(guided.arrive())
    press(signed_in(guided, user_id=guide.user_id), f"/guiding/tasks/{task.pk}/take")
    desk = signed_in(guided, "front_desk")
    assert "Wheelchair: all 1 are out" in shown(desk, f"/guiding/{key(guided)}/strip")
    assert "all 1 are out" in shown(desk, f"/guiding/visits/{task.visit_id}/ask")
    assert press(desk, f"/guiding/tasks/{task.pk}/back").status_code == 204
    assert press(desk, f"/guiding/tasks/{task.pk}/back").status_code == 409
    assert "1 of 1 free" in shown(desk, f"/guiding/{key(guided)}/tasks")


def test_both_languages_have_every_word(guided):
    guide = guided.guide()
    guided.arrive()
    client = signed_in(guided, user_id=guide.user_id)
    with translation.override("zh-hans"):
        client.cookies["yilu_language"] = "zh-hans"
        page = shown(client, f"/guiding/{key(guided)}/")
    assert "我来送" in page
    assert "I bring them" not in page
