"""A doctor runs late: the phone shows a later time, the desk sees it, and the place is kept."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_bookings import picture
from tests.browser.test_patient import open_now
from yilu.platform import clock, links
from yilu.platform.models import User
from yilu.portal.tests.factories import Someone, open_front
from yilu.queueing.jobs import LATE
from yilu.queueing.models import Ticket
from yilu.queueing.operations.late_running import tell_later_times
from yilu.reception.selectors.arrivals import shown_code
from yilu.reception.tests.late_factories import TEN_MINUTES, late_morning
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.later import Promise, promise_later_time
from yilu.scheduling.selectors.later import fixed_times
from yilu.workforce.models import Practitioner
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "zh": ("到院", "我到了", "我已出发", "保留原次序"),
    "en": ("comes at", "I am here", "I am on my way", "keeps place"),
}


def noon_zone(now: datetime) -> str:
    """Where it is noon: so that the hours before and after are of one day."""
    ahead = 12 - now.hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/UTC"


def link(booking: Booking) -> str:
    """What the message carries."""
    reference = links.issue(
        "visit", subject_id=booking.pk, expires_at=booking.ends_at + timedelta(days=30)
    )
    return f"/v/{reference}"


def tell(booking_id: UUID, booked_at: datetime, come_at: datetime) -> None:
    """What the clinic told somebody earlier on."""
    turn = come_at + TEN_MINUTES
    promise = Promise(booking_id, booked_at, come_at, turn, turn, turn)
    assert promise_later_time(actor=LATE, promise=promise)


def come(phone: Page, here: str, code: str) -> None:
    """Somebody comes at the time that they were told, and checks in on their phone."""
    phone.get_by_role("link", name=here).click()
    phone.locator("input[name=code]").fill(code)
    phone.locator("form button.btn-primary").first.click()
    expect(phone.locator(".yl-ph-big").first).to_be_visible()


@pytest.mark.covers("A24", "B10")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_who_is_at_home_comes_later_and_who_came_by_then_keeps_the_place(
    visit, looks_right, language
):
    told, here, way, kept = WORDS[language]
    now = clock.now()
    front, _ = open_now(time_zone=noon_zone(now))
    start = now - timedelta(minutes=50 + now.minute % 10)
    start = start.replace(second=0, microsecond=0)
    earlier = start + 2 * TEN_MINUTES
    morning = late_morning(clinic=front.clinic, start=start, stays_away=earlier)
    with clock.at(start - 3 * TEN_MINUTES):
        tell(morning.booked[earlier], earlier, start + timedelta(minutes=55))
    site, key = front.clinic.site_id, front.site_key

    # Somebody who is to come in an hour and more looks at their phone.
    at_home = Booking.objects.get(pk=morning.booked[start + 11 * TEN_MINUTES])
    phone = visit(link(at_home), size="phone", language=language)
    # The worker would do it too: whoever of them comes first.
    tell_later_times(actor=LATE, queue_id=morning.queue_id)
    expect(phone.locator("#come-at")).to_be_visible()
    at_home.refresh_from_db()
    assert at_home.come_at >= at_home.starts_at + timedelta(minutes=15)
    phone.get_by_role("button", name=way).click()
    expect(phone.locator(".po-way")).to_be_visible()
    looks_right(phone, language)
    picture(phone, f"late-phone-way-{language}")

    desk = User.objects.get(pk=make_staff("front_desk", site_id=site).user_id)
    board = visit(f"/desk/{key}/", user=desk, language=language)
    row = board.locator(f"#expected-{morning.booked[earlier]}")
    expect(row).to_contain_text(told)
    looks_right(board, language)
    picture(board, f"late-desk-{language}")

    other = Booking.objects.get(pk=morning.booked[earlier])
    come(visit(link(other), size="phone", language=language), here, shown_code(site))
    ticket = Ticket.objects.get(booking_id=morning.booked[earlier])
    assert ticket.placed == "promised"

    doctor = User.objects.get(pk=Practitioner.objects.get(pk=morning.doctor_id).staff.user_id)
    room = visit(f"/room/{key}/", user=doctor, language=language)
    expect(room.locator("#room-queue")).to_contain_text(kept)
    looks_right(room, language)
    picture(room, f"late-room-{language}")

    boss = User.objects.get(pk=make_staff("manager", site_id=site).user_id)
    pages = (
        "queueing/forecasts/",
        "queueing/long-waits/limits",
        f"scheduling/bookings/{at_home.pk}/",
    )
    for n, path in enumerate(pages):
        found = visit(f"/{path}", user=boss, language=language)
        looks_right(found, language)
        picture(found, f"late-{n}-{language}")


@pytest.mark.covers("A24")
@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_patient_wants_no_other_time_and_the_desk_sees_and_undoes_it(
    visit, looks_right, language, size
):
    front = open_front()
    who = Someone()
    patient_id = who.patient(front.clinic.site_id)
    phone = visit(
        "/my/me", user=User.objects.get(pk=who.account().user_id), language=language, size=size
    )
    no_time, again, tell = {
        "zh": ("不再通知", "恢复通知", "不再通知"),
        "en": ("No other time", "Tell me again", "No other time"),
    }[language]
    phone.get_by_role("button", name=no_time).click()
    expect(phone.get_by_role("button", name=again)).to_be_visible()
    looks_right(phone, language)
    picture(phone, f"times-me-{language}-{size}")
    assert fixed_times([patient_id])

    clerk = make_staff("front_desk", site_id=front.clinic.site_id)
    desk = visit(
        f"/patients/{patient_id}/",
        user=User.objects.get(pk=clerk.user_id),
        language=language,
        size=size,
    )
    part = desk.locator("#slot-later-times")
    part.get_by_role("button").click()
    expect(part.get_by_role("button", name=tell)).to_be_visible()
    expect(part.get_by_role("button")).to_have_count(1)
    part.scroll_into_view_if_needed()
    looks_right(desk, language)
    picture(desk, f"times-desk-{language}-{size}")
    assert not fixed_times([patient_id])
