"""The desk grid as a board: changed by others meanwhile, its gaps, columns, week and paper."""

from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.browser.grid.hand import SLOT, card, drag, lane, place_of, tomorrow
from tests.browser.test_bookings import picture
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.dropping import Place, drop_booking
from yilu.scheduling.operations.waiting_list import (
    WaitingWish,
    join_waiting_list,
    leave_waiting_list,
)
from yilu.scheduling.tests.factories import Clinic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_others_change_waits_for_the_hand_and_keeps_the_focus(desk, clinic):
    first, second = clinic.book(tomorrow(9)).id, clinic.book(tomorrow(10)).id
    page = desk("en")
    expect(page.locator("#live")).to_have_attribute("data-stream", "open")
    card(page, first).focus()
    page.evaluate(WATCH)

    move(clinic, second, 15, 1)
    expect(lane(page, clinic, 1).locator(f"#card-{second}")).to_be_visible()
    expect(card(page, first)).to_be_focused()
    assert page.evaluate("window.touched") == sorted(map(str, clinic.doctor_resources[:2]))

    box = card(page, first).bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 30, box["y"] + 12 + 6 * SLOT, steps=3)
    move(clinic, first, 11, 2)
    move(clinic, second, 16, 1)
    page.wait_for_function("() => performance.getEntriesByType('resource').length >= 0")
    expect(page.locator("#sc-ghost")).to_be_visible()
    page.mouse.up()

    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("Meanwhile desk changed it")
    expect(dialog).to_contain_text("Moved to another time")
    picture(page, "grid-stale-en")
    dialog.get_by_role("button", name="Leave it where it is").click()
    expect(lane(page, clinic, 2).locator(f"#card-{first}")).to_be_visible()
    assert place_of(first) == ("11:00", clinic.doctors[2], 30)


# Which columns a fresh drawing touched.
WATCH = """() => {
  window.touched = [];
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      const lane = target.closest?.(".yl-lane") ?? target.parentElement?.closest(".yl-lane");
      if (!lane) continue;
      window.touched = [...new Set([...window.touched, lane.dataset.resource])].sort();
    }
  }).observe(document.querySelector(".yl-day"), {
    childList: true, subtree: true, characterData: true,
  });
}"""


def move(clinic: Clinic, booking_id: UUID, hour: int, doctor: int) -> None:
    """A colleague moves a booking."""
    place = Place(tomorrow(hour), clinic.doctors[doctor])
    drop_booking(actor=clinic.actor, booking_id=booking_id, place=place)


@pytest.mark.covers("A09")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_gap_lists_who_fits_and_books_with_one_press(desk, clinic, looks_right, language):
    day = (tomorrow(9) + timedelta(hours=8)).date()
    wish = WaitingWish(
        site_id=clinic.site_id,
        service_id=clinic.service_id,
        practitioner_id=None,
        patient_id=clinic.patient("林晓芳"),
        from_on=day,
        until_on=day,
        channel="phone",
    )
    entry_id = join_waiting_list(actor=clinic.actor, wish=wish)
    page = desk(language)

    lane(page, clinic, 0).locator(".yl-gap").first.click()
    fits = page.locator("#dialog .sc-fit")
    expect(fits).to_have_count(1)
    looks_right(page, language)
    picture(page, f"grid-gap-{language}")
    fits.get_by_role("button").click()

    expect(lane(page, clinic, 0).locator(".yl-book")).to_have_count(1)
    assert Booking.objects.get().starts_at == tomorrow(9)
    page.keyboard.press("Control+z")
    expect(lane(page, clinic, 0).locator(".yl-book")).to_have_count(0)
    leave_waiting_list(actor=clinic.actor, entry_id=entry_id)
    lane(page, clinic, 1).locator(".yl-gap").first.press("n")
    expect(page.locator("#booking-form input[name=time]:checked")).to_have_count(1)


def test_columns_are_chosen_hidden_and_remembered(desk, clinic, looks_right):
    clinic.book(tomorrow(9))
    page = desk()
    page.keyboard.press("c")
    page.locator("#columns-menu input[type=checkbox]").first.uncheck()
    with page.expect_navigation():
        page.get_by_role("button", name="显示这些列").click()
    expect(page.locator(".yl-day .yl-lane")).to_have_count(2)
    page.keyboard.press("c")
    page.get_by_role("button", name="诊室", exact=True).click()
    expect(page.locator(".yl-day .yl-lane .yl-book")).to_have_count(1)
    again = desk()
    expect(again.locator("[popovertarget=columns-menu]")).to_contain_text("诊室")
    looks_right(again, "zh")
    picture(again, "grid-rooms-zh")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_week_of_a_column_and_the_day_on_paper(desk, clinic, looks_right, language):
    booked = clinic.book(tomorrow(9)).id
    page = desk(language)
    lane_name = page.locator(".yl-dayhead .sc-head").first
    lane_name.click()
    expect(page.locator(".yl-day .yl-lane")).to_have_count(7)
    looks_right(page, language)
    picture(page, f"grid-week-{language}")
    drag(page, card(page, booked), steps=12)
    expect(card(page, booked)).to_have_attribute("data-version", "2")
    assert place_of(booked) == ("10:00", clinic.doctors[0], 30)

    paper = desk(language, "print?")
    paper.emulate_media(media="print")
    expect(paper.locator(".sc-sheet")).to_have_count(3)
    looks_right(paper, language)
    picture(paper, f"grid-print-{language}")
