"""The desk registers, finds and shows a patient, in a browser."""

import os

import pytest

from yilu.messaging.operations.messages import send_message
from yilu.patients.models import Patient
from yilu.patients.tests.factories import make_id_number, make_patient, make_site
from yilu.platform.actors import Actor
from yilu.platform.models import User
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def picture(page, name: str) -> None:
    """A picture for whoever wants to look: set PICTURES to a folder."""
    if os.environ.get("PICTURES"):
        page.screenshot(path=f"{os.environ['PICTURES']}/{name}.png", full_page=True)


@pytest.fixture
def site():
    return make_site()


@pytest.fixture
def clerk(site) -> User:
    return User.objects.get(pk=make_staff("front_desk", site_id=site.pk).user_id)


@pytest.mark.covers("A02", "B03")
def test_a_paper_fills_in_the_form_and_a_double_is_seen_before_it_is_made(visit, clerk, site):
    known = make_patient(site, "张小明", phone="12100003482")
    page = visit("/patients/new", user=clerk, language="en")

    page.get_by_label("Name").fill("李雷")
    page.get_by_label("Number of the paper").fill(make_id_number())
    page.get_by_text("Birth date and sex are taken from this number.").wait_for()
    assert page.get_by_label("Birth date", exact=False).first.input_value() == "1985-03-14"
    assert page.get_by_label("Sex").input_value() == "male"
    page.get_by_label("Phone").fill("12100003482")
    page.get_by_text("Same phone").wait_for()
    assert page.locator(f"a[href='/patients/{known}/']").count() == 1
    picture(page, "form")
    page.keyboard.press("Control+Enter")

    page.get_by_role("heading", name="Li Lei").wait_for()
    made = Patient.objects.get(name="李雷")
    assert (made.id_number, made.sex) == (make_id_number(), "male")
    picture(page, "patient-en")


@pytest.mark.covers("B01")
def test_on_a_phone_who_is_known_already_stands_above_the_form(visit, looks_right, clerk, site):
    make_patient(site, "张小明", phone="12100003482")
    page = visit("/patients/new", user=clerk, language="en", size="phone")
    phone = page.get_by_label("Phone")
    phone.fill("12100003482")

    hit = page.get_by_text("Same phone")
    hit.wait_for()
    assert hit.bounding_box()["y"] < phone.bounding_box()["y"]
    assert phone.evaluate("(one) => one === document.activeElement")
    looks_right(page, "en")
    picture(page, "form-known-phone")


@pytest.mark.covers("B01")
def test_the_box_finds_somebody_and_the_page_shows_numbers_when_asked(visit, clerk, site):
    patient = make_patient(site, "张小明", phone="12100003482", companion="张父")
    send_message(
        actor=Actor.system("test"), key="k", template="follow_up", site_id=site.pk,
        patient_id=patient, data={"link": "https://yilu.example/f/1"},
    )  # fmt: skip
    page = visit("/patients/", user=clerk)
    with page.expect_response("**/patients/search?q=zxm"):
        page.get_by_role("searchbox").last.fill("zxm")
    page.get_by_role("link", name="张小明").click()

    page.get_by_role("heading", name="张小明").wait_for()
    assert "12100003482" not in page.content()
    page.get_by_role("button", name="显示").first.click()
    page.get_by_text("12100003482").wait_for()
    page.get_by_text("就诊后恢复得怎么样").wait_for()
    picture(page, "patient-zh")
    page.get_by_role("button", name="添加亲属").click()
    page.locator("dialog[open]").get_by_label("姓名").fill("张母")
    page.locator("dialog[open]").get_by_role("button", name="添加").click()
    page.get_by_text("张母").wait_for()


@pytest.mark.covers("A05")
def test_the_message_centre_shows_a_message_as_soon_as_it_is_written(visit, clerk, site):
    patient = make_patient(site, "张小明", phone="12100003482")
    page = visit("/messaging/", user=clerk)
    page.get_by_text("没有符合的消息").wait_for()

    send_message(
        actor=Actor.system("test"), key="k", template="follow_up", site_id=site.pk,
        patient_id=patient, data={"link": "https://yilu.example/f/1"},
    )  # fmt: skip

    page.get_by_text("就诊后恢复得怎么样").wait_for()
    assert "yilu.example" not in page.content()
    picture(page, "messages-zh")
    phone = visit("/patients/?q=", user=clerk, size="phone")
    picture(phone, "list-phone")
