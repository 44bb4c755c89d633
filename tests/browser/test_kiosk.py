"""A kiosk in the hall: a finger, a reader, somebody who walks away, a line that is cut."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_bookings import picture
from tests.browser.test_patient import open_now
from yilu.kiosk.operations.devices import set_up_kiosk
from yilu.kiosk.tests.factories import SETTER, Guest, make_guest
from yilu.platform.models import User
from yilu.portal.tests.factories import Front
from yilu.queueing.models import Ticket
from yilu.reception.passes import pass_of
from yilu.scheduling.models import Booking
from yilu.workforce.tests.factories import make_staff

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("B13"),
]

# Touches the screen; gives back when.
TOUCHED = """() => {
    document.dispatchEvent(new PointerEvent("pointerdown"));
    return Date.now();
}"""


def open_kiosk(
    visit: Visit, front: Front, language: str = "zh", *, is_hurried: bool = False
) -> Page:
    """A kiosk whose time stands still, unless it is to be hurried.

    Then its countdown wipes nothing while it is looked at, and a reader's keys take no time,
    however busy this machine is.
    """
    hall = visit.somebody(size="kiosk", language=language)
    if not is_hurried:
        hall.add_init_script("performance.now = () => 0")
    made = set_up_kiosk(
        actor=SETTER, site_id=front.clinic.site_id, name="大厅一号", place="正门右侧"
    )
    page = visit(f"/kiosk/open/{made.reference}", context=hall)
    assert f"/kiosk/{front.site_key}/" in page.url
    return page


def booked_today(front: Front, free: list) -> Guest:
    guest = make_guest(front.clinic)
    guest.booking_id = front.clinic.clinic.book(free[0].starts_at, patient_id=guest.patient_id).id
    guest.number = Booking.objects.get(pk=guest.booking_id).number
    return guest


def small_targets(page: Page) -> list[str]:
    """What a finger must hit and is smaller than 64 px."""
    return page.evaluate(
        """() => [...document.querySelectorAll("a, button, .kk-pick, input:not([type=hidden])")]
        .filter((each) => each.offsetParent && !each.matches(".kk-pick input"))
        .map((each) => [each, each.getBoundingClientRect()])
        .filter(([, box]) => box.width && (box.height < 64 || box.width < 64))
        .map(([each]) => each.outerHTML.slice(0, 90))"""
    )


def type_in(page: Page, number: str, born: str = "19880412") -> None:
    """Press the keys on the screen, as a finger does."""
    page.locator("#number").click()
    for digit in number:
        page.locator(f"[data-digit='{digit}']").click()
    page.locator("#born_on").click()
    for digit in born:
        page.locator(f"[data-digit='{digit}']").click()
    page.locator("form button.is-primary").click()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_finger_checks_in_and_the_reader_finds_it_done(
    visit: Visit, looks_right: Callable[[Page, str], None], language: str
):
    front, free = open_now()
    guest = booked_today(front, free)
    page = open_kiosk(visit, front, language)
    looks_right(page, language)
    assert small_targets(page) == []
    picture(page, f"kiosk-start-{language}")

    with page.expect_navigation():
        page.locator("a.yl-k-way").first.click()
    expect(page.locator("#number")).to_be_visible()
    picture(page, f"kiosk-who-{language}")
    looks_right(page, language)
    type_in(page, guest.phone)
    expect(page.locator("h1")).to_contain_text("沈*芷" if language == "zh" else "S*** B***")
    looks_right(page, language)
    assert small_targets(page) == []
    picture(page, f"kiosk-confirm-{language}")
    page.locator("form button.is-primary").click()
    expect(page.locator(".kk-number")).to_be_visible()
    expect(page.locator(".kk-number")).to_have_text(Ticket.objects.get().number)
    looks_right(page, language)
    picture(page, f"kiosk-number-{language}")

    page.locator("footer a").first.click()
    expect(page.locator("a.yl-k-way").first).to_be_visible()
    page.wait_for_load_state("load")
    page.keyboard.type(pass_of(guest.booking_id))
    page.keyboard.press("Enter")
    expect(page.locator(".kk-number")).to_have_text(Ticket.objects.get().number)


def test_somebody_new_registers_with_the_letters_on_the_screen(
    visit: Visit, looks_right: Callable[[Page, str], None]
):
    front, _ = open_now()
    page = open_kiosk(visit, front)
    with page.expect_navigation():
        page.locator("a.yl-k-way").nth(1).click()
    for letter in "LI MING":
        page.locator(f".kk-letters [data-digit='{letter}']").click()
    page.locator("#phone").click()
    for digit in "12190000771":
        page.locator(f".yl-k-pad [data-digit='{digit}']").click()
    page.locator("#born_on").click()
    for digit in "19900102":
        page.locator(f".yl-k-pad [data-digit='{digit}']").click()
    page.locator(".kk-pick", has_text="男").click()
    page.locator(".kk-consent").click()
    looks_right(page, "zh")
    assert small_targets(page) == []
    picture(page, "kiosk-new-zh")
    page.locator("form button.is-primary").click()
    expect(page.locator(".kk-offer").first).to_be_visible()
    looks_right(page, "zh")
    picture(page, "kiosk-take-zh")
    page.locator("a.kk-tile").click()
    page.locator(".kk-pick", has_text="咳嗽").first.click()
    looks_right(page, "zh")
    assert small_targets(page) == []
    picture(page, "kiosk-where-zh")
    page.locator("form button.is-primary").click()
    expect(page.locator("h1")).to_contain_text("全科")
    looks_right(page, "zh")
    picture(page, "kiosk-where-to-zh")
    page.locator("a.yl-k-btn", has_text="自己选择").click()
    page.locator(".kk-offer").first.click()
    expect(page.locator(".kk-number")).to_be_visible()
    expect(page.locator(".kk-number")).to_have_text(Ticket.objects.get().number)

    page.get_by_role("button", name="我感觉更不舒服了").click()
    expect(page.locator("h1")).to_have_text("已通知护士")
    looks_right(page, "zh")
    picture(page, "kiosk-worse-zh")


def test_whoever_walks_away_sees_a_countdown_and_leaves_nothing_behind(visit: Visit):
    front, free = open_now()
    guest = booked_today(front, free)
    page = open_kiosk(visit, front, is_hurried=True)
    page.clock.install()
    with page.expect_navigation():
        page.locator("a.yl-k-way").first.click()
    type_in(page, guest.phone)
    expect(page.locator("h1")).to_contain_text("沈*芷")
    # Its clock waits for us while we press: eight seconds are soon gone on a busy machine.
    page.clock.pause_at(page.evaluate(TOUCHED) / 1000 + 22)
    expect(page.locator("#kiosk-stay")).to_be_visible()
    picture(page, "kiosk-countdown-zh")
    page.locator("#kiosk-stay button").click()
    page.clock.fast_forward(2000)
    expect(page.locator("#kiosk-stay")).to_be_hidden()
    page.clock.resume()
    page.clock.fast_forward(40_000)
    expect(page.locator("a.yl-k-way").first).to_be_visible()
    page.go_back()
    expect(page.locator("body")).not_to_contain_text("沈*芷")


# Whether the parts of our type that some words need have all been fetched.
IN_OUR_TYPE = """(one) => document.fonts.check(
  `1em ${getComputedStyle(one).fontFamily}`, one.textContent)"""


def test_a_kiosk_heals_after_the_line_was_cut(visit: Visit):
    visit.expect("ERR_INTERNET_DISCONNECTED", "failed:", "console error")
    front, _ = open_now()
    page = open_kiosk(visit, front)
    page.evaluate("() => document.fonts.ready.then(() => null)")
    page.context.set_offline(True)
    page.locator("a.yl-k-way").first.click()
    cut = page.locator("#kiosk-cut")
    expect(cut).to_be_visible()
    picture(page, "kiosk-cut-zh")
    assert cut.evaluate(IN_OUR_TYPE), "a character is drawn as a box"
    page.context.set_offline(False)
    # What was pressed while it was cut is done now.
    expect(page.locator("#number")).to_be_visible()


def test_what_the_reader_types_by_mistake_gets_a_sentence(
    visit: Visit, looks_right: Callable[[Page, str], None]
):
    visit.expect("422")
    front, _ = open_now()
    page = open_kiosk(visit, front)
    page.keyboard.type("%%;;##xyz?")
    page.keyboard.press("Enter")
    expect(page.locator("[data-code=unreadable_scan]")).to_be_visible()
    looks_right(page, "zh")
    picture(page, "kiosk-garbage-zh")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_kiosks_are_looked_after_in_one_place(
    visit: Visit, looks_right: Callable[[Page, str], None], language: str
):
    front, _ = open_now()
    open_kiosk(visit, front, language)
    user = make_staff("administrator", site_id=front.clinic.site_id).user_id
    page = visit("/kiosk/devices", language=language, user=User.objects.get(pk=user))
    expect(page.locator("[data-plan]")).to_contain_text("500")
    looks_right(page, language)
    picture(page, f"kiosk-devices-{language}")
