"""A page that is left open over midnight: it follows into the new day, and spoils no one's work."""

import re

import pytest
from playwright.sync_api import Request, Route, expect

from tests.browser.conftest import Visit
from yilu.platform.models import User
from yilu.scheduling.tests.factories import make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOW = re.compile(r'(name="clinic-now" content="[0-9-]{10}T)[0-9:.]+')


def shortly_before_midnight(route: Route) -> None:
    """The page as it is, but opened three seconds before its day ends."""
    answer = route.fetch()
    route.fulfill(response=answer, body=NOW.sub(r"\g<1>23:59:57", answer.text()))


def test_past_midnight_a_page_is_asked_for_anew_once_nobody_types_in_it(visit: Visit):
    visit.expect("ERR_FAILED", "failed:", "console error")
    clinic = make_clinic()
    made = make_staff("front_desk", site_id=clinic.site_id)
    context = visit.somebody(user=User.objects.get(pk=made.user_id))
    context.route("**/scheduling/", shortly_before_midnight, times=1)
    context.route("**/live?*", lambda route: route.abort())  # it would tell the true time
    page = visit("/scheduling/", context=context)
    opened: list[Request] = []
    page.on("request", lambda sent: opened.append(sent) if sent.is_navigation_request() else None)
    typed = page.get_by_role("searchbox", name="查找预约")
    typed.fill("张")

    expect(page.locator("[data-clinic-clock]").first).to_have_text(re.compile("^00:00:0[3-9]"))
    assert opened == []

    with page.expect_navigation():
        typed.fill("")
