"""Visit cards at the desk and on the phone; an ID card that is read from a photo."""

import pytest
from playwright.sync_api import Route, expect

from tests.browser.test_bookings import picture
from tests.browser.test_patient import open_now
from yilu.facility.models import Site
from yilu.patients.models import Card, Patient
from yilu.patients.operations.cards import issue_card
from yilu.patients.tests.factories import make_actor, make_id_number, make_patient, make_site
from yilu.patients.tests.papers import as_bytes, drawn, on_a_table
from yilu.platform.models import User
from yilu.portal.tests.factories import Someone
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.covers("B01")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_photo_of_a_card_fills_in_the_form_and_a_person_registers(visit, looks_right, language):
    site = make_site()
    clerk = User.objects.get(pk=make_staff("front_desk", site_id=site.pk).user_id)
    page = visit("/patients/new", user=clerk, language=language)
    photo = {
        "name": "card.jpg",
        "mimeType": "image/jpeg",
        "buffer": as_bytes(on_a_table(drawn(), turned=4)),
    }
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/patients/check/card", hold)
    page.locator("[name=photo]").set_input_files(photo)
    expect(page.locator(".pt-reading")).to_be_visible()
    with page.expect_response("**/patients/check/card", timeout=60_000) as read:
        held[0].continue_()
    assert read.value.status == 200
    expect(page.locator(".pt-reading")).not_to_be_visible()
    page.locator("#form [role=status]").wait_for()
    assert page.locator("[name=id_number]").input_value() == make_id_number()
    assert page.locator("[name=name]").input_value() == "张小明"
    assert page.locator("[name=born_on]").input_value() == "1985-03-14"
    assert not Patient.objects.exists()
    looks_right(page, language)
    picture(page, f"card-photo-{language}")
    page.locator("[name=phone]").fill("12100003482")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/patients/*-*/")
    assert Patient.objects.get().id_number == make_id_number()


@pytest.mark.covers("B21")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_desk_gives_out_loses_finds_and_prints_a_card(visit, looks_right, language, size):
    site = make_site()
    clerk = User.objects.get(pk=make_staff("front_desk", site_id=site.pk).user_id)
    patient = make_patient(site, "张小明", phone="12100003482")
    page = visit(f"/patients/{patient}/", user=clerk, language=language, size=size)
    part = page.locator("#slot-cards")
    part.locator("button[hx-get$='/cards/new']").first.click()
    dialog = page.locator("dialog[open]")
    dialog.locator("[name=number]").fill("VC-20417")
    looks_right(page, language)
    picture(page, f"cards-issue-{size}-{language}")
    dialog.locator("button[type=submit]").click()
    expect(part.locator("form[action$='/lost']")).to_be_visible()
    part.scroll_into_view_if_needed()
    looks_right(page, language)
    picture(page, f"cards-works-{size}-{language}")
    card = Card.objects.get()
    paper = visit(f"/patients/{patient}/cards/{card.pk}/print", user=clerk, language=language)
    picture(paper, f"cards-paper-{size}-{language}")
    part.locator("form[action$='/lost'] button").click()
    page.locator("dialog[open] button.btn-stop-solid, dialog[open] [data-yes]").first.click()
    expect(part.locator("form[action$='/found']")).to_be_visible()
    looks_right(page, language)
    picture(page, f"cards-lost-{size}-{language}")


@pytest.mark.covers("B21")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_patient_stops_a_lost_card_on_the_phone_and_the_desk_learns_of_it(
    visit, looks_right, language
):
    front, _free = open_now()
    site = Site.objects.get(pk=front.clinic.site_id)
    who = Someone()
    patient = who.patient(site.pk, "欧阳静")
    user = User.objects.get(pk=who.account().user_id)
    card = issue_card(actor=make_actor(site), patient_id=patient, number="VC-20417")
    phone = visit("/my/me", user=user, size="phone", language=language)
    phone.locator("a[href='/my/me/cards']").click()
    phone.locator(f"a[href$='{card}/lost']").wait_for()
    looks_right(phone, language)
    picture(phone, f"cards-mine-{language}")
    phone.locator(f"a[href$='{card}/lost']").click()
    phone.locator("main button.btn-stop-solid").wait_for()
    looks_right(phone, language)
    picture(phone, f"cards-sure-{language}")
    assert Card.objects.get().ended_at is None
    phone.locator("main button.btn-stop-solid").click()
    phone.wait_for_url("**/my/me/cards")
    looks_right(phone, language)
    picture(phone, f"cards-stopped-{language}")
    assert Card.objects.get().ended_why == "lost"
    clerk = User.objects.get(pk=make_staff("front_desk", site_id=site.pk).user_id)
    work = visit("/pathways/worklist", user=clerk, language=language)
    name = {"zh": "欧阳静", "en": "Ouyang Jing"}[language]
    expect(work.locator("main")).to_contain_text(name)
    picture(work, f"cards-worklist-{language}")
