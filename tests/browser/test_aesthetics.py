"""A visit for looks: asked and mapped, photographed, drawn on, treated, and compared."""

import io
import re

import pytest
from django.urls import reverse
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser.conftest import SOAK, Visit
from tests.browser.test_bookings import picture
from tests.browser.test_patient import open_now
from tests.browser.test_setup import Look
from tests.browser.test_undoing import doctor, in_the_room
from yilu.aesthetics.models import AdviceText, Consultation, Design, Photo
from yilu.aesthetics.rules.care import default_advice
from yilu.facility.models import Department, Device
from yilu.platform.models import User
from yilu.portal.tests.factories import Someone
from yilu.workforce.operations.posts import assign_post
from yilu.workforce.tests.factories import FIRST_DAY, HIRER

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("C10"),
]
OTHERS = [("en", "desktop"), ("zh", "phone"), ("en", "phone")]
SIZES = [("zh", "desktop"), *(OTHERS if SOAK else [])]


def in_the_treatment_room() -> User:
    """A patient who was called to a department of aesthetics that has a device."""
    front, free = open_now()
    site_id = front.clinic.site_id
    Department.objects.filter(site_id=site_id).update(specialty="aesthetics")
    name = {"zh-Hans": "强脉冲光治疗仪 1 号", "en": "Pulsed light 1"}
    Device.objects.create(site_id=site_id, key="ipl-1", name=name, kind="ipl")
    in_the_room(front.clinic, Someone(), free)
    return doctor(front.clinic)


def face(shift: int = 0) -> bytes:
    """A drawn face that is nobody's."""
    drawn = Image.new("RGB", (320, 400), (238, 233, 226))
    pen = ImageDraw.Draw(drawn)
    pen.ellipse((70 + shift, 60, 250 + shift, 340), fill=(236, 205, 180), outline=(150, 110, 90))
    for x in (120, 200):
        pen.ellipse((x - 14 + shift, 170, x + 14 + shift, 190), fill=(255, 255, 255))
        pen.ellipse((x - 6 + shift, 174, x + 6 + shift, 186), fill=(70, 50, 40))
    pen.arc((125 + shift, 240, 195 + shift, 290), 10, 170, fill=(170, 80, 80), width=5)
    made = io.BytesIO()
    drawn.save(made, "JPEG", quality=90)
    return made.getvalue()


def draw_on(page: Page, pad: str) -> None:
    """Sign on a pad with the mouse."""
    box = page.locator(f"{pad} [data-pad] svg").first
    box.scroll_into_view_if_needed()
    at = box.bounding_box()
    assert at
    page.mouse.move(at["x"] + 20, at["y"] + 20)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(at["x"] + 20 + step * 18, at["y"] + 20 + (step % 3) * 22)
    page.mouse.up()


def ask(page: Page) -> None:
    """The consultation: two areas by key and by mouse, a wish, one thing that warns."""
    chosen = page.locator("[data-area='cheek_r']")
    chosen.focus()
    page.keyboard.press(" ")
    expect(chosen).to_have_attribute("aria-checked", "true")
    page.locator("[data-area='nose']").click()
    page.locator("[name=wish]").fill("淡化色斑")
    page.locator("[name=skin_type]").select_option("3")
    page.locator("[name=kinds][value=ipl]").check()
    page.locator("[name=q-suntan][value=yes]").check()
    page.locator("[data-all-no]").click()
    page.locator(".ae-form button[type=submit]").click()
    expect(page.locator(".ae-f-warn")).to_have_count(1)


def before_treating(page: Page) -> None:
    """What stands against a session is said as soon as it is chosen."""
    page.locator(".ae-links a[href$='/treatment/']").click()
    page.locator("[name=kind]").select_option("ipl")
    expect(page.locator("#ae-before [name=reason-suntan]")).to_be_visible()
    expect(page.locator("#ae-before [name=device_id] option")).to_have_count(1)


def care_for(page: Page) -> None:
    """The care profile, which stands beside the courses."""
    page.locator(".ae-links a[href$='/care/']").click()
    page.locator("[name=skin]").select_option("dry")
    page.locator("[name=products]").fill("保湿面霜")
    page.locator(".ae-care button[type=submit]").click()
    expect(page.locator(".ae-care h2 [translate=no]")).to_have_count(1)


def look_at_courses(page: Page) -> None:
    """Nothing is sold yet."""
    page.locator(".ae-links a[href$='/courses/']").click()
    expect(page.locator("#aesthetic-courses")).to_be_visible()


def photograph(page: Page) -> None:
    """What photographs may be used for is signed, and two are taken."""
    page.locator(".ae-links a[href$='/photos/']").click()
    page.locator("[name=care]").check()
    page.locator(".ae-uses [name=name]").fill("林半夏")
    draw_on(page, ".ae-uses")
    page.locator(".ae-uses button[type=submit]").click()
    for many, shift in enumerate((0, 24), start=1):
        file = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": face(shift)}
        page.locator("[name=photo]").set_input_files(file)
        page.locator("form[hx-encoding] button[type=submit]").click()
        expect(page.locator(".ae-thumbs a")).to_have_count(many)


