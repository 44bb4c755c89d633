"""Bookings on the desk grid, dragged by mouse and worked by keys alone."""

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.grid.hand import SLOT, card, drag, lane, place_of, tomorrow
from tests.browser.test_bookings import picture
from yilu.platform.models import User
from yilu.scheduling.models import Booking
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.covers("A06", "A08")
def test_a_card_is_dragged_stretched_pinned_and_each_is_taken_back(desk, clinic):
    booked = clinic.book(tomorrow(9)).id
    page = desk("en")
    drag(page, card(page, booked), lanes=1, steps=12)
    expect(lane(page, clinic, 1).locator(f"#card-{booked}")).to_be_visible()
    expect(page.locator("#sc-ghost")).to_have_count(0)
    assert place_of(booked) == ("10:00", clinic.doctors[1], 30)

    drag(page, card(page, booked), steps=3, low=True)
    expect(card(page, booked)).to_have_attribute("data-minutes", "45")
    assert place_of(booked) == ("10:00", clinic.doctors[1], 45)

    page.keyboard.press("Control+z")
    expect(card(page, booked)).to_have_attribute("data-minutes", "30")
    put_on_pinboard(page, card(page, booked))
    expect(page.locator("[data-pins]")).to_have_text("1")
    assert place_of(booked) == ("10:00", clinic.doctors[1], 30)
    page.reload()
    expect(page.locator(f"#pin-{booked}")).to_be_visible()
    picture(page, "grid-pinned-en")

    pin = page.locator(f"#pin-{booked} .sc-take")
    target = lane(page, clinic, 2).bounding_box()
    box = pin.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(target["x"] + 40, target["y"] + 60, steps=4)
    page.mouse.move(target["x"] + 40, target["y"] + 24 * SLOT + 12, steps=3)
    picture(page, "grid-dragging-en")
    page.mouse.up()
    expect(page.locator("[data-pins]")).to_have_text("0")
    assert place_of(booked) == ("11:00", clinic.doctors[2], 30)
    page.keyboard.press("Control+z")
    expect(lane(page, clinic, 1).locator(f"#card-{booked}")).to_be_visible()


def put_on_pinboard(page: Page, what: Locator) -> None:
    box, board = what.bounding_box(), page.locator("[data-pinboard]").bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 40, steps=3)
    page.mouse.move(board["x"] + 30, board["y"] + 20, steps=4)
    page.mouse.up()


@pytest.mark.covers("A06")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_refused_drop_says_why_and_offers_others(desk, clinic, looks_right, language):
    booked = clinic.book(tomorrow(9)).id
    taken = clinic.book(tomorrow(10), practitioner_id=clinic.doctors[1]).id
    page = desk(language)
    looks_right(page, language)
    picture(page, f"grid-{language}")

    drag(page, card(page, booked), lanes=1, steps=12)
    dialog = page.locator("#dialog")
    expect(dialog.locator(".sc-instead button")).to_have_count(5)
    expect(page.locator("#sc-ghost")).to_have_count(0)
    assert place_of(booked) == ("09:00", clinic.doctors[0], 30)
    looks_right(page, language)
    picture(page, f"grid-refused-{language}")
    page.keyboard.press("1")

    expect(dialog).to_be_hidden()
    assert place_of(booked)[0] == "10:00"
    assert place_of(taken) == ("10:00", clinic.doctors[1], 30)


@pytest.mark.covers("A06")
def test_who_may_overrule_does_it_with_a_reason(visit, clinic, address):
    visit.expect("422")
    manager = User.objects.get(pk=make_staff("manager", site_id=clinic.site_id).user_id)
    booked = clinic.book(tomorrow(9)).id
    clinic.book(tomorrow(10))
    page = visit(address, user=manager, language="en")

    drag(page, card(page, booked), steps=12)
    page.locator("#over").fill("toothache")
    page.get_by_role("button", name="Do it against the rules").click()

    expect(page.locator("#dialog")).to_be_hidden()
    found = Booking.objects.get(pk=booked)
    assert (place_of(booked)[0], found.lane, found.overrule_reason) == ("10:00", 1, "toothache")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_whole_grid_is_worked_by_keys(desk, clinic, looks_right, language):
    booked = clinic.book(tomorrow(9)).id
    page = desk(language)
    page.keyboard.press("?")
    expect(page.locator("#grid-keys")).to_be_visible()
    looks_right(page, language)
    picture(page, f"grid-keys-{language}")
    page.keyboard.press("Escape")
    page.locator("#grid-keys").wait_for(state="hidden")

    page.keyboard.press("c")
    expect(page.locator("#columns-menu")).to_be_visible()
    looks_right(page, language)
    picture(page, f"grid-columns-{language}")
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")

    start = page.locator('.yl-day [role="gridcell"][tabindex="0"]')
    expect(start).to_have_count(1)
    card(page, booked).focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(":focus")).to_have_attribute("data-begins", iso(9, 30))
    page.keyboard.press("ArrowRight")
    inside = page.locator(f"#lane-{clinic.doctor_resources[1]} :focus")
    expect(inside).to_have_count(1)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Home")
    expect(card(page, booked)).to_be_focused()

    for key in ("m", "ArrowRight", "ArrowDown", "ArrowDown", "Shift+ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator("#grid-say")).to_contain_text("09:35")
    picture(page, f"grid-carried-{language}")
    page.keyboard.press("Enter")
    expect(lane(page, clinic, 1).locator(f"#card-{booked}")).to_be_visible()
    expect(card(page, booked)).to_be_focused()
    assert place_of(booked) == ("09:35", clinic.doctors[1], 30)

    for key in ("+", "+", "+", "-", "Enter"):
        page.keyboard.press(key)
    expect(card(page, booked)).to_have_attribute("data-minutes", "40")
    expect(card(page, booked)).to_be_focused()
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.locator("#sc-ghost")).to_have_count(0)
    page.keyboard.press("p")
    expect(page.locator("[data-pins]")).to_have_text("1")
    assert place_of(booked) == ("09:35", clinic.doctors[1], 40)
    page.locator(f"#pin-{booked} .sc-take").press("Enter")
    for key in ("ArrowRight", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("[data-pins]")).to_have_text("0")
    assert place_of(booked) == ("09:45", clinic.doctors[2], 40)


def iso(hour: int, minute: int = 0) -> str:
    day = tomorrow(9) + timedelta(hours=8)
    return f"{day:%Y-%m-%d}T{hour:02}:{minute:02}:00+08:00"
