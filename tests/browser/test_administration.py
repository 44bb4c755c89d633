"""The pages of staff, sites, services and prices, in a browser."""

import pytest
from playwright.sync_api import expect

from look.measures import faults
from tests.browser.conftest import Visit
from yilu.catalogue.operations.loading import load_catalogue
from yilu.catalogue.tests.factories import CURATOR, SINCE
from yilu.facility.tests.factories import make_chair, make_department, make_site, open_every_day
from yilu.platform.models import User
from yilu.workforce.models import StaffMember
from yilu.workforce.tests.factories import make_doctor, make_staff

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("O01", "O06", "F01"),
]


@pytest.mark.parametrize(("language", "size"), [("en", "desktop"), ("zh", "phone")])
def test_every_page_of_administration_looks_right(visit: Visit, language: str, size: str):
    site = make_site()
    make_chair(site)
    open_every_day(site)
    doctor = make_doctor(site, department_id=make_department(site, key="dental"))
    load_catalogue(actor=CURATOR, specialties=["dental"], from_on=SINCE)
    boss = User.objects.get(pk=make_staff("administrator", site_id=site, name="王芳").user_id)
    somebody = visit.somebody(size=size, language=language, user=boss)
    for path in (
        "/workforce/",
        f"/workforce/{doctor.staff_id}/",
        f"/workforce/{doctor.staff_id}/practise",
        "/workforce/posts",
        "/facility/",
        f"/facility/{site}/",
        f"/facility/{site}/chair/new",
        "/catalogue/prices",
        "/catalogue/services",
        "/catalogue/drugs",
        "/sites/new",
        f"/queueing/set-up?site={site}",
        "/catalogue/drugs/new",
        "/prices",
    ):
        page = visit(path, context=somebody)
        page.wait_for_function("document.fonts.status === 'loaded'")
        # The button of the person belongs to the shell, whose owner tests it.
        assert [f for f in faults(page, language) if ".yl-me" not in f] == [], path


def test_somebody_is_hired_in_a_dialog_and_given_a_password(visit: Visit):
    site = make_site()
    boss = User.objects.get(pk=make_staff("administrator", site_id=site).user_id)
    page = visit("/workforce/", language="en", user=boss)

    page.get_by_role("link", name="Hire").click()
    dialog = page.locator("#dialog")
    dialog.locator("[name=name]").fill("韩梅")
    dialog.locator("[name=staff_no]").fill("F7")
    dialog.get_by_role("button", name="Hire").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Han Mei")
    page.get_by_role("button", name="New password").click()
    expect(page.locator("#dialog")).to_contain_text("shown only once")
    assert StaffMember.objects.get(staff_no="F7").user.has_usable_password()
