"""The living page of the design system, in a browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from look import measures
from tests.browser.conftest import Visit
from tests.browser.patience import eventually

BOARD = """
document.querySelector("main").innerHTML = `<div class="yl-board">
  <div class="yl-dayhead"><div></div>
  <div><span class="yl-name">Chen</span></div><div><span class="yl-name">Lu</span></div></div>
  <div class="yl-day"><div class="yl-axis"></div>
  <div class="yl-lane">first</div><div class="yl-lane">second</div></div></div>`
"""
LEAVE_AND_RETURN = """
dispatchEvent(new Event("pagehide"));
dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
"""
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_part_looks_right(
    visit: Visit, looks_right: Callable[[Page, str], None], size: str, language: str
):
    page = visit("/design", size=size, language=language)

    looks_right(page, language)


def test_measuring_leaves_the_page_as_it_was(visit: Visit):
    page = visit("/design", language="en")
    page.locator("h1").first.evaluate("one => one.className = 'yl-sticks'")
    page.evaluate("document.styleSheets[0].insertRule('.yl-sticks { position: sticky }')")

    assert measures.inaccessible(page) == []

    # A morph would copy an empty one, too, and the page's policy would refuse it.
    expect(page.locator("[style='']")).to_have_count(0)


def test_a_deed_says_what_it_did_and_can_be_taken_back(visit: Visit):
    page = visit("/design", language="en")

    page.get_by_role("button", name="Try a toast").click()
    toast = page.locator("#toasts .yl-toast")
    expect(toast).to_contain_text("Called A026")
    page.locator("#toasts").get_by_role("button", name="Undo").click()

    expect(toast).to_have_count(1)
    expect(toast).to_contain_text("Taken back")


def test_a_refusal_is_said_without_leaving_the_page(visit: Visit):
    visit.expect("409")
    page = visit("/design", language="en")

    page.get_by_role("button", name="Try a refusal").click()

    expect(page.locator("#toasts .is-refused")).to_contain_text("Chair 3 is being cleaned")


def test_a_harmful_deed_asks_first_and_names_its_effect(visit: Visit):
    page = visit("/design", language="en")

    page.get_by_role("button", name="Try a question").click()
    question = page.locator("#confirm")
    expect(question).to_contain_text("Close the session from 11:00?")
    page.keyboard.press("Escape")
    expect(page.locator("#toasts .yl-toast")).to_have_count(0)
    page.get_by_role("button", name="Try a question").click()
    question.get_by_role("button", name="Close and tell 2").click()

    expect(page.locator("#toasts .yl-toast")).to_have_count(1)


def test_the_search_box_is_one_key_away(visit: Visit):
    page = visit("/design")

    page.keyboard.press("/")

    expect(page.locator("#search-box")).to_be_focused()
    expect(page.locator("#search-box")).to_have_value("")


def test_arrow_keys_walk_the_rows_of_a_list(visit: Visit):
    page = visit("/design")

    page.locator("#rows .yl-open").first.focus()
    page.keyboard.press("ArrowDown")

    expect(page.locator("#rows .yl-open").nth(1)).to_be_focused()


def right_of(thing: Locator) -> float:
    """Where it ends."""
    return float(thing.evaluate("one => one.getBoundingClientRect().right"))


def test_the_menu_of_a_row_stands_beside_its_button(visit: Visit):
    page = visit("/design")

    opener = page.locator("#rows .yl-more").first
    opener.click()
    menu = page.locator("#rows [popover]").first

    expect(menu).to_be_visible()
    eventually(page, lambda: abs(right_of(menu) - right_of(opener)) < 2)


def test_a_reader_can_change_the_language_and_the_size(visit: Visit):
    page = visit("/design", language="zh")

    page.locator(".yl-me").click()
    page.locator("#me-menu").get_by_role("button", name="EN").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator(".yl-me").click()
    page.locator("#me-menu").get_by_role("button", name="Large").click()

    expect(page.locator("html")).to_have_class("yl-large")


def test_a_page_that_does_not_exist_says_so_in_both_languages(
    visit: Visit, looks_right: Callable[[Page, str], None]
):
    visit.expect("404")
    page = visit("/nowhere-at-all", language="en")

    expect(page.get_by_role("heading")).to_have_text("Nothing is here")
    expect(page.locator("main")).to_contain_text("这里没有内容")
    looks_right(page, "en")


def listening(visit: Visit) -> Page:
    """The page, once its stream is open and its parts have been looked at."""
    page = visit("/design", language="en")
    expect(page.locator("#live")).to_have_attribute("data-stream", "open")
    return page


def test_what_changes_is_pushed_to_everybody_who_looks_at_it(visit: Visit):
    mine, theirs = listening(visit), listening(visit)
    before = [page.locator("#drawn-at").text_content() or "" for page in (mine, theirs)]

    mine.get_by_role("button", name="Tell all who look at this").click()

    for page, drawn in zip((mine, theirs), before, strict=True):
        expect(page.locator("#drawn-at")).not_to_have_text(drawn)


def test_a_part_waits_while_somebody_types_in_it(visit: Visit):
    page = listening(visit)
    words = page.locator("#design-words")
    words.press_sequentially("half a sen")
    # From here on: a server that begins to listen itself lets all pages look once more.
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))

    page.evaluate("window.yilu.refreshAll()")
    assert fetched == []
    with page.expect_response("**/design/live"):
        page.locator("#search-box").focus()

    expect(words).to_have_value("half a sen")


def test_a_burst_of_changes_costs_two_fetches(visit: Visit):
    page = listening(visit)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))

    with page.expect_response(lambda _: len(fetched) == 2):
        page.evaluate("for (let n = 0; n < 50; n++) window.yilu.refreshAll()")

    assert [url.rpartition("/")[2] for url in fetched] == ["live", "live"]


def test_a_page_that_lost_its_stream_says_for_how_long(visit: Visit):
    visit.expect("ERR_", "Failed to load")
    page = listening(visit)

    page.context.set_offline(True)
    page.route("**/live?**", lambda route: route.abort())
    page.evaluate(LEAVE_AND_RETURN)

    expect(page.locator("#live")).to_contain_text("No news for")
    expect(page.locator("#live")).to_have_class("yl-live is-stale")


def test_a_form_in_a_dialog_comes_back_until_it_is_right(visit: Visit):
    visit.expect("422")
    page = visit("/design", language="en")

    page.get_by_role("button", name="Try a dialog").click()
    dialog = page.get_by_role("dialog", name="Close the session from 11:00?")
    expect(dialog).to_be_visible()
    reason = dialog.get_by_label("Reason (patients see it)")
    expect(reason).to_be_focused()
    reason.fill("x" * 81)
    reason.evaluate("input => input.removeAttribute('maxlength')")
    reason.fill("x" * 81)
    dialog.get_by_role("button", name="Close and tell 2").click()
    expect(dialog.locator(".yl-err")).to_be_visible()
    expect(reason).to_have_value("x" * 81)

    reason.fill("Called away")
    dialog.get_by_role("button", name="Close and tell 2").click()

    expect(dialog).to_be_hidden()
    expect(page.locator("#toasts")).to_contain_text("Closed: Called away")


def test_the_hits_of_the_search_are_walked_by_keys(visit: Visit):
    page = visit("/design", language="en")

    page.keyboard.press("Control+k")
    page.keyboard.type("s")
    hits = page.locator("#search-hits .yl-open")
    expect(hits).to_have_text(["Song Lianqiao", "Shen Baizhi"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(hits.nth(1)).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.locator("#search-hits")).to_be_hidden()
    expect(page.locator("#search-box")).to_be_focused()


def test_the_day_shows_one_column_at_a_time_on_a_phone(visit: Visit):
    page = visit("/design", size="phone")
    page.evaluate(BOARD)

    page.evaluate("document.dispatchEvent(new CustomEvent('htmx:after:swap', {detail: {}}))")
    page.get_by_role("combobox", name="看谁的号").select_option("Lu")

    shown = page.locator(".yl-lane:visible")
    expect(shown).to_have_text("second")
