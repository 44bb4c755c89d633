"""A telephone visit: the patient says they are ready, the doctor calls from the room."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_bookings import picture
from tests.browser.test_patient import open_now, signed_in
from yilu.catalogue.models import Service
from yilu.platform import clock
from yilu.platform.models import User
from yilu.portal.tests.factories import Someone
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.booking import BookingWish, book_appointment
from yilu.workforce.models import Practitioner

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.covers("A18")
@pytest.mark.parametrize(("language", "ready", "nobody"), [
    ("zh", "我准备好了", "无人接听"),
    ("en", "I am ready", "Nobody answers"),
])  # fmt: skip
def test_a_patient_is_ready_and_the_doctor_calls(visit, looks_right, language, ready, nobody):
    front, free = open_now()
    clinic, who = front.clinic.clinic, Someone()
    Service.objects.filter(pk=clinic.service_id).update(mode="telephone", needs=[])
    now = clock.now()
    soon = next(one for one in free if one.starts_at > now)
    patient = who.patient(clinic.site_id)
    wish = BookingWish(
        clinic.site_id, clinic.service_id, soon.practitioner_id, soon.starts_at, patient, "desk"
    )
    # At the moment for which the time was chosen: it may have begun when all this is made.
    with clock.at(now):
        made = book_appointment(actor=clinic.actor, wish=wish)
    page = visit(f"/my/visit/{made.id}", size="phone", user=signed_in(who), language=language)
    looks_right(page, language)
    picture(page, f"remote-{language}")
    page.get_by_role("button", name=ready).click()
    expect(page.get_by_role("button", name=ready)).to_have_count(0)
    assert Booking.objects.get().state == "arrived"

    doctor = User.objects.get(pk=Practitioner.objects.get(pk=clinic.doctors[0]).staff.user_id)
    room = visit(f"/room/{front.site_key}/", user=doctor, language=language)
    looks_right(room, language)
    picture(room, f"remote-room-{language}")
    room.locator(f"#remote-{made.id} button").click()
    expect(room.locator("#call")).to_be_visible()
    looks_right(room, language)
    picture(room, f"remote-call-{language}")
    room.get_by_role("button", name=nobody).click()
    expect(room.locator("#call")).to_have_count(0)
    assert Booking.objects.get().state == "confirmed"
