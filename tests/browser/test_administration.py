"""The pages of staff, sites, services and prices, in a browser."""

import pytest
from playwright.sync_api import expect

from look.measures import faults
from tests.browser.conftest import Visit
from tests.browser.test_bookings import picture
from yilu.catalogue.models import PriceItem, Service
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
        "/catalogue/services/new",
        "/catalogue/prices/new",
        "/prices",
    ):
        page = visit(path, context=somebody)
        page.wait_for_function("document.fonts.status === 'loaded'")
        # The button of the person belongs to the shell, whose owner tests it.
        assert [f for f in faults(page, language) if ".yl-me" not in f] == [], path
        # Each open page listens, and a browser has six lines to one place.
        page.close()


def test_somebody_is_hired_in_a_dialog_and_given_a_password(visit: Visit):
    site = make_site()
    boss = User.objects.get(pk=make_staff("administrator", site_id=site).user_id)
    page = visit("/workforce/", language="en", user=boss)

    page.get_by_role("link", name="Hire").click()
    dialog = page.locator("#dialog")
    dialog.locator("[name=name]").fill("韩梅")
    dialog.locator("[name=staff_no]").fill("F7")
    with page.expect_navigation():
        dialog.get_by_role("button", name="Hire").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Han Mei")
    page.get_by_role("button", name="New password").click()
    expect(page.locator("#dialog")).to_contain_text("shown only once")
    assert StaffMember.objects.get(staff_no="F7").user.has_usable_password()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_service_is_added_and_changed_with_its_effect_shown_before(
    visit: Visit, looks_right, language: str
):
    site = make_site()
    make_doctor(site, department_id=make_department(site, key="dental"))
    load_catalogue(actor=CURATOR, specialties=["dental"], from_on=SINCE)
    boss = User.objects.get(pk=make_staff("manager", site_id=site).user_id)
    page = visit("/catalogue/services", language=language, user=boss)

    page.keyboard.press("n")
    dialog = page.locator("#dialog")
    dialog.locator("[name=name_zh]").fill("口腔检查")
    dialog.locator("[name=name_en]").fill("Dental check")
    dialog.locator("[name=minutes]").fill("20")
    dialog.locator("[name=needs][value=chair]").check()
    effect = dialog.locator("#effect")
    expect(effect).to_contain_text("20")
    looks_right(page, language)
    picture(page, f"service-new-{language}")
    with page.expect_navigation():
        dialog.locator("button[type=submit]").click()
    name = "口腔检查" if language == "zh" else "Dental check"
    row = page.locator("tr", has=page.get_by_text(name, exact=True))
    expect(row).to_be_visible()

    row.locator("a").click()
    dialog.locator("[name=minutes]").fill("35")
    dialog.locator("[name=is_active]").uncheck()
    expect(effect).to_contain_text("35")
    expect(effect).to_contain_text("已约的保留" if language == "zh" else "What is booked stays")
    expect(effect).to_contain_text("没有待就诊" if language == "zh" else "No booking of it")
    effect.scroll_into_view_if_needed()
    looks_right(page, language)
    picture(page, f"service-change-{language}")
    dialog.locator("button[type=submit]").click()
    expect(row).to_contain_text("已停用" if language == "zh" else "Not on offer")
    made = Service.objects.get(key="dental-check")
    assert (made.minutes, made.is_active, made.needs) == (35, False, [{"kind": "chair"}])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_price_is_planned_and_an_item_renamed_with_what_follows_shown(
    visit: Visit, looks_right, language: str
):
    site = make_site()
    load_catalogue(actor=CURATOR, specialties=["dental"], from_on=SINCE)
    boss = User.objects.get(pk=make_staff("manager", site_id=site).user_id)
    page = visit("/catalogue/prices?q=CON-DENT", language=language, user=boss)
    item = PriceItem.objects.get(pk=Service.objects.get(key="dental_exam").fee_item_id)
    page.goto(page.url.replace("CON-DENT", item.code))
    row = page.locator("tr", has_text=item.code).first
    dialog = page.locator("#dialog")

    row.locator("a").first.click()
    dialog.locator("[name=amount]").fill("88")
    dialog.locator("[name=from_on]").fill("2050-01-01")
    expect(dialog.locator("#effect")).to_contain_text("2049-12-31")
    looks_right(page, language)
    picture(page, f"price-{language}")
    with page.expect_navigation():
        dialog.locator("button[type=submit]").click()
    expect(dialog).not_to_be_visible()

    row.locator("a").last.click()
    dialog.locator("[name=name_zh]").fill("口腔诊查费")
    dialog.locator("[name=name_en]").press("Tab")
    expect(dialog.locator("#effect b").first).to_have_text("口腔诊查费")
    picture(page, f"item-{language}")
    dialog.locator("button[type=submit]").click()
    expect(dialog).not_to_be_visible()
    item.refresh_from_db()
    assert item.name["zh-Hans"] == "口腔诊查费"
