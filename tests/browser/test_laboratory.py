"""The laboratory: ordered in the room, collected, entered, verified; a critical value answered."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_bookings import picture
from yilu.diagnostics.models import LabReport, Specimen
from yilu.diagnostics.tests.lab_factories import GOOD, arrived, make_lab, ordered
from yilu.platform.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def user(actor) -> User:
    return User.objects.get(pk=actor.user_id)


@pytest.mark.covers("C04", "D01", "D02")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_tube_goes_through_the_laboratory(visit, looks_right, language):
    lab = make_lab()
    ordered(lab, "electrolytes", "cbc", urgency="urgent", reason="乏力三天")
    page = visit("/examinations/laboratory/", user=user(lab.room.nurse), language=language)
    page.locator(".lab-row .yl-open").first.click()
    page.locator("#id-name").fill("林半夏")
    page.locator("#id-born_on").fill("19860504")
    looks_right(page, language)
    picture(page, f"lab-collect-{language}")
    page.reload()
    page.locator(".lab-row .yl-open").first.click()
    page.locator("#id-name").fill("林半夏")
    page.locator("#id-born_on").fill("19860504")
    for key, answer in (("bleeding", "no"), ("side", "yes"), ("told", "yes")):
        page.locator(f"[name=check-{key}][value={answer}]").check()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#lab-part .yl-note")).to_be_visible()
    looks_right(page, language)
    picture(page, f"lab-collected-{language}")
    assert Specimen.objects.count() == 2

    tube = Specimen.objects.get(container="serum")
    page = visit("/examinations/laboratory/", user=user(lab.first), language=language)
    page.locator("#lab-number").fill(tube.number)
    page.locator("#lab-number").press("Enter")
    page.wait_for_url("**tube=**")
    page.locator("#lab-part .lab-foot form button").click()
    page.locator("#v-k").fill("6.8")
    expect(page.locator("output[for=v-k]")).to_have_class("is-critical")
    page.locator("#v-k").press("Enter")
    expect(page.locator("#v-na")).to_be_focused()
    for key in ("na", "cl", "ca", "phos", "mg"):
        page.locator(f"#v-{key}").fill(GOOD[key])
    looks_right(page, language)
    picture(page, f"lab-entry-{language}")
    page.reload()
    for key in ("k", "na", "cl", "ca", "phos", "mg"):
        page.locator(f"#v-{key}").fill({**GOOD, "k": "6.8"}[key])
    page.keyboard.press("Control+Enter")
    expect(page.locator("tr.is-critical")).to_be_visible()
    assert LabReport.objects.get().state == "entered"

    page = visit("/examinations/laboratory/", user=user(lab.second), language=language)
    page.locator(f"#tube-{tube.pk} .yl-open").click()
    page.locator("#lab-part h1").wait_for()
    looks_right(page, language)
    picture(page, f"lab-verify-{language}")
    page.locator("#lab-part form button").last.click()
    expect(page.locator(".lab-older").first).to_be_visible()
    assert LabReport.objects.get().state == "released"
    page.locator(".lab-tabs .yl-chip").last.click()
    expect(page.locator(f"#tube-{tube.pk}")).to_be_visible()
    page.locator(".lab-older summary").first.click()
    looks_right(page, language)
    picture(page, f"lab-released-{language}")


@pytest.mark.covers("D01")
def test_the_laboratory_on_a_phone(visit, looks_right):
    lab = make_lab()
    tube = arrived(lab, "electrolytes")
    ordered(lab, "cbc")

    phone = visit("/examinations/laboratory/", user=user(lab.first), size="phone")
    looks_right(phone, "zh")
    picture(phone, "lab-phone-list-zh")
    phone = visit(f"/examinations/laboratory/?tube={tube}", user=user(lab.first), size="phone")
    looks_right(phone, "zh")
    picture(phone, "lab-phone-tube-zh")
    query = f"?visit={lab.visit_id}"
    phone = visit(f"/examinations/laboratory/{query}", user=user(lab.room.nurse), size="phone")
    looks_right(phone, "zh")
    picture(phone, "lab-phone-collect-zh")
