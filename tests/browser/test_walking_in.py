"""Somebody comes to the desk without saying that they have booked."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_bookings import picture
from tests.browser.test_patient import open_now
from yilu.patients.models import Patient
from yilu.platform.models import User
from yilu.visits.models import Visit as Came
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.covers("B01", "B03")
@pytest.mark.parametrize(("language", "size"), [("zh", "desktop"), ("en", "phone")])
def test_who_has_a_booking_is_checked_in_from_the_walk_in_and_not_registered_again(
    visit: Visit, looks_right: Callable[[Page, str], None], language: str, size: str
):
    front, free = open_now()
    front.clinic.clinic.book(free[1].starts_at)
    record = Patient.objects.get().record_no
    person = make_staff("front_desk", site_id=front.clinic.site_id)
    clerk = User.objects.get(pk=person.user_id)
    page = visit(f"/reception/{front.site_key}/walk-in", user=clerk, language=language, size=size)

    page.locator("#rc-q").fill(record)
    page.locator(".rc-today").wait_for()
    looks_right(page, language)
    picture(page, f"walk-in-booked-{language}-{size}")
    page.locator(".rc-today button").click()
    dialog = page.locator("dialog[open]")
    dialog.locator("[name=compared]").check()
    dialog.locator("button[type=submit]").click()

    # A press of the keys that register would find nobody.
    expect(page.locator("#rc-q")).to_have_value("")
    expect(page.locator("#rc-hits [name=patient]")).to_have_count(0)
    expect(page.locator("#rc-q")).to_be_focused()
    assert [one.kind for one in Came.objects.all()] == ["booked"]
    page.locator("#rc-q").fill(record)
    here = {"zh": "已在院", "en": "Here already"}[language]
    expect(page.locator(".rc-today")).to_contain_text(here)
