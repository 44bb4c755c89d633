"""Waiting for an earlier time, and answering when one becomes free."""

import re
from datetime import date, time, timedelta

import pytest

from yilu.catalogue.models import Service
from yilu.messaging.models import Message
from yilu.platform import clock
from yilu.platform.testing import drain
from yilu.portal.tests.factories import Front, Someone
from yilu.portal.tests.test_doors import press
from yilu.scheduling.models import Booking, Offer, WaitingEntry
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.tests.factories import at

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A09")]


@pytest.fixture
def later(front: Front, someone: Someone) -> Booking:
    """Somebody's booking for Thursday at three."""
    patient_id = someone.patient(front.clinic.site_id)
    made = front.clinic.clinic.book(at(15, day=3), patient_id=patient_id)
    drain()
    return Booking.objects.get(pk=made.id)


def link_in(template: str, kind: str) -> str:
    """The address in the newest message of that kind."""
    message = Message.objects.filter(template=template, channel="sms").latest("created_at")
    found = re.search(rf"/{kind}/[\w-]+", message.body)
    assert found is not None
    return found[0]


def free_monday_at_ten(front: Front) -> None:
    """Somebody else's booking of Monday at ten is given up."""
    clinic = front.clinic.clinic
    given_up = clinic.book(at(10))
    cancel_booking(actor=clinic.actor, booking_id=given_up.id, reason="ill")
    drain()


def asked(front: Front, later: Booking) -> str:
    """Wait for something earlier, and be asked; gives back the link of the question."""
    press(Someone(), f"{link_in('booking_confirmed', 'v')}/sooner")
    free_monday_at_ten(front)
    return link_in("waiting_offer", "o")


def test_a_links_holder_asks_for_something_earlier_and_stops(front: Front, later: Booking):
    base, who = link_in("booking_confirmed", "v"), Someone()

    assert press(who, f"{base}/sooner").status_code == 303
    entry = WaitingEntry.objects.get()
    assert (entry.instead_of_id, entry.practitioner_id) == (later.pk, later.practitioner_id)
    assert (entry.until_on, entry.state) == (later.clinic_day, "waiting")
    assert "不再候补更早的号" in who.client.get(base).content.decode()

    assert press(who, f"{base}/sooner").status_code == 303
    entry.refresh_from_db()
    assert entry.state == "left"
    assert "有更早的号时通知我" in who.client.get(base).content.decode()


def test_looking_takes_nothing_and_taking_twice_takes_once(front: Front, later: Booking):
    link, who = asked(front, later), Someone()
    page = who.client.get(link).content.decode()
    assert "为您保留到" in page
    assert "3月6日" in page
    assert Offer.objects.get().state == "open"

    for _ in range(2):
        assert press(who, f"{link}/take").status_code == 303

    later.refresh_from_db()
    assert (later.starts_at, later.state) == (at(10), "confirmed")
    assert "号已为您留好" in who.client.get(link).content.decode()


def test_leaving_it_keeps_the_old_booking_and_the_place_on_the_list(front: Front, later: Booking):
    link, who = asked(front, later), Someone()

    assert press(who, f"{link}/leave").status_code == 303

    later.refresh_from_db()
    assert later.starts_at == at(15, day=3)
    assert WaitingEntry.objects.get().state == "waiting"
    assert "您已放弃这个号" in who.client.get(link).content.decode()


def test_who_leaves_the_list_has_not_declined_and_is_told_of_no_place_on_it(
    front: Front, later: Booking
):
    link, who = asked(front, later), Someone()

    press(who, f"{link_in('booking_confirmed', 'v')}/sooner")
    drain()

    assert Offer.objects.get().state == "withdrawn"
    for answer in (who.client.get(link), press(who, f"{link}/take")):
        page = answer.content.decode()
        assert "这个号已不再保留" in page
        assert "您已不在候补名单上。" in page
        assert "您已放弃这个号" not in page
        assert "仍在候补名单上" not in page


def test_too_late_is_said_and_changes_nothing(front: Front, later: Booking):
    link, who = asked(front, later), Someone()
    expires_at = Offer.objects.get().opening.expires_at

    with clock.at(expires_at):
        answer = press(who, f"{link}/take")

    assert answer.status_code == 409
    assert "这个号已不再为您保留。" in answer.content.decode()
    assert "您仍在候补名单上" in answer.content.decode()
    later.refresh_from_db()
    assert later.starts_at == at(15, day=3)


@pytest.mark.parametrize("address", ["/o/AAAAAAAAAAAAAAAAAAAAAA", "/o/x%00y", "/o/霾"])
def test_a_forged_link_opens_nothing(front: Front, address: str):
    assert Someone().client.get(address).status_code in {400, 404}


def test_who_waits_says_at_which_times_they_could_come(front: Front, someone: Someone):
    patient = someone.patient(front.clinic.site_id)
    someone.sign_in()
    url = f"/book/{front.site_key}/{front.clinic.clinic.service_id}/wait"
    wish = {"patient": patient, "from_on": "2031-03-03", "until_on": "2031-03-10"}

    wrong = press(someone, url, **wish, not_before="12:00", not_after="09:00")
    assert wrong.status_code == 422
    assert "最早时间必须早于最晚时间。" in wrong.content.decode()
    assert press(someone, url, **wish, not_before="16:30").status_code == 303

    entry = WaitingEntry.objects.get()
    assert (entry.not_before, entry.not_after) == (time(16, 30), None)


def test_what_patients_cannot_book_alone_they_are_not_asked_to_wait_for(
    front: Front, later: Booking
):
    Service.objects.filter(pk=later.service_id).update(online=False)
    base = link_in("booking_confirmed", "v")

    assert "有更早的号时通知我" not in Someone().client.get(base).content.decode()
    assert press(Someone(), f"{base}/sooner")["Location"].startswith("/my/sign-in")
    assert not WaitingEntry.objects.exists()


def test_an_earlier_time_than_a_far_one_is_looked_for_in_the_days_that_the_list_knows(
    front: Front, later: Booking
):
    Booking.objects.filter(pk=later.pk).update(clinic_day=later.clinic_day + timedelta(days=200))

    press(Someone(), f"{link_in('booking_confirmed', 'v')}/sooner")

    assert WaitingEntry.objects.get().until_on == date(2031, 3, 2) + timedelta(days=90)
