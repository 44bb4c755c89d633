"""A patient leaves the room from elsewhere while the doctor still writes the note."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Visit
from tests.browser.patience import eventually
from tests.browser.test_patient import open_now
from tests.browser.test_undoing import doctor, in_the_room, picture
from yilu.clinical.models import Note
from yilu.portal.tests.factories import Someone
from yilu.queueing.models import Ticket
from yilu.queueing.operations.calling import finish_ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.covers("B08")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_who_has_left_is_told_and_the_note_can_still_be_signed(
    visit: Visit, looks_right: Callable[[Page, str], None], language: str, size: str
):
    visit.expect("422")
    front, free = open_now()
    number = in_the_room(front.clinic, Someone(), free)
    page = visit("/room/", user=doctor(front.clinic), language=language, size=size)
    page.locator("#note-form textarea").first.fill("3 d, 39 ℃")
    ticket = Ticket.objects.get(number=number, queue__kind="consultation")
    finish_ticket(actor=front.clinic.doctor, ticket_id=ticket.pk)
    expect(page.locator("#room-queue [data-here='']")).to_be_visible()

    page.keyboard.press("F9")

    told = page.locator("#not-finished [role=alert]")
    expect(told).to_be_visible()
    # Whatever comes now, the sentence stays.
    with page.expect_response("**/room/**"):
        page.evaluate("window.yilu.refreshAll()")
    told.scroll_into_view_if_needed()
    looks_right(page, language)
    picture(page, f"room-left-{size}-{language}")
    expect(page.locator("form.yl-sign button")).to_be_hidden()
    page.locator("#note-form > footer [type=submit]").click()
    expect(page.locator("#note-form[action$=amend]")).to_be_visible()
    assert Note.objects.get().state == "signed"


@pytest.mark.covers("B08")
def test_the_press_that_ends_a_visit_waits_for_the_note_and_is_not_lost(visit: Visit):
    visit.expect("422")
    front, free = open_now()
    number = in_the_room(front.clinic, Someone(), free)
    page = visit("/room/", user=doctor(front.clinic))
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/note/draft", hold)
    page.locator("#note-form textarea").first.fill("3 d, 39 ℃")
    ticket = Ticket.objects.get(number=number, queue__kind="consultation")
    finish_ticket(actor=front.clinic.doctor, ticket_id=ticket.pk)
    expect(page.locator("#room-queue [data-here='']")).to_be_visible()
    page.keyboard.press("F9")
    eventually(page, lambda: held)

    page.evaluate("document.querySelector('#room-queue [data-here]').dataset.old = ''")
    page.evaluate("window.yilu.refreshAll()")
    expect(page.locator("#room-queue [data-old]")).to_have_count(0)
    held[0].continue_()

    expect(page.locator("#not-finished [role=alert]")).to_be_visible()
