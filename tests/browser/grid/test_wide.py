"""A desk grid of forty columns and fourteen hours stays small."""

import pytest
from playwright.sync_api import CDPSession, expect

from tests.browser.grid.hand import place_of, tomorrow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_forty_columns_of_fourteen_hours_are_redrawn_and_dragged(desk, clinic, record_property):
    """The figures are for whoever reads them; what is asserted is that the page stays small."""
    booked = clinic.book(tomorrow(9)).id
    page = desk("en")
    changed = page.evaluate(WIDE, "b")
    page.route("**/desk/*/grid?*", lambda route: route.fulfill(body=changed))
    wide = page.evaluate(WIDE, "a")
    page.evaluate("html => document.getElementById('board').innerHTML = html", wide)
    page.evaluate("document.getElementById('board').className = 'yl-board cols-40'")
    expect(page.locator(".yl-day .yl-lane")).to_have_count(40)
    expect(page.locator(".yl-day .yl-book")).to_have_count(40 * 28)
    meter = page.context.new_cdp_session(page)
    meter.send("Performance.enable")

    before = spent(meter)
    with page.expect_response("**/desk/*/grid?*"):
        page.evaluate("document.getElementById('board').dispatchEvent(new CustomEvent('live'))")
    expect(page.locator(".yl-day .is-b")).to_have_count(1)
    redrawn = spent(meter)

    page.mouse.move(300, 300)
    page.mouse.down()
    page.mouse.move(310, 310)
    started = spent(meter)
    page.mouse.move(900, 700, steps=100)
    ended = spent(meter)
    page.keyboard.press("Escape")
    page.mouse.up()

    figures = {
        "redraw": {name: round((redrawn[name] - before[name]) * 1000) for name in COUNTED},
        "drag step": {name: round((ended[name] - started[name]) * 10, 2) for name in COUNTED},
    }
    record_property("milliseconds", figures)
    print(figures, page.evaluate("document.querySelectorAll('#board *').length"))
    assert page.evaluate("document.querySelectorAll('#board *').length") < 12_000
    assert place_of(booked) == ("09:00", clinic.doctors[0], 30)


COUNTED = ("ScriptDuration", "LayoutDuration", "RecalcStyleDuration", "TaskDuration")


def spent(meter: CDPSession) -> dict[str, float]:
    """The seconds that the page has spent so far, by what on."""
    found = meter.send("Performance.getMetrics")["metrics"]
    return {one["name"]: one["value"] for one in found}


# The board as it is, with forty columns of twenty-eight bookings each; "b": one of them changed.
WIDE = """(version) => {
  window.narrow ??= document.getElementById("board").innerHTML;
  const page = new DOMParser().parseFromString(window.narrow, "text/html");
  const head = page.querySelector(".yl-dayhead > div:nth-child(2)");
  const lane = page.querySelector(".yl-lane");
  const card = page.querySelector(".yl-book");
  const day = page.querySelector(".yl-day");
  const old = page.querySelectorAll(".yl-dayhead > div:not(:first-child), .yl-lane");
  old.forEach((one) => one.remove());
  day.dataset.steps = "168";
  for (let n = 0; n < 40; n += 1) {
    page.querySelector(".yl-dayhead").append(head.cloneNode(true));
    const next = lane.cloneNode(false);
    next.id = `lane-${n}`;
    for (let m = 0; m < 28; m += 1) {
      const one = card.cloneNode(true);
      one.id = `card-${n}-${m}`;
      one.className = `yl-book yl-s yl-s-booked at-${m * 6} for-6`;
      if (version === "b" && n === 20 && m === 14) one.classList.add("is-b");
      next.append(one);
    }
    day.append(next);
  }
  page.querySelector(".ws-grid").className = "ws-grid cols-40";
  return page.body.innerHTML;
}"""
