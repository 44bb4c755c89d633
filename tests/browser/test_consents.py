"""A consent to treatment: prepared in the room, signed on a phone and on the screen, checked."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_bookings import picture
from tests.browser.test_patient import open_now
from tests.browser.test_setup import Look
from tests.browser.test_undoing import doctor, in_the_room
from yilu.clinical.models import ConsentSignature, TreatmentConsent
from yilu.portal.tests.factories import BORN, Someone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def draw(page: Page) -> None:
    """A signature with the mouse."""
    pad = page.locator("[data-pad] svg")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    steps = [(0.1, 0.6), (0.2, 0.2), (0.3, 0.7), (0.45, 0.3), (0.6, 0.6), (0.8, 0.4)]
    page.mouse.move(box["x"] + 5, box["y"] + box["height"] / 2)
    page.mouse.down()
    for x, y in steps:
        page.mouse.move(box["x"] + box["width"] * x, box["y"] + box["height"] * y, steps=5)
    page.mouse.up()
    expect(page.locator("[data-pad]")).to_have_class("cl-pad is-signed")


@pytest.mark.covers("C07")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_consent_is_prepared_signed_on_a_phone_and_checked_by_a_stranger(
    visit: Visit, looks_right: Look, language: str
):
    zh = language == "zh"
    visit.expect("422")
    front, free = open_now()
    in_the_room(front.clinic, Someone(), free)
    page = visit("/room/", user=doctor(front.clinic), language=language, size="desktop")
    page.get_by_role("button", name="治疗…" if zh else "Treatment…").click()
    dialog = page.locator("#dialog")
    expect(dialog.locator(".cl-consents button").first).to_be_visible()
    looks_right(page, language)
    picture(page, f"consents-{language}")
    dialog.get_by_role("button", name="A 型肉毒" if zh else "botulinum").click()
    dialog.get_by_label("注射部位" if zh else "Sites").fill("眉间")
    dialog.locator("button[type=submit]").click()
    expect(dialog.locator(".yl-err").first).to_be_visible()
    looks_right(page, language)
    picture(page, f"consent-prepare-{language}")
    dialog.get_by_label("产品" if zh else "Product").fill("A 型肉毒毒素 B12")
    dialog.get_by_label("总剂量" if zh else "Total dose").fill("20")
    dialog.locator("button[type=submit]").click()
    expect(page.locator("#consent-state")).to_be_visible()
    looks_right(page, language)
    picture(page, f"consent-{language}")

    page.get_by_role("button", name="患者手机" if zh else "patient's phone").click()
    link = page.locator("#dialog .cl-hash")
    expect(link).to_contain_text("/c/")
    looks_right(page, language)
    picture(page, f"consent-link-{language}")
    address = "/c/" + link.inner_text().split("/c/")[1]
    page.locator("#dialog [data-close]").click()
    phone = visit(address, language=language, size="phone")
    phone.locator("[name=born_on]").fill(BORN.isoformat())
    phone.get_by_role("button", name="继续" if zh else "Continue").click()
    expect(phone.locator("[data-pad]")).to_be_visible()
    looks_right(phone, language)
    draw(phone)
    picture(phone, f"consent-phone-{language}")
    phone.locator("button[value=agree]").click()
    expect(phone.locator("[data-pad]")).to_have_count(0)
    looks_right(phone, language)
    picture(phone, f"consent-phone-signed-{language}")

    # The doctor's page hears of it by itself.
    expect(page.locator("#consent-state a[href$='/hand']")).to_have_count(0)
    page.locator("form[action$='/doctor'] button").click()
    expect(page.locator("#consent-state form[action$='/doctor']")).to_have_count(0)
    looks_right(page, language)
    picture(page, f"consent-waits-second-{language}")
    assert TreatmentConsent.objects.get().state == "prepared"
    assert ConsentSignature.objects.filter(way="drawn", where="phone").count() == 1


@pytest.mark.covers("C07")
@pytest.mark.parametrize(
    ("language", "size"), [("zh", "desktop"), ("en", "phone"), ("zh", "phone"), ("en", "desktop")]
)
def test_a_patient_signs_on_the_screen_and_anybody_checks_the_paper(
    visit: Visit, looks_right: Look, language: str, size: str
):
    zh = language == "zh"
    visit.expect("422")
    front, free = open_now()
    in_the_room(front.clinic, Someone(), free)
    page = visit("/room/", user=doctor(front.clinic), language=language, size=size)
    page.get_by_role("button", name="治疗…" if zh else "Treatment…").click()
    dialog = page.locator("#dialog")
    dialog.get_by_role("button", name="拔牙" if zh else "tooth extraction").click()
    dialog.get_by_label("牙位" if zh else "Tooth").fill("36")
    dialog.locator("button[type=submit]").click()
    page.locator("#consent-state a[href$='/hand']").click()
    expect(page.locator("[data-pad]")).to_be_visible()
    page.locator("button[value=agree]").click()
    expect(page.get_by_role("alert")).to_be_visible()
    looks_right(page, language)
    draw(page)
    picture(page, f"consent-hand-{language}-{size}")
    page.locator("button[value=agree]").click()
    page.get_by_role("link", name="工作人员" if zh else "For staff").click()
    page.locator("form[action$='/doctor'] button").click()
    expect(page.locator("#consent-state a[href$='/pdf']")).to_be_visible()
    looks_right(page, language)
    picture(page, f"consent-done-{language}-{size}")

    code = TreatmentConsent.objects.get().code
    stranger = visit("/verify", language=language, size=size)
    stranger.locator("#code").fill(code)
    stranger.get_by_role("button", name="核验" if zh else "Check", exact=True).click()
    expect(stranger.get_by_text("SHA-256")).to_be_visible()
    looks_right(stranger, language)
    picture(stranger, f"verify-{language}-{size}")
