"""The guide for patients, on a phone and at a kiosk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_bookings import picture
from tests.browser.test_kiosk import open_kiosk
from tests.browser.test_patient import open_now

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("B20"),
]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_guide_is_read_on_a_phone_and_at_a_kiosk(
    visit: Visit, looks_right: Callable[[Page, str], None], language: str
):
    front, _ = open_now()
    page = visit(f"/guide/{front.site_key}/", size="phone", language=language)
    expect(page.locator("#pg-way li").first).to_be_visible()
    looks_right(page, language)
    picture(page, f"guide-phone-{language}")
    kiosk = open_kiosk(visit, front, language)
    kiosk.locator("footer a").first.click()
    expect(kiosk.locator("#pg-way li").first).to_be_visible()
    looks_right(kiosk, language)
    picture(kiosk, f"guide-kiosk-{language}")
