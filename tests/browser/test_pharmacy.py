"""Two at the pharmacy's counter with one prescription: each sees what the other has done."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_bookings import picture
from yilu.clinical.tests.factories import make_drug, order
from yilu.pharmacy.operations.dispensing import pick
from yilu.pharmacy.tests.factories import batches, make_counter, released, reviewed, row
from yilu.platform.models import User

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("E01"),
]


# Where what is open begins in the window.
TOP = "() => document.querySelector('#part-dispense').getBoundingClientRect().top"


def passes(page: Page) -> None:
    """Every point is ticked, and the prescription passed."""
    form = page.locator("#part-dispense form[action$=review]")
    for point in form.locator("[type=checkbox]").all():
        point.check()
    form.locator("[type=submit]").click()
    expect(page.locator("#part-dispense form[action$=pick]")).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_an_undo_that_a_colleague_overtook_is_refused_and_shows_what_they_did(
    visit: Visit, looks_right: Callable[[Page, str], None], language: str, size: str
):
    visit.expect("409")
    counter = released(make_counter())
    user = User.objects.get(pk=counter.first.user_id)
    page = visit("/pharmacy/", user=user, language=language, size=size)
    expect(page.locator("#live")).to_have_attribute("data-stream", "open")
    passes(page)

    pick(actor=counter.second, dispense_id=counter.dispense_id, batches=batches(counter))
    page.locator("#toasts .yl-toast button").first.click()

    expect(page.locator("#toasts .is-refused")).to_be_visible()
    expect(page.locator("#part-dispense form[action$=check] button")).to_be_visible()
    looks_right(page, language)
    picture(page, f"pharmacy-undo-refused-{size}-{language}")
    assert row(counter).state == "picked"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_opened_below_the_list_comes_into_sight(
    visit: Visit, looks_right: Callable[[Page, str], None], language: str
):
    counter = released(make_counter())
    user = User.objects.get(pk=counter.first.user_id)
    page = visit("/pharmacy/", user=user, language=language, size="phone")
    expect(page.locator("#live")).to_have_attribute("data-stream", "open")
    assert page.evaluate(TOP) > 200

    page.locator(".ph-row a").first.click()

    page.wait_for_function(f"{TOP} < 100")
    looks_right(page, language)
    picture(page, f"pharmacy-opened-phone-{language}")


def test_a_step_that_is_taken_back_is_open_again(visit: Visit):
    counter = released(make_counter())
    page = visit("/pharmacy/", user=User.objects.get(pk=counter.first.user_id))
    expect(page.locator("#live")).to_have_attribute("data-stream", "open")
    passes(page)

    page.locator("#toasts .yl-toast button").first.click()

    expect(page.locator("#part-dispense form[action$=review]")).to_be_visible()


@pytest.mark.parametrize("how", ["zh desktop", "en desktop", "zh phone", "en phone"])
def test_a_pack_is_scanned_and_what_was_read_stays_until_all_is_there(
    visit: Visit, looks_right: Callable[[Page, str], None], how: str
):
    language, size = how.split()
    visit.expect("422")
    two = [order(make_drug()), order(make_drug(("雷贝拉唑", "Rabeprazole"), "A02BC04"))]
    counter = reviewed(make_counter(*two))
    user = User.objects.get(pk=counter.first.user_id)
    page = visit("/pharmacy/", user=user, language=language, size=size)
    pick_form = page.locator("#part-dispense form[action$=pick]")

    pick_form.locator("[name=batch-1]").fill("01069012345678921799063010B2031A")
    pick_form.locator("[name=batch-1]").press("Enter")

    expect(pick_form.locator("[name=batch-1]")).to_have_value("B2031A")
    expect(pick_form.locator("[name=expires-1]")).to_have_value("2099-06-30")
    expect(pick_form.locator("[name=batch-2]")).to_be_focused()
    for field in ("expires-1", "quantity-1"):  # All that stands in it can be read.
        fits = "one => one.scrollWidth <= one.clientWidth && one.clientWidth > 60"
        assert pick_form.locator(f"[name={field}]").evaluate(fits)
    looks_right(page, language)
    picture(page, f"pharmacy-scanned-{size}-{language}")
    page.keyboard.type("01069012345678921799063010C7")
    page.keyboard.press("Enter")
    expect(pick_form).to_have_count(0)
    assert [one["batch"] for one in row(counter).batches] == ["B2031A", "C7"]
