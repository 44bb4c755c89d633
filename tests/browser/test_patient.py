"""A patient books on a phone, and follows their place in the queue."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from playwright.sync_api import Page, expect

from look import measures
from tests.browser.conftest import Visit
from yilu.catalogue.models import Price
from yilu.facility.tests.factories import open_every_day
from yilu.platform import clock
from yilu.platform.models import User
from yilu.portal.tests.factories import Front, Someone, open_front
from yilu.queueing.operations.calling import call_next
from yilu.reception.operations.arrivals import check_in
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.roster import publish_sessions
from yilu.scheduling.operations.weeks import Stretch, set_week
from yilu.scheduling.selectors.free_time import Slot, free_slots

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def open_now(**facts: object) -> tuple[Front, list[Slot]]:
    """A clinic that is open around the clock, today; and its free times."""
    front = open_front(**facts)
    clinic, today = front.clinic.clinic, clock.now().date()
    Price.objects.update(during=DateRange(date(2020, 1, 1), None))
    open_every_day(clinic.site_id, "00:00", "23:45")
    week = [Stretch(day, time(0), time(23, 45)) for day in range(7)]
    for doctor in clinic.doctor_resources:
        set_week(
            actor=clinic.actor, resource_id=doctor, site_id=clinic.site_id, stretches=week,
            valid_from=today - timedelta(days=2),
        )  # fmt: skip
    publish_sessions(
        actor=clinic.actor, site_id=clinic.site_id,
        from_day=today, to_day=today + timedelta(days=3),
    )  # fmt: skip
    return front, times(front, clock.now())


def times(front: Front, after: datetime) -> list[Slot]:
    """What is free in the next day and a half."""
    clinic = front.clinic.clinic
    return free_slots(
        site_id=clinic.site_id, service_id=clinic.service_id,
        starts_from=after, starts_until=after + timedelta(hours=36),
    )  # fmt: skip


def times_page(front: Front) -> str:
    """Where a time of the one service is chosen."""
    return f"/book/{front.site_key}/{front.clinic.clinic.service_id}/times"


def signed_in(who: Someone) -> User:
    """The account behind a phone."""
    return User.objects.get(pk=who.account().user_id)


def test_letters_twice_as_large_push_nothing_out(visit: Visit):
    front, _ = open_now()
    who = Someone()
    user = signed_in(who)
    for path in (f"/book/{front.site_key}/", times_page(front), "/my", "/my/me", "/my/me/family"):
        page = visit(path, size="phone", user=user)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        page.evaluate("() => document.fonts.ready.then(() => null)")
        assert measures.overflowing(page) == [], path


@pytest.mark.covers("A01", "A05")
def test_a_patient_books_on_a_phone(visit: Visit, looks_right: Callable[[Page, str], None]):
    front, _ = open_now()
    page = visit(f"/book/{front.site_key}/", size="phone", user=signed_in(Someone()))
    looks_right(page, "zh")
    page.locator("a.yl-pick:not([href$='/which'])").first.click()
    with page.expect_navigation():
        page.get_by_text("最早可约").click()
    looks_right(page, "zh")
    page.locator(".yl-times button").last.click()
    page.get_by_label("姓名").fill("沈白芷")
    page.get_by_label("女").check()
    page.get_by_label("出生日期").fill("1988-04-12")
    page.get_by_label("我已阅读并同意").check()
    looks_right(page, "zh")
    page.get_by_role("button", name="确认预约").click()
    expect(page.get_by_role("heading", name="预约成功")).to_be_visible()
    expect(page.locator(".po-number")).to_have_text(Booking.objects.get().number)


@pytest.mark.covers("B10")
def test_the_place_in_the_queue_moves_by_itself(
    visit: Visit, looks_right: Callable[[Page, str], None]
):
    front, free = open_now()
    clinic, who = front.clinic, Someone()
    today = [slot for slot in free if slot.starts_at.date() == free[0].starts_at.date()]
    first = clinic.clinic.book(today[0].starts_at)
    check_in(actor=clinic.desk, booking_id=first.id)
    later = times(front, clock.now())[0].starts_at
    mine = clinic.clinic.book(later, patient_id=who.patient(clinic.site_id))
    check_in(actor=clinic.desk, booking_id=mine.id)
    page = visit("/my", size="phone", user=signed_in(who))
    expect(page.locator(".yl-ph-now")).to_contain_text("前面还有 1 位")
    looks_right(page, "zh")
    call_next(actor=clinic.doctor, station_id=clinic.station("consultation"))
    expect(page.locator(".yl-ph-now")).to_contain_text("您是下一位")
