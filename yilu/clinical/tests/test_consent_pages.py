"""Consents on staff pages: prepared, on a screen turned around, sent to a phone."""

import json
from datetime import date

import pytest
from django.urls import reverse

from yilu.clinical.models import ConsentSignature, ConsentText, TreatmentConsent
from yilu.clinical.operations.consent_texts import Wording, publish_consent_text
from yilu.clinical.rules.consents import shipped_words
from yilu.clinical.selectors.consent_texts import consent_words, current_words
from yilu.clinical.selectors.consents import consent_page
from yilu.clinical.selectors.context import setting
from yilu.clinical.tests.consents import DRAWN, given_text, page_of, signed
from yilu.clinical.tests.factories import Room, make_room, make_second_patient
from yilu.clinical.tests.test_pages import PART, browser, sealed, url
from yilu.clinical.web.sealed import context_of
from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock, links
from yilu.platform.errors import Invalid, NotAllowed, Stale
from yilu.platform.ids import new_id
from yilu.workforce.tests.factories import make_staff

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.covers("C07"),
]


def at(name: str, consent_id) -> str:
    return reverse(f"clinical:{name}", args=[consent_id])


def form(room: Room, **fields: str) -> dict:
    return sealed(room, request_key=str(new_id()), **fields)


def drawn(room: Room, consent_id, **fields: str) -> dict:
    usual = {"digest": page_of(room, consent_id).digest, "strokes": DRAWN, "decision": "agree"}
    return form(room, **usual | fields)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_doctor_prepares_a_text_and_the_patient_signs_on_the_screen(language):
    room = make_room()
    doctor = browser(room.doctor)
    doctor.cookies["yilu_language"] = language

    listed = doctor.get(url("consents", room), headers=PART)
    blank = doctor.get(url("prepare-consent", room, "tooth_extraction"), headers=PART)
    sent = form(room, capacity="self", **{"b-site": "36"})
    made = doctor.post(url("prepare-consent", room, "tooth_extraction"), sent, headers=PART)
    again = doctor.post(url("prepare-consent", room, "tooth_extraction"), sent, headers=PART)
    consent_id = TreatmentConsent.objects.get().pk

    assert (listed.status_code, blank.status_code) == (200, 200)
    assert made["HX-Redirect"] == again["HX-Redirect"] == at("consent", consent_id)
    page = doctor.get(at("consent-hand", consent_id))
    assert "data-pad" in page.text
    assert "yl-nav" not in page.text
    answer = doctor.post(at("consent-hand", consent_id), drawn(room, consent_id))
    assert (answer.status_code, answer["Location"]) == (303, at("consent-hand", consent_id))
    assert "data-pad" not in doctor.get(at("consent-hand", consent_id)).text
    assert '<dd translate="no">36</dd>' in doctor.get(at("consent", consent_id)).text


def test_a_blank_that_is_missing_is_said_where_it_is_missing():
    room = make_room(born_on=date(2020, 1, 1))

    answer = browser(room.doctor).post(
        url("prepare-consent", room, "botulinum"), form(room, capacity="self"), headers=PART
    )

    assert answer.status_code == 422
    assert answer.text.count("This is needed.") == 3
    assert "under 18" in answer.text
    assert not TreatmentConsent.objects.exists()


def test_both_signatures_make_a_paper_that_opens():
    room = make_room()
    consent_id = given_text(room)
    doctor = browser(room.doctor)
    doctor.post(at("consent-hand", consent_id), drawn(room, consent_id))

    signed_by = form(room, digest=page_of(room, consent_id).digest)
    assert doctor.post(at("consent-doctor", consent_id), signed_by, headers=PART).status_code == 200
    paper = doctor.get(at("consent-pdf", consent_id))

    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")


