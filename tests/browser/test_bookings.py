"""The desk books, finds, moves and cancels, in a browser."""

import os
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.browser.patience import eventually
from yilu.patients.models import Patient
from yilu.patients.tests.factories import make_id_number
from yilu.platform import clock
from yilu.platform.models import User
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.roster import publish_sessions
from yilu.scheduling.tests.factories import Clinic, make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def picture(page, name: str) -> None:
    """A picture for whoever wants to look: set PICTURES to a folder."""
    if os.environ.get("PICTURES"):
        # To hide the caret, a picture leaves `style=""` at each field; htmx takes attributes of
        # the old field to the new one of its id, which the content security policy stops.
        page.screenshot(path=f"{os.environ['PICTURES']}/{name}.png", caret="initial")


@pytest.fixture
def clinic() -> Clinic:
    """Two doctors who are there in the coming week."""
    clinic = make_clinic(doctors=2, rooms=2)
    today = clock.now().date()
    publish_sessions(
        actor=clinic.actor,
        site_id=clinic.site_id,
        from_day=today,
        to_day=today + timedelta(days=8),
    )
    clinic.patient("欧阳静")
    return clinic


@pytest.fixture
def clerk(clinic: Clinic) -> User:
    return User.objects.get(pk=make_staff("front_desk", site_id=clinic.site_id).user_id)


@pytest.mark.covers("A01", "A02", "A06", "A08", "A12")
def test_a_booking_is_made_moved_cancelled_and_brought_back(visit, clerk, clinic, looks_right):
    page = visit("/scheduling/", user=clerk)
    page.keyboard.press("n")
    dialog = page.locator("#dialog")
    dialog.get_by_role("button", name="后几天").click()
    dialog.get_by_role("button", name="前几天").wait_for()
    dialog.locator("#id_who").fill("oyj")
    dialog.get_by_text("欧阳静").first.wait_for()
    dialog.locator(".sc-slot").nth(3).click()
    dialog.get_by_label("就诊原因或主诉").fill("咳嗽三天")
    picture(page, "new-zh")
    page.keyboard.press("Control+Enter")
    page.locator(".yl-toast", has_text="已预约").wait_for()
    dialog.wait_for(state="hidden")
    booked = Booking.objects.get()
    assert booked.reason_for_visit == "咳嗽三天"

    page = visit(f"/scheduling/bookings/{booked.pk}/", user=clerk, language="en")
    looks_right(page, "en")
    picture(page, "booking-en")
    page.get_by_role("button", name="Move").click()
    page.locator("#dialog .sc-slot").nth(5).click()
    picture(page, "move-en")
    page.get_by_role("button", name="Move the booking").click()
    page.get_by_text("Moved from").wait_for()
    assert Booking.objects.get().starts_at != booked.starts_at
    page.get_by_role("button", name="Cancel").click()
    page.get_by_label("Reason").select_option("ill")
    page.get_by_role("button", name="Cancel the booking").click()
    page.get_by_text("Cancelled because").wait_for()
    picture(page, "cancelled-en")
    page.keyboard.press("Control+z")
    page.get_by_text("Cancelled because").wait_for(state="detached")
    assert Booking.objects.get().state == "confirmed"


@pytest.mark.covers("A02")
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_somebody_new_says_who_they_are(visit, clerk, clinic, looks_right, size):
    language = {"desktop": "zh", "phone": "en"}[size]
    visit.expect("422")
    page = visit("/scheduling/", user=clerk, size=size, language=language)
    page.keyboard.press("n")
    dialog = page.locator("#dialog")
    dialog.locator(".sc-slot").nth(3).click()
    dialog.locator("#id_new_name").fill("周小满")
    dialog.locator(".sc-fresh summary").click()
    dialog.locator("#id_new_id_number").fill("11010119900307777X")
    looks_right(page, language)
    dialog.locator("#id_new_id_number").press("Control+Enter")
    expect(dialog.locator(".sc-fresh .yl-err")).to_be_visible()
    looks_right(page, language)
    picture(page, f"new-paper-{language}-{size}")
    dialog.locator("#id_new_id_number").fill(make_id_number())
    dialog.locator("#id_new_id_number").press("Control+Enter")
    dialog.wait_for(state="hidden")

    assert Patient.objects.latest("created_at").sex != "unknown"


@pytest.mark.covers("A06")
def test_a_time_taken_meanwhile_offers_others_that_book_with_one_click(visit, clerk, clinic):
    visit.expect("422")
    page = visit("/scheduling/new", user=clerk, language="en")
    value = page.locator(".sc-slot input").nth(2).get_attribute("value")
    page.locator(".sc-slot").nth(2).click()
    page.locator("#id_who").fill("oyj")
    page.get_by_text("Ouyang Jing").first.wait_for()
    instant, practitioner = value.split("|")
    clinic.book(datetime.fromisoformat(instant), practitioner_id=UUID(practitioner))
    page.keyboard.press("Control+Enter")
    page.get_by_text("Free instead").wait_for()
    picture(page, "instead-en")
    page.locator(".sc-instead button").first.click()

    page.wait_for_url("**/scheduling/bookings/**")
    assert Booking.objects.count() == 2


@pytest.mark.covers("A12")
def test_a_time_that_is_chosen_while_places_are_looked_for_stays_chosen(visit, clerk, clinic):
    page = visit("/scheduling/find", user=clerk, language="en")
    place = page.locator("#suggested .sc-place").first.get_attribute("href")
    held = []
    page.route("**/new/suggested?*", lambda route: held.append(route))  # noqa: PLW0108
    page.goto(f"{visit.address}{place}")
    eventually(page, lambda: len(held) == 1)
    value = page.locator(".sc-slot input:not(:checked)").last.get_attribute("value")
    mine = page.locator(".sc-slot", has=page.locator(f"input[value='{value}']"))
    mine.click()
    expect(mine.locator("input")).to_be_checked()

    eventually(page, lambda: len(held) == 2)
    held[1].continue_()
    page.locator(".sc-suggested").wait_for()
    expect(mine.locator("input")).to_be_checked()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_free_times_are_listed(visit, clerk, clinic, looks_right, size):
    page = visit("/scheduling/find?all=1", user=clerk, size=size, language="en")

    page.locator(".sc-slot").first.wait_for()
    picture(page, f"find-{size}")
    looks_right(page, "en")


@pytest.mark.covers("A01")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_on_a_phone_a_time_is_found_with_three_presses(visit, clerk, clinic, looks_right, language):
    page = visit("/scheduling/find", user=clerk, size="phone", language=language)
    for step in ("service", "part", "time"):
        page.locator(".sc-quick .btn").first.wait_for()
        looks_right(page, language)
        picture(page, f"find-{step}-{language}")
        before = page.locator(".sc-quick").inner_text()
        page.locator(".sc-quick .btn").first.tap()
        if step != "time":
            page.wait_for_function(
                "before => document.querySelector('.sc-quick').innerText !== before", arg=before
            )

    page.wait_for_url("**/scheduling/new?**")
    expect(page.locator("#booking-form input[name=time]:checked")).to_have_count(1)


def test_the_same_three_are_keys(visit, clerk, clinic):
    page = visit("/scheduling/find", user=clerk, size="phone", language="en")
    page.keyboard.press("1")
    page.get_by_text("When?").wait_for()
    page.keyboard.press("1")
    page.get_by_text("The soonest times").wait_for()
    page.keyboard.press("1")
    page.wait_for_url("**/scheduling/new?**")
