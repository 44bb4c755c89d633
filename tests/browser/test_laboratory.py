"""The laboratory: ordered in the room, collected, entered, verified; a critical value answered."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_bookings import picture
from tests.browser.test_patient import open_now
from tests.browser.test_undoing import doctor, in_the_room
from yilu.clinical.tests.factories import Room
from yilu.diagnostics.models import LabOrder, LabReport, Specimen
from yilu.diagnostics.operations.lab_orders import LabWish, order_tests
from yilu.diagnostics.operations.results import enter_results, release_report
from yilu.diagnostics.operations.specimens import Taking, collect, receive
from yilu.diagnostics.tests.lab_factories import (
    GOOD,
    Lab,
    answers,
    arrived,
    make_lab,
    ordered,
    results,
)
from yilu.platform import actors
from yilu.platform.models import User
from yilu.portal.tests.factories import Someone
from yilu.visits.models import Visit
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def user(actor) -> User:
    return User.objects.get(pk=actor.user_id)


def measured_again(lab: Lab, known: dict[str, str]) -> None:
    """The same once more, so that there are values over time."""
    again = LabWish(lab.visit_id, ("electrolytes",), reason="复查", again="复查血钾")
    orders = order_tests(actor=lab.doctor, wish=again)
    taking = Taking(tuple(orders), known, answers("electrolytes"))
    [tube] = collect(actor=lab.room.nurse, visit_id=lab.visit_id, taking=taking)
    receive(actor=lab.first, specimen_id=tube)
    typed = results("electrolytes", k="5.1", na="136")
    report = enter_results(actor=lab.first, specimen_id=tube, typed=typed)
    release_report(actor=lab.second, report_id=report)


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
    page.locator(".lab-tabs [hx-get$='step=released']").click()
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


@pytest.mark.covers("C04", "C05")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_doctor_orders_answers_and_the_patient_reads(visit, looks_right, language):
    front, free = open_now()
    who = Someone()
    in_the_room(front.clinic, who, free)
    room = Room(
        front.clinic.site_id, *Visit.objects.values_list("patient_id", "pk").get(),
        *(make_staff(post, site_id=front.clinic.site_id).actor() for post in ("nurse",)),
        actors.load(doctor(front.clinic)), front.clinic.doctor,
    )  # fmt: skip
    people = [make_staff("laboratory", site_id=room.site_id).actor() for _n in range(2)]
    lab = Lab(room, *people)
    page = visit("/room/", user=doctor(front.clinic), language=language)
    page.locator("#visit-laboratory button").first.wait_for()
    page.keyboard.press("Alt+l")
    page.locator("#lab-q").fill("djz" if language == "zh" else "electro")
    expect(page.locator("#offer-cbc")).to_have_count(0)
    page.locator("#offer-electrolytes input").check()
    page.locator("#dialog .lab-sets button").first.click()
    expect(page.locator("#lab-offer input:checked")).to_have_count(4)
    looks_right(page, language)
    picture(page, f"lab-order-{language}")
    page.locator("#lab-order-form button[type=submit]").click()
    expect(page.locator("#visit-laboratory .yl-row-flex.yl-sm")).to_have_count(4)

    made = LabOrder.objects.filter(test="electrolytes").values_list("pk", flat=True)
    known = {"name": "沈白芷", "born_on": "1988-04-12"}
    taking = Taking(tuple(made), known, answers("electrolytes"))
    [tube] = collect(actor=room.nurse, visit_id=room.visit_id, taking=taking)
    receive(actor=lab.first, specimen_id=tube)
    typed = results("electrolytes", k="6.8", na="130")
    report = enter_results(actor=lab.first, specimen_id=tube, typed=typed)
    alarm = page.locator("#visit-laboratory .yl-note[role=alert]")
    expect(alarm).to_contain_text("6.80")
    looks_right(page, language)
    picture(page, f"lab-critical-{language}")
    alarm.locator("button").click()
    page.locator("#critical-read").fill("6.8")
    looks_right(page, language)
    picture(page, f"lab-read-back-{language}")
    page.locator("#dialog button[type=submit]").click()
    expect(page.locator("#dialog")).not_to_be_visible()
    release_report(actor=lab.second, report_id=report)
    shown = page.locator(f"[hx-get$='{report}/']")
    shown.click()
    page.locator("#dialog .lab-values").wait_for()
    looks_right(page, language)
    picture(page, f"lab-report-{language}")

    measured_again(lab, known)
    user = User.objects.get(pk=who.account().user_id)
    phone = visit("/my/me/reports", user=user, size="phone", language=language)
    looks_right(phone, language)
    picture(phone, f"my-reports-{language}")
    phone.locator("main .po-line").first.click()
    expect(phone.locator(".po-result .lab-trend").first).to_be_visible()
    looks_right(phone, language)
    picture(phone, f"my-report-{language}")
