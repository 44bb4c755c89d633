"""A risk score in the room: chosen, filled in from the record, watched while typing, kept."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.test_bookings import picture
from tests.browser.test_patient import open_now
from tests.browser.test_setup import Look
from tests.browser.test_undoing import doctor, in_the_room
from yilu.clinical.models import RiskAssessment
from yilu.portal.tests.factories import Someone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.covers("C11")
@pytest.mark.parametrize(
    ("language", "size"), [("zh", "desktop"), ("en", "desktop"), ("zh", "phone"), ("en", "phone")]
)
def test_a_score_is_chosen_watched_while_typing_and_kept(
    visit: Visit, looks_right: Look, language: str, size: str
):
    front, free = open_now()
    in_the_room(front.clinic, Someone(), free)
    page = visit("/room/", user=doctor(front.clinic), language=language, size=size)
    page.get_by_role("button", name="风险评分" if language == "zh" else "Risk scores").click()
    dialog = page.locator("#dialog")
    expect(dialog.locator(".cl-risks button").first).to_be_visible()
    looks_right(page, language)
    picture(page, f"risks-{language}-{size}")

    dialog.get_by_role("button", name="CKD-EPI").click()
    expect(dialog.locator("[name=age]")).not_to_have_value("")
    dialog.locator("[name=creatinine]").press_sequentially("88.4")
    expect(dialog.locator("#risk-result [data-risk]")).to_contain_text("G")
    looks_right(page, language)
    picture(page, f"risk-{language}-{size}")
    dialog.locator("#risk-form button[type=submit]").click()

    expect(dialog).not_to_be_visible()
    page.get_by_role("button", name="风险评分" if language == "zh" else "Risk scores").click()
    expect(dialog.locator("table tbody tr")).to_have_count(1)
    looks_right(page, language)
    picture(page, f"risk-kept-{language}-{size}")
    assert RiskAssessment.objects.get().ruleset == "ckd_epi"
