"""The pages of the record: what they show, what their forms do, and whom they are for."""

import pytest
from django.test import Client
from django.urls import reverse

from yilu.clinical.models import Allergy, Note, Prescription, VitalSigns
from yilu.clinical.selectors.context import setting
from yilu.clinical.selectors.notes import visit_note
from yilu.clinical.tests.factories import (
    AMOXICILLIN,
    FIRST_NOTE,
    allergic,
    diagnosed,
    drafted,
    make_code,
    make_drug,
    make_room,
    make_second_patient,
    no_allergies,
    order,
    prescribed,
)
from yilu.clinical.tests.test_prescriptions import write
from yilu.clinical.tests.test_scores import WELL
from yilu.clinical.web.sealed import context_of
from yilu.platform.ids import new_id
from yilu.platform.models import AuditEntry, User
from yilu.visits.models import Visit

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


def browser(actor) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.cookies["yilu_language"] = "en"
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def url(name: str, room, *more) -> str:
    return reverse(f"clinical:{name}", args=[room.visit_id, *more])


def sealed(room, **fields) -> dict:
    context = context_of(setting(room.doctor, room.visit_id))
    return {"context": context, "version": 0, "request_key": str(new_id()), **fields}


def note_fields(**sections: str) -> dict:
    return {"kind": "first", **{f"s-{code}": text for code, text in sections.items()}}


@pytest.mark.covers("C01")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_one_page_shows_everything_about_a_visit(language):
    room = make_room()
    allergic(room, "青霉素", reaction="皮疹", onset="2014")
    diagnosed(room)
    drafted(room)
    client = browser(room.doctor)
    client.cookies["yilu_language"] = language

    page = client.get(url("visit", room))

    assert page.status_code == 200
    for words in (
        "林半夏" if language != "en" else "Lin",
        "1986-05-04",
        "青霉素",
        FIRST_NOTE["treatment"],
        "J06.9",
    ):
        assert words in page.text
    assert "style=" not in page.text


def test_reading_the_page_is_written_down_once():
    room = make_room()

    browser(room.doctor).get(url("visit", room))

    seen = AuditEntry.objects.filter(action="patients.patient.seen", actor_id=room.doctor.user_id)
    assert [entry.patient_ids for entry in seen] == [[room.patient_id]]


@pytest.mark.parametrize(
    "name", ["visit", "assess", "banner", "vitals", "vitals-form", "intake", "note", "history",
             "prescription", "note-versions", "note-print", "add-allergy", "oxygen-target"],
)  # fmt: skip
def test_each_part_stands_alone_and_is_closed_to_strangers(name):
    room, elsewhere = make_room(), make_room()

    assert browser(room.doctor).get(url(name, room), headers=PART).status_code == 200
    assert browser(elsewhere.doctor).get(url(name, room), headers=PART).status_code == 404
    assert Client().get(url(name, room), headers=PART).status_code in {302, 303, 401, 404}


@pytest.mark.covers("C02")
def test_a_form_of_one_patient_saves_nothing_to_another():
    room = make_room()
    other = make_second_patient(room)
    client = browser(room.doctor)
    # Two tabs: the form was opened for one patient, and is sent to the other's address.
    form = sealed(room, **note_fields(**FIRST_NOTE))
    address = reverse("clinical:note-draft", args=[other])

    answer = client.post(address, form, headers=PART)

    assert (answer.status_code, Note.objects.count()) == (409, 0)
    assert 'data-code="wrong_patient"' in answer.text or "another patient" in answer.text


FORMS = [
    ("vitals-form", {"pulse": "80"}),
    ("intake", {"chief_complaint": "x"}),
    ("note-draft", {"kind": "first"}),
    ("sign-note", {"kind": "first"}),
    ("amend-note", {"kind": "first", "amend_reason": "x"}),
    ("add-diagnosis", {"code": "J06.9"}),
    ("prescription", {}),
    ("sign-prescription", {}),
    ("add-allergy", {"substance": "x"}),
    ("no-allergies", {}),
    ("confirm-allergies", {}),
    ("add-problem", {"text": "x"}),
    ("background", {"past": "x"}),
    ("oxygen-target", {"reason": "x"}),
    ("end-oxygen-target", {}),
]


@pytest.mark.parametrize(("name", "fields"), FORMS)
@pytest.mark.parametrize("context", ["", "forged:1", None])
def test_every_form_must_say_for_whom_it_is(name, fields, context):
    room = make_room()
    other = make_second_patient(room)
    wrong = context_of(setting(room.doctor, other)) if context is None else context
    sent = sealed(room, **fields) | {"context": wrong}

    answer = browser(room.doctor).post(url(name, room), sent, headers=PART)

    assert answer.status_code == 409


