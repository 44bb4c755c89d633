"""Questions before a visit: answered on a phone, seen at the desk and in the consulting room."""

from datetime import timedelta

import pytest
from playwright.sync_api import Route, expect

from tests.browser.test_bookings import picture
from yilu.intake.models import Sheet
from yilu.intake.operations.asking import ask_questions
from yilu.platform import clock, links
from yilu.platform.actors import Actor
from yilu.platform.models import User
from yilu.scheduling.operations.changing import cancel_booking, confirm_booking
from yilu.scheduling.operations.roster import publish_sessions
from yilu.scheduling.tests.factories import Clinic, make_clinic, make_service
from yilu.visits import permissions as visits
from yilu.visits.operations.visits import open_visit
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def clinic() -> Clinic:
    made = make_clinic(service=make_service(key="extraction", specialty="dental"))
    today = clock.now().date()
    publish_sessions(
        actor=made.actor,
        site_id=made.site_id,
        from_day=today,
        to_day=today + timedelta(days=6),
    )
    return made


@pytest.mark.covers("A23")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_answered_on_a_phone_and_read_by_those_who_care(visit, clinic, looks_right, language):
    at = (clock.now() + timedelta(days=3)).replace(hour=2, minute=0, second=0, microsecond=0)
    patient = clinic.patient("欧阳静")
    booking = clinic.book(at, patient_id=patient).id
    ask_questions(actor=Actor.system("test"), booking_id=booking)
    reference = links.issue(
        "questions", subject_id=booking, expires_at=clock.now() + timedelta(days=4)
    )
    clerk = User.objects.get(pk=make_staff("front_desk", site_id=clinic.site_id).user_id)
    desk = visit(f"/intake/bookings/{booking}", user=clerk, language=language)
    looks_right(desk, language)
    picture(desk, f"questions-desk-{language}")

    page = links.issue("visit", subject_id=booking, expires_at=clock.now() + timedelta(days=4))
    mine = visit(f"/v/{page}", size="phone", language=language)
    mine.locator("a[href$='/questions']").wait_for()
    looks_right(mine, language)
    picture(mine, f"questions-visit-{language}")

    phone = visit(f"/q/{reference}", size="phone", language=language)
    with phone.expect_response("**/draft"):
        phone.locator("[name=q-alarm][value=yes]").check()
    phone.locator("#state [href='tel:120']").wait_for()
    looks_right(phone, language)
    picture(phone, f"questions-alarm-{language}")
    with phone.expect_response("**/draft"):
        phone.locator("[name=q-alarm][value=no]").check()
    with phone.expect_response("**/draft"):
        phone.locator("[name=q-latex][value=yes]").check()
    with phone.expect_response("**/draft"):
        phone.locator("[name=q-blood_thinner][value=yes]").check()
    phone.locator("[name=consent]").check()
    phone.locator("button[name=quick]").click()
    phone.locator("#questions").wait_for(state="detached")
    looks_right(phone, language)
    picture(phone, f"questions-thanks-{language}")
    assert Sheet.objects.get().state == "answered"

    seen = visit(f"/scheduling/bookings/{booking}/", user=clerk, language=language)
    seen.locator("#questions .yl-badge").nth(2).wait_for()
    looks_right(seen, language)
    picture(seen, f"questions-booking-{language}")
    visit_id = open_visit(
        actor=Actor.system("clerk", visits.OPEN),
        patient_id=patient,
        site_id=clinic.site_id,
        booking_id=booking,
        kind="booked",
    )
    carer = User.objects.get(pk=make_staff("nurse", site_id=clinic.site_id).user_id)
    nurse = visit(f"/clinical/visit/{visit_id}/assess/", user=carer, language=language)
    taking = nurse.locator("[data-answers] form[action$='/take/latex'] button")
    taking.wait_for()
    looks_right(nurse, language)
    picture(nurse, f"questions-nurse-{language}")
    taking.click()
    taking.wait_for(state="detached")
    picture(nurse, f"questions-taken-{language}")


@pytest.mark.covers("A23")
def test_questions_stand_once_on_a_booking_that_changes_while_they_are_fetched(visit, clinic):
    at = (clock.now() + timedelta(days=3)).replace(hour=2, minute=0, second=0, microsecond=0)
    booking = clinic.book(at, patient_id=clinic.patient("欧阳静")).id
    ask_questions(actor=Actor.system("test"), booking_id=booking)
    clerk = User.objects.get(pk=make_staff("front_desk", site_id=clinic.site_id).user_id)
    page = visit(f"/scheduling/bookings/{booking}/", user=clerk)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/mark", hold)
    with page.expect_request("**/mark"):
        page.reload()
    confirm_booking(actor=clinic.actor, booking_id=booking)
    expect(page.get_by_text("已确认").first).to_be_visible()
    for one in held:
        with page.expect_response("**/mark"):
            one.continue_()

    expect(page.locator("#questions .yl-badge")).to_be_visible()
    cancel_booking(actor=clinic.actor, booking_id=booking, reason="有事")
    expect(page.get_by_text("已取消").first).to_be_visible()
    expect(page.locator("#questions")).to_have_count(1)
