"""What its reader types, filters and chooses stays on the page, whatever else arrives."""

import re

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import Visit
from tests.browser.patience import eventually
from tests.browser.test_crossing import counts, heard, somebody
from tests.browser.test_incidents import at_the_post
from tests.browser.test_patient import open_now
from tests.browser.test_telephone import rings
from tests.browser.test_undoing import doctor, in_the_room
from yilu.facility.models import Site
from yilu.patients.tests.factories import make_id_number, make_patient, make_site
from yilu.pharmacy.tests.factories import make_counter, released
from yilu.platform.models import User
from yilu.portal.tests.factories import Someone
from yilu.reception.tests.telephone_factories import telephone
from yilu.scheduling.tests.factories import make_clinic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def refreshed(page: Page, part: str) -> None:
    """All live parts of the page are fetched again; `part` is in its place when this ends."""
    counts(page, "htmx:after:swap", part)
    page.evaluate("window.yilu.refreshAll()")
    heard(page)


def is_live(sent: Request) -> bool:
    """Whether a live part is fetched by itself."""
    return "x-yilu-unattended" in sent.headers


@pytest.mark.parametrize(
    "path", ["/workforce/", "/catalogue/prices", "/catalogue/drugs", "/prices"]
)
def test_a_list_is_searched_while_somebody_types(visit: Visit, path: str):
    site = make_site()
    page = visit(path, user=somebody("administrator", site.pk))

    with page.expect_response(lambda answer: "q=zzz" in answer.url):
        page.locator("main [name=q]").press_sequentially("zzz")


@pytest.mark.parametrize(
    ("path", "post"), [("/scheduling/", "front_desk"), ("/messaging/", "manager")]
)
def test_a_live_list_goes_on_showing_what_was_searched_for(visit: Visit, path: str, post: str):
    site = make_site()
    page = visit(path, user=somebody(post, site.pk))
    with page.expect_response(lambda answer: "q=nobody" in answer.url):
        page.locator("main [name=q]").press_sequentially("nobody")

    with page.expect_request(lambda sent: is_live(sent) and path in sent.url) as fetched:
        page.evaluate("window.yilu.refreshAll()")
    assert "q=nobody" in fetched.value.url


def test_the_chosen_step_of_the_pharmacy_stays_chosen(visit: Visit):
    counter = released(make_counter())
    page = visit("/pharmacy/", user=User.objects.get(pk=counter.first.user_id))
    tab = page.locator(".ph-tabs button[hx-get$=handed_over]")
    expect(page.locator("#worklist .ph-row")).to_have_count(1)
    tab.click()
    expect(page.locator("#worklist .ph-row")).to_have_count(0)

    refreshed(page, "worklist")
    expect(page.locator(".ph-tabs .is-on")).to_have_attribute(
        "hx-get", str(tab.get_attribute("hx-get"))
    )
    expect(page.locator("#worklist .ph-row")).to_have_count(0)


def test_the_room_follows_nobody_over_what_is_typed(visit: Visit):
    front, free = open_now()
    in_the_room(front.clinic, Someone(), free)
    page = visit("/room/", user=doctor(front.clinic), language="en")
    page.get_by_role("tab", name="History").click()
    problem = page.get_by_label("Add a problem")
    problem.fill("Asthma")
    problem.blur()
    page.evaluate("document.body.dataset.same = ''")
    nobody = '<div data-here=""></div>'
    left: list[Request] = []

    def answer(route: Route) -> None:
        if route.request.is_navigation_request():
            left.append(route.request)
        # The page that comes is told the truth, or it would follow what it is told again.
        if is_live(route.request) and not left:
            route.fulfill(body=nobody, content_type="text/html")
        else:
            route.continue_()

    page.route(re.compile(r"/room/"), answer)

    refreshed(page, "room-queue")
    expect(page.locator("#room-queue [data-here='']")).to_have_count(1)
    expect(problem).to_have_value("Asthma")
    expect(page.locator("body[data-same]")).to_have_count(1)

    # Again and again, as on a busy day: still the page is left once.
    page.evaluate("void setInterval(() => window.yilu.refreshAll(), 50)")
    problem.fill("")
    page.keyboard.press("Tab")
    expect(page.locator("body[data-same]")).to_have_count(0)
    page.wait_for_load_state("load")
    assert len(left) == 1


