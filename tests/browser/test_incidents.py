"""Somebody collapses in the hall: two keys at the desk, and doctor and nurse see it at once."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_bookings import picture
from yilu.facility.models import Site
from yilu.pathways.operations.definitions import publish_definitions
from yilu.platform.models import User
from yilu.reception.models import Incident
from yilu.reception.tests.factories import SETTER
from yilu.scheduling.tests.factories import Clinic, make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("B14"),
]


def at_the_post(post: str, clinic: Clinic) -> User:
    return User.objects.get(pk=make_staff(post, site_id=clinic.site_id).user_id)


def live(page: Page) -> Page:
    expect(page.locator("#live")).to_have_attribute("data-stream", "open")
    return page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_two_keys_bring_doctor_and_nurse(visit, looks_right, language):
    clinic = make_clinic()
    publish_definitions(actor=SETTER)
    key = Site.objects.get(pk=clinic.site_id).key
    desk = live(visit(f"/desk/{key}/", user=at_the_post("front_desk", clinic), language=language))
    doctor = live(visit(f"/room/{key}/", user=at_the_post("doctor", clinic), language=language))
    nurse = live(visit(f"/nurse/{key}/", user=at_the_post("nurse", clinic), size="phone"))

    desk.keyboard.press("F8")
    expect(desk.locator("#dialog .yl-big-choice button")).to_have_count(4)
    looks_right(desk, language)
    picture(desk, f"incident-new-{language}")
    desk.keyboard.press("1")
    alarm = doctor.locator(".yl-alarm.is-loud")
    alarm.wait_for()
    nurse.locator(".yl-alarm.is-loud").wait_for()
    expect(doctor).to_have_title(re.compile("^⚠ "))
    looks_right(doctor, language)
    picture(doctor, f"incident-alarm-{language}")
    looks_right(nurse)
    picture(nurse, "incident-alarm-phone")

    alarm.locator("button").click()
    desk.wait_for_url("**/incidents/**")
    expect(desk.locator(".rc-timeline li")).to_have_count(2)
    desk.keyboard.press("4")
    expect(desk.locator(".rc-timeline li")).to_have_count(3)
    desk.locator("#id_text").fill("患者清醒，面色苍白")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".rc-timeline li")).to_have_count(4)
    expect(desk.locator(".rc-step")).to_have_count(5)
    desk.locator("main").focus()
    looks_right(desk, language)
    picture(desk, f"incident-{language}")
    desk.keyboard.press("F9")
    desk.locator("#dialog input[value=taken_away]").check()
    picture(desk, f"incident-close-{language}")
    desk.keyboard.press("Control+Enter")

    expect(alarm).to_have_count(0)
    expect(desk.locator(".rc-outcome")).to_be_visible()
    incident = Incident.objects.exclude(state="withdrawn").get()
    assert incident.outcome == "taken_away"
    paper = visit(f"/reception/incidents/{incident.pk}/print", context=desk.context)
    looks_right(paper, language)
    picture(paper, f"incident-paper-{language}")
    desk.goto(f"{visit.address}/reception/{key}/incidents/")
    looks_right(desk, language)
    picture(desk, f"incidents-{language}")
