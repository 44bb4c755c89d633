"""A page that leads nowhere, as a patient on a phone meets it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_bookings import picture
from yilu.facility.models import Site
from yilu.facility.tests.factories import make_site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.covers("A12")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_stranger_under_a_link_finds_what_helps(
    visit: Visit, looks_right: Callable[[Page, str], None], language: str
):
    visit.expect("404")
    Site.objects.filter(pk=make_site()).update(phone="021-5550 1234")
    phone = visit("/v/abcdef/nothing-here", size="phone", language=language)

    expect(phone.locator("a[href^='tel:']")).to_be_visible()
    looks_right(phone, language)
    picture(phone, f"fault-link-{language}")
    phone.locator("a.btn[href='/v/abcdef']").click()
    expect(phone.locator("a[href^='tel:']")).to_be_visible()
    looks_right(phone, language)
    picture(phone, f"fault-link-over-{language}")
