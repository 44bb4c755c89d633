"""Consents on the patient's phone: by account, by link and birth date; and checking a paper."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yilu.clinical.models import ConsentSignature, TreatmentConsent, TreatmentPlan
from yilu.clinical.operations.consent_links import make_consent_link
from yilu.clinical.operations.consents import sign_as_doctor
from yilu.clinical.operations.plans import (
    OptionWords,
    Proposal,
    make_plan_link,
    propose_plan,
)
from yilu.clinical.tests.consents import DRAWN, given_text
from yilu.clinical.tests.factories import Room, make_visit
from yilu.facility.tests.factories import make_site
from yilu.platform.ids import new_id
from yilu.portal.tests.factories import BORN, Someone
from yilu.workforce.tests.factories import make_doctor, make_staff

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.covers("C07", "C14"),
]


@pytest.fixture
def room(someone: Someone) -> Room:
    """Somebody with a phone is in the room of a doctor."""
    site_id = make_site()
    patient_id = someone.patient(site_id)
    return Room(
        site_id,
        patient_id,
        make_visit(site_id, patient_id),
        make_staff("nurse", site_id=site_id, name="赵护士").actor(),
        make_doctor(site_id, name="陈谷雨").actor(),
        make_staff("pharmacist", site_id=site_id, name="钱药师").actor(),
    )


def hand(consent_id, **facts: str) -> dict[str, str]:
    digest = TreatmentConsent.objects.get(pk=consent_id).digest
    usual = {"digest": digest, "strokes": DRAWN, "decision": "agree", "request_key": str(new_id())}
    return usual | facts


def doctor_signs(room: Room, consent_id) -> None:
    digest = TreatmentConsent.objects.get(pk=consent_id).digest
    sign_as_doctor(actor=room.doctor, consent_id=consent_id, digest=digest)


def test_who_is_signed_in_reads_signs_downloads_and_withdraws(room: Room, someone: Someone):
    consent_id = given_text(room)
    someone.sign_in()
    base = f"/my/consents/{consent_id}"

    assert "待您签名" in someone.client.get("/my/consents").text
    assert "这颗牙已无法保留" in someone.client.get(base).text
    assert someone.client.post(base, hand(consent_id)).status_code == 303
    doctor_signs(room, consent_id)
    paper = someone.client.get(f"{base}/pdf")
    assert paper.content.startswith(b"%PDF-")
    version = TreatmentConsent.objects.get().version
    sent = {"reason": "不做了", "version": version, "request_key": str(new_id())}
    assert someone.client.post(f"{base}/withdraw", sent).status_code == 303

    row = TreatmentConsent.objects.get()
    assert (row.state, row.withdrawn_by_patient) == ("withdrawn", True)
    assert "已撤回" in someone.client.get(base).text


def test_a_link_opens_after_the_birth_date_signs_once_and_then_shows_what_became(room: Room):
    consent_id = given_text(room)
    link = f"/c/{make_consent_link(actor=room.doctor, consent_id=consent_id)}"
    phone = Client()

    shut = phone.get(link)
    assert "沈白芷" not in shut.text
    assert phone.post(link, hand(consent_id)).status_code == 200
    assert not ConsentSignature.objects.exists()
    assert phone.post(link, {"born_on": "1990-01-01"}).status_code == 422
    assert phone.post(link, {"born_on": BORN.isoformat()}).status_code == 303
    assert "沈白芷" in phone.get(link).text
    assert phone.post(link, hand(consent_id)).status_code == 303
    assert phone.post(link, hand(consent_id)).status_code == 409
    assert ConsentSignature.objects.count() == 1
    doctor_signs(room, consent_id)

    assert phone.get(f"{link}/pdf").content.startswith(b"%PDF-")
    assert Client().get(f"{link}/pdf").content[:4] != b"%PDF"


def test_a_link_stays_shut_after_five_wrong_dates(room: Room):
    link = f"/c/{make_consent_link(actor=room.doctor, consent_id=given_text(room))}"
    phone = Client()

    for _try in range(5):
        assert phone.post(link, {"born_on": "1990-01-01"}).status_code == 422
    answer = phone.post(link, {"born_on": BORN.isoformat()})

    assert answer.status_code == 429


def test_a_link_that_ended_says_so_and_none_opens_what_is_another_patients(
    room: Room, someone: Someone
):
    consent_id = given_text(room)
    old = make_consent_link(actor=room.doctor, consent_id=consent_id)
    make_consent_link(actor=room.doctor, consent_id=consent_id)
    other = Someone()
    other.patient(room.site_id, "别人")
    other.sign_in()

    assert Client().get(f"/c/{old}").status_code == 410
    assert Client().get("/c/never-given-out").status_code == 404
    for address in ("", "/pdf", "/withdraw"):
        assert other.client.get(f"/my/consents/{consent_id}{address}").status_code == 404
    assert other.client.post(f"/my/consents/{consent_id}", hand(consent_id)).status_code == 404
    assert "拔牙" not in other.client.get("/my/consents").text
    assert Client().get(f"/my/consents/{consent_id}").status_code == 303
    assert not ConsentSignature.objects.exists()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_anybody_may_check_a_paper_and_learns_nothing_of_the_patient(
    room: Room, someone: Someone, language: str
):
    consent_id = given_text(room)
    someone.sign_in()
    someone.client.post(f"/my/consents/{consent_id}", hand(consent_id))
    doctor_signs(room, consent_id)
    paper = someone.client.get(f"/my/consents/{consent_id}/pdf").content
    stranger = Client()
    stranger.cookies["yilu_language"] = language
    code = TreatmentConsent.objects.get().code

    asked = stranger.get(f"/verify?code={code.lower()}")
    page = stranger.get(asked["Location"])
    same = stranger.post(asked["Location"], {"file": SimpleUploadedFile("a.pdf", paper)})
    other = stranger.post(asked["Location"], {"file": SimpleUploadedFile("a.pdf", paper + b" ")})

    assert page.status_code == 200
    for secret in ("沈白芷", "陈谷雨", "Shen", "1988"):
        assert secret not in page.text
    words = {
        "zh-hans": ("是当时签署的", "不是当时签署的"),
        "en": ("is the paper", "is not the paper"),
    }
    assert words[language][0] in same.text
    assert words[language][1] in other.text
    assert stranger.get("/verify/ZZZZ-ZZZZ-ZZZZ").status_code == 404
    assert stranger.get("/verify").status_code == 200


@pytest.mark.covers("C08")
def test_a_plan_is_chosen_on_the_phone_by_link_and_in_the_account(room: Room, someone: Someone):
    words = OptionWords("全瓷冠", "恢复咀嚼", "需磨牙")
    proposal = Proposal("36 缺损", "不治会疼。", [words], 0)
    plan_id = propose_plan(actor=room.doctor, visit_id=room.visit_id, proposal=proposal)
    link = f"/plan/{make_plan_link(actor=room.doctor, plan_id=plan_id)}"
    phone, other = Client(), Someone()
    other.patient(room.site_id, "别人")
    other.sign_in()
    someone.sign_in()
    sent = {
        "digest": TreatmentPlan.objects.get().digest, "strokes": DRAWN, "chosen": "0",
        "decision": "accept", "said_back": "磨牙做冠", "request_key": str(new_id()),
    }  # fmt: skip

    assert "全瓷冠" not in phone.get(link).text
    assert other.client.get(f"/my/plans/{plan_id}").status_code == 404
    assert "36 缺损" in someone.client.get("/my/consents").text
    assert phone.post(link, {"born_on": BORN.isoformat()}).status_code == 303
    assert "全瓷冠" in phone.get(link).text
    assert phone.post(link, sent).status_code == 303
    again = someone.client.post(f"/my/plans/{plan_id}", sent | {"request_key": str(new_id())})
    assert again.status_code == 409

    row = TreatmentPlan.objects.get()
    assert (row.chosen, row.way, row.state, row.said_back) == (0, "phone", "proposed", "磨牙做冠")
