"""A colleague is asked in the room, finds it in their work, and the strip says what waits."""

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import SOAK, Visit
from tests.browser.test_bookings import picture
from tests.browser.test_patient import open_now
from tests.browser.test_setup import Look
from tests.browser.test_undoing import doctor, in_the_room
from yilu.clinical.models import Opinion
from yilu.platform.models import User
from yilu.portal.tests.factories import Someone
from yilu.workforce.tests.factories import make_doctor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RARE = [("en", "desktop"), ("zh", "phone"), ("en", "phone")]


def opinions(page: Page, *, zh: bool) -> Locator:
    """The dialog in which colleagues are asked, opened from the room."""
    page.get_by_role("button", name="治疗…" if zh else "Treatment…").click()
    dialog = page.locator("#dialog")
    dialog.get_by_role("button", name="会诊" if zh else "Opinions", exact=True).click()
    expect(dialog.locator("[name=question]")).to_be_visible()
    return dialog


@pytest.mark.covers("C08", "C12")
@pytest.mark.parametrize(("language", "size"), [("zh", "desktop"), *(RARE if SOAK else [])])
def test_a_colleague_is_asked_answers_and_the_strip_says_so(
    visit: Visit, looks_right: Look, language: str, size: str
):
    zh = language == "zh"
    front, free = open_now()
    in_the_room(front.clinic, Someone(), free)
    colleague = make_doctor(front.clinic.site_id, name="周大寒").actor()
    other = User.objects.get(pk=colleague.user_id)
    page = visit("/room/", user=doctor(front.clinic), language=language, size=size)
    expect(page.locator("#reminders p")).to_be_visible()
    looks_right(page, language)
    picture(page, f"room-strip-{language}-{size}")
    dialog = opinions(page, zh=zh)
    dialog.locator("[name=question]").fill("36, 2 × 30 min?")
    dialog.locator("[name=to]").select_option(index=1)
    dialog.get_by_role("button", name="申请会诊" if zh else "Ask", exact=True).click()
    expect(dialog.locator("[name=question]")).to_have_count(0)
    opinions(page, zh=zh)
    expect(dialog.locator(".cl-q")).to_be_visible()
    looks_right(page, language)
    picture(page, f"opinions-{language}-{size}")
    dialog.locator("button", has_text="病例讨论" if zh else "Case discussion").click()
    expect(dialog.locator("[name=members]").first).to_be_visible()
    looks_right(page, language)
    picture(page, f"discussion-plan-{language}-{size}")
    for name, text in (("title", "36"), ("question", "36?"), ("starts_at", "2031-03-04T10:00")):
        dialog.locator(f"[name={name}]").fill(text)
    dialog.locator("[name=members]").first.check()
    dialog.locator("button[type=submit]").click()
    expect(page.locator("#discussion [name=minutes]")).to_be_visible()
    for name in ("minutes", "decision"):
        page.locator(f"#discussion [name={name}]").fill("36, 2 × 30 min")
    looks_right(page, language)
    picture(page, f"discussion-{language}-{size}")
    page.locator(".cl-minutes .btn-primary").click()
    page.locator("form[action$='/sign'] button").click()
    expect(page.locator("form[action$='/sign']")).to_have_count(0)

    address = reverse("clinical:work", args=[front.clinic.site_id])
    work = visit(address, user=other, language=language, size=size)
    expect(work.locator("#to-give tbody tr")).to_have_count(1)
    looks_right(work, language)
    picture(work, f"work-{language}-{size}")
    work.locator("#to-give button").click()
    work.locator("#dialog [name=text]").fill("36")
    looks_right(work, language)
    picture(work, f"opinion-{language}-{size}")
    work.locator("#dialog .cl-answer button").click()
    expect(work.locator("#dialog .cl-answer")).to_have_count(0)
    expect(work.locator("#to-give tbody tr")).to_have_count(0)
    assert Opinion.objects.get().text == "36"
    page = visit("/room/", user=doctor(front.clinic), language=language, size=size)
    expect(page.locator("#reminders a")).to_contain_text("1")
    looks_right(page, language)
    picture(page, f"strip-{language}-{size}")
