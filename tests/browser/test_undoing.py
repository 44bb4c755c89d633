"""Taking back at the desk and in the room, as everybody sees it; and marking what is not live."""

import os
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_patient import open_now, signed_in
from yilu.clinical.operations.diagnoses import add_diagnosis
from yilu.clinical.operations.notes import Draft, save_draft
from yilu.clinical.operations.vitals import record_vitals
from yilu.clinical.tests.factories import FIRST_NOTE, make_code
from yilu.clinical.tests.test_scores import WELL
from yilu.platform import actors, clock
from yilu.platform.models import User
from yilu.portal.tests.factories import Someone
from yilu.queueing.operations.calling import call_next, start_ticket
from yilu.queueing.operations.screens import create_screen
from yilu.queueing.tests.factories import make_actor
from yilu.reception.operations.arrivals import check_in
from yilu.reception.tests.factories import OpenClinic
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.roster import publish_sessions
from yilu.scheduling.selectors.free_time import Slot
from yilu.workforce.models import Practitioner
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def picture(page: Page, name: str) -> None:
    """A picture for whoever wants to look: set PICTURES to a folder."""
    if os.environ.get("PICTURES"):
        page.screenshot(path=f"{os.environ['PICTURES']}/{name}.png")


def clerk(clinic: OpenClinic) -> User:
    return User.objects.get(pk=make_staff("front_desk", site_id=clinic.site_id).user_id)


def doctor(clinic: OpenClinic) -> User:
    user: User = Practitioner.objects.get(pk=clinic.clinic.doctors[0]).staff.user
    return user


def in_the_room(clinic: OpenClinic, who: Someone, free: list[Slot]) -> str:
    """Somebody who was called in, with a note that could be signed; gives back their number."""
    patient_id = who.patient(clinic.site_id)
    booked = clinic.clinic.book(free[0].starts_at, patient_id=patient_id)
    came = check_in(actor=clinic.desk, booking_id=booked.id)
    called = call_next(actor=clinic.doctor, station_id=clinic.station("consultation"))
    assert called is not None
    start_ticket(actor=clinic.doctor, ticket_id=called.id)
    actor = actors.load(doctor(clinic))
    add_diagnosis(actor=actor, visit_id=came.visit_id, code=make_code("J06.9"))
    note = dict.fromkeys(FIRST_NOTE, "3 d, 38 ℃")  # Reads the same in both languages.
    save_draft(actor=actor, visit_id=came.visit_id, draft=Draft(note, version=0))
    return called.number


@pytest.mark.covers("B01", "B09", "B10")
def test_a_check_in_is_taken_back_and_desk_wall_and_phone_follow(
    visit: Visit, looks_right: Callable[[Page, str], None]
):
    front, free = open_now()
    clinic, who = front.clinic, Someone()
    clinic.clinic.book(free[0].starts_at, patient_id=who.patient(clinic.site_id))
    made = create_screen(actor=make_actor(clinic.site_id), site_id=clinic.site_id, name="Hall")
    wall = visit(f"/queueing/wall/open/{made.reference}", size="wall")
    phone = visit("/my", size="phone", user=signed_in(who))
    desk = visit(f"/desk/{front.site_key}/", user=clerk(clinic))

    desk.locator("#expected .yl-row button.btn-primary").first.click()
    desk.locator("#dialog [name=compared]").check()
    desk.keyboard.press("Control+Enter")
    number = desk.locator("#waiting .yl-row .yl-no").inner_text()
    expect(phone.locator(".yl-ph-now")).to_contain_text(number)
    expect(wall.locator("#wall")).to_contain_text(number)
    picture(desk, "desk-checked-in-zh")
    looks_right(desk, "zh")
    desk.reload()
    expect(desk.locator("[data-notices] button")).to_have_count(1)
    desk.keyboard.press("Control+z")

    expect(desk.locator("#toasts")).to_contain_text("已撤销到诊")
    expect(desk.locator("#expected .yl-row button.btn-primary")).to_have_count(1)
    expect(desk.locator("#waiting .yl-row")).to_have_count(0)
    expect(wall.locator("#wall")).not_to_contain_text(number)
    expect(phone.locator("#now")).to_contain_text("我到了")
    picture(desk, "desk-taken-back-zh")


