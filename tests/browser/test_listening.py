"""The room opens with the time to listen; one key goes on to the orders."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SOAK, Visit
from tests.browser.test_bookings import picture
from tests.browser.test_patient import open_now
from tests.browser.test_setup import Look
from tests.browser.test_undoing import doctor, in_the_room
from yilu.clinical.models import Listening
from yilu.clinical.operations.listening import switch_listening
from yilu.portal.tests.factories import Someone
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RARE = [("en", "desktop"), ("zh", "phone"), ("en", "phone")]


@pytest.mark.covers("C19")
@pytest.mark.parametrize(("language", "size"), [("zh", "desktop"), *(RARE if SOAK else [])])
def test_the_orders_come_after_listening_or_with_one_key(
    visit: Visit, looks_right: Look, language: str, size: str
):
    front, free = open_now()
    in_the_room(front.clinic, Someone(), free)
    site_id = front.clinic.site_id
    manager = make_staff("manager", site_id=site_id).actor()
    switch_listening(actor=manager, site_id=site_id, is_on=True)

    page = visit("/room/", user=doctor(front.clinic), language=language, size=size)
    expect(page.locator("#listening [data-left]")).to_contain_text(":")
    expect(page.locator("#orders")).to_be_hidden()
    looks_right(page, language)
    picture(page, f"listening-{language}-{size}")
    if size == "desktop":
        page.keyboard.press("Alt+o")
    else:
        page.locator("[data-skip] button").click()
    expect(page.locator("#orders")).to_be_visible()
    expect(page.locator("#listening")).to_have_count(0)
    page.reload()
    expect(page.locator("#orders")).to_be_visible()
    assert Listening.objects.get().skipped_at