def test_a_form_of_another_patient_signs_nothing():
    room = make_room()
    consent_id = given_text(room)
    other = make_second_patient(room)
    wrong = {"context": context_of(setting(room.doctor, other)), "request_key": str(new_id())}
    wrong["digest"] = page_of(room, consent_id).digest

    for name in ("consent-doctor", "consent-link", "discard-consent"):
        answer = browser(room.doctor).post(at(name, consent_id), wrong, headers=PART)
        assert answer.status_code == 409
    prepared = browser(room.doctor).post(
        url("prepare-consent", room, "tooth_extraction"),
        wrong | {"capacity": "self", "b-site": "11"},
        headers=PART,
    )
    assert prepared.status_code == 409
    assert (ConsentSignature.objects.count(), TreatmentConsent.objects.count()) == (0, 1)


def test_a_text_read_in_one_tab_is_not_signed_in_that_of_another_patient():
    room = make_room()
    mine = given_text(room)
    other = Room(room.site_id, None, make_second_patient(room), room.nurse, room.doctor, None)
    theirs = given_text(other, site="11")

    answer = browser(room.doctor).post(at("consent-hand", theirs), drawn(room, mine))

    assert answer.status_code == 412
    assert not ConsentSignature.objects.exists()


@pytest.mark.parametrize(
    "strokes",
    [
        "[" * 5000,
        json.dumps([[[1e9, 5], [3, 5]]] * 9),
        '[[["<script>","x"]]]',
        "[[[NaN,1],[2,2]]]",
        json.dumps([[[true_, 1] for true_ in (True, False)] * 9]),
        json.dumps([[[-1, 5], [900, 5], [100, 100], [5, 5], [6, 6], [7, 7]]]),
        json.dumps([[[n % 1000, n % 360] for n in range(9000)]]),
        "x" * 100_000,
    ],
)
def test_hostile_strokes_are_refused_in_words_and_kept_nowhere(strokes):
    room = make_room()
    consent_id = given_text(room)

    answer = browser(room.doctor).post(
        at("consent-hand", consent_id), drawn(room, consent_id, strokes=strokes)
    )

    assert answer.status_code == 422
    assert "Please sign in the field" in answer.text
    assert not ConsentSignature.objects.exists()


def test_a_refusal_keeps_its_reason_and_an_empty_one_is_asked_again():
    room = make_room()
    consent_id = given_text(room)
    doctor = browser(room.doctor)

    lacking = doctor.post(
        at("consent-hand", consent_id), drawn(room, consent_id, decision="refuse", reason="")
    )
    refused = doctor.post(
        at("consent-hand", consent_id), drawn(room, consent_id, decision="refuse", reason="怕疼")
    )

    assert (lacking.status_code, refused.status_code) == (422, 303)
    assert TreatmentConsent.objects.get().reason == "怕疼"
    assert "怕疼" in doctor.get(at("consent", consent_id)).text


def test_what_was_said_before_a_witness_is_noted():
    room = make_room()
    consent_id = given_text(room)
    nurse = browser(room.nurse)
    fields = {"digest": page_of(room, consent_id).digest, "decision": "agree"}

    asked = nurse.get(at("consent-said", consent_id), headers=PART)
    lacking = nurse.post(at("consent-said", consent_id), form(room, **fields), headers=PART)
    noted = nurse.post(
        at("consent-said", consent_id), form(room, witness="王立春", **fields), headers=PART
    )

    assert (asked.status_code, lacking.status_code, noted.status_code) == (200, 422, 200)
    assert ConsentSignature.objects.get().witness == "王立春"


def test_a_new_link_ends_the_one_before_and_none_is_made_for_what_is_decided():
    room = make_room()
    consent_id = given_text(room)
    doctor = browser(room.doctor)

    def made() -> str:
        answer = doctor.post(at("consent-link", consent_id), form(room), headers=PART)
        assert "<svg" in answer.text
        return answer.text.split("/c/")[1].split("<")[0]

    first, second = made(), made()

    with pytest.raises(links.LinkOver):
        links.open("consent", first)
    assert links.open("consent", second) == consent_id
    done = signed(room)
    assert doctor.post(at("consent-link", done), form(room), headers=PART).status_code == 409


