"""Teeth in the doctor's room: clicked, keyed and typed; on paper; for the patient to look at."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import SOAK, Visit
from tests.browser.patience import eventually
from tests.browser.test_bookings import picture
from tests.browser.test_patient import open_now
from tests.browser.test_setup import Look
from tests.browser.test_undoing import doctor, in_the_room
from yilu.catalogue.models import Service
from yilu.dental.models import PerioVersion, PlanItem, ToothEntry, ToothImage
from yilu.facility.models import Department
from yilu.platform.models import User
from yilu.portal.tests.factories import Someone

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("C09"),
]
ALL = [("zh", "desktop"), ("en", "desktop"), ("zh", "phone"), ("en", "phone")]
SIZES = ALL if SOAK else ALL[:1]


def in_the_chair() -> User:
    """A patient who was called to a dentist."""
    front, free = open_now()
    Department.objects.filter(site_id=front.clinic.site_id).update(specialty="dental")
    in_the_room(front.clinic, Someone(), free)
    return doctor(front.clinic)


def to_the_teeth(page: Page) -> None:
    page.locator("[data-tab=tab-teeth]").click()
    expect(page.locator("#dental-chart [data-tooth]")).to_have_count(32)


def while_news_come(page: Page, send: Callable[[], None]) -> None:
    """Send something, and have what others changed fetched before its answer comes."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/enter", hold)
    send()
    eventually(page, lambda: held)
    with page.expect_response(lambda answer: "/record" in answer.url):
        page.locator("#dental-record").evaluate(
            "record => record.parentElement.dispatchEvent(new CustomEvent('live'))"
        )
    held[0].continue_()
    page.unroute("**/enter")


def entries() -> set[tuple[str, str, str, str]]:
    rows = ToothEntry.objects.filter(withdrawn_at=None)
    return set(rows.values_list("tooth", "surfaces", "finding", "layer"))


@pytest.mark.parametrize(("language", "size"), SIZES)
def test_findings_are_clicked_and_typed_and_told_to_the_patient(
    visit: Visit, looks_right: Look, language: str, size: str
):
    visit.expect("422")  # Words that nobody understands.
    page = visit("/room/", user=in_the_chair(), language=language, size=size)
    to_the_teeth(page)
    chart = page.locator("#dental-chart")
    looks_right(page, language)

    chart.locator("[data-tooth='16'] [data-s=O]").click()
    chart.locator("[data-tooth='16'] [data-s=M]").click()
    chart.locator("[data-finding=caries]").click()
    expect(chart.locator("[data-tooth='16'] [data-s=M]")).to_have_class(
        "yl-tooth dn-s f-caries l-existing"
    )
    chart.locator("[data-typed]").fill("36 缺失; 46 拟拔除; 26 MOD 树脂充填 完成; 11 冠")
    chart.locator("[data-typed]").press("Enter")
    expect(chart.locator("[data-tooth='36']")).to_have_class("dn-tooth is-missing")
    expect(chart.locator("[data-typed]")).to_have_value("")
    chart.locator("[data-typed]").fill("37 99")
    while_news_come(page, lambda: chart.locator("[data-typed]").press("Enter"))
    expect(page.locator("[data-errors], #toasts").filter(has_text="99").first).to_be_visible()
    expect(chart.locator("[data-typed]")).to_have_value("37 99")
    looks_right(page, language)
    picture(page, f"teeth-{language}-{size}")

    assert entries() == {
        ("16", "MO", "caries", "existing"), ("36", "", "missing", "existing"),
        ("46", "", "extraction", "planned"), ("26", "MOD", "filling", "done"),
        ("11", "", "crown", "existing"),
    }  # fmt: skip
    for name in ("chair", "print"):
        address = page.locator(f".dn-links a[href$='/{name}']").get_attribute("href")
        shown = visit(address or "", context=page.context)
        expect(shown.locator("[data-tooth]")).to_have_count(32)
        looks_right(shown, language)
        picture(shown, f"teeth-{name}-{language}-{size}")