def test_what_is_shown_to_follow_is_that_of_the_last_change(visit: Visit):
    clinic = make_clinic()
    path = f"/scheduling/prepaying/{clinic.site_id}/{clinic.service_id}"
    page = visit(path, user=somebody("manager", clinic.site_id))
    expect(page.locator("#effect p").first).to_be_visible()
    held: list[Route] = []
    page.route("**/*look=1", lambda route: held.append(route))  # noqa: PLW0108
    counts(page, "htmx:config:request")
    minutes = page.locator("[name=minutes]")
    for number, value in enumerate(("20", "30", "40"), 1):
        minutes.fill(value)
        minutes.blur()
        heard(page, number)
    eventually(page, lambda: len(held) == 1)
    held[0].continue_()

    eventually(page, lambda: len(held) == 2)
    assert "minutes=40" in str(held[1].request.post_data)


def test_an_older_answer_does_not_replace_a_newer_one(visit: Visit):
    site = make_site()
    held: list[Route] = []
    page = visit("/patients/", user=somebody("front_desk", site.pk))
    page.route("**/patients/search?q=*", lambda route: held.append(route))  # noqa: PLW0108
    counts(page, "htmx:finally:request")
    box = page.get_by_role("searchbox").last
    box.press_sequentially("a")
    eventually(page, lambda: len(held) == 1)
    box.press_sequentially("b")
    eventually(page, lambda: len(held) == 2)
    heard(page)  # The first was broken off by the second, which htmx forgets with it.
    box.press_sequentially("c")
    eventually(page, lambda: len(held) == 3)

    held[2].fulfill(body="<p>of abc</p>", content_type="text/html")
    heard(page, 2)
    held[1].fulfill(body="<p>of ab</p>", content_type="text/html")
    heard(page, 3)
    expect(page.locator("#hits")).to_have_text("of abc")


def test_the_number_of_a_paper_keeps_what_is_typed_meanwhile(visit: Visit):
    site = make_site()
    held: list[Route] = []
    page = visit("/patients/new", user=somebody("front_desk", site.pk), language="en")
    page.route("**/check/identity", lambda route: held.append(route))  # noqa: PLW0108
    number = page.get_by_label("Number of the paper")
    whole = make_id_number()
    number.fill(whole[:10])
    eventually(page, lambda: len(held) == 1)
    number.evaluate("(field, all) => { field.value = all; }", whole)
    held[0].continue_()

    page.locator("#identity .yl-err").wait_for()
    expect(number).to_have_value(whole)


def test_who_was_found_during_a_call_stays_when_the_caller_hangs_up(visit: Visit):
    front, _free = open_now()
    clinic = front.clinic.clinic
    system = telephone(clinic)
    site = Site.objects.get(pk=clinic.site_id)
    make_patient(site, "林晓芳", phone="12100008765")
    page = visit(f"/desk/{site.key}/", user=at_the_post("front_desk", clinic))
    rings(page, visit.address, system, "c-1")
    page.locator(".yl-alarm.is-call").wait_for()
    page.keyboard.press("F4")
    page.wait_for_url("**/calls/**")
    page.locator("#call-who-box").press_sequentially("林晓芳")
    expect(page.locator("#call-who .rc-person")).to_have_count(1)
    page.locator("#call-end [name=note]").fill("…")

    rings(page, visit.address, system, "c-1", "ended")
    expect(page.locator(".rc-callhead")).to_contain_text("挂断")
    expect(page.locator("#call-who .rc-person")).to_have_count(1)
