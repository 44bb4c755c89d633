"""A record opened for a stated reason, in a browser: refused, asked, opened, reviewed, seen."""

import os
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.test_bookings import picture
from tests.browser.test_setup import Look
from yilu.clinical.tests.factories import make_room
from yilu.patients.models import Account
from yilu.patients.operations.accounts import ensure_account
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.models import User
from yilu.records.models import Opening
from yilu.visits import models as visits
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAYS = [("zh", "desktop")]
if os.environ.get("YILU_SOAK") == "1":
    WAYS += [("en", "desktop"), ("zh", "phone"), ("en", "phone")]


@pytest.mark.covers("C13")
@pytest.mark.parametrize(("language", "size"), WAYS)
def test_a_record_opens_for_a_reason_which_others_review_and_the_patient_sees(
    visit: Visit, looks_right: Look, language: str, size: str
):
    room = make_room()
    long_ago = clock.now() - timedelta(days=300)
    visits.Visit.objects.update(
        arrived_at=long_ago, left_at=long_ago, state="left", clinic_day=long_ago.date()
    )
    chief = make_staff("manager", site_id=room.site_id, name="马经理")
    doctor = User.objects.get(pk=room.doctor.user_id)

    record = f"/clinical/visit/{room.visit_id}/"
    asked = f"/records/patient/{room.patient_id}/open?next={record}"
    page = visit(asked, user=doctor, language=language, size=size)
    page.locator("[name=reason][value=contact]").check()
    page.locator("[name=text]").fill("2 × 36")
    looks_right(page, language)
    picture(page, f"access-asked-{language}-{size}")
    page.locator("main button[type=submit]").click()
    expect(page.locator(".yl-stated")).to_be_visible()
    expect(page.locator(".yl-banner")).to_be_visible()
    looks_right(page, language)
    picture(page, f"access-open-{language}-{size}")
    page.close()

    page = visit(f"/patients/{room.patient_id}/", user=doctor, language=language, size=size)
    expect(page.locator("#slot-access .yl-row")).to_be_visible()
    page.locator("#slot-access").scroll_into_view_if_needed()
    looks_right(page, language)
    picture(page, f"access-patient-{language}-{size}")
    page.close()

    manager = User.objects.get(pk=chief.user_id)
    page = visit("/records/openings/", user=manager, language=language, size=size)
    picture(page, f"access-review-{language}-{size}")
    page.locator("#openings button").click()
    page.locator("#dialog [name=verdict][value=justified]").check()
    looks_right(page, language)
    picture(page, f"access-verdict-{language}-{size}")
    page.locator("#dialog button[type=submit]").click()
    expect(page.locator("#openings button")).to_have_count(0)
    assert Opening.objects.get().verdict == "justified"
    page.close()

    account = ensure_account(actor=Actor.system("door"), phone="+8613800138000")
    Account.objects.create(user=account, patient_id=room.patient_id, how="matched")
    page = visit("/my/me/readings", user=account, language=language, size="phone")
    expect(page.locator(".po-line").first).to_contain_text("陈谷雨" if language == "zh" else "Chen")
    looks_right(page, language)
    picture(page, f"access-readings-{language}")
