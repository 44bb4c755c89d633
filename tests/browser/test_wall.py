"""The wall screen in a browser: live, heard, and healed after a cut."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from yilu.platform import clock
from yilu.platform.models import User
from yilu.queueing.operations.calling import call_next, finish_ticket, skip_ticket, start_ticket
from yilu.queueing.operations.screens import create_screen
from yilu.queueing.tests.factories import Clinic, make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = ("顾晓芳", "林建国", "唐雨", "欧阳明华", "苏秀英", "郑浩")


def fill(clinic: Clinic) -> list:
    """Six who wait, the first the longest; one with a booking that is overdue."""
    now = clock.now()
    tickets = []
    for n, name in enumerate(NAMES):
        with clock.at(now - timedelta(minutes=40 - n)):
            booked = now - timedelta(minutes=30) if n == 1 else None
            tickets.append(clinic.ticket(patient_id=clinic.patient(name), booked_at=booked))
    return tickets


def open_wall(visit: Visit, clinic: Clinic, language: str = "zh") -> Page:
    made = create_screen(actor=clinic.actor, site_id=clinic.site_id, name="Hall")
    page = visit(f"/queueing/wall/open/{made.reference}", size="wall", language=language)
    assert "/queueing/wall/site-" in page.url
    return page


@pytest.mark.covers("B09")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_call_reaches_the_wall_and_looks_right(
    visit: Visit, looks_right: Callable[[Page, str], None], language: str
):
    clinic = make_clinic()
    fill(clinic)
    page = open_wall(visit, clinic, language)
    expect(page.locator(".yl-wall-no")).to_have_count(0)

    called = call_next(actor=clinic.actor, station_id=clinic.station().pk)

    assert called is not None
    expect(page.locator(".yl-wall-no")).to_have_text(called.number)
    expect(page.locator("[data-call]")).to_have_attribute(
        "data-say-en", re.compile(f"Number {' '.join(called.number)}, please go to .+")
    )
    looks_right(page, language)


@pytest.mark.covers("B09")
def test_a_wall_that_was_cut_off_heals_to_the_exact_state(visit: Visit):
    visit.expect("ERR_INTERNET_DISCONNECTED", "failed:", "console error")
    clinic = make_clinic()
    fill(clinic)
    page = open_wall(visit, clinic)
    station = clinic.station().pk
    expect(page.locator(".yl-wall-row .q")).not_to_be_empty()

    page.context.set_offline(True)
    first = call_next(actor=clinic.actor, station_id=station)
    assert first is not None
    start_ticket(actor=clinic.actor, ticket_id=first.id)
    finish_ticket(actor=clinic.actor, ticket_id=first.id)
    second = call_next(actor=clinic.actor, station_id=station)
    assert second is not None
    skip_ticket(actor=clinic.actor, ticket_id=second.id)
    third = call_next(actor=clinic.actor, station_id=station)
    assert third is not None
    page.context.set_offline(False)

    expect(page.locator(".yl-wall-no")).to_have_text(third.number)
    expect(page.locator(".yl-wall-missed", has_text="过号")).to_contain_text(second.number)
    assert first.number not in page.locator("#wall").inner_text()


@pytest.mark.covers("B08")
def test_the_callers_window_works_by_key_and_takes_back(visit: Visit):
    clinic = make_clinic()
    fill(clinic)
    nurse = User.objects.get(pk=make_staff("nurse", site_id=clinic.site_id).user_id)
    page = visit(f"/queueing/caller/{clinic.station().pk}", user=nurse)

    page.keyboard.press("F2")
    expect(page.locator(".yl-caller-no")).to_be_visible()
    number = page.locator(".yl-caller-no").inner_text()
    page.keyboard.press("F6")
    expect(page.locator(".yl-caller-no")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(page.locator(".yl-caller-no")).to_have_text(number)


@pytest.mark.covers("B08")
def test_a_call_can_still_be_taken_back_after_the_page_is_loaded_again(visit: Visit):
    clinic = make_clinic()
    fill(clinic)
    nurse = User.objects.get(pk=make_staff("nurse", site_id=clinic.site_id).user_id)
    page = visit(f"/queueing/caller/{clinic.station().pk}", user=nurse)
    page.keyboard.press("F2")
    expect(page.locator("#toasts .yl-toast button").first).to_be_visible()

    page.reload()

    expect(page.locator(".yl-caller-no")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.locator(".yl-caller-no")).to_have_count(0)
