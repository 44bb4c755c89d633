"""A patient's own record: what it shows to whom, large and plain, and what leaves as a file."""

import json
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from fhir.resources.R4B.bundle import Bundle

from yilu.aftercare.selectors.sheets import after_visit_sheet
from yilu.clinical.models import Prescription
from yilu.clinical.operations.diagnoses import add_diagnosis
from yilu.clinical.operations.notes import sign_note
from yilu.clinical.operations.vitals import record_vitals
from yilu.clinical.selectors.prescriptions import prescription_detail
from yilu.clinical.tests.factories import Room, allergic, drafted, make_code, prescribed_besides
from yilu.dental.tests.factories import charted
from yilu.diagnostics.selectors.lab_mine import my_lab_report, my_lab_reports
from yilu.diagnostics.selectors.lab_papers import report_pdf
from yilu.diagnostics.tests.lab_factories import make_lab, reported
from yilu.diagnostics.tests.study_factories import WRITTEN, make_post
from yilu.diagnostics.tests.study_factories import reported as study_reported
from yilu.facility.models import Site
from yilu.patients.models import Account, Relation
from yilu.patients.operations.accounts import ensure_account
from yilu.patients.tests.factories import make_patient
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.ids import new_id
from yilu.platform.models import AuditEntry
from yilu.portal.selectors.doors import Door, about
from yilu.portal.selectors.record import PARTS, my_record
from yilu.portal.selectors.record_fhir import record_bundle
from yilu.portal.selectors.record_paper import record_pdf
from yilu.portal.selectors.standing import standing
from yilu.portal.web import keeping
from yilu.records.operations.styles import set_reading_style

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C14")]
DOOR = Actor.system("door")
PHONE = "+8613800138000"


def on_record(code: str = "J06.9") -> Room:
    """A patient with a signed note, a prescription, vital signs, an allergy and a report."""
    lab = make_lab()
    room = lab.room
    reported(lab, "crp")
    record_vitals(actor=room.nurse, visit_id=room.visit_id, values={"systolic": "128"})
    allergic(room, "青霉素", reaction="皮疹")
    make_code(code)
    add_diagnosis(actor=room.doctor, visit_id=room.visit_id, code=code)
    version = drafted(room)
    prescribed_besides(room)
    from_draft = drafted(room, version)
    assert from_draft
    sign_note(actor=room.doctor, visit_id=room.visit_id)
    return room


def owner(*patient_ids) -> Actor:
    return Actor(kind="patient", name="", owns=frozenset(patient_ids))


def family_of(room: Room, *, born_on: date) -> Actor:
    """An account in which the room's patient is somebody's child."""
    site = Site.objects.get(pk=room.site_id)
    parent = make_patient(site, "林当归", born_on=date(1980, 1, 1))
    from_patient = room.patient_id
    Relation.objects.create(
        patient_id=from_patient, relative_id=parent, kind="parent", may_act=True
    )
    return owner(from_patient, parent)


def signed_in(room: Room) -> Client:
    user = ensure_account(actor=DOOR, phone=PHONE)
    Account.objects.create(user=user, patient_id=room.patient_id, how="matched")
    client = Client()
    client.force_login(user)
    session = client.session
    session[keeping.PHONE] = keeping.crypto.seal(PHONE, keeping.COLUMN).hex()
    session.save()
    return client


def url(name: str, room: Room) -> str:
    return reverse(f"portal:{name}", args=[room.patient_id])


def test_it_holds_what_was_signed_and_nothing_of_anybody_else():
    room = on_record()
    found = my_record(owner(room.patient_id), room.patient_id)
    [visit] = found.visits
    assert [code for code, _t, _x in visit.sections][:2] == ["chief_complaint", "present_illness"]
    assert (len(visit.prescriptions), len(found.reports), len(found.allergies.active)) == (1, 1, 1)
    assert visit.vitals is not None
    assert visit.words == ()
    with pytest.raises(NotFound):
        my_record(owner(new_id()), room.patient_id)


def test_plain_words_and_large_print_are_kept_for_the_patient():
    room = on_record()
    me = owner(room.patient_id)
    set_reading_style(actor=me, patient_id=room.patient_id, large=True, plain=True)
    found = my_record(me, room.patient_id)
    words = dict(found.visits[0].words)
    assert words["咽充血"]["zh-Hans"] == "嗓子发红"
    assert str(found.visits[0].sections[0][1]) == "您为什么来"
    page = signed_in(room).get(url("record", room)).text
    assert "po-large" in page
    assert "嗓子发红" in page
    with pytest.raises(NotFound):
        set_reading_style(actor=owner(), patient_id=room.patient_id, large=False, plain=False)


