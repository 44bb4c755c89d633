"""Who may stay away: the manager sees how true it is, the desk calls and gives a place."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.test_bookings import picture
from yilu.facility.models import Site
from yilu.patients.tests.factories import make_patient, make_phone
from yilu.platform import clock
from yilu.platform.models import User
from yilu.prediction.models import Confirmation
from yilu.prediction.operations.confirming import decide_confirmations
from yilu.prediction.rules.policy import Policy
from yilu.prediction.tests.factories import by_lead, keep_model, know_lengths, staff
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.roster import publish_sessions
from yilu.scheduling.tests.factories import Clinic, make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("A20"),
]


@pytest.fixture
def clinic() -> Clinic:
    """A doctor whose morning in two days is full of people who may stay away."""
    clinic = make_clinic()
    today = clock.now().date()
    publish_sessions(
        actor=clinic.actor,
        site_id=clinic.site_id,
        from_day=today,
        to_day=today + timedelta(days=8),
    )
    keep_model(by_lead(cut=0.1, high=0.45))
    know_lengths(clinic.site_id)
    site = Site.objects.get(pk=clinic.site_id)
    for n in range(6):
        name = ("林晓芳", "欧阳静", "沈白芷", "宋连翘", "韩当归", "葛青黛")[n]
        clinic.book(morning(2, 30 * n), patient_id=make_patient(site, name, phone=make_phone()))
    Booking.objects.update(created_at=clock.now() - timedelta(days=4))
    return clinic


def morning(days: int, minutes: int = 0) -> datetime:
    """Nine in the morning at the site, in so many days, or later."""
    start = clock.now().replace(hour=1, minute=0, second=0, microsecond=0)
    return start + timedelta(days=days, minutes=minutes)


def person(clinic: Clinic, post: str) -> User:
    return User.objects.get(pk=make_staff(post, site_id=clinic.site_id).user_id)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_manager_reads_the_figures_and_opens_a_place(visit, clinic, looks_right, language):
    manager = person(clinic, "manager")
    page = visit("/prediction/", user=manager, language=language)
    expect(page.locator(".pr-point")).to_have_count(10)
    looks_right(page, language)
    picture(page, f"no-shows-{language}")

    day = morning(2).date().isoformat()
    page = visit(f"/prediction/places/?day={day}", user=manager, language=language)
    looks_right(page, language)
    picture(page, f"extra-places-{language}")
    page.locator("form[action$=open] button").click()
    expect(page.locator("form[action$=withdraw] button")).to_have_count(1)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_desk_calls_and_writes_down_who_comes(visit, clinic, looks_right, language):
    today = clock.now().date()
    decide_confirmations(actor=staff(clinic.site_id), site_id=clinic.site_id, today=today)
    due = [one for one in Booking.objects.all() if not Policy().leaves_alone(one.pk)]
    page = visit("/prediction/calls/", user=person(clinic, "front_desk"), language=language)
    expect(page.locator("[id^=call-]")).to_have_count(len(due))
    looks_right(page, language)
    picture(page, f"calls-{language}")

    page.locator("[id^=call-] button").first.click()
    dialog = page.locator("#dialog")
    dialog.locator("[name=state]").first.check()
    looks_right(page, language)
    picture(page, f"call-{language}")
    dialog.locator("button[type=submit]").click()
    expect(page.locator("[id^=call-]")).to_have_count(len(due) - 1)

    assert Confirmation.objects.filter(state="comes").count() == 1
    assert Booking.objects.filter(confirmed_at__isnull=False).count() == 1
    small = visit(
        "/prediction/calls/", user=person(clinic, "care"), size="phone", language=language
    )
    looks_right(small, language)
    picture(small, f"calls-phone-{language}")
