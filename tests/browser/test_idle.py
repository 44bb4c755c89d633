"""A session that ended while somebody was typing: nothing typed is lost."""

from itertools import count

import pytest
from django.conf import settings
from playwright.sync_api import Route, expect

from tests.browser.conftest import Visit
from tests.browser.patience import eventually
from tests.browser.test_patient import open_now
from yilu.platform.models import User
from yilu.platform.web.idle import COOKIE
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "correct horse battery"  # noqa: S105 (only for tests)


@pytest.mark.covers("O01")
def test_what_was_typed_when_the_session_ended_is_sent_after_signing_in_again(visit: Visit):
    visit.expect("401")
    front, _free = open_now()
    user = User.objects.get(pk=make_staff("front_desk", site_id=front.clinic.site_id).user_id)
    user.set_password(PASSWORD)
    user.save()
    browser = visit.somebody()
    form = f"/reception/{front.site_key}/walk-in"

    def sign_in(next_url: str):
        page = visit(f"/sign-in?next={next_url}", context=browser)
        page.locator("[name=number]").fill(user.username)
        page.locator("[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{visit.address}{next_url}")
        return page

    page = sign_in(form)
    page.locator("[name=name]").fill("周新来")
    (used,) = [one for one in browser.cookies() if one["name"] == COOKIE]
    browser.add_cookies([used | {"value": "over"}])
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts, [data-errors]").first).to_contain_text("退出登录")
    page.evaluate("window.yilu.refreshAll()")
    expect(page.locator("#toasts")).to_contain_text("退出登录")
    expect(page.locator("[name=name]")).to_have_value("周新来")

    sign_in("/patients/").close()
    page.keyboard.press("Control+Enter")

    page.wait_for_url("**/number**")
    expect(page.locator("#walked-in")).to_contain_text("周新来")


@pytest.mark.covers("O01")
def test_a_page_in_which_nobody_types_is_left_when_the_session_is_over(visit: Visit):
    visit.expect("401", "404")
    front, _free = open_now()
    user = User.objects.get(pk=make_staff("front_desk", site_id=front.clinic.site_id).user_id)
    page = visit(f"/desk/{front.site_key}/", user=user)
    expect(page.locator("#live")).to_have_attribute("data-stream", "open")
    held: list[Route] = []
    page.route("**/sign-in?**", lambda route: held.append(route))  # noqa: PLW0108 (it asks for a function)
    page.context.add_cookies(
        [
            one | {"value": "over"}
            for one in page.context.cookies()
            if one["name"] == settings.SESSION_COOKIE_NAME
        ]
    )

    refused = count(1)
    with page.expect_response(lambda one: one.status == 401 and next(refused) == 2):
        page.evaluate("window.yilu.refreshAll()")
    eventually(page, lambda: held)
    with page.expect_navigation(url="**/sign-in?next=**"):
        held[0].continue_()

    assert len(held) == 1, "each part hears of it, and the page is left once"
