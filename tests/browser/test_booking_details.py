"""The desk changes what a booking says of its visit, while another page of it is old."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.grid.hand import tomorrow
from tests.browser.test_bookings import picture
from yilu.platform import clock
from yilu.platform.models import User
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.describing import describe_booking
from yilu.scheduling.operations.roster import publish_sessions
from yilu.scheduling.tests.factories import make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.covers("A02", "A12")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_details_are_changed_and_what_they_were_is_read(
    visit: Visit, looks_right: Callable[[Page, str], None], language: str, size: str
):
    visit.expect("412")
    was, then = ("牙痛", "牙龈肿痛") if language == "zh" else ("toothache", "swollen gums")
    mine, theirs = ("侧门", "电梯") if language == "zh" else ("side door", "lift")
    clinic = make_clinic()
    today = clock.now().date()
    days = {"from_day": today, "to_day": today + timedelta(days=3)}
    publish_sessions(actor=clinic.actor, site_id=clinic.site_id, **days)
    booked = clinic.book(tomorrow(10), reason_for_visit=was, special_needs=("child",)).id
    clerk = User.objects.get(pk=make_staff("front_desk", site_id=clinic.site_id).user_id)
    page = visit(f"/scheduling/bookings/{booked}/", user=clerk, size=size, language=language)

    page.locator("button[hx-get$=details]").click()
    dialog = page.locator("#dialog")
    expect(dialog.locator("[name=reason_for_visit]")).to_have_value(was)
    looks_right(page, language)
    picture(page, f"details-{size}-{language}")
    dialog.locator("[name=special_needs][value=wheelchair]").check()
    dialog.locator("[name=reason_for_visit]").fill(then)
    dialog.locator("button[type=submit]").click()
    expect(dialog.locator("form")).to_have_count(0)
    expect(page.locator("#booking")).to_contain_text(f"{was} → {then}")
    looks_right(page, language)
    picture(page, f"details-read-{size}-{language}")

    page.locator("button[hx-get$=details]").click()
    dialog.locator("[name=note]").fill(mine)
    describe_booking(actor=clinic.actor, booking_id=booked, details={"note": theirs})
    dialog.locator("button[type=submit]").click()
    expect(dialog.locator(".yl-err, [role=alert]").first).to_be_visible()
    expect(dialog.locator("[name=note]")).to_have_value(mine)
    looks_right(page, language)
    picture(page, f"details-old-{size}-{language}")
    assert Booking.objects.get().note == theirs
