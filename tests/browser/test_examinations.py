"""Examinations: the centre books a trip, the patient opens it on a phone."""

from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.browser.grid.hand import tomorrow
from tests.browser.test_bookings import picture
from yilu.catalogue.models import Performs
from yilu.diagnostics.models import ExamRequest, Trip
from yilu.diagnostics.operations.requests import ExamWish, ask_examination, follow_booking
from yilu.diagnostics.tests.factories import Centre, make_centre
from yilu.platform import clock, links
from yilu.platform.models import User
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.operations.roster import publish_sessions
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def centre() -> Centre:
    made = make_centre("ecg", "blood_fasting", "ultrasound_abdomen")
    today = clock.now().date()
    publish_sessions(
        actor=made.clinic.actor,
        site_id=made.site_id,
        from_day=today,
        to_day=today + timedelta(days=10),
    )
    return made


def ask(centre: Centre, visit_id: UUID, *keys: str, urgency: str = "usual") -> None:
    for key in keys:
        wish = ExamWish(visit_id, centre.services[key], reason="右上腹痛", urgency=urgency)
        ask_examination(actor=centre.doctor, wish=wish)


@pytest.mark.covers("A15")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_desk_books_one_trip_and_the_patient_sees_it(visit, centre, looks_right, language):
    assert Performs.objects.exists()
    patient = centre.clinic.patient("欧阳静")
    at_visit = centre.visit(patient)
    ask(centre, at_visit, "ultrasound_abdomen", "blood_fasting", "ecg", urgency="urgent")
    for name, hours in (("林晓芳", 41), ("赵建国", 51)):
        with clock.at(clock.now() - timedelta(hours=hours)):
            ask(centre, centre.visit(centre.clinic.patient(name)), "ultrasound_abdomen")
    clerk = User.objects.get(pk=make_staff("front_desk", site_id=centre.site_id).user_id)
    page = visit("/examinations/", user=clerk, language=language)
    looks_right(page, language)
    picture(page, f"examinations-{language}")

    page.keyboard.press("b")
    page.wait_for_url("**/examinations/plan/**")
    looks_right(page, language)
    picture(page, f"exam-plan-{language}")
    page.reload()  # Measuring leaves empty style attributes behind, which the policy would stop.
    after_tomorrow = f"{clock.now() + timedelta(days=2):%Y-%m-%d}"
    page.locator("#id_day").fill(after_tomorrow)
    proposed = page.locator(f"#id_time_1 option[selected][value^='{after_tomorrow}']")
    proposed.wait_for(state="attached")
    page.locator("#id_time_1").select_option(index=2)
    page.locator("#plan-form [name=held]").wait_for(state="attached")
    page.locator("#plan-form button[type=submit]:enabled").wait_for()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/examinations/trips/**")
    assert Booking.objects.count() == 3
    looks_right(page, language)
    picture(page, f"exam-trip-{language}")

    page = visit("/examinations/", user=clerk, language=language)
    looks_right(page, language)
    picture(page, f"examinations-booked-{language}")

    lost = ExamRequest.objects.get(service_id=centre.services["ecg"]).booking_id
    cancel_booking(actor=centre.clinic.actor, booking_id=lost, reason="设备维修")
    follow_booking(actor=centre.doctor, booking_id=lost)
    trip = Trip.objects.get()
    page = visit(f"/examinations/trips/{trip.pk}/", user=clerk, language=language)
    page.locator("[hx-get$='/anew']").click()
    page.locator("#dialog .dg-trip").wait_for()
    looks_right(page, language)
    picture(page, f"exam-anew-{language}")
    page.locator("#dialog button[type=submit]").click()
    page.locator(".yl-note[role=alert]").wait_for(state="detached")
    assert Booking.objects.count() == 4

    ends = clock.now() + timedelta(days=30)
    reference = links.issue("exam_trip", subject_id=trip.pk, expires_at=ends)
    phone = visit(f"/t/{reference}", size="phone", language=language)
    looks_right(phone, language)
    picture(phone, f"exam-trip-phone-{language}")


@pytest.mark.covers("A15", "A08")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_patient_moves_one_and_leaves_one_out_on_the_phone(
    visit, centre, looks_right, language
):
    patient, (blood, ecg) = centre.asked("blood_fasting", "ecg")
    trip = centre.book(patient, {blood: tomorrow(9), ecg: tomorrow(10)})
    reference = links.issue(
        "exam_trip", subject_id=trip, expires_at=clock.now() + timedelta(days=30)
    )
    phone = visit(f"/t/{reference}", size="phone", language=language)
    picture(phone, f"exam-trip-deeds-{language}")
    phone.locator(f"a[href$='{ecg}/move']").click()
    phone.locator(".yl-times button").first.wait_for()
    looks_right(phone, language)
    picture(phone, f"exam-trip-move-{language}")
    phone.locator(".yl-times button").last.click()
    phone.wait_for_url(f"**/t/{reference}")
    assert ExamRequest.objects.get(pk=ecg).starts_at > tomorrow(11)

    other = visit(f"/t/{reference}/{ecg}/move", size="phone", language=language)
    phone.locator(f"a[href$='{ecg}/cancel']").click()
    phone.wait_for_url("**/cancel")
    looks_right(phone, language)
    picture(phone, f"exam-trip-cancel-{language}")
    phone.locator("input[name=reason]").first.check(force=True)
    phone.locator("form.po-form button.btn-stop-solid").click()
    phone.wait_for_url(f"**/t/{reference}")
    assert ExamRequest.objects.get(pk=ecg).state == "open"
    looks_right(phone, language)
    picture(phone, f"exam-trip-left-out-{language}")

    visit.expect("409")
    other.reload()
    expect(other.locator(".yl-note[role=alert]")).to_be_visible()
    looks_right(other, language)
    picture(other, f"exam-trip-gone-{language}")
    other.locator(f"a[href$='{blood}/move']").click()
    other.locator(".yl-times button").first.wait_for()
