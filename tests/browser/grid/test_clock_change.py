"""A booking carried over the hour in which the clocks change."""

from datetime import UTC, datetime, time, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.grid.hand import card
from tests.browser.test_bookings import picture
from yilu.facility.models import Site
from yilu.platform import clock
from yilu.platform.models import User
from yilu.scheduling.tests.test_clock_changes import AUTUMN, SPRING, night_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.covers("A02")
@pytest.mark.parametrize(("day", "reads"), [(SPRING, "03:15–03:45"), (AUTUMN, "02:15–02:45")])
def test_what_the_hand_reads_is_what_the_wall_shows_then(visit: Visit, day, reads):
    change = datetime.combine(day + timedelta(days=1), time(1), tzinfo=UTC)
    with clock.at(change - timedelta(days=4)):
        clinic = night_clinic(day)
        booked = clinic.book(change - timedelta(hours=1)).id
    clerk = User.objects.get(pk=make_staff("front_desk", site_id=clinic.site_id).user_id)
    key = Site.objects.get(pk=clinic.site_id).key
    page = visit(f"/desk/{key}/?day={day}", user=clerk, language="en")

    card(page, booked).focus()
    page.keyboard.press("m")
    for _ in range(5):  # A quarter of an hour each.
        page.keyboard.press("ArrowDown")

    expect(page.locator("#sc-ghost")).to_contain_text(reads)
    picture(page, f"grid-clock-change-{day.year}")
