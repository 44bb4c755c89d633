"""Requests that fail, cross or are refused: a page says so, forgets nothing, shows the newest."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Visit
from tests.browser.patience import eventually
from yilu.catalogue.models import Service
from yilu.catalogue.operations.loading import load_catalogue
from yilu.catalogue.tests.factories import CURATOR, SINCE
from yilu.clinical.models import Allergy, Prescription
from yilu.clinical.operations.prescribing import write_prescription
from yilu.clinical.tests.factories import (
    allergic,
    diagnosed,
    make_drug,
    make_room,
    no_allergies,
    order,
    sheet,
)
from yilu.facility.tests.factories import make_site as open_site
from yilu.patients.tests.factories import make_patient, make_site
from yilu.platform.models import User
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TOLD = ".yl-toast.is-refused"


def somebody(post: str, site_id: object) -> User:
    return User.objects.get(pk=make_staff(post, site_id=site_id).user_id)


def counts(page: Page, event: str, part: str = "") -> None:
    """Let the page count what happens to requests, of `part` alone if named, after all else."""
    page.evaluate(
        """([name, part]) => {
            window.heard = 0;
            document.addEventListener(name, (event) => {
                if (!part || event.detail.ctx.target?.id === part) window.heard += 1;
            });
        }""",
        [event, part],
    )


def heard(page: Page, number: int = 1) -> None:
    eventually(page, lambda: page.evaluate("window.heard") >= number)


def test_a_request_for_which_a_newer_one_came_is_no_lost_connection(visit: Visit):
    visit.expect("ERR_FAILED", "failed:", "console error")
    site = make_site()
    make_patient(site, "张小明", phone="12100003482")
    held: list[Route] = []
    context = visit.somebody(user=somebody("front_desk", site.pk), language="en")
    context.route("**/check/duplicates", lambda route: held.append(route))  # noqa: PLW0108
    page = visit("/patients/new", context=context)
    eventually(page, lambda: len(held) == 1)
    counts(page, "htmx:error")

    page.get_by_label("Phone").fill("12100003482")
    eventually(page, lambda: len(held) == 2)
    held[1].continue_()
    page.get_by_text("Same phone").wait_for()
    heard(page)
    expect(page.locator(TOLD)).to_have_count(0)

    page.get_by_label("Phone").fill("12100003483")
    eventually(page, lambda: len(held) == 3)
    held[2].abort()
    expect(page.locator(TOLD)).to_contain_text("there is no connection")


@pytest.mark.parametrize("swap", ["outerMorph", "none"])
def test_a_stale_press_is_told_and_wipes_nothing(visit: Visit, swap: str):
    visit.expect("412")
    room = make_room()
    allergic(room, "青霉素", certainty="suspected")
    context = visit.somebody(user=User.objects.get(pk=room.doctor.user_id), language="en")
    quiet: list[Route] = []  # No hint draws the part anew meanwhile.
    context.route("**/live?**", lambda route: quiet.append(route))  # noqa: PLW0108
    page = visit(f"/clinical/visit/{room.visit_id}/assess/", context=context)
    banner = page.locator("#part-banner")
    press = banner.locator("form[action*=verify]")
    press.locator("[name=version]").evaluate("(field) => { field.value = 99; }")
    press.evaluate(
        """(form, swap) => {
            form.setAttribute("hx-swap", swap);
            window.htmx.process(form, true);
        }""",
        swap,
    )
    page.locator(".cl-one .yl-more").click()
    press.locator("button").click()
    expect(page.locator(TOLD)).to_contain_text("Somebody else has changed this")
    expect(banner.locator(".cl-one")).to_have_count(1)
    assert Allergy.objects.get().certainty == "suspected"


@pytest.mark.parametrize("failure", ["busy", "cut"])
def test_a_live_part_whose_fetch_failed_is_fetched_again(visit: Visit, failure: str):
    visit.expect("503", "ERR_FAILED", "failed:", "console error")
    site = make_site()
    page = visit("/scheduling/", user=somebody("front_desk", site.pk))
    asked: list[str] = []

    def answer(route: Route) -> None:
        if route.request.headers.get("x-yilu-unattended") is None:
            return route.continue_()
        asked.append(route.request.url)
        if len(asked) > 1:
            return route.continue_()
        if failure == "cut":
            return route.abort()
        return route.fulfill(status=503, headers={"Retry-After": "1"}, body="busy")

    page.route(re.compile(r"/scheduling/\?"), answer)
    page.evaluate("window.yilu.refreshAll()")
    eventually(page, lambda: len(asked) >= 2)
    expect(page.locator(TOLD)).to_have_count(0)


def test_what_was_added_leaves_its_field_and_what_is_typed_meanwhile_stays(visit: Visit):
    room = make_room()
    held: list[Route] = []
    context = visit.somebody(user=User.objects.get(pk=room.doctor.user_id), language="en")
    page = visit(f"/clinical/visit/{room.visit_id}/", context=context)
    field = page.get_by_label("Add a problem")
    field.fill("Hypertension")
    field.press("Enter")
    expect(page.locator("#part-history .cl-list").first).to_contain_text("Hypertension")
    expect(field).to_have_value("")

    page.route("**/problems/**", lambda route: held.append(route))  # noqa: PLW0108
    field.fill("Gout")
    field.press("Enter")
    eventually(page, lambda: len(held) == 1)
    field.fill("Asthma")
    held[0].continue_()
    expect(page.locator("#part-history .cl-list").first).to_contain_text("Gout")
    expect(field).to_have_value("Asthma")


@pytest.mark.covers("B06")
def test_scores_of_what_was_saved_are_not_shown_for_what_is_typed_next(visit: Visit):
    room = make_room()
    held: list[Route] = []
    context = visit.somebody(user=User.objects.get(pk=room.doctor.user_id), language="en")
    context.route("**/score", lambda route: held.append(route))  # noqa: PLW0108
    page = visit(f"/clinical/visit/{room.visit_id}/assess/", context=context)
    pulse = page.locator("#v-pulse")
    pulse.fill("155")
    eventually(page, lambda: len(held) == 1)
    page.keyboard.press("Control+Enter")
    expect(pulse).to_have_value("")
    counts(page, "htmx:finally:request", "live-score")

    held[0].continue_()
    heard(page)

    expect(page.locator("#live-score [data-score]")).to_have_count(0)


@pytest.mark.covers("C06")
def test_who_signs_while_what_was_typed_is_being_saved_has_signed(visit: Visit):
    room = make_room()
    diagnosed(room)
    no_allergies(room)
    write_prescription(actor=room.doctor, visit_id=room.visit_id, sheet=sheet(order(make_drug())))
    held: list[Route] = []
    context = visit.somebody(user=User.objects.get(pk=room.doctor.user_id), language="en")
    page = visit(f"/clinical/visit/{room.visit_id}/", context=context)
    page.clock.install()
    page.reload()
    page.route("**/prescription", lambda route: held.append(route))  # noqa: PLW0108
    page.locator("#rx-basis").fill("Cough, fever")
    page.locator("#rx-rationale").focus()
    page.clock.run_for(200)
    eventually(page, lambda: len(held) == 1)

    page.locator("#rx-rationale").fill("Bacterial")
    page.get_by_role("button", name="Sign prescription").click()
    page.clock.run_for(200)
    held[0].continue_()

    expect(page.locator("#part-prescription .cl-signed")).to_have_count(1)
    assert Prescription.objects.get().rationale == "Bacterial"


@pytest.mark.covers("C06")
def test_a_sheet_that_was_drawn_anew_is_still_of_the_same_window(visit: Visit):
    room = make_room()
    diagnosed(room)
    no_allergies(room)
    write_prescription(actor=room.doctor, visit_id=room.visit_id, sheet=sheet(order(make_drug())))
    context = visit.somebody(user=User.objects.get(pk=room.doctor.user_id), language="en")
    page = visit(f"/clinical/visit/{room.visit_id}/", context=context)
    page.locator("#rx-rationale").fill("Bacterial")
    page.locator("#drug-q").focus()
    eventually(page, lambda: Prescription.objects.get().rationale == "Bacterial")
    page.get_by_role("button", name="Sign prescription").focus()

    with page.expect_response(re.compile("/prescription[?].*window=")):
        page.evaluate("window.yilu.refreshAll()")
    page.locator("#rx-form [name=version]").evaluate("(field) => { field.value = 1; }")
    page.get_by_role("button", name="Sign prescription").click()

    expect(page.locator("#part-prescription .cl-signed")).to_have_count(1)


@pytest.mark.covers("C06")
@pytest.mark.parametrize("typed", ["before the answer", "after it"])
def test_a_sheet_whose_signature_was_refused_is_saved_again(visit: Visit, typed: str):
    visit.expect("422")
    room = make_room()
    diagnosed(room)
    no_allergies(room)
    bare = sheet(order(make_drug()), rationale="")
    write_prescription(actor=room.doctor, visit_id=room.visit_id, sheet=bare)
    held: list[Route] = []
    context = visit.somebody(user=User.objects.get(pk=room.doctor.user_id), language="en")
    context.route("**/prescription/sign", lambda route: held.append(route))  # noqa: PLW0108
    page = visit(f"/clinical/visit/{room.visit_id}/", context=context)
    for _ in range(3):  # The third takes the place of the second, which is never sent.
        page.get_by_role("button", name="Sign prescription").click()
    eventually(page, lambda: len(held) == 1)
    held[0].continue_()
    eventually(page, lambda: len(held) == 2)
    # Drawn anew because of the very press, the sheet would no longer say what is missing.
    page.evaluate("window.yilu.refreshAll()")
    expect(page.locator("#rx-rationale")).to_have_class(re.compile("is-invalid"))
    if typed == "after it":
        counts(page, "htmx:finally:request", part="part-prescription")
        held[1].continue_()
        heard(page)

    counts(page, "htmx:config:request", part="part-prescription")
    page.locator("#rx-rationale").fill("Bacterial")
    page.keyboard.press("Tab")
    heard(page)
    if typed == "before the answer":
        held[1].continue_()

    eventually(page, lambda: Prescription.objects.get().rationale == "Bacterial")


def test_a_form_in_a_dialog_that_was_too_old_begins_anew_there(visit: Visit):
    visit.expect("412")
    site = open_site()
    load_catalogue(actor=CURATOR, specialties=["dental"], from_on=SINCE)
    boss = somebody("manager", site)
    page = visit("/catalogue/services", language="en", user=boss)
    dialog, known = page.locator("#dialog"), Service.objects.get(key="dental_exam")
    page.locator("tr", has_text=known.name["en"]).locator("a").first.click()
    minutes = dialog.locator("[name=minutes]")
    minutes.fill("25")
    Service.objects.filter(pk=known.pk).update(minutes=45, version=known.version + 1)
    dialog.locator("button[type=submit]").click()

    dialog.get_by_role("link", name="Show it as it is now").click()

    expect(minutes).to_have_value("45")
    minutes.fill("35")
    dialog.locator("button[type=submit]").click()
    expect(dialog).not_to_be_visible()
    known.refresh_from_db()
    assert known.minutes == 35