def design(page: Page) -> None:
    """Two points by keys, then an amount and words by mouse, one taken back."""
    page.locator(".ae-thumbs a").first.click()
    canvas = page.locator(".ae-canvas svg")
    canvas.focus()
    page.keyboard.press("Enter")
    for _n in range(4):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    page.locator("[data-points-form] button").click()
    expect(page.locator("[data-points-said]")).to_have_text(re.compile("已设置|^Set"))
    page.locator("[name=tool][value=point]").check()
    box = canvas.bounding_box()
    assert box
    quarter = box["height"] / 4
    canvas.click(position={"x": box["width"] / 2 + quarter / 2, "y": 3 * quarter})
    page.locator("[name=tool][value=text]").check()
    page.locator("[data-words]").fill("两颊")
    canvas.click(position={"x": 60, "y": 60})
    canvas.click(position={"x": 90, "y": 90})
    page.locator(".ae-tools [data-undo]").click()
    expect(page.locator("[data-shapes] text")).to_have_count(2)
    page.locator("[data-design] [name=title]").fill("淡斑设计")
    page.locator("[data-design] button[type=submit]").click()
    page.locator(".ae-designs a").first.click()
    expect(page.locator("[data-shapes] text")).to_have_count(2)


@pytest.mark.parametrize(("language", "size"), SIZES)
def test_a_face_is_asked_about_photographed_drawn_on_and_compared(
    visit: Visit, looks_right: Look, language: str, size: str
):
    user = in_the_treatment_room()
    page = visit("/room/", user=user, language=language, size=size)
    page.locator("a[href^='/aesthetics/visit/']").click()

    walks = (ask, before_treating, care_for, look_at_courses, photograph, design)
    for walk in walks:
        walk(page)
        looks_right(page, language)
        picture(page, f"aesthetics-{walk.__name__}-{language}-{size}")
    one, two = Photo.objects.order_by("recorded_at")
    place = reverse("aesthetics:compare", args=[one.visit_id, one.pk, two.pk])
    shown = visit(place, context=page.context)
    shown.locator("[data-slide]").focus()
    shown.keyboard.press("Home")
    expect(shown.locator("[data-clip]")).to_have_attribute("x", "0")
    shown.locator("[name=way][value=side]").check()
    expect(shown.locator(".ae-side")).to_be_visible()
    shown.locator("[name=way][value=slider]").check()
    looks_right(shown, language)
    picture(shown, f"aesthetics-compare-{language}-{size}")

    assert Consultation.objects.get().areas == ["nose", "cheek_r"]
    point = Design.objects.get().shapes[0]
    assert point["unit"] == "U"
    # Three quarters down a picture of 1000 by 1250, however it is fitted into the page.
    assert point["at"] == pytest.approx([656, 937.5], abs=8)


def test_what_one_window_writes_the_other_shows_but_for_what_is_being_filled_in(visit: Visit):
    visit.expect("412")  # A colleague was quicker.
    user = in_the_treatment_room()
    one, two = (visit("/room/", user=user) for _ in range(2))
    for page in (one, two):
        page.locator("a[href^='/aesthetics/visit/']").click()
    ask(one)
    expect(two.locator(".ae-f-warn")).to_have_count(1)

    two.locator("[name=expects]").fill("一个月内见效")
    two.locator("[name=expects]").blur()
    one.locator("[name=wish]").fill("淡化色斑，先做一侧")
    one.locator(".ae-form button[type=submit]").click()
    expect(one.locator("#toasts")).to_contain_text("咨询")
    two.locator(".ae-form button[type=submit]").click()
    expect(two.locator("[data-errors], #toasts").filter(has_text="先")).to_be_visible()
    expect(two.locator("[name=expects]")).to_have_value("一个月内见效")

    # Who has read what the colleague wrote sends the same again, and it counts.
    two.locator(".ae-form button[type=submit]").click()
    expect(two.locator("#toasts")).to_contain_text("咨询已保存")
    assert Consultation.objects.latest("n").expects == "一个月内见效"


@pytest.mark.parametrize(("language", "size"), SIZES)
def test_advice_is_worded_by_a_doctor_who_runs_the_clinic(
    visit: Visit, looks_right: Look, language: str, size: str
):
    user = in_the_treatment_room()
    site_id = Device.objects.get().site_id
    assign_post(actor=HIRER, user_id=user.pk, post="manager", site_id=site_id, from_on=FIRST_DAY)
    page = visit("/room/", user=user, language=language, size=size)
    page.locator("a[href^='/aesthetics/visit/']").click()
    page.locator(".ae-links a[href$='/care/']").click()
    page.locator(".ae-care details summary").last.click()
    page.locator(".ae-care [name=kind]").select_option("ipl")
    words = page.locator(".ae-care [name=zh]")
    expect(words).to_have_value("\n".join(default_advice("ipl").words["zh-Hans"]))
    page.locator("#advice-words button").scroll_into_view_if_needed()
    looks_right(page, language)
    picture(page, f"aesthetics-words-{language}-{size}")

    words.fill("当天冷敷")
    AdviceText.objects.create(kind="ipl", words={"zh-Hans": ["三日忌酒"]}, version=1)
    visit.expect("412")  # A colleague was quicker.
    page.locator("#advice-words button").click()
    expect(page.locator("[data-errors], #toasts").filter(has_text="三日忌酒")).to_be_visible()
    page.locator("#advice-words button").click()
    expect(page.locator("#advice-words button")).to_have_count(0)
    assert AdviceText.objects.get().words["zh-Hans"] == ["当天冷敷"]