def test_withdrawing_on_a_page_that_is_too_old_is_refused():
    room = make_room()
    consent_id = signed(room)
    doctor = browser(room.doctor)
    version = consent_page(room.doctor, consent_id).line.version

    stale = doctor.post(
        at("withdraw-consent", consent_id), form(room, reason="x") | {"version": version - 1},
        headers=PART,
    )  # fmt: skip
    noted = doctor.post(
        at("withdraw-consent", consent_id), form(room, reason="x") | {"version": version},
        headers=PART,
    )  # fmt: skip

    assert (stale.status_code, noted.status_code) == (412, 200)
    assert TreatmentConsent.objects.get().state == "withdrawn"


def test_the_patients_page_lists_what_was_signed_to_those_who_read_the_record():
    room = make_room()
    signed(room)
    clerk = make_staff("front_desk", site_id=room.site_id).actor()
    address = reverse("clinical:patient-consents", args=[room.patient_id])

    assert "Consent to tooth extraction" in browser(room.nurse).get(address).text
    assert "Consent to tooth extraction" not in browser(clerk).get(address).text


def wording(**sections: str) -> Wording:
    words = {
        "purpose": "去除病牙",
        "risks": "出血\n\n感染",
        "alternatives": "观察",
        "refusal": "会疼",
    }
    return Wording(
        title={"zh-Hans": "拔牙同意书（本院）"},
        sections={code: {"zh-Hans": text} for code, text in (words | sections).items()},
        high_risk=True,
    )


def test_the_clinic_words_a_text_anew_and_what_was_given_before_keeps_its_version():
    room = make_room()
    before = given_text(room)
    manager = make_staff("manager", site_id=room.site_id).actor()
    usual = shipped_words()["tooth_extraction"].version

    publish_consent_text(actor=manager, key="tooth_extraction", wording=wording(), seen=usual)
    after = given_text(room)

    assert page_of(room, before).template_version == usual
    now = page_of(room, after)
    assert (now.template_version, now.line.waits_for) == ("own-1", ("patient", "doctor", "second"))
    assert [lines for code, _title, lines in now.sections if code == "risks"] == [["出血", "感染"]]
    assert current_words()["tooth_extraction"] == consent_words("tooth_extraction")
    with pytest.raises(Stale):
        publish_consent_text(actor=manager, key="tooth_extraction", wording=wording(), seen=usual)
    with pytest.raises(Invalid):
        publish_consent_text(
            actor=manager, key="tooth_extraction", wording=wording(risks=" "), seen="own-1"
        )
    with pytest.raises(NotAllowed):
        publish_consent_text(
            actor=room.doctor, key="tooth_extraction", wording=wording(), seen="own-1"
        )
    assert ConsentText.objects.count() == 1


def test_the_page_of_a_text_shows_its_versions_and_publishes_one():
    room = make_room()
    manager = browser(make_staff("manager", site_id=room.site_id).actor())
    address = reverse("clinical:consent-text", args=["peel"])
    fields = {
        f"{code}-{language}": "\n".join(lines)
        for code, found in shipped_words()["peel"].sections.items()
        for language, lines in found.items()
    }
    fields |= {"title-zh-Hans": "刷酸同意书", "title-en": "Peel", "seen": "2026-1"}

    listed = manager.get(reverse("clinical:consent-texts"))
    sent = manager.post(address, fields | {"request_key": str(new_id())})
    late = manager.post(address, fields | {"request_key": str(new_id())})

    assert listed.status_code == 200
    assert (sent.status_code, late.status_code) == (303, 412)
    shown = manager.get(address).text
    assert "own-1" in shown
    now = clock.now().astimezone(site_zone(room.site_id))
    assert f"{now:%Y-%m-%d %H:}" in shown
    assert browser(room.nurse).get(reverse("clinical:consent-texts")).status_code == 403


def test_a_text_that_is_none_is_not_found():
    room = make_room()

    answer = browser(room.doctor).get(url("prepare-consent", room, "none"), headers=PART)

    assert answer.status_code == 404
