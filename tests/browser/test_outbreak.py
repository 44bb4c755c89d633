"""Outbreak mode, from the switch to the contact list, as people at their posts see it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_bookings import picture
from tests.browser.test_patient import open_now
from yilu.facility.models import Site
from yilu.outbreak.models import Outbreak, Screening
from yilu.outbreak.operations.suspecting import mark_suspected
from yilu.outbreak.tests.factories import ROUTE, Ready, answers, comes, make_ready, turn_on
from yilu.platform import clock
from yilu.platform.models import User
from yilu.queueing.models import Ticket
from yilu.scheduling.tests.factories import Clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("B22"),
]
WHY = {"zh": "区疾控：流感样病例聚集", "en": "The district CDC: a cluster of influenza"}


def at_the_post(post: str, ready: Ready) -> User:
    return User.objects.get(pk=make_staff(post, site_id=ready.site_id).user_id)


def live(page: Page) -> Page:
    expect(page.locator("#live")).to_have_attribute("data-stream", "open")
    return page


def key_of(clinic: Clinic) -> str:
    return Site.objects.get(pk=clinic.site_id).key


def sheets(page: Page) -> int:
    """How many sheets of paper the page takes."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))


def answer(page: Page, *yes: str) -> None:
    for key, said in answers(*yes).items():
        value = "yes" if key in yes else "no"
        assert said == value
        page.locator(f"[name=q-{key}][value={value}]").check()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_from_the_switch_to_the_contact_list(visit, looks_right, language):
    ready = make_ready(open_now()[0].clinic)
    key = key_of(ready.clinic)
    early = comes(ready, screening=False, name="先到患者")
    comes(ready, screening=False, name="同时候诊")
    manager = live(
        visit(f"/outbreak/{key}/", user=at_the_post("manager", ready), language=language)
    )
    nurse = live(visit(f"/nurse/{key}/", user=at_the_post("nurse", ready), language=language))
    desk = live(
        visit(f"/reception/{key}/walk-in", user=at_the_post("front_desk", ready), language=language)
    )
    looks_right(manager, language)
    picture(manager, f"outbreak-off-{language}")

    manager.keyboard.press("o")
    manager.locator("#dialog [name=illness][value=respiratory]").check()
    manager.locator("#dialog [name=reason]").fill(WHY[language])
    looks_right(manager, language)
    picture(manager, f"outbreak-switch-{language}")
    manager.locator("#dialog button[type=submit]").click()
    expect(manager.locator("#outbreak-notice")).to_contain_text(WHY[language])
    expect(nurse.locator("#outbreak-notice")).to_contain_text(WHY[language])
    expect(desk.locator("#outbreak-notice")).to_contain_text(WHY[language])
    expect(manager.locator("[id^=unasked-]")).to_have_count(2)

    patient_id = ready.clinic.patient("欧阳若兰")
    desk.goto(f"{desk.url}?patient={patient_id}")
    expect(desk.locator(".ob-ask")).to_be_visible()
    desk.locator("[name=service]").select_option(str(ready.clinic.service_id))
    answer(desk, "cough", "contact")
    looks_right(desk, language)
    picture(desk, f"outbreak-walk-in-{language}")
    desk.locator("footer button.btn-primary").click()
    desk.wait_for_url("**/number?**")
    ticket = Ticket.objects.get(queue__key="apart")
    expect(desk.locator(".rc-number")).to_have_text(ticket.number)

    call = nurse.locator(".yl-alarm.is-suspect")
    expect(call).to_contain_text(ticket.number)
    expect(call).not_to_contain_text("欧阳")
    looks_right(nurse, language)
    picture(nurse, f"outbreak-nurse-{language}")
    call.get_by_role("button").click()
    expect(call).to_have_count(0)

    desk.locator("a[href$='/guide']").click()
    expect(desk.locator(".rc-route")).to_contain_text(
        ROUTE["zh-Hans" if language == "zh" else "en"]
    )
    picture(desk, f"outbreak-guide-{language}")

    looks_right(manager, language)
    picture(manager, f"outbreak-board-{language}")
    one = mark_suspected(actor=ready.nurse, visit_id=early.visit_id, why="38.6 ℃")
    nurse.goto(nurse.url.split("/nurse")[0] + f"/outbreak/suspects/{one}/contacts")
    expect(nurse.locator("tbody").first.locator("tr")).to_have_count(2)
    expect(nurse.locator(".ob-places li")).to_have_count(2)
    looks_right(nurse, language)
    picture(nurse, f"outbreak-contacts-{language}")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_drill_is_marked_and_its_findings_stay(visit, looks_right, language):
    ready = make_ready(open_now()[0].clinic)
    key = key_of(ready.clinic)
    turn_on(ready, drill=True)
    board = live(visit(f"/outbreak/{key}/", user=at_the_post("nurse", ready), language=language))
    phone = visit(
        f"/outbreak/{key}/", user=at_the_post("nurse", ready), language=language, size="phone"
    )
    word = "演练" if language == "zh" else "DRILL"
    expect(board.locator("#outbreak-notice")).to_contain_text(word)
    board.keyboard.press("a")
    answer(board, "fever")
    looks_right(board, language)
    picture(board, f"outbreak-practise-{language}")
    board.keyboard.press("Control+Enter")
    expect(board.locator(".ob-suspect")).to_have_count(1)
    looks_right(board, language)
    picture(board, f"outbreak-drill-{language}")
    looks_right(phone, language)
    picture(phone, f"outbreak-drill-phone-{language}")

    board.keyboard.press("F9")
    board.locator("#dialog [name=note]").fill("口罩不够")
    board.locator("#dialog button[type=submit]").click()
    expect(board.locator("#outbreak-notice")).to_have_count(0)
    board.goto(f"{board.url}times")
    expect(board.locator(".ob-time")).to_contain_text("口罩不够")
    looks_right(board, language)
    picture(board, f"outbreak-times-{language}")
    assert Outbreak.objects.get().ended_at is not None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_plan_figures_and_a_report_look_right(visit, looks_right, language):
    ready = make_ready(open_now()[0].clinic, online_per_day=40)
    key = key_of(ready.clinic)
    turn_on(ready)
    comes(ready, "fever", name="欧阳若兰")
    comes(ready, name="沈白芷")
    one = Screening.objects.get(outcome="positive")
    user = at_the_post("manager", ready)
    page = live(visit(f"/outbreak/{key}/settings", user=user, language=language))
    looks_right(page, language)
    picture(page, f"outbreak-settings-{language}")
    base = page.url.split("/outbreak")[0]
    page.goto(f"{base}/outbreak/{key}/report?first={clock.now():%Y-%m-%d}")
    looks_right(page, language)
    picture(page, f"outbreak-report-{language}")
    page.goto(f"{base}/outbreak/{key}/")
    page.locator(f"[hx-get='/outbreak/suspects/{one.pk}/report']").click()
    page.locator("#dialog [name=group][value=unknown]").check()
    page.locator("#dialog [name=disease]").fill("不明原因肺炎")
    looks_right(page, language)
    picture(page, f"outbreak-case-new-{language}")
    page.locator("#dialog button[type=submit]").click()
    page.wait_for_url("**/cases/**")
    looks_right(page, language)
    picture(page, f"outbreak-case-{language}")
    page.goto(f"{page.url}print")
    looks_right(page, language)
    picture(page, f"outbreak-case-print-{language}")
    assert sheets(page) == 1
