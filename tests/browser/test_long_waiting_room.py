"""A waiting room of dozens at the desk: who comes first, and all of them when asked."""

import os

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.patience import eventually
from tests.browser.test_patient import open_now
from yilu.facility.models import Site
from yilu.facility.selectors.sites import site_info
from yilu.patients.tests.factories import make_patient
from yilu.platform.models import User
from yilu.reception.operations.arrivals import walk_in
from yilu.reception.tests.factories import OpenClinic
from yilu.workforce.tests.factories import make_staff
from yilu.workspace.web.desk import MOST_WAITING

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def picture(page: Page, name: str) -> None:
    """A picture for whoever wants to look: set PICTURES to a folder."""
    if os.environ.get("PICTURES"):
        page.screenshot(path=f"{os.environ['PICTURES']}/{name}.png")


def comes(clinic: OpenClinic) -> None:
    patient_id = make_patient(Site.objects.get(pk=clinic.site_id), "张小明")
    walk_in(
        actor=clinic.desk,
        site_id=clinic.site_id,
        patient_id=patient_id,
        service_id=clinic.clinic.service_id,
    )


@pytest.mark.covers("B02")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_all_are_shown_when_asked_and_stay_shown(visit, looks_right, language):
    front, _free = open_now()
    clinic = front.clinic
    for _ in range(MOST_WAITING + 1):
        comes(clinic)
    clerk = User.objects.get(pk=make_staff("front_desk", site_id=clinic.site_id).user_id)
    key = site_info(clinic.site_id).key
    page = visit(f"/desk/{key}/", user=clerk, language=language)
    rows = page.locator("#waiting [data-row]")
    expect(rows).to_have_count(MOST_WAITING)
    more = page.locator("#waiting .ws-all")
    more.scroll_into_view_if_needed()
    picture(page, f"waiting-cut-{language}")
    looks_right(page, language)

    more.click()
    expect(rows).to_have_count(MOST_WAITING + 1)
    expect(page.locator("#live")).to_have_attribute("data-stream", "open")
    comes(clinic)

    expect(rows).to_have_count(MOST_WAITING + 2)
    expect(page.locator("#waiting .yl-count")).to_have_text(str(MOST_WAITING + 2))
    more.scroll_into_view_if_needed()
    picture(page, f"waiting-all-{language}")
    more.click()
    expect(rows).to_have_count(MOST_WAITING)


@pytest.mark.covers("B02")
def test_an_answer_from_before_the_press_does_not_cut_the_list_again(visit):
    front, _free = open_now()
    clinic = front.clinic
    for _ in range(MOST_WAITING + 1):
        comes(clinic)
    clerk = User.objects.get(pk=make_staff("front_desk", site_id=clinic.site_id).user_id)
    page = visit(f"/desk/{site_info(clinic.site_id).key}/", user=clerk)
    held: list[Route] = []
    page.route("**/waiting", lambda route: held.append(route))  # noqa: PLW0108
    page.evaluate("window.yilu.refreshAll()")
    eventually(page, lambda: held)
    early = held.pop()
    answer = early.fetch()

    page.locator("#waiting .ws-all").click()
    rows = page.locator("#waiting [data-row]")
    expect(rows).to_have_count(MOST_WAITING + 1)
    with page.expect_response("**/waiting?all=1"):
        early.fulfill(response=answer)
    expect(rows).to_have_count(MOST_WAITING + 1)
