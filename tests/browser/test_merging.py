"""The desk finds a double, makes one record of two, and takes it back, in a browser."""

import os

import pytest

from yilu.patients.models import Patient
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
        site, "王芳", phone="12100003482", id_type="resident_id", id_number=make_id_number()
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
