"""The level of urgency at the nurse's desk: suggested by what is typed, kept with a reason."""

from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser.test_bookings import picture
from tests.browser.test_nurse_intake import LEVEL, typed
from yilu.platform.models import User
from yilu.queueing.models import Ticket
from yilu.queueing.tests.factories import make_clinic, row
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.covers("B06")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_values_suggest_a_level_and_the_nurse_keeps_it(visit, looks_right, language, size):
    clinic = make_clinic()
    nurse = User.objects.get(pk=make_staff("nurse", site_id=clinic.site_id).user_id)
    patient = clinic.patient("欧阳静", born_on=date(1986, 5, 4))
    ticket = row(clinic.ticket(patient_id=patient).id)
    path = f"/clinical/visit/{ticket.visit_id}/assess/"
    page = visit(path, user=nurse, language=language, size=size)
    strip = page.locator("#level")
    expect(strip).to_contain_text(ticket.number)

    typed(page, "[name=systolic]", "95", "60", "155", "36.8", "18", "88")
    expect(page.locator("#live-score [data-score=acuity]")).to_contain_text(LEVEL[language])
    page.keyboard.press("Control+Enter")
    expect(strip.locator("[data-suggested]")).to_contain_text(LEVEL[language])
    looks_right(page, language)
    picture(page, f"level-strip-{size}-{language}")

    strip.locator("button").click()
    dialog = page.locator("#dialog")
    expect(dialog.locator("[name=reason]")).not_to_have_value("")
    looks_right(page, language)
    picture(page, f"level-dialog-{size}-{language}")
    dialog.locator("button[type=submit]").click()
    expect(strip.locator("button.btn-quiet")).to_be_visible()
    looks_right(page, language)
    picture(page, f"level-kept-{size}-{language}")
    assert Ticket.objects.get(pk=ticket.pk).level == 2
