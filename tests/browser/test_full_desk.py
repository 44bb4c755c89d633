"""A desk with much to show beside its waiting room: who waits stays in sight."""

import re
from collections.abc import Callable
from datetime import timedelta
from itertools import islice

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_bookings import picture
from tests.browser.test_patient import open_now
from tests.browser.test_undoing import clerk
from yilu.facility.models import Site
from yilu.guiding.operations.setting import RuleFacts, set_guide_rule
from yilu.patients.tests.factories import make_patient
from yilu.platform import clock
from yilu.portal.tests.factories import Front
from yilu.reception.operations.arrivals import walk_in
from yilu.scheduling.models import Booking
from yilu.scheduling.selectors.free_time import Slot
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = ("林晓芳", "王建国", "欧阳明华", "沈白芷", "周小满", "司徒若兰", "罗麦冬", "何茯苓")
# A window, and how many of who waits stay in sight there at least.
WINDOWS = [(1280, 900, 4), (1366, 768, 3), (1440, 900, 4)]
# How many of who waits, and of who is expected, are wholly in sight; by how much the rail is too
# long for the window.
SEEN = """() => {
    const box = (part) => part.getBoundingClientRect();
    const rail = document.querySelector(".ws-rail");
    const whole = (part) => {
        const list = box(document.querySelector(`${part} .ws-part`));
        const rows = [...document.querySelectorAll(`${part} [data-row]`)].map(box);
        return rows.filter((row) => row.top >= list.top && row.bottom <= list.bottom + 1).length;
    };
    return [whole("#waiting"), whole("#expected"), rail.scrollHeight - rail.clientHeight];
}"""
# Bookings of each state, and how many are counted in sight, wholly and cut.
COUNTS = """(labels) => {
    const counts = document.querySelector(".yl-counts");
    counts.innerHTML = labels.map(([one, many]) => '<span class="yl-row-flex">'
        + `<i class="yl-dot"></i>${one} <b>${many}</b></span>`).join("");
    const box = (part) => part.getBoundingClientRect();
    const whole = box(counts);
    const isThere = (one) => one.width > 0 && one.top < whole.bottom - 1;
    const shown = [...counts.children].map(box).filter(isThere);
    const isCut = (one) => one.right > whole.right + 1 || one.bottom > whole.bottom + 1;
    return [shown.length, shown.filter(isCut).length];
}"""
LABELS = {
    "zh": ["迟到", "候诊", "已叫号", "就诊中", "待到诊"],
    "en": ["Late", "Waiting", "Called", "In the room", "Expected"],
}
# Four doctors who are late, as their notices stand on the board.
LATE = """() => {
    const one = "<details class='yl-panel sc-late'><summary><b>Zheng Yushui is 186 minutes"
        + " behind</b><span class='yl-2nd yl-sm'>2 bookings</span></summary></details>";
    const deed = "<button class='btn btn-quiet btn-mini'>–</button>";
    document.querySelector("#attention").innerHTML = one.repeat(4) + deed;
}"""


def waits(front: Front, name: str, **facts: object) -> None:
    clinic = front.clinic
    patient = make_patient(Site.objects.get(pk=clinic.site_id), name, **facts)
    walk_in(
        actor=clinic.desk,
        site_id=clinic.site_id,
        patient_id=patient,
        service_id=clinic.clinic.service_id,
    )


def are_expected(front: Front, free: list[Slot]) -> None:
    """Eight within the next half hour."""
    site = Site.objects.get(pk=front.clinic.site_id)
    for name, slot in zip(NAMES, free, strict=False):
        front.clinic.clinic.book(slot.starts_at, patient_id=make_patient(site, name))
    soon = clock.now().replace(second=0, microsecond=0)
    for n, booking in enumerate(Booking.objects.order_by("starts_at")):
        booking.starts_at = soon + timedelta(minutes=4 * n)
        booking.ends_at = booking.starts_at + timedelta(minutes=20)
        booking.save(update_fields=["starts_at", "ends_at"])


