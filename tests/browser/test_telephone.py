"""The telephone rings: who it is, what they have with us, and a booking moved while they speak."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.test_bookings import picture
from tests.browser.test_incidents import at_the_post, live
from tests.browser.test_patient import open_now
from yilu.facility.models import Site
from yilu.interop.rules.signatures import FOR_TELEPHONE, Message, sign
from yilu.patients.tests.factories import make_patient
from yilu.platform import clock
from yilu.reception.models import Call, CallBack
from yilu.reception.tests.telephone_factories import PATH, telephone
from yilu.scheduling.models import Booking

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("B16"),
]
PHONE = "12100004321"


def rings(page, address, system, ref, event="ringing"):
    """The telephone system tells the running product of a call."""
    body = json.dumps({"event": event, "call": ref, "from_number": PHONE})
    headers = sign(
        Message("POST", PATH, "", body.encode()),
        secret=system.made.secret.encode(),
        key=system.made.key,
        nonce=f"{ref}-{event}",
        created=int(clock.machine_now().timestamp()),
        tag=FOR_TELEPHONE,
    )
    answer = page.request.post(
        address + PATH, data=body, headers={**headers, "Content-Type": "application/json"}
    )
    assert answer.status == 200, answer.text()


@pytest.mark.covers("A01", "A02")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_who_rings_for_the_first_time_is_booked_while_they_speak(visit, looks_right, language):
    front, _free = open_now()
    clinic = front.clinic.clinic
    site = Site.objects.get(pk=clinic.site_id)
    clerk = at_the_post("front_desk", clinic)
    page = live(visit(f"/reception/{site.key}/phone/", user=clerk, language=language))
    page.locator("main form [name=phone]").fill(PHONE)
    page.keyboard.press("Enter")
    page.wait_for_url("**/calls/**")
    looks_right(page, language)
    picture(page, f"phone-unknown-{language}")

    page.keyboard.press("n")
    dialog = page.locator("#dialog")
    expect(dialog.locator("#id_new_phone")).to_have_value(PHONE)
    dialog.locator("#id_new_name").fill("周小满")
    dialog.locator(".sc-slot").first.click()
    page.keyboard.press("Control+Enter")
    dialog.wait_for(state="hidden")

    booked = Booking.objects.get()
    assert (booked.channel, booked.is_first_visit) == ("phone", True)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_caller_is_known_before_hello_and_their_booking_is_cancelled(
    visit, looks_right, language
):
    front, free = open_now()
    clinic = front.clinic.clinic
    system = telephone(clinic)
    site = Site.objects.get(pk=clinic.site_id)
    mother, child = (make_patient(site, name, phone=PHONE) for name in ("林晓芳", "林小宝"))
    clinic.book(free[4].starts_at, patient_id=child)
    clerk = at_the_post("front_desk", clinic)
    page = live(visit(f"/desk/{site.key}/", user=clerk, language=language))

    rings(page, visit.address, system, "c-1")
    page.locator(".yl-alarm.is-call").wait_for()
    looks_right(page, language)
    picture(page, f"phone-rings-{language}")
    page.keyboard.press("F4")
    page.wait_for_url("**/calls/**")
    expect(page.locator(".rc-person")).to_have_count(2)
    page.locator(f"input[value='{child}']").check()
    for said in ("name", "born"):
        page.locator(f"input[name=identifiers][value={said}]").check()
    looks_right(page, language)
    picture(page, f"phone-call-{language}")
    page.keyboard.press("F9")
    booking = page.locator(".rc-booking")
    expect(booking).to_have_count(1)
    looks_right(page, language)
    picture(page, f"phone-known-{language}")

    booking.locator("button[hx-get*=cancel]").click()
    page.locator("#dialog [name=reason]").select_option("came_up")
    page.locator("#dialog button[type=submit]").click()
    expect(booking).to_have_count(0)
    assert Booking.objects.get().state == "cancelled"
    page.locator("input[name=need][value=cancel]").check()
    page.locator("#id_read_back").check()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/phone/")

    rings(page, visit.address, system, "c-2")
    rings(page, visit.address, system, "c-2", "ended")
    expect(page.locator(".rc-back")).to_have_count(1)
    looks_right(page, language)
    picture(page, f"phone-desk-{language}")
    small = visit(f"/reception/{site.key}/phone/", context=page.context)
    small.set_viewport_size({"width": 390, "height": 844})
    looks_right(small, language)
    picture(small, f"phone-desk-small-{language}")
    assert (Call.objects.get(ref="c-1").patient_id, CallBack.objects.count()) == (child, 1)
    assert mother != child
