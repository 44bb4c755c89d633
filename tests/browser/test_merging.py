"""The desk finds a double, makes one record of two, and takes it back, in a browser."""

import os

import pytest
from playwright.sync_api import expect

from yilu.patients.models import Merge, Patient
from yilu.patients.tests.factories import make_id_number, make_patient, make_site
from yilu.platform.models import User
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def picture(page, name: str) -> None:
    """A picture for whoever wants to look: set PICTURES to a folder."""
    if os.environ.get("PICTURES"):
        page.screenshot(path=f"{os.environ['PICTURES']}/{name}.png", full_page=True)


@pytest.mark.covers("B01", "B03")
def test_an_unknown_person_is_found_to_be_somebody_and_that_can_be_taken_back(visit, looks_right):
    site = make_site()
    clerk = User.objects.get(pk=make_staff("front_desk", site_id=site.pk).user_id)
    known = make_patient(
        site, "王芳", phone="12100003482", id_type="resident_id", id_number=make_id_number(order=2)
    )
    unknown = make_patient(site, "未知女性 1", sex="female", special_needs=("wheelchair",))
    page = visit(f"/patients/{unknown}/", user=clerk)

    page.get_by_role("link", name="与另一份档案合并").click()
    page.get_by_role("searchbox").last.fill("wangfang")
    page.get_by_role("link", name="王芳").click()
    page.get_by_text("保留哪份档案").wait_for()
    looks_right(page)
    picture(page, "compare-zh")
    page.get_by_label("原因").fill("清醒后核对身份证")
    page.get_by_role("button", name="合并", exact=True).click()

    page.get_by_role("heading", name="王芳").wait_for()
    assert Patient.objects.get(pk=unknown).merged_into_id == known
    page.get_by_text("清醒后核对身份证").wait_for()
    picture(page, "merged-zh")
    page.get_by_role("button", name="撤销合并").click()
    page.locator("dialog[open]").get_by_label("原因").fill("认错人")
    page.locator("dialog[open]").get_by_role("button", name="恢复两份").click()
    page.get_by_text("认错人").wait_for()
    assert Patient.objects.get(pk=unknown).merged_into_id is None


@pytest.mark.covers("B01")
@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_woman_and_a_man_stop_the_clerk(visit, looks_right, language, size):
    visit.expect("422")
    site = make_site()
    clerk = User.objects.get(pk=make_staff("front_desk", site_id=site.pk).user_id)
    her, him = make_patient(site, "陈静", sex="female"), make_patient(site, "陈晋", sex="male")
    reason, know, merge = {
        "zh": ("原因", "如何确认是同一个人", "合并"),
        "en": ("Reason", "How you know that both are one person", "Merge"),
    }[language]
    address = f"/patients/{her}/merge/{him}"
    page = visit(address, user=clerk, language=language, size=size)
    expect(page.locator(".pt-stop")).to_be_visible()
    page.locator('[name=name][value="1"]').check()
    page.get_by_label(reason, exact=True).fill("重复建档")
    page.get_by_role("button", name=merge, exact=True).click()

    expect(page.locator(".pt-stop .yl-err")).to_be_visible()
    expect(page.locator('[name=name][value="1"]')).to_be_checked()
    looks_right(page, language)
    picture(page, f"merge-sexes-{language}-{size}")
    assert not Merge.objects.exists()
    page.get_by_label(know).fill("身份证上是女性")
    page.get_by_role("button", name=merge, exact=True).click()
    page.get_by_text("身份证上是女性").wait_for()
