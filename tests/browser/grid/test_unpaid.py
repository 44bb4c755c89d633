"""On the desk grid: cards that are kept until they are paid, and a gap of a room."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.grid.hand import card, tomorrow
from tests.browser.test_bookings import picture
from yilu.platform import clock
from yilu.scheduling.models import Booking, Prepayment
from yilu.scheduling.operations.waiting_list import WaitingWish, join_waiting_list

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = {"zh": ("待支付", "诊室"), "en": ("To pay by", "Rooms")}


@pytest.mark.covers("A13")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_card_says_until_when_it_is_kept_for_its_payment(desk, clinic, looks_right, language):
    ids = [clinic.book(tomorrow(9 + n), practitioner_id=clinic.doctors[n]).id for n in range(3)]
    for n, (one, minutes) in enumerate(zip(ids, (30, 15, 10), strict=True)):
        ends_at = tomorrow(9 + n) + timedelta(minutes=minutes)
        Booking.objects.filter(pk=one).update(state="requested", ends_at=ends_at)
        Prepayment.objects.create(
            booking_id=one, amount=50, is_must=True, full_hours=24, part_hours=2, part_percent=50,
            pay_by=clock.now() + timedelta(minutes=15) + timedelta(days=n),
        )  # fmt: skip
    page = desk(language)

    for one in ids:
        expect(card(page, one)).to_contain_text(WORDS[language][0])
    looks_right(page, language)
    picture(page, f"grid-unpaid-{language}")


@pytest.mark.covers("A09", "A04")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_gap_of_a_room_gives_that_room_to_who_waits(desk, clinic, looks_right, language):
    day = (tomorrow(9) + timedelta(hours=8)).date()
    wish = WaitingWish(
        site_id=clinic.site_id, service_id=clinic.service_id, practitioner_id=None,
        patient_id=clinic.patient("林晓芳"), from_on=day, until_on=day, channel="phone",
    )  # fmt: skip
    join_waiting_list(actor=clinic.actor, wish=wish)
    page = desk(language)
    page.keyboard.press("c")
    with page.expect_navigation():
        page.get_by_role("button", name=WORDS[language][1], exact=True).click()
    of_last = page.locator(f"#lane-{clinic.room_resources[2]}")

    of_last.locator(".yl-gap").first.click()
    fits = page.locator("#dialog .sc-fit")
    expect(fits).to_have_count(1)
    looks_right(page, language)
    picture(page, f"grid-gap-room-{language}")
    fits.get_by_role("button").click()

    expect(of_last.locator(".yl-book")).to_have_count(1)
    assert Booking.objects.get().starts_at == tomorrow(9)