@pytest.mark.covers("B03")
def test_a_walk_in_is_taken_back_on_its_own_page(
    visit: Visit, looks_right: Callable[[Page, str], None]
):
    front, _free = open_now()
    page = visit(f"/reception/{front.site_key}/walk-in", user=clerk(front.clinic), language="en")
    page.locator("[name=name]").fill("周新来")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/number**")
    picture(page, "walked-in-en")
    page.locator("#toasts .yl-toast button").first.click()

    expect(page.locator("#walked-in")).to_contain_text("This number was taken back")
    looks_right(page, "en")
    picture(page, "walk-in-taken-back-en")


@pytest.mark.covers("B08")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_signing_and_finishing_is_taken_back_in_the_room(
    visit: Visit, looks_right: Callable[[Page, str], None], language: str
):
    front, free = open_now()
    number = in_the_room(front.clinic, Someone(), free)
    page = visit("/room/", user=doctor(front.clinic), language=language)
    expect(page.locator("#note-form textarea").first).to_be_visible()
    picture(page, f"room-{language}")

    page.keyboard.press("F9")
    expect(page.locator("#toasts")).to_contain_text(number)
    expect(page.locator("#note-form")).to_have_count(0)
    picture(page, f"room-finished-{language}")
    page.keyboard.press("Control+z")

    expect(page.locator("#note-form")).to_be_visible()
    expect(page.locator("form.yl-sign .yl-why")).to_be_visible()
    looks_right(page, language)
    picture(page, f"room-taken-back-{language}")
    page.keyboard.press("F9")
    expect(page.locator("#note-form")).to_have_count(0)
    expect(page.locator("#toasts")).to_contain_text(number)


@pytest.mark.covers("A12")
def test_the_next_visit_is_booked_by_one_key_a_week_ahead(
    visit: Visit, looks_right: Callable[[Page, str], None]
):
    front, free = open_now()
    clinic, today = front.clinic.clinic, clock.now().date()
    publish_sessions(
        actor=clinic.actor,
        site_id=clinic.site_id,
        from_day=today,
        to_day=today + timedelta(days=25),
    )
    in_the_room(front.clinic, Someone(), free)
    page = visit("/room/", user=doctor(front.clinic))
    part = page.locator("#next-visit")
    part.get_by_role("button", name="1 周").click()
    expect(part.locator("[aria-pressed=true]")).to_have_text("1 周")

    page.keyboard.press("F7")

    expect(part.locator(".yl-badge")).to_be_visible()
    expect(page.locator("#toasts .yl-toast button").first).to_be_visible()
    picture(page, "room-next-booked-zh")
    looks_right(page, "zh")
    newest = Booking.objects.latest("created_at")
    assert timedelta(days=5) < newest.starts_at - clock.now() < timedelta(days=13)
    page.keyboard.press("Control+z")
    expect(part.locator(".yl-badge")).to_have_count(0)
    newest.refresh_from_db()
    assert newest.state == "cancelled"


@pytest.mark.covers("B06")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_who_has_no_birth_date_gets_a_sentence_instead_of_a_score(
    visit: Visit, looks_right: Callable[[Page, str], None], language: str
):
    front, free = open_now()
    clinic = front.clinic
    booked = clinic.clinic.book(free[0].starts_at)
    came = check_in(actor=clinic.desk, booking_id=booked.id)
    nurse = make_staff("nurse", site_id=clinic.site_id)
    page = visit(
        f"/clinical/visit/{came.visit_id}/assess/",
        user=User.objects.get(pk=nurse.user_id),
        language=language,
    )
    expect(page.locator("#live-score .yl-why")).to_be_visible()
    record_vitals(actor=nurse.actor(), visit_id=came.visit_id, values=WELL)

    expect(page.locator("#part-vitals .yl-why a")).to_be_visible()
    looks_right(page, language)
    picture(page, f"assess-no-score-{language}")


def test_a_phone_says_when_it_is_not_live(visit: Visit, looks_right: Callable[[Page, str], None]):
    visit.expect("ERR_FAILED", "failed:", "console error")
    front, free = open_now()
    who = Someone()
    front.clinic.clinic.book(free[0].starts_at, patient_id=who.patient(front.clinic.site_id))
    browser = visit.somebody(size="phone", user=signed_in(who))
    browser.route("**/live?**", lambda route: route.abort())
    page = visit("/my", context=browser)
    expect(page.locator("#now")).to_be_visible()

    expect(page.locator("#live")).to_contain_text("正在重连")
    looks_right(page, "zh")
    picture(page, "phone-not-live-zh")
    browser.unroute("**/live?**")
    expect(page.locator("#live")).to_be_hidden()
