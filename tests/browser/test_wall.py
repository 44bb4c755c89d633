"""The wall screen in a browser: live, heard, and healed after a cut."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Visit
from tests.browser.patience import eventually
from tests.browser.test_bookings import picture
from yilu.platform import clock
from yilu.platform.models import User
from yilu.queueing.operations.calling import call_next, finish_ticket, skip_ticket, start_ticket
from yilu.queueing.operations.screens import create_screen
from yilu.queueing.rules import clips
from yilu.queueing.tests.factories import Clinic, make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = ("顾晓芳", "林建国", "唐雨", "欧阳明华", "苏秀英", "郑浩")


def fill(clinic: Clinic) -> list:
    """Six who wait, the first the longest; one with a booking that is overdue."""
    now = clock.now()
    tickets = []
    for n, name in enumerate(NAMES):
        with clock.at(now - timedelta(minutes=40 - n)):
            booked = now - timedelta(minutes=30) if n == 1 else None
            tickets.append(clinic.ticket(patient_id=clinic.patient(name), booked_at=booked))
    return tickets


def open_wall(visit: Visit, clinic: Clinic, language: str = "zh") -> Page:
    made = create_screen(actor=clinic.actor, site_id=clinic.site_id, name="Hall")
    page = visit(f"/queueing/wall/open/{made.reference}", size="wall", language=language)
    assert "/queueing/wall/site-" in page.url
    return page


# As many rows as a page may hold, each like the first; what stands out of its row, and the head.
FULL = """() => {
    const list = document.querySelector(".yl-wall-list");
    const [head, first] = list.children;
    list.replaceChildren(head, ...Array.from({ length: 8 }, () => first.cloneNode(true)));
    list.className = "yl-wall-list rows-8";
    const tall = (row) => row.getBoundingClientRect().height;
    const over = (row) => [...row.children].filter((each) => tall(each) > tall(row) + 0.5);
    return [...list.children].flatMap(over).map((each) => each.textContent);
}"""


# What would cut off letters that reach below their line.
CUTTING = """(all) => all.filter((one) => !one.closest("svg"))
  .filter((one) => getComputedStyle(one).overflowY !== "visible").map((one) => one.textContent)"""


@pytest.mark.covers("B09")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_eight_rows_fit_a_wall(visit: Visit, language: str):
    clinic = make_clinic()
    fill(clinic)
    call_next(actor=clinic.actor, station_id=clinic.station().pk)
    page = open_wall(visit, clinic, language)

    standing_out = page.evaluate(FULL)

    picture(page, f"wall-eight-{language}")
    assert standing_out == []
    assert page.locator(".yl-wall-row *").evaluate_all(CUTTING) == []


@pytest.mark.covers("B09")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_call_reaches_the_wall_and_looks_right(
    visit: Visit, looks_right: Callable[[Page, str], None], language: str
):
    clinic = make_clinic()
    fill(clinic)
    page = open_wall(visit, clinic, language)
    expect(page.locator(".yl-wall-no")).to_have_count(0)

    called = call_next(actor=clinic.actor, station_id=clinic.station().pk)

    assert called is not None
    expect(page.locator(".yl-wall-no")).to_have_text(called.number)
    expect(page.locator("[data-call]")).to_have_attribute(
        "data-say-en", re.compile(f"Number {' '.join(called.number)}, please go to .+")
    )
    looks_right(page, language)


# Whether our type has been fetched for what a page says once the line is cut.
IN_OUR_TYPE = """(one) => document.fonts.check(
  `1em ${getComputedStyle(one).fontFamily}`, Object.values(one.dataset).join(""))"""


@pytest.mark.covers("B09")
def test_a_wall_that_was_cut_off_heals_to_the_exact_state(visit: Visit):
    visit.expect("ERR_INTERNET_DISCONNECTED", "failed:", "console error")
    clinic = make_clinic()
    fill(clinic)
    page = open_wall(visit, clinic)
    station = clinic.station().pk
    expect(page.locator(".yl-wall-row .q")).not_to_be_empty()
    page.evaluate("() => document.fonts.ready.then(() => null)")

    page.context.set_offline(True)
    assert page.locator("#words").evaluate(IN_OUR_TYPE), "a character would be drawn as a box"
    first = call_next(actor=clinic.actor, station_id=station)
    assert first is not None
    start_ticket(actor=clinic.actor, ticket_id=first.id)
    finish_ticket(actor=clinic.actor, ticket_id=first.id)
    second = call_next(actor=clinic.actor, station_id=station)
    assert second is not None
    skip_ticket(actor=clinic.actor, ticket_id=second.id)
    third = call_next(actor=clinic.actor, station_id=station)
    assert third is not None
    page.context.set_offline(False)

    expect(page.locator(".yl-wall-no")).to_have_text(third.number)
    expect(page.locator(".yl-wall-missed", has_text="过号")).to_contain_text(second.number)
    assert first.number not in page.locator("#wall").inner_text()


# Of a screen of 55 inches, the millimetres of one of its 1920 dots; a capital is 0.7 of its size.
DOT, CAPITAL = 1210 / 1920, 0.7
# At eight metres eleven minutes of arc: who sees half as well as others still reads it.
READABLE = 8000 * 0.0032


@pytest.mark.covers("B09")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_screen_beside_a_door_is_for_one_doctor_and_calls_can_be_read_at_eight_metres(
    visit: Visit, looks_right: Callable[[Page, str], None], language: str
):
    clinic = make_clinic()
    fill(clinic)
    boss = User.objects.get(pk=make_staff("manager", site_id=clinic.site_id).user_id)
    page = visit("/queueing/screens", user=boss, language=language)
    page.locator(".yl-bar button.btn-primary").click()
    dialog = page.locator("#dialog")
    dialog.locator("input[name=name]").fill("Door")
    dialog.locator("select[name=doctor]").select_option(str(clinic.doctor_id))
    looks_right(page, language)
    dialog.locator("button.btn-primary").click()
    link = dialog.locator("output").inner_text()
    wall = visit("/" + link.split("/", 3)[3], size="wall", language=language)
    expect(wall.locator(".yl-wall-door li")).to_have_count(6)

    call_next(actor=clinic.actor, station_id=clinic.station().pk)

    expect(wall.locator(".yl-wall-no")).to_be_visible()
    expect(wall.locator(".yl-wall-door li")).to_have_count(5)
    for part in (".yl-wall-no", ".yl-wall-who", ".yl-wall-to", ".yl-wall-door li b"):
        size = wall.locator(part).first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
        assert size * DOT * CAPITAL >= READABLE, part
    looks_right(wall, language)
    picture(wall, f"wall-door-{language}")


PLAYED = """
window.played = [];
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (at, offset, length) {
  window.played.push([Math.round(offset * 1000), Math.round(length * 1000)]);
  document.documentElement.dataset.played = JSON.stringify(window.played);
  return start.call(this, at, offset, length);
};
"""


# The chime before a call takes 900 ms of the page's own time.
CHIMED = "() => new Promise((resolve) => setTimeout(resolve, 1200))"


@pytest.mark.covers("B09")
def test_a_browser_without_a_voice_plays_the_clips_it_fetched_in_both_languages(visit: Visit):
    clinic = make_clinic()
    fill(clinic)
    made = create_screen(actor=clinic.actor, site_id=clinic.site_id, name="Hall")
    context = visit.somebody(size="wall")
    context.add_init_script(PLAYED)
    held: list[Route] = []  # The clips are on a slow line: the first call is said once they came.
    context.route("**/voice/*.wav", lambda route: held.append(route))  # noqa: PLW0108
    page = visit(f"/queueing/wall/open/{made.reference}", context=context)
    page.keyboard.press("Enter")

    called = call_next(actor=clinic.actor, station_id=clinic.station().pk)

    assert called is not None
    call = page.locator("[data-call]")
    expect(call).to_be_visible()
    eventually(page, lambda: len(held) == 2)
    page.evaluate(CHIMED)
    for route in held:
        route.continue_()
    keys = {
        language: call.get_attribute(f"data-clips-{language}").split() for language in ("zh", "en")
    }
    wanted = [
        [round(each * 1000) for each in marks(language)[key]]
        for language in ("zh", "en")
        for key in keys[language]
    ]
    said = json.dumps(wanted, separators=(",", ":"))
    expect(page.locator("html")).to_have_attribute("data-played", said)


def marks(language: str) -> dict[str, list[float]]:
    """Where each clip of a language lies in its sound."""
    path = Path(clips.__file__).parents[1] / f"static/queueing/voice/{language}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def callers_window(visit: Visit) -> Page:
    """The small window of a nurse for whom some wait."""
    clinic = make_clinic()
    fill(clinic)
    nurse = User.objects.get(pk=make_staff("nurse", site_id=clinic.site_id).user_id)
    return visit(f"/queueing/caller/{clinic.station().pk}", user=nurse)


@pytest.mark.covers("B08")
def test_the_callers_window_works_by_key_and_takes_back(visit: Visit):
    page = callers_window(visit)

    page.keyboard.press("F2")
    expect(page.locator(".yl-caller-no")).to_be_visible()
    number = page.locator(".yl-caller-no").inner_text()
    page.keyboard.press("F6")
    expect(page.locator(".yl-caller-no")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(page.locator(".yl-caller-no")).to_have_text(number)


@pytest.mark.covers("B08")
def test_a_call_can_still_be_taken_back_after_the_page_is_loaded_again(visit: Visit):
    page = callers_window(visit)
    page.keyboard.press("F2")
    expect(page.locator("#toasts .yl-toast button").first).to_be_visible()

    page.reload()

    expect(page.locator(".yl-caller-no")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.locator(".yl-caller-no")).to_have_count(0)


@pytest.mark.covers("B08")
def test_who_takes_back_before_the_answer_has_come_takes_back_that_deed(visit: Visit):
    page = callers_window(visit)
    page.keyboard.press("F2")
    number = page.locator(".yl-caller-no").inner_text()
    expect(page.locator("#toasts .yl-toast button").first).to_be_visible()

    held: list[Route] = []
    page.route("**/tickets/*/skip", lambda route: held.append(route))  # noqa: PLW0108
    page.keyboard.press("F6")
    eventually(page, lambda: held)
    answer = held[0].fetch()
    expect(page.locator(".yl-caller-no")).to_have_count(0)
    page.keyboard.press("Control+z")
    held[0].fulfill(response=answer)

    expect(page.locator(".yl-caller-no")).to_have_text(number)
