"""The system chooses: with one press at the desk, and as what suits on a phone."""

import pytest

from tests.browser.test_bookings import clerk, clinic, picture  # noqa: F401 (fixtures)
from yilu.facility.models import Site
from yilu.scheduling.models import Booking
from yilu.scheduling.tests.factories import Clinic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.covers("A07")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_desk_lets_the_system_choose(visit, clerk, clinic: Clinic, looks_right, language):  # noqa: F811
    page = visit("/scheduling/", user=clerk, language=language)
    page.keyboard.press("n")
    dialog = page.locator("#dialog")
    dialog.locator("#id_who").fill("oyj")
    dialog.locator("#who input").first.wait_for(state="attached")
    dialog.locator(".sc-place").first.wait_for()
    with page.expect_response(lambda answer: "parts=" in answer.url):
        dialog.locator(".sc-wished label").nth(1).click()
    dialog.locator(".sc-wished input[checked]").first.wait_for(state="attached")
    looks_right(page, language)
    picture(page, f"placing-{language}")
    page.keyboard.press("Alt+Enter")
    page.locator(".yl-toast").first.wait_for()
    picture(page, f"placed-{language}")
    dialog.wait_for(state="hidden")
    assert Booking.objects.get().starts_at.hour in (6, 7, 8)

    page = visit("/scheduling/find", user=clerk, language=language)
    page.locator(".sc-place").first.wait_for()
    looks_right(page, language)
    picture(page, f"placing-find-{language}")


@pytest.mark.covers("A07")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_phone_shows_a_time_that_suits(visit, clinic: Clinic, looks_right, language):  # noqa: F811
    key = Site.objects.get(pk=clinic.site_id).key
    page = visit(f"/book/{key}/{clinic.service_id}/times", size="phone", language=language)
    page.locator(".po-suits summary").click()
    page.locator(".po-wished label").nth(1).click()
    page.locator(".po-wished button").click()
    page.locator(".po-suits .yl-pick").wait_for()
    looks_right(page, language)
    picture(page, f"suits-{language}")
    page.locator(".po-suits .yl-pick").click()
    page.wait_for_url("**/my/sign-in**")
