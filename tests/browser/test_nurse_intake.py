"""The nurse's page with the keyboard alone: scores while typing, the questions of the visit."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_bookings import picture
from yilu.clinical.models import Intake, ScoreResult, VitalSigns
from yilu.intake.models import Sheet
from yilu.patients.models import Patient
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.models import User
from yilu.scheduling.tests.factories import Clinic, make_clinic, make_service
from yilu.visits import permissions as visits
from yilu.visits.operations.visits import open_visit
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LEVEL = {"zh": "Ⅱ级 危重", "en": "II emergent"}


def came(clinic: Clinic, name: str, **facts: object) -> str:
    """The nurse's page of somebody who walked in."""
    patient = clinic.patient(name)
    Patient.objects.filter(pk=patient).update(**facts)
    visit_id = open_visit(
        actor=Actor.system("clerk", visits.OPEN),
        patient_id=patient,
        site_id=clinic.site_id,
        service_id=clinic.service_id,
        kind="walk_in",
    )
    return f"/clinical/visit/{visit_id}/assess/"


def typed(page: Page, start: str, *values: str) -> None:
    """Type values into a row of fields, over what stands there, going on by Tab."""
    page.locator(start).focus()
    page.keyboard.press("Control+A")
    for value in values:
        page.keyboard.type(value)
        page.keyboard.press("Tab")


@pytest.mark.covers("B06")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_scores_follow_the_keyboard_and_nothing_is_kept_before_saving(visit, looks_right, language):
    clinic = make_clinic(service=make_service(key="extraction", specialty="dental"))
    nurse = User.objects.get(pk=make_staff("nurse", site_id=clinic.site_id).user_id)
    path = came(clinic, "欧阳静", born_on=date(1986, 5, 4), sex="female")
    page = visit(path, user=nurse, language=language)
    page.locator("#ask-more").wait_for()
    looks_right(page, language)
    picture(page, f"nurse-at-first-{language}")

    typed(page, "[name=systolic]", "95", "60", "155", "36.8", "18", "97", "5", "63.5", "165")
    live = page.locator("#live-score")
    expect(live.locator("[data-score=acuity]")).to_contain_text(LEVEL[language])
    for key in ("news2", "mews", "bmi", "pain"):
        expect(live.locator(f"[data-score={key}]")).to_be_visible()
    expect(page.locator("[name=glucose]")).to_be_focused()
    assert not VitalSigns.objects.exists()
    looks_right(page, language)
    picture(page, f"nurse-typing-{language}")
    typed(page, "[name=temperature]", "368")
    expect(live.locator("[data-wrong]")).to_be_visible()
    typed(page, "[name=temperature]", "36.8")
    expect(live.locator("[data-wrong]")).to_have_count(0)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#part-vitals .cl-scores")).to_contain_text(LEVEL[language])
    assert ScoreResult.objects.get(ruleset="acuity").band == "level_2"
    looks_right(page, language)
    picture(page, f"nurse-saved-{language}")


@pytest.mark.covers("B06")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_specialtys_questions_are_asked_with_the_keyboard(visit, looks_right, language):
    clinic = make_clinic(service=make_service(key="extraction", specialty="dental"))
    nurse = User.objects.get(pk=make_staff("nurse", site_id=clinic.site_id).user_id)
    born = clock.now().date() - timedelta(days=4 * 365)
    page = visit(came(clinic, "沈小满", born_on=born), user=nurse, language=language)
    part = page.locator("[data-answers]")

    part.locator("#q-problem").focus()
    page.keyboard.type("牙疼" if language == "zh" else "Toothache")
    part.locator("#q-guardian-no").focus()
    page.keyboard.press("Space")
    part.locator("#q-g6pd-yes").focus()
    page.keyboard.press("Space")
    part.locator("[name=consent]").focus()
    page.keyboard.press("Space")
    part.locator("button[name=quick]").focus()
    page.keyboard.press("Enter")

    expect(part.locator("[data-risk=g6pd]")).to_be_visible()
    expect(part.locator("[data-risk=no_guardian]")).to_be_visible()
    expect(part.locator("fieldset.is-missing")).to_have_count(1)
    assert Sheet.objects.get().state == "draft"
    looks_right(page, language)
    picture(page, f"nurse-questions-{language}")
    part.locator("#q-vaccines-yes").focus()
    page.keyboard.press("Space")
    part.locator(".in-foot .btn-primary").focus()
    page.keyboard.press("Enter")
    expect(part.locator("fieldset.is-missing")).to_have_count(0)
    assert Sheet.objects.get().state == "answered"
    page.locator("#i-history").fill("3 d")
    into = part.locator("form[action$='/take/problem'] button")
    into.focus()
    page.keyboard.press("Enter")
    expect(into).to_have_count(0)
    expect(page.locator("#i-complaint")).to_have_value("牙疼" if language == "zh" else "Toothache")
    expect(page.locator("#i-history")).to_have_value("3 d")
    assert Intake.objects.get().content["chief_complaint"] in {"牙疼", "Toothache"}
    looks_right(page, language)
    picture(page, f"nurse-answered-{language}")


@pytest.mark.covers("B06")
def test_the_same_on_a_phone_and_at_the_desk(visit, looks_right):
    clinic = make_clinic(service=make_service(key="ipl", specialty="aesthetics"))
    path = came(clinic, "欧阳静", born_on=date(1990, 1, 2), sex="female")
    nurse = User.objects.get(pk=make_staff("nurse", site_id=clinic.site_id).user_id)
    phone = visit(path, user=nurse, size="phone")
    phone.locator("#ask-more").wait_for()
    looks_right(phone)
    picture(phone, "nurse-phone-zh")
    clerk = User.objects.get(pk=make_staff("front_desk", site_id=clinic.site_id).user_id)
    asked = path.replace("/clinical/visit/", "/intake/visits/").replace("/assess/", "/ask")
    desk = visit(asked, user=clerk, language="en")
    looks_right(desk, "en")
    picture(desk, "nurse-desk-en")
