"""Two desks take from one queue at the same moment, each in a browser of its own."""

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Visit
from tests.browser.patience import eventually
from tests.browser.test_wall import fill
from yilu.platform.models import User
from yilu.platform.names import Localized
from yilu.queueing.models import Serving, Station
from yilu.queueing.tests.factories import make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.covers("B08")
def test_two_desks_that_press_at_once_call_the_first_and_the_second(visit: Visit):
    clinic = make_clinic()
    second = Station.objects.create(site_id=clinic.site_id, key="w2", name=Localized(en="Window 2"))
    Serving.objects.create(station=second, queue=clinic.queue())
    waiting = {each.number for each in fill(clinic)}
    stations = Station.objects.filter(queues=clinic.queue())
    assert len(stations) == 2
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    pages = []
    for station in stations:
        nurse = User.objects.get(pk=make_staff("nurse", site_id=clinic.site_id).user_id)
        page = visit(f"/queueing/caller/{station.pk}", user=nurse)
        page.route("**/stations/*/call-next", hold)
        page.keyboard.press("F2")
        pages.append(page)
    eventually(pages[0], lambda: len(held) == len(pages))
    for route in held:
        route.continue_()

    for page in pages:
        expect(page.locator(".yl-caller-no")).to_be_visible()
    called = [page.locator(".yl-caller-no").inner_text() for page in pages]
    assert len(set(called)) == len(pages)
    assert set(called) < waiting
    # What the other desk called is nobody's next here.
    for page, other in zip(pages, reversed(called), strict=True):
        expect(page.locator("main")).not_to_contain_text(other)