@pytest.mark.covers("B02")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("many", [0, 12])
def test_who_waits_stays_in_sight(
    visit: Visit, looks_right: Callable[[Page, str], None], language: str, many: int
):
    front, free = open_now()
    manager = make_staff("manager", site_id=front.clinic.site_id).actor()
    set_guide_rule(
        actor=manager, site_id=front.clinic.site_id, facts=RuleFacts(wheelchairs=1, stretchers=1)
    )
    are_expected(front, free[::3])
    for name in islice(NAMES * 2, many):
        waits(front, name)
    if many:
        waits(front, "邓白芍", special_needs=("wheelchair",))
    page = visit(f"/desk/{front.site_key}/", user=clerk(front.clinic), language=language)
    expect(page.locator(".ws-rail [hx-trigger=load]")).to_have_count(0)
    expect(page.locator("#guiding .gd-row")).to_have_count(1 if many else 0)
    expect(page.locator("#expected [data-row]")).to_have_count(len(NAMES))
    for width, height, least in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        picture(page, f"full-desk-{many}-{width}x{height}-{language}")
        looks_right(page, language)
        rows, _, too_long = page.evaluate(SEEN)
        assert (rows >= min(least, many), too_long <= 1) == (True, True), (width, height, rows)
    page.evaluate(LATE)
    expected = page.evaluate(SEEN)[1]
    picture(page, f"full-desk-{many}-late-{language}")
    assert expected >= 2


@pytest.mark.covers("B02")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_counted_above_the_day_is_read_whole(visit: Visit, language: str):
    front, _free = open_now()
    page = visit(f"/desk/{front.site_key}/", user=clerk(front.clinic), language=language)
    for width, height, _least in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        shown, cut = page.evaluate(
            COUNTS, list(zip(LABELS[language], (3, 5, 1, 4, 28), strict=True))
        )
        picture(page, f"desk-counts-{width}-{language}")
        assert cut == 0, width
        assert shown == len(LABELS[language]) or width < 1440, width


@pytest.mark.covers("B02")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_who_stands_at_the_desk_comes_first_with_the_time_running(
    visit: Visit, looks_right: Callable[[Page, str], None], language: str
):
    front, free = open_now()
    are_expected(front, free[::3])
    page = visit(f"/desk/{front.site_key}/", user=clerk(front.clinic), language=language)
    expect(page.locator("#live")).to_have_attribute("data-stream", "open")
    last = page.locator("#expected [data-row]").last
    row = last.get_attribute("id")

    last.locator(".yl-iconbtn").click()

    expect(page.locator(f"#expected [data-row]#{row}:first-child .ws-door")).to_be_visible()
    looks_right(page, language)
    picture(page, f"desk-first-word-{language}")
    page.locator(".ws-door").click()
    expect(page.locator(".ws-door")).to_have_count(0)


@pytest.mark.covers("B02", "B03")
@pytest.mark.parametrize(("language", "size"), [("zh", "phone"), ("en", "desktop")])
def test_who_comes_without_a_booking_is_timed_until_they_have_a_number(
    visit: Visit, looks_right: Callable[[Page, str], None], language: str, size: str
):
    front, free = open_now()
    are_expected(front, free[::3][:2])
    at = f"/desk/{front.site_key}/"
    page = visit(at, user=clerk(front.clinic), language=language, size=size)
    expect(page.locator("#live")).to_have_attribute("data-stream", "open")

    page.locator("form[action$='/visitor'] button").click()

    row = page.locator("#expected [data-row]:first-child")
    expect(row.locator(".ws-door")).to_be_visible()
    looks_right(page, language)
    picture(page, f"desk-visitor-{language}-{size}")
    row.locator("a.btn-primary").click()
    page.locator("[name=name]").fill("周新来")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/number**")
    page.goto(page.url.split("/reception/")[0] + at)
    expect(page.locator(".ws-door")).to_have_count(0)
    first = page.locator("#expected [data-row]:first-child .btn-primary")
    expect(first).to_have_attribute("hx-get", re.compile("check-in"))
    heard = {"zh": "1", "en": "1 of 1 greeted in 3 min"}[language]
    expect(page.locator("#expected header")).to_contain_text(heard)
    waiting = page.locator("#waiting [data-list]")
    assert waiting.evaluate("(one) => one.scrollHeight <= one.clientHeight"), "a row is cut"
    looks_right(page, language)
    picture(page, f"desk-visitor-heard-{language}-{size}")
