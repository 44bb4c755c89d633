"""Who looks after the system finds what was given up or failed on a phone, and deals with it."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_bookings import picture
from yilu.platform import clock
from yilu.platform.ids import new_id
from yilu.platform.models import AuditEntry, Job, Timer, User
from yilu.scheduling.tests.factories import make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = {
    "zh": ("系统", "再试一次", ("为无法照常的预约另找时间", "不再列出")),
    "en": ("System", "Try again", ("Look for other places", "Put away")),
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_was_given_up_is_tried_again_by_a_press_on_a_phone(visit, looks_right, language):
    clinic = make_clinic()
    for handler in ("scheduling.no_show", "scheduling.remind_day"):
        Timer.objects.create(
            key=handler,
            handler=handler,
            subject_id=new_id(),
            due_at=clock.now(),
            state="dead",
            tries=10,
            done_at=clock.machine_now(),
        )
    for kind, why in (("prediction.train", "worker"), ("scheduling.plan", "database")):
        Job.objects.create(
            kind=kind,
            state="failed",
            finished_at=clock.machine_now(),
            result={"why": why, "error": "django.db.utils.OperationalError in plan_anew:31"},
        )
    made = make_staff("administrator", site_id=clinic.site_id)
    page = visit("/", size="phone", language=language, user=User.objects.get(pk=made.user_id))
    title, again, away = WORDS[language]
    page.goto(f"{visit.address}/system/")
    expect(page.locator("h1")).to_have_text(title)
    rows = page.locator("#system .yl-row")
    expect(rows).to_have_count(4)
    looks_right(page, language)
    picture(page, f"system-phone-{language}")
    rows.last.scroll_into_view_if_needed()
    picture(page, f"system-failed-phone-{language}")

    rows.first.get_by_role("button", name=again).click()

    expect(rows).to_have_count(3)
    rows.filter(has_text=away[0]).get_by_role("button", name=away[1]).click()
    expect(rows).to_have_count(2)
    picture(page, f"system-again-phone-{language}")
    assert Job.objects.get(kind="scheduling.plan").state == "cancelled"
    assert AuditEntry.objects.filter(action="platform.given_up.retried").count() == 1
