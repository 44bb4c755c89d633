"""A wait that is too long appears on the desk by itself, is explained, and stands in the report."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.test_bookings import picture
from yilu.facility.models import Site
from yilu.platform import clock
from yilu.platform.models import User
from yilu.queueing.models import Accuracy, LongWait, ProgressNotice
from yilu.queueing.tests.factories import make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = {
    "zh": ("说明…", "急症优先", "已向患者说明", "急症优先"),
    "en": ("Explain…", "An emergency came first", "It is explained", "An emergency came first"),
}


@pytest.mark.covers("B10", "B11", "B19")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_long_wait_appears_is_explained_and_reported(visit, looks_right, language):
    explain, reason, done, told = WORDS[language]
    clinic = make_clinic()
    key = Site.objects.get(pk=clinic.site_id).key
    desk = User.objects.get(pk=make_staff("front_desk", site_id=clinic.site_id).user_id)
    boss = User.objects.get(pk=make_staff("manager", site_id=clinic.site_id).user_id)
    with clock.at(clock.now() - timedelta(minutes=21)):
        ticket = clinic.ticket(patient_id=clinic.patient("顾晓芳"))
    page = visit(f"/desk/{key}/", user=desk, language=language)
    expect(page.locator("#board")).to_be_visible()

    prompt = page.locator("#long-waits .yl-row", has_text=ticket.number)
    expect(prompt.first).to_be_visible()
    asked = page.locator("#long-waits [id^=notice-]")
    expect(asked).to_have_count(1)
    picture(page, f"long-wait-desk-{language}")
    looks_right(page, language)
    one = LongWait.objects.get(trigger="long")
    page.locator(f"#long-wait-{one.pk}").get_by_role("button", name=explain).click()
    dialog = page.locator("#dialog")
    dialog.locator("select[name=reason]").select_option(label=reason)
    dialog.locator("select[name=amends]").select_option(index=1)
    dialog.locator("input[name=was_taken]").check()
    looks_right(page, language)
    picture(page, f"long-wait-explain-{language}")
    dialog.get_by_role("button", name=done).click()
    expect(page.locator(f"#long-wait-{one.pk}")).to_have_count(0)
    one.refresh_from_db()
    assert (one.state, one.reason, one.was_taken) == ("explained", "emergency", True)

    asked.get_by_role("button").click()
    expect(asked).to_have_count(0)
    assert ProgressNotice.objects.get(way="staff").state == "given"

    report = visit("/queueing/long-waits/", user=boss, language=language)
    expect(report.locator("#wait-report")).to_contain_text(told)
    looks_right(report, language)
    picture(report, f"long-wait-report-{language}")
    Accuracy.objects.create(
        site_id=clinic.site_id, kind="consultation", clinic_day=one.clinic_day, forecasts=64,
        within=50, too_late=6, scored=40, below_high=32, loss=6400, place_loss=14000,
        middle_loss=7600, place_middle_loss=14000,
    )  # fmt: skip
    foretold = visit("/queueing/forecasts/", user=boss, language=language)
    expect(foretold.locator("#forecasts")).to_contain_text("80.0%")
    looks_right(foretold, language)
    picture(foretold, f"forecasts-{language}")
    wall = visit(f"/queueing/wall/{key}/", user=desk, size="wall", language=language)
    expect(wall.locator(".yl-wall-call")).to_contain_text(ticket.number)
    looks_right(wall, language)
    picture(wall, f"long-wait-wall-{language}")
    limits = visit("/queueing/long-waits/limits", user=boss, language=language)
    looks_right(limits, language)
    picture(limits, f"long-wait-limits-{language}")
