"""A procedure of risk in a browser: talked over, checked, begun, spoken, observed."""

from uuid import UUID

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Visit
from tests.browser.patience import eventually
from tests.browser.test_bookings import picture
from tests.browser.test_patient import open_now
from tests.browser.test_setup import Look
from tests.browser.test_undoing import doctor, in_the_room
from yilu.clinical.models import Exemption, Procedure
from yilu.clinical.operations.procedures import sign_talk
from yilu.platform import actors
from yilu.platform.models import User
from yilu.portal.tests.factories import Someone
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.covers("C16", "C18", "C20")
@pytest.mark.parametrize(
    ("language", "size"), [("zh", "desktop"), ("en", "phone"), ("zh", "phone"), ("en", "desktop")]
)
def test_a_procedure_is_talked_over_checked_begun_and_observed(
    visit: Visit, looks_right: Look, language: str, size: str
):
    zh = language == "zh"
    front, free = open_now()
    in_the_room(front.clinic, Someone(), free)
    site_id = front.clinic.site_id
    page = visit("/room/", user=doctor(front.clinic), language=language, size=size)
    page.get_by_role("button", name="治疗…" if zh else "Treatment…").click()
    dialog = page.locator("#dialog")
    dialog.get_by_role("button", name="诊疗操作" if zh else "Procedures", exact=True).click()
    expect(dialog.locator("[name=what]")).to_be_visible()
    looks_right(page, language)
    picture(page, f"procedures-{language}-{size}")
    dialog.locator("[name=kind]").select_option("injection")
    dialog.locator("[name=what]").fill("TT 0.5 ml")
    dialog.locator("button.btn-primary").click()

    expect(page.get_by_role("alert")).to_be_visible()
    looks_right(page, language)
    picture(page, f"procedure-not-examined-{language}-{size}")
    page.get_by_role("button", name="免检开始…" if zh else "Begin without it…").click()
    dialog.locator("[name=reason]").fill("3 d, 38 ℃")
    dialog.locator("[name=is_emergency]").check()
    looks_right(page, language)
    picture(page, f"exempt-{language}-{size}")
    dialog.locator("button[type=submit]").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    assert Exemption.objects.get().is_emergency

    _goes_through(page, looks_right, language, size, site_id)
    assert Procedure.objects.get().state == "done"

    manager: User = User.objects.get(pk=make_staff("manager", site_id=site_id).actor().user_id)
    assert actors.load(manager).may("clinical.oversee", site_id)
    board = visit(
        f"/clinical/oversight/?site={site_id}", user=manager, language=language, size=size
    )
    expect(board.get_by_text("3 d, 38 ℃")).to_be_visible()
    looks_right(board, language)
    picture(board, f"oversight-{language}-{size}")


def _goes_through(page: Page, looks_right: Look, language: str, size: str, site_id: UUID) -> None:
    """Two talk it over, the list is ticked, it begins, somebody speaks, it ends, one looks."""
    page.locator("form[action$='/talk'] button").click()
    expect(page.locator("form[action$='/talk']")).to_have_count(0)
    nurse = make_staff("nurse", site_id=site_id, name="赵护士").actor()
    sign_talk(actor=nurse, procedure_id=Procedure.objects.get().pk)
    checks = page.locator("form[action$='/check'] button")
    for left in reversed(range(7)):
        checks.first.click()
        expect(checks).to_have_count(left)
    looks_right(page, language)
    picture(page, f"procedure-checked-{language}-{size}")
    # What is typed before the answer of a press stays: nobody waits for it while somebody speaks.
    held: list[Route] = []
    page.route("**/start", lambda route: held.append(route))  # noqa: PLW0108
    page.locator("form[action$='/start'] button").click()
    eventually(page, lambda: len(held) == 1)
    page.locator("[name=text]").first.fill("OK")
    held[0].continue_()
    expect(page.locator("form[action$='/start']")).to_have_count(0)
    page.locator("form[action$='/said'] button").first.click()
    expect(page.locator(".cl-log").first).to_contain_text("OK")
    page.locator("form[action$='/end'] button").click()
    expect(page.locator(".cl-look")).to_be_visible()
    looks_right(page, language)
    picture(page, f"procedure-watched-{language}-{size}")
    page.locator(".cl-look button[value='1']").click()
    expect(page.locator(".cl-look")).to_have_count(0)
