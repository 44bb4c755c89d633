"""A manager agrees with a partner, hands over a key, and sees why a request was refused."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_bookings import picture
from yilu.facility.models import Site
from yilu.interop.models import Notice, PartnerBooking
from yilu.interop.models import Partner as PartnerRow
from yilu.interop.operations.admission import keep_request
from yilu.interop.operations.reconciling import reconcile
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.scheduling.operations.roster import publish_sessions
from yilu.scheduling.tests.factories import Clinic, make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def clinic() -> Clinic:
    clinic = make_clinic()
    today = clock.now().date()
    publish_sessions(
        actor=clinic.actor, site_id=clinic.site_id, from_day=today,
        to_day=today + timedelta(days=3),
    )  # fmt: skip
    return clinic


@pytest.fixture
def boss(clinic: Clinic) -> User:
    return User.objects.get(pk=make_staff("manager", site_id=clinic.site_id).user_id)


def traffic(clinic: Clinic) -> None:
    """A booking, a webhook that was given up, requests and a list: what a week leaves behind."""
    partner = PartnerRow.objects.get()
    tomorrow = clock.now().replace(hour=2, minute=0, second=0, microsecond=0) + timedelta(days=1)
    booked = clinic.book(tomorrow, channel="partner", patient_id=clinic.patient("林晓芳"))
    own = PartnerBooking.objects.create(
        partner=partner, booking_id=booked.id, site_id=clinic.site_id, reference="HT-20260001",
        patient_id=clinic.patient(), person=b"x" * 16, made_on=clock.now().date(),
    )  # fmt: skip
    for n, state in enumerate(("delivered", "dead")):
        Notice.objects.create(
            partner=partner, partner_booking=own, site=Site.objects.get(pk=clinic.site_id),
            event=new_id(), seq=n, kind="booking.made" if not n else "booking.moved", body="{}",
            state=state, tries=1 + n * 13, reason="" if not n else "answered_too_late",
        )  # fmt: skip
    for status, code in ((201, ""), (409, "slot_taken"), (401, "signature_wrong")):
        keep_request(
            partner.pk, method="POST", path="/api/v1/partner/bookings", status=status, code=code,
            milliseconds=31,
        )  # fmt: skip
    PartnerRow.objects.update(reconciled_until=clock.now().date() - timedelta(days=3))
    reconcile(actor=Actor.system("test"), partner_id=partner.pk)


@pytest.mark.covers("A16")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_partner_gets_its_key_and_is_told_again(visit, boss, clinic, looks_right, language):
    page: Page = visit("/interop/partners/", user=boss, language=language)
    looks_right(page, language)
    page.keyboard.press("n")
    dialog = page.locator("#dialog")
    dialog.locator("[name=name]").fill("Health 114" if language == "en" else "健康114")
    dialog.locator("[name=sites]").first.check()
    looks_right(page, language)
    picture(page, f"partner-new-{language}")
    with page.expect_navigation():
        dialog.locator("button[type=submit]").click()

    expect(page.locator("#partner")).to_be_visible()
    page.locator("form[action$=keys] button").click()
    expect(dialog.locator("#secret")).to_contain_text("yls_")
    looks_right(page, language)
    picture(page, f"partner-key-{language}")
    dialog.locator("[data-close]").click()

    traffic(clinic)
    page.reload()
    again = page.locator("form[action$=again] button")
    expect(again).to_have_count(1)
    looks_right(page, language)
    picture(page, f"partner-{language}")
    again.click()
    expect(page.locator("#partner")).to_contain_text("待发送" if language == "zh" else "Waiting")
    page.goto(page.url.split("/interop/")[0] + "/interop/feeds/")
    page.keyboard.press("n")
    dialog.locator("button[type=submit]").click()
    expect(page.locator("#made #address")).to_contain_text(".ics")
    looks_right(page, language)
    picture(page, f"feed-{language}")