def test_a_tooth_is_charted_by_keys_alone_and_only_it_is_painted_again(visit: Visit):
    page = visit("/room/", user=in_the_chair())
    to_the_teeth(page)
    chart = page.locator("#dental-chart")

    chart.locator("[data-tooth='18']").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowUp", "o", "d", "w", "2"):
        page.keyboard.press(key)

    expect(chart.locator("[data-tooth='16'] [data-s=O]")).to_have_class("yl-tooth dn-s l-planned")
    assert entries() == {("16", "OD", "filling", "planned")}
    # Two surfaces, the tooth itself, its words twice: five of more than a thousand attributes.
    expect(chart).to_have_attribute("data-writes", "5")
    expect(chart.locator("[data-tooth='16']")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("e")
    page.keyboard.press("4")
    expect(chart.locator("[data-tooth='15']")).to_have_class("dn-tooth is-missing")
    expect(chart).to_have_attribute("data-writes", "8")


def test_two_windows_show_the_same_chart_and_an_old_day(visit: Visit):
    user = in_the_chair()
    one, two = (visit("/room/", user=user) for _ in range(2))
    to_the_teeth(one)
    to_the_teeth(two)

    one.locator("[data-typed]").fill("16 missing")
    one.locator("[data-typed]").press("Enter")

    expect(two.locator("[data-tooth='16']")).to_have_class("dn-tooth is-missing")
    two.locator("#dn-day").fill("0")
    expect(two.locator(".dn-entries button")).to_have_count(0)
    two.locator("#dn-day").fill("1")
    two.locator(".dn-entries button").first.click()
    two.locator("#dialog [name=reason]").fill("16 → 17")
    two.locator("#dialog button[type=submit]").click()
    expect(one.locator("[data-tooth='16']")).to_have_class("dn-tooth")


@pytest.mark.parametrize(("language", "size"), SIZES)
def test_gums_are_measured_by_keys_compared_signed_and_printed(
    visit: Visit, looks_right: Look, language: str, size: str
):
    user = in_the_chair()
    page = visit("/room/", user=user, language=language, size=size)
    page.locator("[data-tab=tab-teeth]").click()
    page.locator(".dn-links a[href$='/perio']").click()
    site = ".dn-site[data-tooth='{}'][data-site={}]".format

    page.locator(site(18, "DB")).focus()
    for key in ("3", "5", "b", "+", "0", "Backspace", "4", "r", "1", "r", "u", "m"):
        page.keyboard.press(key)
    expect(page.locator(site(18, "B"))).to_have_class("dn-site is-pocket has-b")
    expect(page.locator(site(18, "MB"))).to_contain_text("4")
    expect(page.locator("#perio-kept")).to_contain_text("33.3 %")
    # Lines lie above the ground of the sites, which would hide them.
    expect(page.locator(".dn-site ~ .dn-pocket")).to_have_count(4)
    page.locator("[data-does='7']").click()
    looks_right(page, language)
    picture(page, f"perio-{language}-{size}")
    page.locator("#perio-form button[type=submit]").click()
    expect(page.locator(".dn-versions li")).to_have_count(1)
    expect(page.locator("#perio-kept")).to_contain_text("≥ III")

    address = page.locator(".dn-links a[href*='/perio/print']").get_attribute("href")
    paper = visit(address or "", context=page.context)
    expect(paper.locator(".is-deep")).to_have_count(1)
    looks_right(paper, language)
    picture(paper, f"perio-print-{language}-{size}")
    assert PerioVersion.objects.get().content == {
        "17": {"d": [None, None, 7, None, None, None], "m": 1},
        "18": {"d": [4, 5, 3, None, None, None], "b": "010000"},
    }


@pytest.mark.parametrize(("language", "size"), SIZES)
def test_a_tooth_is_planned_photographed_and_done(
    visit: Visit, looks_right: Look, language: str, size: str
):
    user = in_the_chair()
    give_services()
    page = visit("/room/", user=user, language=language, size=size)
    to_the_teeth(page)
    chart = page.locator("#dental-chart")
    plan, images = page.locator("#dental-plan"), page.locator("#dental-images")

    chart.locator("[data-tooth='36'] [data-s=O]").click()
    expect(plan.locator("[name=teeth]")).to_have_value("36")
    expect(plan.locator("[name=surfaces]")).to_have_value("O")
    plan.locator("select[name=service]").select_option(index=1)
    plan.locator(".dn-add button").click()
    expect(plan.locator("[data-item='36']")).to_have_count(1)
    expect(chart.locator("[data-tooth='36'] [data-s=O]")).to_have_class(
        "yl-tooth dn-s l-planned is-chosen"
    )
    film = {"name": "x.png", "mimeType": "image/png", "buffer": a_film()}
    images.locator("[data-file]").first.set_input_files([film, film | {"name": "y.png"}])
    expect(images.locator("[data-strip] > li")).to_have_count(2)
    looks_right(page, language)
    picture(page, f"chair-room-{language}-{size}")
    address = page.locator(".dn-links a[href$='/']").first.get_attribute("href")
    whole = visit(address or "", context=page.context)
    expect(whole.locator("#dental-images [data-strip] > li")).to_have_count(2)
    looks_right(whole, language)
    picture(whole, f"chair-page-{language}-{size}")

    whole.locator("#dental-images a").first.click()
    whole.locator("nav.dn-strip a").nth(1).click()
    expect(whole.locator("[data-pane] img")).to_have_count(2)
    whole.locator("[data-set=zoom]").first.fill("200")
    expect(whole.locator(".dn-glass img").first).to_have_attribute("style", re.compile("scale.2."))
    looks_right(whole, language)
    picture(whole, f"look-{language}-{size}")

    plan.get_by_role("button", name="提交方案" if language == "zh" else "Propose").click()
    for name in ("explanation", "benefits", "risks"):
        page.locator(f"#dialog [name={name}]").fill("36, 2 × 30 min")
    looks_right(page, language)
    page.locator("#dialog button[type=submit]").click()
    expect(page.locator("#plan")).to_be_visible()
    assert ToothImage.objects.count() == 2
    assert PlanItem.objects.get().plan_id is not None


def give_services() -> None:
    """Let the department of the clinic plan fillings."""
    Service.objects.update(key="filling", specialty="dental")


def a_film() -> bytes:
    made = BytesIO()
    Image.new("L", (320, 240), 90).save(made, "PNG")
    return made.getvalue()
