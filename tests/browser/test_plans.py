"""A treatment plan in a browser: proposed in the room, chosen on the screen, said back."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_bookings import picture
from tests.browser.test_consents import draw
from tests.browser.test_patient import open_now
from tests.browser.test_setup import Look
from tests.browser.test_undoing import doctor, in_the_room
from yilu.clinical.models import TreatmentPlan
from yilu.portal.tests.factories import BORN, Someone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def choose(page: Page, looks_right: Look, language: str, name: str) -> None:
    """The patient tries to go on without a choice, then takes the first option and signs."""
    page.locator("button[value=accept]").click()
    expect(page.locator("#signing .yl-note")).to_be_visible()
    page.locator("[name=chosen]").first.check()
    page.locator("[name=said_back]").fill("36")
    draw(page)
    looks_right(page, language)
    picture(page, name)
    page.locator("button[value=accept]").click()
    expect(page.locator("#signing")).to_have_count(0)
    picture(page, f"{name}-chosen")


@pytest.mark.covers("C08")
@pytest.mark.parametrize(
    ("language", "size"), [("zh", "desktop"), ("en", "phone"), ("zh", "phone"), ("en", "desktop")]
)
def test_a_plan_is_proposed_chosen_on_the_screen_and_said_back(
    visit: Visit, looks_right: Look, language: str, size: str
):
    visit.expect("422")
    zh = language == "zh"
    front, free = open_now()
    in_the_room(front.clinic, Someone(), free)
    page = visit("/room/", user=doctor(front.clinic), language=language, size=size)
    page.get_by_role("button", name="治疗…" if zh else "Treatment…").click()
    dialog = page.locator("#dialog")
    dialog.get_by_role("button", name="治疗方案" if zh else "Plans", exact=True).click()
    dialog.get_by_role("button", name="新方案" if zh else "New plan").click()
    expect(dialog.locator("[name=title]")).to_be_visible()
    for name in ("title", "explanation", "name-1", "benefits-1", "risks-1", "name-2", "benefits-2"):
        dialog.locator(f"[name={name}]").fill("36, 2 × 30 min, 3 d")
    dialog.locator("[name=risks-2]").fill("36")
    held = BytesIO()
    Image.new("RGB", (600, 400), "teal").save(held, "PNG")
    film = {"name": "36.png", "mimeType": "image/png", "buffer": held.getvalue()}
    dialog.locator("[type=file]").first.set_input_files([film])
    looks_right(page, language)
    picture(page, f"plan-form-{language}-{size}")
    dialog.locator("button[type=submit]").click()

    expect(page.locator("#plan")).to_be_visible()
    looks_right(page, language)
    picture(page, f"plan-{language}-{size}")
    if size == "phone":
        page.locator("form[action$='/link'] button").click()
        expect(page.locator("#dialog .cl-hash")).to_contain_text("/plan/")
        address = "/plan/" + page.locator("#dialog .cl-hash").inner_text().split("/plan/")[1]
        page.locator("#dialog [data-close]").click()
        hand = visit(address, language=language, size=size)
        hand.locator("[name=born_on]").fill(BORN.isoformat())
        hand.get_by_role("button", name="继续" if zh else "Continue").click()
        expect(hand.locator(".cl-pictures img")).to_be_visible()
    else:
        page.locator("a[href$='/hand']").click()
        hand = page
    choose(hand, looks_right, language, f"plan-hand-{language}-{size}")
    if size != "phone":
        page.get_by_role("link", name="工作人员" if zh else "For staff").click()
    # The doctor's page hears of a choice on the phone by itself.
    expect(page.locator("#plan form[action$='/said']")).to_have_count(0)
    page.locator("[name=said_back]").fill("36")
    page.locator("button[name=is_understood][value='1']").click()
    expect(page.locator("button[name=is_understood]")).to_have_count(0)
    looks_right(page, language)
    picture(page, f"plan-accepted-{language}-{size}")
    assert TreatmentPlan.objects.get().state == "accepted"