def test_the_nurse_enters_vital_signs_and_is_told_what_is_wrong():
    room = make_room()
    client = browser(room.nurse)

    bad = client.post(url("vitals-form", room), sealed(room, temperature="368"), headers=PART)
    good = client.post(url("vitals-form", room), sealed(room, **WELL), headers=PART)

    assert (bad.status_code, "368" in bad.text) == (422, True)
    assert (good.status_code, VitalSigns.objects.count()) == (200, 1)
    assert "NEWS2" in client.get(url("vitals", room), headers=PART).text


def test_the_score_is_shown_while_typing_and_nothing_is_kept():
    room = make_room()

    answer = browser(room.nurse).post(
        url("score", room), WELL | {"respiratory_rate": "25"}, headers=PART
    )

    assert "One parameter at 3" in answer.text
    assert VitalSigns.objects.count() == 0


def test_the_score_says_what_it_still_needs():
    room = make_room()

    answer = browser(room.nurse).post(url("score", room), {"pulse": "80"}, headers=PART)

    assert "still needs" in answer.text


def test_autosave_answers_with_the_version_and_the_time():
    room = make_room()
    form = sealed(room, **note_fields(chief_complaint="咳嗽"))

    answer = browser(room.doctor).post(url("note-draft", room), form, headers=PART).json()

    assert answer["version"] == 1
    assert answer["saved"].startswith("Saved ")


def test_a_second_window_gets_both_texts():
    room = make_room()
    client = browser(room.doctor)
    client.post(url("note-draft", room), sealed(room, **note_fields(chief_complaint="第一")))

    answer = client.post(
        url("note-draft", room), sealed(room, **note_fields(chief_complaint="第二")), headers=PART
    )

    assert answer.status_code == 412
    assert "第一" in answer.text
    assert "第二" in answer.text
    assert visit_note(room.visit_id).sections == {"chief_complaint": "第一"}


def test_signing_names_each_missing_section_and_keeps_what_was_typed():
    room = make_room()
    form = sealed(room, **note_fields(chief_complaint="只有主诉"))

    answer = browser(room.doctor).post(url("sign-note", room), form, headers=PART)

    assert (answer.status_code, "只有主诉" in answer.text) == (422, True)
    assert "Examination is missing." in answer.text
    assert "Add at least one diagnosis." in answer.text


def test_a_kind_of_note_that_is_none_is_refused_in_place():
    room = make_room()
    form = sealed(room, **note_fields(chief_complaint="咳嗽 3 天") | {"kind": "third"})

    answer = browser(room.doctor).post(url("sign-note", room), form, headers=PART)

    assert (answer.status_code, "咳嗽 3 天" in answer.text) == (422, True)
    assert visit_note(room.visit_id).version == 0


def test_a_note_is_signed_and_amended_through_its_form():
    room = make_room()
    diagnosed(room)
    client = browser(room.doctor)

    signed = client.post(
        url("sign-note", room), sealed(room, **note_fields(**FIRST_NOTE)), headers=PART
    )
    changed = FIRST_NOTE | {"advice": "多休息"}
    amended = client.post(
        url("amend-note", room),
        sealed(room, **note_fields(**changed)) | {"version": 1, "amend_reason": "补充"},
        headers=PART,
    )
    versions = client.get(url("note-versions", room), headers=PART)

    assert (signed.status_code, amended.status_code) == (200, 200)
    assert visit_note(room.visit_id).signed_n == 2
    assert "<ins>" in versions.text
    assert FIRST_NOTE["chief_complaint"] in client.get(url("note-print", room)).text


def test_diagnoses_are_found_and_added():
    room = make_room()
    make_code("I10", "特发性高血压", "Hypertension")
    client = browser(room.doctor)

    nothing = client.get(url("diagnosis-search", room), {"q": "zzzz"}, headers=PART)
    added = client.post(url("add-diagnosis", room), sealed(room, code="I10"), headers=PART)

    assert "No diagnosis fits" in nothing.text
    assert "Hypertension" in added.text


def test_a_drug_is_added_in_its_usual_dose_and_checked_at_once():
    room = make_room()
    allergic(room, "青霉素")
    drug = make_drug(**AMOXICILLIN)

    answer = browser(room.doctor).post(
        url("prescription", room), sealed(room, add=str(drug.id)), headers=PART
    )

    assert answer.status_code == 200
    assert "Amoxicillin capsules: same class as 青霉素" in answer.text
    assert "disabled" in answer.text
    assert Prescription.objects.get().draft[0]["frequency"] == "tid"


