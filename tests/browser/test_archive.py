"""The archive in a browser: a page is photographed, looked at, held, and an old one proposed."""

import os
from datetime import date, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_bookings import picture
from tests.browser.test_setup import Look
from yilu.clinical.tests.factories import make_room
from yilu.facility.models import Site
from yilu.patients.tests.factories import make_patient
from yilu.platform import clock
from yilu.platform.models import User
from yilu.records.models import Destruction, Paper
from yilu.records.tests.archives import PDF, filed, photo
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAYS = [("zh", "desktop")]
if os.environ.get("YILU_SOAK") == "1":
    WAYS += [("en", "desktop"), ("zh", "phone"), ("en", "phone")]


@pytest.mark.covers("C15")
@pytest.mark.parametrize(("language", "size"), WAYS)
def test_a_paper_is_filed_and_read_and_an_old_one_proposed_for_destruction(
    visit: Visit, looks_right: Look, language: str, size: str
):
    room = make_room()
    old = make_patient(Site.objects.get(pk=room.site_id), "何陈皮", phone="")
    old_paper = filed(room, patient_id=old, dated_on=date(1981, 5, 4))
    chief = make_staff("manager", site_id=room.site_id, name="马经理").actor()
    manager = User.objects.get(pk=chief.user_id)
    other_chief = make_staff("manager", site_id=room.site_id, name="牛经理").actor()
    second = User.objects.get(pk=other_chief.user_id)
    doctor = User.objects.get(pk=room.doctor.user_id)

    way = f"{language}-{size}"
    _filed_and_read(visit, looks_right, room.patient_id, doctor, way)
    _held(visit, looks_right, room.patient_id, manager, way)

    page = visit("/records/archive/", user=manager, language=language, size=size)
    expect(page.locator("#archive")).to_contain_text("区人民法院")
    page.locator("#archive [name=record]").check()
    page.locator("#archive [name=reason]").fill("年度库房清理")
    looks_right(page, language)
    picture(page, f"archive-{way}")
    page.locator("#archive form button[type=submit]").click()
    expect(page.locator("#destruction h1")).to_be_visible()
    looks_right(page, language)
    picture(page, f"archive-destruction-{way}")
    expect(page.locator("#destruction .btn-primary")).to_have_count(0)
    _second_person_and_end(visit, looks_right, page, second, way)
    assert Paper.objects.get(pk=old_paper).destroyed_at is not None


def _filed_and_read(visit: Visit, looks_right: Look, patient_id: UUID, doctor: User, way: str):
    """Pages are chosen, named, laid into the record, and looked at."""
    language, size = way.split("-")
    page = visit(f"/records/patient/{patient_id}/file", user=doctor, language=language, size=size)
    page.locator("[name=pages]").set_input_files(
        [
            {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo()},
            {"name": "rest.pdf", "mimeType": "application/pdf", "buffer": PDF},
        ]
    )
    page.locator("[name=title]").fill("2019年外院住院病历")
    page.locator("[name=dated_on]").fill("2019-05-04")
    page.locator("[name=shelf]").fill("B-12")
    looks_right(page, language)
    picture(page, f"archive-file-{way}")
    page.locator("#file-paper button[type=submit]").click()
    line = page.locator("#slot-papers a", has_text="2019年外院住院病历")
    expect(line).to_be_visible()
    page.locator("#slot-papers").scroll_into_view_if_needed()
    looks_right(page, language)
    picture(page, f"archive-patient-{way}")
    line.click()
    expect(page.locator(".rc-page img")).to_be_visible()
    looks_right(page, language)
    picture(page, f"archive-paper-{way}")
    page.close()


def _held(visit: Visit, looks_right: Look, patient_id: UUID, manager: User, way: str):
    """A court wants the record kept."""
    language, size = way.split("-")
    page = visit(f"/patients/{patient_id}/", user=manager, language=language, size=size)
    page.locator("#slot-papers button", has_text="保全" if language == "zh" else "hold").click()
    page.locator("#dialog [name=demanded_by]").fill("区人民法院")
    page.locator("#dialog [name=reason]").fill("民事诉讼取证")
    looks_right(page, language)
    picture(page, f"archive-hold-{way}")
    page.locator("#dialog button[type=submit]").click()
    expect(page.locator("#slot-papers")).to_contain_text("区人民法院")
    picture(page, f"archive-held-{way}")
    page.close()


def _second_person_and_end(visit: Visit, looks_right: Look, page: Page, second: User, way: str):
    """Somebody else approves, the waiting time goes by, the papers go, a certificate is there."""
    language, size = way.split("-")
    address = page.url.removeprefix(visit.address)

    other = visit(address, user=second, language=language, size=size)
    other.locator("#destruction .btn-primary").click()
    expect(other.locator("#destruction")).to_contain_text(
        "牛经理" if language == "zh" else "Niu Jingli"
    )
    expect(page.locator("#destruction")).to_contain_text(
        "牛经理" if language == "zh" else "Niu Jingli"
    )
    other.close()
    # The waiting time has gone by.
    Destruction.objects.update(not_before=clock.now() - timedelta(minutes=1))
    page.reload()
    page.locator("#destruction .btn-stop-solid").click()
    page.locator("#dialog [name=note]").fill("碎纸，双人监销")
    looks_right(page, language)
    picture(page, f"archive-destroy-{way}")
    page.locator("#dialog button[type=submit]").click()
    paper = page.locator("#destruction .btn-primary")
    expect(paper).to_be_visible()
    looks_right(page, language)
    picture(page, f"archive-destroyed-{way}")
    certificate = page.request.get(f"{visit.address}{paper.get_attribute('href')}")
    assert certificate.body().startswith(b"%PDF")
