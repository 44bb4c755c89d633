"""Outbreak mode at the door: what a kiosk and a phone ask, and the way that they show."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_bookings import picture
from tests.browser.test_kiosk import booked_today, open_kiosk, small_targets, type_in
from tests.browser.test_outbreak import answer
from tests.browser.test_patient import open_now, times_page
from yilu.outbreak.models import Screening
from yilu.outbreak.tests.factories import ROUTE, make_ready, turn_on
from yilu.platform import links
from yilu.queueing.models import Ticket
from yilu.scheduling.models import Booking

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("B22"),
]
WAY = {"zh": ROUTE["zh-Hans"], "en": ROUTE["en"]}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_kiosk_asks_whoever_checks_in_and_shows_the_way(visit, looks_right, language):
    visit.expect("422")  # the first time nothing is answered
    front, free = open_now()
    turn_on(make_ready(front.clinic))
    guest = booked_today(front, free)
    page = open_kiosk(visit, front, language)
    with page.expect_navigation():
        page.locator("a.yl-k-way").first.click()
    type_in(page, guest.phone)
    page.locator("form[action$='/check-in'] button.is-primary").click()

    expect(page.locator(".kk-screen")).to_be_visible()
    looks_right(page, language)
    assert small_targets(page) == []
    picture(page, f"door-kiosk-{language}")
    page.locator("form button.is-primary").click()
    expect(page.locator(".kk-wrong")).to_be_visible()
    looks_right(page, language)
    picture(page, f"door-kiosk-again-{language}")
    for box in page.locator(".kk-screen fieldset").all():
        box.locator(".kk-pick").first.click()
    page.locator("form button.is-primary").click()

    expect(page.locator(".kk-route")).to_contain_text(WAY[language])
    looks_right(page, language)
    picture(page, f"door-kiosk-way-{language}")
    assert Ticket.objects.get().queue.key == "apart"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_phone_asks_before_the_visit_and_shows_the_way(visit, looks_right, language):
    front, free = open_now()
    ready = make_ready(front.clinic, online_per_day=40)
    guest = booked_today(front, free)
    booking = Booking.objects.get(pk=guest.booking_id)
    reference = links.issue("visit", subject_id=booking.pk, expires_at=booking.ends_at)
    turn_on(ready)
    book = visit(times_page(front), size="phone", language=language)
    expect(book.locator(".yl-note").first).to_be_visible()
    looks_right(book, language)
    picture(book, f"door-book-{language}")

    phone = visit(f"/v/{reference}", size="phone", language=language)
    looks_right(phone, language)
    picture(phone, f"door-phone-before-{language}")
    phone.locator("a[href$='/screening']").click()
    answer(phone, "fever")
    looks_right(phone, language)
    picture(phone, f"door-phone-{language}")
    phone.locator("#screening button[type=submit]").click()
    expect(phone.locator(".po-route")).to_contain_text(WAY[language])
    looks_right(phone, language)
    picture(phone, f"door-phone-way-{language}")
    assert Screening.objects.get().via == "phone"
