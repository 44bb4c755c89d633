"""The roster and a site's days in a browser: looked at, planned, taken back."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from look.measures import faults
from tests.browser.conftest import Visit
from yilu.facility.operations.days import close_site
from yilu.facility.tests.factories import BUILDER, words
from yilu.platform import clock
from yilu.platform.models import User
from yilu.scheduling.operations.blocks import block_resource
from yilu.scheduling.operations.roster import publish_ahead
from yilu.scheduling.selectors.free_time import free_slots
from yilu.scheduling.tests.factories import Clinic, make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("A03", "O01"),
]


@pytest.fixture
def clinic(transactional_db: None) -> Clinic:
    """A clinic with one booking in the coming days, whose doctor is then away."""
    made = make_clinic(doctors=3, rooms=2)
    publish_ahead(actor=made.actor, site_id=made.site_id)
    now = clock.now()
    slot = next(
        one
        for one in free_slots(
            site_id=made.site_id,
            service_id=made.service_id,
            practitioner_id=made.doctors[0],
            starts_from=now,
            starts_until=now + timedelta(days=8),
        )
    )
    made.book(slot.starts_at)
    block_resource(
        actor=made.actor,
        resource_id=made.doctor_resources[0],
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        kind="absence",
        reason="进修",
    )
    return made


@pytest.mark.parametrize(("language", "size"), [("en", "desktop"), ("zh", "phone")])
def test_every_page_of_the_roster_looks_right(
    visit: Visit, clinic: Clinic, language: str, size: str
):
    today = clock.now().date()
    close_site(
        actor=BUILDER,
        site_id=clinic.site_id,
        starts_on=today.replace(month=12, day=24),
        ends_on=today.replace(month=12, day=25),
        reason=words("年终盘点", "Stocktaking"),
    )
    boss = User.objects.get(pk=make_staff("manager", site_id=clinic.site_id, name="王芳").user_id)
    somebody = visit.somebody(size=size, language=language, user=boss)
    one = f"/scheduling/roster/{clinic.site_id}/{clinic.doctor_resources[0]}"
    for path in (
        "/scheduling/roster/",
        "/scheduling/roster/?kind=room",
        "/scheduling/roster/to-move",
        f"{one}/",
        f"{one}/week",
        f"{one}/absence",
        f"{one}/{today.isoformat()}",
        "/scheduling/roster/days/",
        f"/scheduling/roster/days/{clinic.site_id}/hours",
        f"/scheduling/roster/days/{clinic.site_id}/special/new",
        f"/scheduling/roster/days/{clinic.site_id}/closures/new",
    ):
        page = visit(path, context=somebody)
        page.wait_for_function("document.fonts.status === 'loaded'")
        assert [f for f in faults(page, language) if ".yl-me" not in f] == [], path
        page.close()


def test_an_absence_is_planned_with_its_effect_in_sight_and_taken_back(
    visit: Visit, clinic: Clinic
):
    boss = User.objects.get(pk=make_staff("manager", site_id=clinic.site_id).user_id)
    one = f"/scheduling/roster/{clinic.site_id}/{clinic.doctor_resources[1]}/"
    page = visit(one, language="en", user=boss)
    expect(page.locator("#live")).to_have_attribute("data-stream", "open")

    page.get_by_role("button", name="Absence, fault").click()
    dialog = page.locator("#dialog")
    expect(dialog.locator("#effect")).to_contain_text("No published time and no booking changes")
    dialog.locator("[name=reason]").fill("Congress")
    dialog.get_by_role("button", name="Block the time").click()

    expect(page.locator("#resource")).to_contain_text("Congress")
    page.locator(".yl-toast button", has_text="Undo").click()
    expect(page.locator("#resource")).not_to_contain_text("Congress")


def test_a_week_is_set_after_its_effect_was_shown(visit: Visit, clinic: Clinic):
    boss = User.objects.get(pk=make_staff("manager", site_id=clinic.site_id).user_id)
    one = f"/scheduling/roster/{clinic.site_id}/{clinic.doctor_resources[2]}/"
    page = visit(one, language="en", user=boss)

    page.get_by_role("link", name="Set a week").click()
    for weekday in range(7):
        page.locator(f"[name=from_{weekday}_1]").fill("")
        page.locator(f"[name=until_{weekday}_1]").fill("")
    page.locator("[name=until_6_1]").blur()
    expect(page.locator("#effect")).to_contain_text("h less")
    page.get_by_role("button", name="Set the week").click()

    expect(page.locator(".sc-weeks")).to_contain_text("09:00–12:00")
    expect(page.locator(".sc-weeks").locator("tr", has_text="now")).not_to_contain_text("14:00")
