"""What is pressed while a page still loads, on a slow line, is done once the page can do it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Visit
from tests.browser.patience import eventually
from yilu.clinical.models import VitalSigns
from yilu.clinical.tests.factories import Room, make_room
from yilu.platform.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OPENS_ALLERGY = "button[hx-get*=allerg]"


@pytest.fixture
def nurse_page(visit: Visit, server: str) -> Callable[[Room], Page]:
    """A blank window of the nurse, and where her page is."""

    def make(room: Room) -> Page:
        user = User.objects.get(pk=room.nurse.user_id)
        page = visit("/", context=visit.somebody(user=user, language="en"))
        page.goto("about:blank")
        return page

    return make


@contextmanager
def while_loading(page: Page, address: str) -> Iterator[None]:
    """Do something when all is to be seen and the script that sends is still on its way."""
    held: list[Route] = []
    page.route("**/htmx-4*.js", lambda route: held.append(route))  # noqa: PLW0108
    page.goto(address, wait_until="commit")
    eventually(page, lambda: len(held) == 1)
    yield
    held[0].continue_()
    page.wait_for_load_state("load")


def test_a_button_pressed_while_the_page_loads_opens_its_dialog(nurse_page, server):
    room = make_room()
    page = nurse_page(room)
    with while_loading(page, f"{server}/clinical/visit/{room.visit_id}/assess/"):
        page.locator(OPENS_ALLERGY).first.click()
        page.locator(OPENS_ALLERGY).first.click()
        expect(page.locator("#dialog form")).to_have_count(0)
    expect(page.locator("#dialog form")).to_have_count(1)


def test_a_form_sent_while_the_page_loads_is_sent_once_and_the_page_stays(nurse_page, server):
    room = make_room()
    page = nurse_page(room)
    address = f"{server}/clinical/visit/{room.visit_id}/assess/"
    with while_loading(page, address):
        page.locator("#part-vitals-form [name=pulse]").fill("72")
        for _ in range(2):
            page.locator("#part-vitals-form button[type=submit]").click()
    eventually(page, VitalSigns.objects.exists)
    expect(page.locator("#part-vitals-form [name=pulse]")).to_have_value("")
    assert page.url == address
    assert VitalSigns.objects.get().values["pulse"] == "72"
