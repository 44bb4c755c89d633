"""On a phone every workspace of a post can be reached and pressed, however many there are."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.test_bookings import picture
from yilu.platform.models import User
from yilu.scheduling.tests.factories import make_clinic
from yilu.workforce.tests.factories import make_staff
from yilu.workspace.shell import MENUS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Whether a finger on the middle of an entry meets that entry, and nothing that lies above it.
IS_UNDER_A_FINGER = """(entry) => {
    const box = entry.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    return entry.contains(document.elementFromPoint(x, y));
}"""
PUSH = "(bar, by) => { bar.scrollLeft += by; }"


def push_until_met(bar: Locator, entry: Locator) -> None:
    """Push the bar as a thumb does, half its width at a time, until the entry lies under it."""
    for _ in range(8):
        if entry.evaluate(IS_UNDER_A_FINGER):
            return
        bar.evaluate(PUSH, 180)
    raise AssertionError(f"never met: {entry.inner_text()}")


@pytest.mark.parametrize("post", MENUS)
def test_every_entry_of_a_menu_is_reached_and_pressed_on_a_phone(visit, post):
    clinic = make_clinic()
    made = make_staff(post, site_id=clinic.site_id)
    page = visit("/", size="phone", user=User.objects.get(pk=made.user_id))
    bar = page.locator("#nav")
    names = bar.locator("a").evaluate_all("(all) => all.map((one) => one.innerText.trim())")
    assert len(names) > 2
    assert bar.evaluate("(bar) => getComputedStyle(bar).overflowX") == "auto"

    for name in names:
        bar.evaluate(PUSH, -5000)
        entry = bar.get_by_role("link", name=name, exact=True)
        push_until_met(bar, entry)
        there = entry.get_attribute("href")
        entry.click()
        page.wait_for_url(f"**{there}**")
        here = page.locator("#nav a[aria-current]")
        expect(here).to_contain_text(name)
        # Where one is stands in view without a push.
        assert here.evaluate(IS_UNDER_A_FINGER), name


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_long_menu_says_that_there_is_more(visit, looks_right, language):
    clinic = make_clinic()
    made = make_staff("administrator", site_id=clinic.site_id)
    user = User.objects.get(pk=made.user_id)
    page = visit("/workforce/", size="phone", language=language, user=user)
    bar = page.locator("#nav")
    more = "(bar, end) => getComputedStyle(bar, end).visibility"
    expect(bar).to_have_class("yl-nav has-after")
    assert bar.evaluate(more, "::after") == "visible"
    looks_right(page, language)
    picture(page, f"menu-phone-{language}")

    page.goto(f"{visit.address}/system/")

    expect(bar).to_have_class("yl-nav has-before")
    assert bar.evaluate(more, "::after") == "hidden"
    looks_right(page, language)
    picture(page, f"menu-end-phone-{language}")
