"""A manager looks at the figures of bookings: drawings, tables, and the bookings behind them."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.test_bookings import picture
from yilu.platform import clock
from yilu.platform.models import User
from yilu.scheduling.errors import SlotTaken
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.roster import publish_sessions
from yilu.scheduling.tests.factories import Clinic, make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHANNELS = ("phone", "web", "desk", "wechat")


@pytest.fixture
def clinic() -> Clinic:
    """Two doctors, and the bookings of last week."""
    clinic = make_clinic(doctors=2, rooms=2)
    # Ten in the morning in Shanghai, a week ago.
    first = clock.now().replace(hour=2, minute=0, second=0, microsecond=0) - timedelta(days=7)
    with clock.at(first - timedelta(days=3)):
        publish_sessions(
            actor=clinic.actor,
            site_id=clinic.site_id,
            from_day=first.date(),
            to_day=first.date() + timedelta(days=6),
        )
        made = [
            clinic.book(
                first + timedelta(days=day, minutes=30 * n),
                channel=CHANNELS[(day + n) % 4],
                practitioner_id=clinic.doctors[n % 2],
            )
            for day in range(5)
            for n in range(1 + day % 3)
        ]
        with pytest.raises(SlotTaken):
            clinic.book(first, channel="web")
    # As they ended, whatever the worker made of them meanwhile.
    for n, booked in enumerate(made):
        state = ("finished", "no_show", "cancelled", "finished")[n % 4]
        facts = {"cancel_reason": "came_up", "cancelled_by_kind": "patient"}
        Booking.objects.filter(pk=booked.id).update(
            state=state, version=5, **(facts if state == "cancelled" else {})
        )
    return clinic


@pytest.mark.covers("A19", "A22")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_manager_looks_at_figures_and_at_what_is_behind_them(
    visit, clinic, looks_right, language
):
    boss = User.objects.get(pk=make_staff("manager", site_id=clinic.site_id).user_id)
    page = visit("/insight/bookings/", user=boss, language=language)
    expect(page.locator(".yl-fig")).to_have_count(6)
    looks_right(page, language)
    picture(page, f"figures-{language}")
    if language == "zh":
        page.emulate_media(media="print")
        expect(page.locator("#panel-time table")).to_be_visible()
        expect(page.locator(".in-ask")).to_be_hidden()
        page.emulate_media(media="screen")

    panel = page.locator("#panel-time")
    expect(panel.locator("table")).to_be_hidden()
    panel.locator("input[value=chart]").focus()
    page.keyboard.press("ArrowRight")
    expect(panel.locator("table")).to_be_visible()
    expect(panel.locator("svg.in-svg")).to_be_hidden()
    looks_right(page, language)

    number = panel.locator("tbody a").first
    count = int(number.inner_text())
    number.click()
    expect(page.locator("#behind [data-row]")).to_have_count(count)
    looks_right(page, language)
    picture(page, f"figures-behind-{language}")

    small = visit("/insight/bookings/?unit=week", user=boss, size="phone", language=language)
    looks_right(small, language)
    picture(small, f"figures-phone-{language}")
