"""A time is given up: the waiting list asks, a phone answers, and the desk sees it at once."""

import re
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.patience import eventually
from tests.browser.test_bookings import picture
from yilu.facility.models import Site
from yilu.messaging.models import Message
from yilu.patients.tests.factories import make_patient, make_phone
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.changing import reschedule_booking
from yilu.scheduling.operations.offers import offer_freed_time
from yilu.scheduling.operations.roster import publish_sessions
from yilu.scheduling.operations.waiting_list import (
    WaitingWish,
    join_waiting_list,
    leave_waiting_list,
)
from yilu.scheduling.selectors.waiters import Freed
from yilu.scheduling.tests.factories import Clinic, make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def clinic() -> Clinic:
    """A doctor who is there in the coming week."""
    clinic = make_clinic()
    today = clock.now().date()
    publish_sessions(
        actor=clinic.actor,
        site_id=clinic.site_id,
        from_day=today,
        to_day=today + timedelta(days=8),
    )
    return clinic


@pytest.fixture
def clerk(clinic: Clinic) -> User:
    return User.objects.get(pk=make_staff("front_desk", site_id=clinic.site_id).user_id)


def morning(days: int) -> datetime:
    """Ten in the morning at the site, in so many days."""
    return clock.now().replace(hour=2, minute=0, second=0, microsecond=0) + timedelta(days=days)


def becomes_free(clinic: Clinic) -> None:
    """A time of the day after the next is given up. It is day then: at night nobody is asked."""
    freed = Freed(
        new_id(), clinic.site_id, clinic.doctors[0], morning(3), morning(3) + timedelta(minutes=30)
    )
    with clock.at(morning(1)):
        offer_freed_time(actor=Actor.system("test"), freed=freed)


@pytest.mark.covers("A08", "A09")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_who_waits_takes_on_the_phone_what_became_free(visit, clerk, clinic, looks_right, language):
    make_patient(Site.objects.get(pk=clinic.site_id), "林晓芳", phone=make_phone())
    desk = visit("/scheduling/waiting/", user=clerk, language=language)
    expect(desk.locator("#live")).to_have_attribute("data-stream", "open")
    looks_right(desk, language)

    desk.keyboard.press("w")
    dialog = desk.locator("#dialog")
    dialog.locator("#id_who").fill("林晓芳")
    dialog.locator("#who input").first.check()
    dialog.locator("[name=urgency]").select_option("soon")
    looks_right(desk, language)
    picture(desk, f"waiting-join-{language}")
    desk.keyboard.press("Control+Enter")
    waiter = desk.locator(".sc-waiter")
    expect(waiter).to_have_count(1)
    picture(desk, f"waiting-{language}")

    becomes_free(clinic)
    expect(waiter.locator("button")).to_have_count(2)
    looks_right(desk, language)
    picture(desk, f"waiting-asked-{language}")
    small = visit("/scheduling/waiting/", user=clerk, size="phone", language=language)
    looks_right(small, language)
    picture(small, f"waiting-phone-{language}")
    phone = visit(asked_by_message(desk), size="phone", language=language)
    looks_right(phone, language)
    picture(phone, f"offer-{language}")
    with phone.expect_navigation():
        phone.locator("form[action$=take] button").click()

    expect(phone.locator("#offer form")).to_have_count(0)
    looks_right(phone, language)
    picture(phone, f"offer-taken-{language}")
    expect(waiter).to_have_count(0)
    assert Booking.objects.get().starts_at == morning(3)


def asked_by_message(page: Page) -> str:
    """The address in the message, once the worker has written it."""
    sent = Message.objects.filter(template="waiting_offer", channel="sms")
    found = re.search(r"/o/[\w-]+", eventually(page, sent.first, missed="nobody was asked").body)
    assert found is not None
    return found[0]


@pytest.mark.covers("A09")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_offer_open_on_the_phone_says_why_it_no_longer_stands(
    visit, clinic, looks_right, language
):
    patient = make_patient(Site.objects.get(pk=clinic.site_id), "林晓芳", phone=make_phone())
    held = clinic.book(morning(5), patient_id=patient).id
    entry_id = waits(clinic, patient, held)
    becomes_free(clinic)
    phone = open_on_a_phone(visit, clinic, language)
    expect(phone.locator("#offer form")).to_have_count(2)

    # They get something no later: there is nothing to answer any more, but they wait on.
    reschedule_booking(
        actor=clinic.actor, booking_id=held, starts_at=morning(2),
        practitioner_id=clinic.doctors[0],
    )  # fmt: skip
    expect(phone.locator("#offer form")).to_have_count(0)
    expect(phone.locator("#offer")).to_contain_text(OUTDONE[language])
    looks_right(phone, language)
    picture(phone, f"offer-outdone-{language}")

    leave_waiting_list(actor=clinic.actor, entry_id=entry_id)
    phone.reload()
    expect(phone.locator("#offer")).to_contain_text(LEFT[language])
    looks_right(phone, language)
    picture(phone, f"offer-left-{language}")


OUTDONE = {"zh": "您现有的预约已不晚于这个时间", "en": "Your booking is no later than this by now"}
LEFT = {"zh": "您已不在候补名单上", "en": "You are no longer on the waiting list"}


def waits(clinic: Clinic, patient_id: UUID, held: UUID) -> UUID:
    """Somebody who has a booking would rather come earlier."""
    wish = WaitingWish(
        site_id=clinic.site_id,
        service_id=clinic.service_id,
        practitioner_id=None,
        patient_id=patient_id,
        from_on=clock.now().date(),
        until_on=clock.now().date() + timedelta(days=7),
        channel="my",
        instead_of=held,
    )
    return join_waiting_list(actor=clinic.actor, wish=wish)


def open_on_a_phone(visit: Visit, clinic: Clinic, language: str) -> Page:
    """The page behind the link of the question, listening."""
    desk = visit("/sign-in")
    phone = visit(asked_by_message(desk), size="phone", language=language)
    expect(phone.locator("#live")).to_have_attribute("data-stream", "open")
    return phone
