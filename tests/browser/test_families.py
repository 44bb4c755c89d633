"""Families and couples: booked together at the desk and on the phone, cancelled for one or all."""

from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.browser.test_bookings import picture
from yilu.facility.models import Site
from yilu.platform import clock
from yilu.platform.models import User
from yilu.portal.tests.factories import Someone
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.roster import publish_sessions
from yilu.scheduling.tests.factories import Clinic, make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("A18"),
]
WORDS = {
    "zh": ("添加同行就诊人", "多位医生，同时就诊", "同行者一并取消"),
    "en": (
        "Add another person",
        "At the same time, with several doctors",
        "Cancel for all who come along",
    ),
}


@pytest.fixture
def clinic() -> Clinic:
    """Two doctors, two rooms; the coming month is published."""
    clinic = make_clinic(doctors=2, rooms=2)
    today = clock.now().date()
    publish_sessions(
        actor=clinic.actor,
        site_id=clinic.site_id,
        from_day=today,
        to_day=today + timedelta(days=30),
    )
    return clinic


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_desk_adds_another_person_and_cancels_for_one_or_all(
    visit, clinic, looks_right, language
):
    add, parallel, for_all = WORDS[language]
    visit.expect("422")
    clinic.patient("欧阳静")
    clinic.patient("王小丫")
    clerk = User.objects.get(pk=make_staff("front_desk", site_id=clinic.site_id).user_id)
    page = visit("/scheduling/new", user=clerk, language=language)
    page.locator("#id_who").fill("oyj")
    page.locator("#who label").first.click()
    page.get_by_text(add).click()
    page.locator("#id_also").fill("wxy")
    page.locator("#along label").first.click()
    page.get_by_text(parallel).click()
    last = page.locator(".sc-slot").last
    value = last.locator("input").get_attribute("value")
    last.click()
    looks_right(page, language)
    picture(page, f"along-{language}")
    # Somebody takes the other doctor's time meanwhile: nobody is booked, all stay chosen.
    instant, doctor = value.split("|")
    other = next(one for one in clinic.doctors if str(one) != doctor)
    clinic.book(clock.now().fromisoformat(instant), practitioner_id=UUID(str(other)))
    page.keyboard.press("Control+Enter")
    page.locator(".yl-form-errors, [role=alert]").first.wait_for()
    assert Booking.objects.count() == 1
    expect(page.locator("#along input:checked")).to_have_count(1)
    expect(page.locator("#hindered li")).to_have_count(1)
    expect(page.locator("#ways button").first).to_be_visible()
    looks_right(page, language)
    picture(page, f"along-taken-{language}")

    page.keyboard.press("Alt+Enter")
    page.wait_for_url("**/scheduling/bookings/**")
    together = Booking.objects.exclude(group_id=None)
    assert len(set(together.values_list("starts_at", flat=True))) == 1
    assert together.count() == 2
    looks_right(page, language)
    picture(page, f"together-booking-{language}")
    page.locator(".sc-deeds .btn-stop").click()
    page.locator("#dialog").get_by_text(for_all).wait_for()
    picture(page, f"together-cancel-{language}")
    page.locator("#dialog [name=reason]").select_option("ill")
    page.locator("#dialog input[name=all_of_them]").check()
    page.locator("#dialog button[type=submit]").click()
    page.locator("#dialog").wait_for(state="hidden")
    page.locator(".sc-deeds .btn-stop").wait_for(state="detached")
    assert set(together.values_list("state", flat=True)) == {"cancelled"}


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_parent_books_for_two_and_cancels_for_one_then_all(
    visit, clinic, looks_right, language, size
):
    for_all, cancel = {
        "zh": ("一起就诊的也都取消", "取消预约"),
        "en": ("Cancel for all who come along", "Cancel the booking"),
    }[language]
    visit.expect("409")
    who = Someone()
    for name in ("沈白芷", "沈小满"):
        who.patient(clinic.site_id, name)
    account = User.objects.get(pk=who.account().user_id)
    address = f"/book/{Site.objects.get(pk=clinic.site_id).key}/{clinic.service_id}/together"
    page = visit(address, size=size, user=account, language=language)
    page.locator(".po-wished label").last.click()
    page.locator(".po-wished button").click()
    page.wait_for_url("**how=parallel**")
    last = page.locator(".yl-pick").last
    first_place = last.get_attribute("value").split(",")[0]
    instant, doctor = first_place.split("|")
    clinic.book(clock.now().fromisoformat(instant), practitioner_id=UUID(doctor))
    last.click()
    page.locator(".yl-ph-cta button").click()
    page.locator("[role=alert]").wait_for()
    looks_right(page, language)
    picture(page, f"family-taken-{size}-{language}")
    page.locator(".yl-pick").last.click()
    page.locator(".yl-ph-cta button").click()
    page.wait_for_url("**/my/bookings")
    looks_right(page, language)
    picture(page, f"family-bookings-{size}-{language}")

    mine = Booking.objects.exclude(group_id=None)
    assert mine.count() == 2
    page.goto(page.url.replace("/my/bookings", f"/my/visit/{mine[0].pk}/cancel"))
    page.get_by_text(for_all).wait_for()
    looks_right(page, language)
    picture(page, f"family-cancel-{size}-{language}")
    page.get_by_text(for_all).click()
    page.locator("input[name=reason]").first.check(force=True)
    page.get_by_role("button", name=cancel).click()
    page.wait_for_url(f"**/my/visit/{mine[0].pk}")
    assert set(mine.values_list("state", flat=True)) == {"cancelled"}