def test_a_dose_that_is_none_is_refused_in_place():
    room = make_room()
    written = write(room, order(make_drug()))
    row = {"drug-1": str(make_drug().id), "dose-1": "viel", "frequency-1": "tid", "days-1": "3",
           "route-1": "po"}  # fmt: skip

    answer = browser(room.doctor).post(
        url("prescription", room), sealed(room, **row) | {"version": written.version}, headers=PART
    )

    assert (answer.status_code, "Enter a dose." in answer.text) == (422, True)


def test_a_prescription_is_signed_through_its_form():
    room = make_room()
    no_allergies(room)
    drug = make_drug()
    form = {
        "drug-1": str(drug.id), "dose-1": "500", "frequency-1": "tid", "days-1": "3",
        "route-1": "po", "instruction-1": "饭后服", "diagnosis_basis": "x", "rationale": "y",
        "follow_up_plan": "z",
    }  # fmt: skip

    answer = browser(room.doctor).post(
        url("sign-prescription", room), sealed(room, **form), headers=PART
    )

    assert (answer.status_code, Prescription.objects.get().state) == (200, "signed")


def test_signing_without_a_plan_is_refused_in_place():
    room = make_room()
    drug = make_drug()
    form = {"drug-1": str(drug.id), "dose-1": "500", "frequency-1": "tid", "days-1": "3",
            "route-1": "po"}  # fmt: skip

    answer = browser(room.doctor).post(
        url("sign-prescription", room), sealed(room, **form), headers=PART
    )

    assert answer.status_code == 422
    assert Prescription.objects.filter(state="signed").count() == 0


def test_the_paper_of_a_prescription_is_for_who_may_see_it():
    room, elsewhere = make_room(), make_room()
    prescription_id = prescribed(room)
    address = reverse("clinical:prescription-pdf", args=[prescription_id])

    paper = browser(room.doctor).get(address)

    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert browser(elsewhere.doctor).get(address).status_code == 404


@pytest.mark.covers("A02")
def test_an_allergy_that_was_told_when_booking_is_asked_about():
    room = make_room()
    Visit.objects.filter(pk=room.visit_id).update(needs=["allergy", "wheelchair"])

    banner = browser(room.nurse).get(url("banner", room))

    assert "Says there is an allergy: ask which" in banner.text
    assert "Wheelchair" in banner.text


def test_an_allergy_is_recorded_and_refuted_through_the_banner():
    room = make_room()
    client = browser(room.doctor)

    empty = client.post(url("add-allergy", room), sealed(room, substance=" "), headers=PART)
    kept = client.post(url("add-allergy", room), sealed(room, substance="青霉素"), headers=PART)
    allergy = Allergy.objects.get()
    client.post(
        url("refute-allergy", room, allergy.pk), sealed(room, reason="皮试阴性"), headers=PART
    )

    assert (empty.status_code, kept.status_code) == (422, 200)
    assert Allergy.objects.get().status == "refuted"


HOSTILE = ["a\0b", chr(0xD800), "9" * 5000, "\N{REPLACEMENT CHARACTER}", "1e999", "-1", "<b>"]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("vitals-form", ["pulse", "note", "temperature"]),
        (
            "intake",
            ["chief_complaint", "history", "pregnancy", "pregnancy_weeks", "fall-gait", "version"],
        ),
        ("note-draft", ["kind", "s-chief_complaint", "version", "copied-results"]),
        ("sign-note", ["kind", "s-treatment", "version"]),
        ("add-diagnosis", ["code"]),
        ("prescription", ["drug-1", "dose-1", "days-1", "add", "rationale", "version"]),
        ("sign-prescription", ["dose-1", "alert-1", "reason-1"]),
        ("add-allergy", ["substance", "severity", "group", "onset"]),
        ("add-problem", ["text", "code"]),
        ("background", ["past", "version"]),
        ("oxygen-target", ["reason"]),
    ],
)
def test_hostile_text_never_breaks_a_form(name, fields, text):
    room = make_room()
    client = browser(room.doctor)

    for field in fields:
        sent = sealed(room, kind="first", **{"drug-1": "x"}) | {field: text}
        answer = client.post(url(name, room), _sendable(sent), headers=PART)
        assert answer.status_code < 500
        assert client.get(url("visit", room)).status_code == 200


def _sendable(fields: dict) -> dict:
    """A lone surrogate cannot be written as UTF-8; it is sent as the bytes that a rogue would."""
    return {
        name: value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        for name, value in fields.items()
    }
