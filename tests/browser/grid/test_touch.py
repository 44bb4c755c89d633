"""Bookings on the desk grid by finger: a long press takes a card up, a short move scrolls."""

from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.grid.hand import SLOT, card, lane, place_of, tomorrow
from tests.browser.test_bookings import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Finger:
    """One finger on the glass, as the browser itself gets it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.line: CDPSession = page.context.new_cdp_session(page)
        self.line.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 1})

    def down(self, x: float, y: float) -> None:
        self._send("touchStart", x, y)

    def move(self, x: float, y: float) -> None:
        self._send("touchMove", x, y)

    def up(self) -> None:
        self.line.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def _send(self, kind: str, x: float, y: float) -> None:
        points: list[Any] = [{"x": x, "y": y}]
        self.line.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


@pytest.mark.covers("A08")
def test_a_long_press_takes_a_card_up_and_it_goes_where_the_finger_goes(desk, clinic):
    booked = clinic.book(tomorrow(9)).id
    page = desk("en")
    finger = Finger(page)
    what = card(page, booked)
    what.scroll_into_view_if_needed()
    box = what.bounding_box()
    width = lane(page, clinic, 0).bounding_box()["width"]
    x, y = box["x"] + 30, box["y"] + 8

    finger.down(x, y)
    expect(page.locator("#sc-ghost")).to_be_visible()
    finger.move(x + width / 2, y + 6 * SLOT)
    finger.move(x + width, y + 12 * SLOT)
    picture(page, "grid-touch-en")
    finger.up()

    expect(lane(page, clinic, 1).locator(f"#card-{booked}")).to_be_visible()
    expect(page.locator("#sc-ghost")).to_have_count(0)
    assert place_of(booked) == ("10:00", clinic.doctors[1], 30)


@pytest.mark.covers("A08")
def test_a_long_press_at_the_lower_edge_stretches(desk, clinic):
    booked = clinic.book(tomorrow(9)).id
    page = desk("en")
    finger = Finger(page)
    what = card(page, booked)
    what.scroll_into_view_if_needed()
    box = what.bounding_box()
    x, y = box["x"] + 30, box["y"] + box["height"] - 14  # It stays so far from the finger.

    finger.down(x, y)
    expect(page.locator("#sc-ghost")).to_be_visible()
    finger.move(x, y + 2 * SLOT)
    finger.move(x, y + 3 * SLOT)
    finger.up()

    expect(what).to_have_attribute("data-minutes", "45")
    assert place_of(booked) == ("09:00", clinic.doctors[0], 45)


# All of it in one go of the page, whose clock then has passed what a long press takes.
SWIPE = """async ([id, x, y]) => {
  const at = (type, y) => document.getElementById(id).dispatchEvent(new PointerEvent(type, {
    bubbles: true, isPrimary: true, pointerType: "touch", button: 0, clientX: x, clientY: y,
  }));
  at("pointerdown", y);
  at("pointermove", y - 30);
  at("pointermove", y - 60);
  await new Promise((later) => setTimeout(later, 500));
  const carried = Boolean(document.getElementById("sc-ghost"));
  at("pointerup", y - 60);
  return carried;
}"""


def test_a_finger_that_moves_at_once_carries_nothing_and_a_tap_opens(desk, clinic):
    booked = clinic.book(tomorrow(9)).id
    page = desk("en")
    what = card(page, booked)
    what.scroll_into_view_if_needed()
    box = what.bounding_box()

    assert page.evaluate(SWIPE, [f"card-{booked}", box["x"] + 30, box["y"] + 8]) is False
    assert place_of(booked) == ("09:00", clinic.doctors[0], 30)

    what.click()
    page.wait_for_url("**/scheduling/bookings/**")
