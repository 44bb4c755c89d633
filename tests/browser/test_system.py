"""Who looks after the system finds what was given up on a phone, and has it tried again."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_bookings import picture
from yilu.platform import clock
from yilu.platform.ids import new_id
from yilu.platform.models import AuditEntry, Timer, User
from yilu.scheduling.tests.factories import make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = {"zh": ("系统", "再试一次"), "en": ("System", "Try again")}


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
    made = make_staff("administrator", site_id=clinic.site_id)
    page = visit("/", size="phone", language=language, user=User.objects.get(pk=made.user_id))
    title, again = WORDS[language]
    page.goto(f"{visit.address}/system/")
    expect(page.locator("h1")).to_have_text(title)
    rows = page.locator("#system .yl-row")
    expect(rows).to_have_count(2)
    looks_right(page, language)
    picture(page, f"system-phone-{language}")

    rows.first.get_by_role("button", name=again).click()

    expect(rows).to_have_count(1)
    picture(page, f"system-again-phone-{language}")
    assert AuditEntry.objects.filter(action="platform.given_up.retried").count() == 1
