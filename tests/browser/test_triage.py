"""Feeling worse on a phone is seen at once by the nurse; which department, at desk and phone."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.test_bookings import picture
from tests.browser.test_patient import open_now
from yilu.facility.models import Site
from yilu.platform import clock, links
from yilu.platform.models import User
from yilu.queueing.tests.factories import make_clinic, row
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = {
    "zh": ("我感觉更不舒服了", "我已到患者身边", "已通知护士", "护士已于", "胸痛"),
    "en": ("I feel worse", "I am with them", "The nurse is told", "A nurse saw you", "Chest pain"),
}


@pytest.mark.covers("B18")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_one_press_is_seen_by_the_nurse_at_once_and_the_queue_follows(visit, looks_right, language):
    worse, come, told, seen, _chest = WORDS[language]
    clinic = make_clinic()
    key = Site.objects.get(pk=clinic.site_id).key
    nurse = User.objects.get(pk=make_staff("nurse", site_id=clinic.site_id).user_id)
    with clock.at(clock.now() - timedelta(minutes=5)):
        clinic.ticket(patient_id=clinic.patient("顾晓芳"))
    ticket = row(clinic.ticket(patient_id=clinic.patient("欧阳静")).id)
    board = visit(f"/nurse/{key}/", user=nurse, language=language)
    expect(board.locator("#nurse-queue")).to_be_visible()
    reference = links.issue(
        "visit", subject_id=ticket.visit_id, expires_at=clock.now() + timedelta(days=1)
    )
    phone = visit(f"/v/{reference}", size="phone", language=language)
    looks_right(phone, language)
    picture(phone, f"worse-phone-before-{language}")

    phone.get_by_role("button", name=worse).click()

    expect(phone.locator("#now")).to_contain_text(told)
    looks_right(phone, language)
    picture(phone, f"worse-phone-{language}")
    call = board.locator(".in-worse", has_text=ticket.number)
    expect(call).to_be_visible()
    looks_right(board, language)
    picture(board, f"worse-nurse-{language}")
    phone.locator("#now a[href$='/worse']").click()
    phone.locator("[name=chosen][value=chest_pain]").check()
    looks_right(phone, language)
    picture(phone, f"worse-say-{language}")
    phone.locator("form.po-form button.btn-primary").click()
    phone.locator("#now").wait_for()
    expect(call).to_contain_text("×2")

    call.get_by_role("button", name=come).click()
    dialog = board.locator("#dialog")
    dialog.locator("[name=level][value='2']").check()
    dialog.locator("[name=reason]").fill("胸痛、面色苍白" if language == "zh" else "Chest pain")
    looks_right(board, language)
    picture(board, f"worse-answer-{language}")
    dialog.locator("button[type=submit]").click()
    expect(call).to_have_count(0)
    expect(phone.locator("#now")).to_contain_text(seen)
    assert row(ticket.pk).level == 2


@pytest.mark.covers("B05")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_which_department_is_asked_on_a_phone_and_at_the_desk(visit, looks_right, language):
    front, _free = open_now()
    said = "咳嗽三天，有痰" if language == "zh" else "A cough with phlegm for three days"
    phone = visit(f"/book/{front.site_key}/", size="phone", language=language)
    phone.locator(f"a[href='/book/{front.site_key}/which']").click()
    phone.locator("[name=text]").fill(said)
    phone.locator("[name=age]").fill("35")
    looks_right(phone, language)
    picture(phone, f"which-phone-{language}")
    phone.locator("form.po-form button.btn-primary").click()
    phone.locator(".po-advice a.btn-primary").wait_for()
    looks_right(phone, language)
    picture(phone, f"which-phone-answer-{language}")
    phone.goto(phone.url.removesuffix("/answer"))
    phone.locator("[name=alarm][value=chest_pain]").check()
    phone.locator("form.po-form button.btn-primary").click()
    phone.locator("a[href='tel:120']").wait_for()
    looks_right(phone, language)
    picture(phone, f"which-phone-alarm-{language}")

    clerk = make_staff("front_desk", site_id=front.clinic.site_id)
    user = User.objects.get(pk=clerk.user_id)
    desk = visit(f"/reception/{front.site_key}/where", user=user, language=language)
    desk.locator("[name=text]").fill(said)
    looks_right(desk, language)
    picture(desk, f"which-desk-{language}")
    desk.locator("form.rc-where button.btn-primary").click()
    desk.locator("a[href*='pretriage=']").wait_for()
    looks_right(desk, language)
    picture(desk, f"which-desk-answer-{language}")
