"""A clinic is set up in a browser, from the one-time link to the staff page."""

import os
import re
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from yilu.facility.selectors.sites import open_sites
from yilu.workforce.models import StaffMember

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("O09"),
]
SECRET = "a-long-enough-secret"  # noqa: S105 (of a person in a test)
Look = Callable[[Page, str], None]


def made_link(address: str) -> str:
    out = StringIO()
    call_command("setup_link", "--address", address, stdout=out)
    found = re.search(r"(/setup/\S+)", out.getvalue())
    assert found is not None
    return found.group(1)


def go_on(page: Page, named: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=named).click()


def stands_whole(page: Page, name: str, looks_right: Look, language: str) -> None:
    """Nothing is pushed sideways: each answer stands in the window."""
    looks_right(page, language)
    if os.environ.get("PICTURES"):
        page.screenshot(path=f"{os.environ['PICTURES']}/{name}.png", full_page=True)
    table = page.locator(".yl-tablewrap")
    assert table.evaluate("(box) => box.scrollWidth - box.clientWidth") <= 0


@pytest.mark.parametrize(("language", "size"), [("en", "desktop"), ("zh", "phone")])
def test_a_clinic_is_set_up_and_the_administrator_is_at_work(
    visit: Visit, looks_right: Look, server: str, language: str, size: str
):
    visit.expect("422")
    english = language == "en"
    next_ = "Go on" if english else "下一步"
    page = visit(made_link(server), language=language, size=size)
    looks_right(page, language)
    page.locator("[name=phone]").fill("x")
    page.locator("[name=group_zh]").fill("晨光口腔")
    page.locator("[name=site_zh]").fill("晨光口腔人民路店")
    page.locator("[name=address_zh]").fill("人民路 8 号")
    go_on(page, next_)
    says = "This is not a telephone number" if english else "电话号码不对"
    expect(page.locator(".yl-err")).to_contain_text(says)
    page.locator("[name=phone]").fill("021-6468 6000")
    go_on(page, next_)
    page.locator("[name=trades][value=dental]").check()
    looks_right(page, language)
    go_on(page, next_)
    stands_whole(page, f"setup-places-{language}-{size}", looks_right, language)
    go_on(page, next_)
    stands_whole(page, f"setup-hours-{language}-{size}", looks_right, language)
    go_on(page, next_)
    stands_whole(page, f"setup-staff-{language}-{size}", looks_right, language)
    page.locator("[name=admin_name]").fill("王芳")
    page.locator("[name=password]").fill("short")
    page.locator("[name=again]").fill("short")
    go_on(page, next_)
    expect(page.locator(".yl-err").first).to_be_visible()
    looks_right(page, language)
    page.locator("[name=password]").fill(SECRET)
    page.locator("[name=again]").fill(SECRET)
    page.locator("[name=name_0]").fill("李雷")
    page.locator("[name=department_0]").select_option("dental")
    go_on(page, next_)
    stands_whole(page, f"setup-services-{language}-{size}", looks_right, language)
    go_on(page, next_)
    looks_right(page, language)
    page.go_back()
    page.reload()
    go_on(page, next_)

    go_on(page, "Set up the clinic" if english else "创建诊所")
    page.wait_for_url("**/done/")
    looks_right(page, language)
    page.get_by_role("link", name="To the staff" if english else "前往员工页面").click()
    page.wait_for_url("**/workforce/")

    expect(page.get_by_text("1002")).to_be_visible()
    assert [str(site.name["zh-Hans"]) for site in open_sites()] == ["晨光口腔人民路店"]
    assert StaffMember.objects.count() == 2