@pytest.mark.parametrize(
    ("code", "years", "is_shown"),
    [("J06.9", 20, True), ("B20", 20, False), ("B20", 15, False), ("B20", 13, True)],
)
def test_what_is_a_persons_own_is_hidden_from_family_but_for_a_childs_guardians(
    code, years, is_shown
):
    room = on_record(code)
    born_on = clock.now().date() - timedelta(days=366 * years)
    from_patient = type(Site.objects.get(pk=room.site_id))
    assert from_patient
    family = family_of(room, born_on=born_on)
    set_born(room, born_on)
    found = my_record(family, room.patient_id)
    assert (len(found.visits), found.hidden) == ((1, 0) if is_shown else (0, 1))
    assert bool(found.reports) is is_shown
    assert len(my_record(owner(room.patient_id), room.patient_id).visits) == 1


def set_born(room: Room, born_on: date) -> None:
    Account._meta.get_field("patient").related_model.objects.filter(pk=room.patient_id).update(
        born_on=born_on
    )


def test_the_bundle_is_valid_fhir_and_holds_the_chosen_parts_alone():
    room = on_record()
    found = my_record(owner(room.patient_id), room.patient_id)
    whole = json.loads(record_bundle(found, PARTS))
    Bundle.model_validate(whole)
    kinds = {one["resource"]["resourceType"] for one in whole["entry"]}
    assert kinds >= {
        "Patient", "Encounter", "Condition", "AllergyIntolerance", "Observation",
        "MedicationRequest", "DiagnosticReport",
    }  # fmt: skip
    few = json.loads(record_bundle(found, ["allergies"]))
    assert {one["resource"]["resourceType"] for one in few["entry"]} == {
        "Patient", "AllergyIntolerance",
    }  # fmt: skip


def test_a_download_needs_the_phone_proved_within_ten_minutes_and_is_recorded():
    room = on_record()
    client = signed_in(room)
    wanted = {"part": ["visits", "reports"], "as": "pdf"}
    refused = client.post(url("record-file", room), wanted)
    assert refused["Content-Type"].startswith("text/html")
    assert not AuditEntry.objects.filter(action="records.record.downloaded").exists()

    session = client.session
    session[keeping.PROVED] = int(clock.machine_now().timestamp()) - 599
    session.save()
    paper = client.post(url("record-file", room), wanted | {"large": "on"})
    bundle = client.post(url("record-file", room), wanted | {"as": "fhir"})
    assert paper.content.startswith(b"%PDF")
    assert bundle["Content-Type"] == "application/fhir+json"
    assert client.post(url("record-file", room), {"as": "pdf"}).status_code == 422
    lines = AuditEntry.objects.filter(action="records.record.downloaded")
    assert sorted((one.details["kind"], one.details["parts"]) for one in lines) == [
        ("fhir", ["reports", "visits"]), ("pdf", ["reports", "visits"]),
    ]  # fmt: skip

    session = client.session
    session[keeping.PROVED] = int(clock.machine_now().timestamp()) - 601
    session.save()
    late = client.post(url("record-file", room), wanted)
    assert late["Content-Type"].startswith("text/html")


def test_nobody_reads_or_takes_the_record_of_another_account():
    room, other = on_record(), on_record()
    client = signed_in(room)
    for name in ("record", "record-download"):
        assert client.get(url(name, other)).status_code == 404
        assert Client().get(url(name, room)).status_code == 303


def test_examinations_and_teeth_are_in_it_and_in_what_is_taken_along():
    post = make_post()
    study_reported(post)
    room = post.room
    charted(room, "16", "caries", "O")
    me = owner(room.patient_id)
    found = my_record(me, room.patient_id)
    page = signed_in(room).get(url("record", room)).text
    bundle = json.loads(record_bundle(found, ["reports", "teeth"]))
    few = json.loads(record_bundle(found, ["bills"]))

    [study], [tooth] = found.studies, found.teeth.teeth
    assert (study.impression, tooth.tooth) == (WRITTEN.impression, "16")
    assert reverse("portal:study-report", args=[study.id]) in page
    assert tooth.found in page
    said = {one["resource"]["resourceType"]: one["resource"] for one in bundle["entry"]}
    assert WRITTEN.impression in said["DiagnosticReport"]["conclusion"]
    assert said["Observation"]["bodySite"]["coding"][0]["code"] == "16"
    assert {one["resource"]["resourceType"] for one in few["entry"]} == {"Patient"}
    assert record_pdf(found, ["reports", "teeth"], large=False).startswith(b"%PDF")


def test_family_does_not_read_a_persons_own_affair_on_any_other_page_either():
    room = on_record("B20")
    set_born(room, clock.now().date() - timedelta(days=366 * 20))
    family, me = family_of(room, born_on=clock.now().date()), owner(room.patient_id)
    [mine] = my_lab_reports(me)
    visit = about(room.visit_id)

    assert my_lab_reports(family) == []
    for refused in (
        lambda: my_lab_report(family, mine.id),
        lambda: report_pdf(family, mine.id),
        lambda: after_visit_sheet(family, room.visit_id),
        lambda: prescription_detail(family, Prescription.objects.get().pk),
    ):
        with pytest.raises(NotFound):
            refused()
    assert my_lab_report(me, mine.id)
    assert after_visit_sheet(me, room.visit_id)
    assert (standing(Door(family, visit)).is_private, standing(Door(me, visit)).is_private) == (
        True,
        False,
    )
