"""The imaging post: checked, begun, reported, verified; and the viewer of what came."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_bookings import picture
from tests.browser.test_laboratory import user
from yilu.diagnostics.models import Study
from yilu.diagnostics.operations.studies import arrive_study
from yilu.diagnostics.tests.study_factories import asked, fine, make_post, reported_at, taken
from yilu.diagnostics.tests.test_study_pages import sent
from yilu.interop.tests.test_devices import heard, known, oru
from yilu.platform.models import User
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.covers("D02", "D03")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_examination_is_checked_and_reported(visit, looks_right, language):
    post = make_post()
    study_id = asked(post, reason="咳嗽两周，排除肺炎")
    arrive_study(actor=post.first, study_id=study_id)
    visit.expect("422")
    page = visit("/examinations/imaging/", user=user(post.first), language=language)
    page.locator(".lab-row .yl-open").first.click()
    page.locator("#id-name").fill("林半夏")
    page.locator("#id-born_on").fill("19860504")
    for key, answer in fine(study_id, pregnant="yes").items():
        page.locator(f"[name=check-{key}][value={answer}]").check()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#override")).to_be_visible()
    looks_right(page, language)
    picture(page, f"imaging-check-{language}")
    page.locator("[name=check-pregnant][value=no]").check()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#study-part [data-state], #study-part .yl-why").first).to_be_visible()
    page.locator("#study-part form button.btn-primary").click()
    page.locator("#study-findings").fill("两肺纹理清晰，未见实变。")
    page.locator("#study-impression").fill("胸部未见明显异常。")
    looks_right(page, language)
    picture(page, f"imaging-report-{language}")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#study-part .im-text")).to_be_visible()
    assert Study.objects.get().state == "reported"


@pytest.mark.covers("D03")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_images_are_looked_at(visit, looks_right, language):
    post = make_post()
    study_id = taken(post)
    sent(post, study_id, size=64)
    page = visit(
        f"/examinations/imaging/studies/{study_id}/images",
        user=user(post.doctor),
        language=language,
    )
    canvas = page.locator("#vw-canvas")
    expect(canvas).to_have_attribute("data-shown", "1")
    before = page.locator("#vw-state").text_content()
    canvas.hover()
    page.mouse.down()
    page.mouse.move(400, 500)
    page.mouse.up()
    expect(page.locator("#vw-state")).not_to_have_text(before)
    page.keyboard.press("l")
    page.mouse.move(500, 300)
    page.mouse.down()
    page.mouse.move(650, 420)
    page.mouse.up()
    looks_right(page, language)
    picture(page, f"viewer-{language}")
    page.keyboard.press("0")
    expect(page.locator("#vw-state")).to_have_text(before)


@pytest.mark.covers("D03", "D05")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_fits_nowhere_and_reports_at_the_desk(visit, looks_right, language):
    post = make_post()
    study_id = taken(post)
    sent(post, study_id, size=64)
    sent(post, None, size=64)
    reported_at(post, study_id)
    site_id = post.room.site_id
    desk, tester = (
        User.objects.get(pk=make_staff(one, site_id=site_id).actor().user_id)
        for one in ("front_desk", "laboratory")
    )
    known(site_id, "hl7", "SYSMEX")
    heard(oru("NOBODY"))
    pages = {
        "unmatched": ("/examinations/imaging/unmatched", user(post.first)),
        "imaging-list": ("/examinations/imaging/?step=released", user(post.first)),
        "imaging-study": (f"/examinations/imaging/?study={study_id}", user(post.first)),
        "machines": ("/interop/devices/", tester),
        "lab-figures": ("/examinations/laboratory/?step=rejected", tester),
        "reports": ("/examinations/reports/", desk),
        "viewer": (f"/examinations/imaging/studies/{study_id}/images", user(post.doctor)),
    }
    for name, (address, who) in pages.items():
        page = visit(address, user=who, language=language, size="phone")
        page.locator("main").wait_for()
        looks_right(page, language)
        picture(page, f"{name}-phone-{language}")
    for name in ("unmatched", "machines"):
        page = visit(pages[name][0], user=pages[name][1], language=language)
        looks_right(page, language)
        picture(page, f"{name}-{language}")
    visit.expect("422")
    page = visit("/examinations/reports/", user=desk, language=language)
    looks_right(page, language)
    picture(page, f"reports-{language}")
    page.locator("main .yl-row button").click()
    page.locator("#id-name").fill("林半夏")
    page.locator("#id-born_on").fill("1986-05-05")
    page.locator("#dialog button[type=submit]").click()
    expect(page.locator("#dialog [role=alert]")).to_be_visible()
    looks_right(page, language)
    picture(page, f"reports-wrong-{language}")
    page.locator("#id-born_on").fill("1986-05-04")
    page.locator("#dialog button[type=submit]").click()
    expect(page.locator("#dialog a[target=_blank]")).to_be_visible()
    picture(page, f"reports-right-{language}")
