"""A patient's own record on the phone: read, in large print and plain words, and taken along."""

import os

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.test_bookings import picture
from tests.browser.test_setup import Look
from yilu.patients.models import Account
from yilu.patients.operations.accounts import ensure_account
from yilu.platform.actors import Actor
from yilu.portal.tests.test_record import on_record

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
LANGUAGES = ["zh", "en"] if os.environ.get("YILU_SOAK") == "1" else ["zh"]


@pytest.mark.covers("C14")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_patient_reads_their_record_large_and_in_plain_words(
    visit: Visit, looks_right: Look, language: str
):
    room = on_record()
    account = ensure_account(actor=Actor.system("door"), phone="+8613800138000")
    Account.objects.create(user=account, patient_id=room.patient_id, how="matched")

    page = visit("/my/me/record", user=account, language=language, size="phone")
    expect(page.locator("[id^=visit-]")).to_contain_text("咽充血")
    looks_right(page, language)
    picture(page, f"own-record-{language}")
    for name in ("large", "plain"):
        page.locator(f"[name={name}]").check()
    page.locator(".po-styles button").click()
    expect(page.locator(".po-large .po-words")).to_be_visible()
    looks_right(page, language)
    picture(page, f"own-record-large-{language}")
    page.locator("a[href$='/download']").click()
    expect(page.locator("form[action$='/prove'], form[action$='/file']").first).to_be_visible()
    looks_right(page, language)
    picture(page, f"own-record-download-{language}")
