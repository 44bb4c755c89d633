"""Working on paper: a kit is taken, an outage opened, a form entered with its true times."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_bookings import picture
from tests.browser.test_patient import open_now
from yilu.downtime.jobs import PRINTER
from yilu.downtime.operations.kits import make_kit
from yilu.downtime.operations.outages import open_outage
from yilu.facility.selectors.sites import site_info
from yilu.kiosk.tests.factories import make_guest
from yilu.platform import clock
from yilu.platform.models import User
from yilu.visits.models import Visit as Visits
from yilu.workforce.tests.factories import make_staff

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("B17"),
]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_paper_is_entered_with_its_true_times(
    visit: Visit, looks_right: Callable[[Page, str], None], language: str, settings, tmp_path
):
    settings.DOWNTIME_FOLDER = tmp_path
    front, _ = open_now()
    site_id = front.clinic.site_id
    guest = make_guest(front.clinic)
    kit_id = make_kit(actor=PRINTER, site_id=site_id)
    now = clock.now()
    arrived = now - timedelta(minutes=2)
    open_outage(
        actor=front.clinic.desk, kit_id=kit_id,
        began_at=now - timedelta(minutes=9), ended_at=now,
    )  # fmt: skip
    user = User.objects.get(pk=make_staff("front_desk", site_id=site_id).user_id)
    page = visit("/downtime/", language=language, user=user)
    looks_right(page, language)
    picture(page, f"downtime-{language}")

    page.locator("a.yl-open").click()
    expect(page.locator("[data-state=open]")).to_have_count(24)
    looks_right(page, language)
    picture(page, f"downtime-outage-{language}")
    page.locator("[data-state=open] a").first.click()
    page.locator("#q").fill(guest.phone)
    page.locator("#hits a").first.click()
    looks_right(page, language)
    picture(page, f"downtime-entry-{language}")
    local = arrived.astimezone(site_info(site_id).zone)
    page.locator("[name=arrived]").fill(f"{local:%H:%M}")
    page.locator("#entry button[type=submit]").click()
    expect(page.locator("[data-state=used]")).to_have_count(1)
    looks_right(page, language)
    picture(page, f"downtime-entered-{language}")
    assert Visits.objects.get().arrived_at == local.replace(second=0, microsecond=0)
