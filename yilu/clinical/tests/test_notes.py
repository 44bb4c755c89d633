"""Notes: drafting in two windows, signing, amending; nothing signed is ever overwritten."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation

from yilu.clinical.errors import (
    AlreadyRecorded,
    AlreadySigned,
    DraftChanged,
    NoteIncomplete,
    NothingChanged,
    NothingToSign,
    NotSigned,
    ReasonMissing,
    UnknownDiagnosis,
)
from yilu.clinical.models import Diagnosis, Note, NoteVersion
from yilu.clinical.operations.diagnoses import (
    add_diagnosis,
    make_primary,
    mark_suspected,
    remove_diagnosis,
)
from yilu.clinical.operations.notes import Draft, amend_note, save_draft, sign_note
from yilu.clinical.rules.notes import Piece, difference, missing
from yilu.clinical.selectors.history import after_visit_facts, patient_summary
from yilu.clinical.selectors.notes import diagnoses_of, past_notes, signed_versions, visit_note
from yilu.clinical.tests.factories import (
    FIRST_NOTE,
    allergic,
    another_doctor,
    diagnosed,
    drafted,
    make_code,
    make_room,
    make_visit,
    prescribed,
)
from yilu.platform import clock
from yilu.platform.errors import Invalid, NotAllowed, NotFound
from yilu.platform.models import AuditEntry, Event

pytestmark = pytest.mark.django_db


def save(room, version: int, **sections: str):
    text = Draft(sections=sections, version=version)
    return save_draft(actor=room.doctor, visit_id=room.visit_id, draft=text)


def sign(room):
    return sign_note(actor=room.doctor, visit_id=room.visit_id)


def signed_room():
    room = make_room()
    diagnosed(room)
    drafted(room)
    sign(room)
    return room


def test_a_draft_is_kept_and_read_back():
    at = datetime(2031, 3, 3, 2, 24, 3, tzinfo=UTC)

    with clock.at(at):
        room = make_room()
        saved = save(room, 0, chief_complaint="咳嗽 3 天")

    note = visit_note(room.visit_id)
    assert (note.sections, note.version, saved.version) == ({"chief_complaint": "咳嗽 3 天"}, 1, 1)
    assert note.saved_at.strftime("%H:%M:%S") == "10:24:03"


@pytest.mark.covers("C02")
def test_the_second_of_two_windows_is_told_and_nothing_is_lost():
    room = make_room()
    save(room, 0, chief_complaint="第一窗口")

    with pytest.raises(DraftChanged) as refused:
        save(room, 0, chief_complaint="第二窗口")

    assert refused.value.status == 412
    assert visit_note(room.visit_id).sections == {"chief_complaint": "第一窗口"}
    # Having seen the other text, the second window may save on top of it.
    assert save(room, 1, chief_complaint="第二窗口").version == 2


def test_saving_the_same_text_again_changes_nothing():
    room = make_room()
    save(room, 0, chief_complaint="咳嗽")
    lines = AuditEntry.objects.filter(action="clinical.note.drafted").count()

    again = save(room, 0, chief_complaint="咳嗽")

    assert (again.version, lines) == (1, 1)
    assert AuditEntry.objects.filter(action="clinical.note.drafted").count() == 1


@pytest.mark.parametrize(
    "text", ["a\0b", "a" + chr(0xD800), "\x1b[31m", "x" * 4001, "\N{REPLACEMENT CHARACTER}"]
)
def test_text_that_cannot_be_kept_is_refused(text):
    room = make_room()

    with pytest.raises(Invalid):
        save(room, 0, chief_complaint=text)

    assert Note.objects.count() == 0


@pytest.mark.parametrize(
    "text", ["𠮷野家 👩‍⚕️ Ω \n\t第二行", "<script>alert(1)</script>", "x" * 4000]
)
def test_whatever_people_write_is_kept_as_it_is(text):
    room = make_room()

    save(room, 0, present_illness=text)

    assert visit_note(room.visit_id).sections["present_illness"] == text


def test_a_section_that_the_form_lacks_is_refused():
    with pytest.raises(Invalid):
        save(make_room(), 0, interval_history="只有复诊才有")


@pytest.mark.parametrize(
    ("kind", "needed"),
    [
        (
            "first",
            ["chief_complaint", "present_illness", "past_history", "examination", "treatment"],
        ),
        ("return", ["chief_complaint", "interval_history", "examination", "treatment"]),
    ],
)
def test_each_missing_section_is_named(kind, needed):
    errors = missing(kind, {}, has_diagnosis=False)

    assert [error.field for error in errors] == [*needed, "diagnoses"]
    assert missing(kind, dict.fromkeys(needed, "x"), has_diagnosis=True) == []


def test_an_incomplete_note_is_not_signed():
    room = make_room()
    save(room, 0, chief_complaint="咳嗽")

    with pytest.raises(NoteIncomplete) as refused:
        sign(room)

    assert [e.field for e in refused.value.errors][-1] == "diagnoses"
    assert NoteVersion.objects.count() == 0
    assert visit_note(room.visit_id).is_signed is False


def test_signing_seals_text_and_diagnoses():
    room = signed_room()

    [version] = signed_versions(room.visit_id)
    assert (version.n, str(version.signed_by), len(version.digest)) == (1, "陈谷雨", 64)
    assert [one.code for one in version.diagnoses] == ["J06.9"]
    assert {s.code: s.text for s in version.sections} == FIRST_NOTE
    told = Event.objects.get(name="NoteSigned")
    assert told.body["visit_id"] == str(room.visit_id)


def test_a_note_is_signed_once():
    room = signed_room()

    with pytest.raises(AlreadySigned):
        sign(room)

    assert NoteVersion.objects.count() == 1


def test_there_must_be_something_to_sign():
    with pytest.raises(NothingToSign):
        sign(make_room())


def test_signing_a_text_saves_it_first():
    room = make_room()
    diagnosed(room)

    sign_note(actor=room.doctor, visit_id=room.visit_id, draft=Draft(FIRST_NOTE, version=0))

    assert visit_note(room.visit_id).is_signed


@pytest.mark.covers("C02")
def test_an_amendment_is_a_new_version_and_the_difference_is_visible():
    room = signed_room()
    version = visit_note(room.visit_id).version
    text = FIRST_NOTE | {"treatment": "对症处理，三天后复诊。"}

    amend_note(
        actor=room.doctor, visit_id=room.visit_id, reason="复诊时间写错",
        draft=Draft(text, version=version),
    )  # fmt: skip

    second, first = signed_versions(room.visit_id)
    assert {s.code: s.text for s in first.sections} == FIRST_NOTE
    assert [s.code for s in second.sections if s.is_changed] == ["treatment"]
    changed = next(s for s in second.sections if s.is_changed)
    assert [(p.what, p.text) for p in changed.pieces if p.what != "kept"] == [
        ("removed", "一周"),
        ("added", "三天"),
    ]
    assert (second.reason, second.n) == ("复诊时间写错", 2)


def test_amending_needs_a_signature_a_reason_and_a_change():
    unsigned, room = make_room(), signed_room()

    with pytest.raises(NotSigned):
        amend_note(actor=unsigned.doctor, visit_id=unsigned.visit_id, reason="x")
    with pytest.raises(ReasonMissing):
        amend_note(actor=room.doctor, visit_id=room.visit_id, reason="  ")
    with pytest.raises(NothingChanged):
        amend_note(actor=room.doctor, visit_id=room.visit_id, reason="x")
    assert NoteVersion.objects.count() == 1


def test_a_changed_diagnosis_is_a_change():
    room = signed_room()
    add_diagnosis(actor=room.doctor, visit_id=room.visit_id, code=make_code("R05", "咳嗽", "Cough"))

    amend_note(actor=room.doctor, visit_id=room.visit_id, reason="补充诊断")

    assert signed_versions(room.visit_id)[0].diagnoses_changed is True


def test_the_database_refuses_to_change_or_remove_what_was_signed():
    room = signed_room()
    signed = NoteVersion.objects.filter(note__visit_id=room.visit_id)

    for change in (lambda: signed.update(content={}), signed.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()

    assert signed.get().content == FIRST_NOTE


def test_the_seal_of_a_version_covers_the_one_before():
    room = signed_room()
    version = visit_note(room.visit_id).version
    amend_note(
        actor=room.doctor, visit_id=room.visit_id, reason="补充",
        draft=Draft(FIRST_NOTE | {"advice": "多休息"}, version=version),
    )  # fmt: skip

    second, first = signed_versions(room.visit_id)
    assert second.digest != first.digest


def test_who_may_not_sign_changes_nothing():
    room, elsewhere = make_room(), make_room()
    diagnosed(room)
    drafted(room)

    with pytest.raises(NotAllowed):
        sign_note(actor=room.nurse, visit_id=room.visit_id)
    with pytest.raises(NotFound):
        sign_note(actor=elsewhere.doctor, visit_id=room.visit_id)
    assert NoteVersion.objects.count() == 0


def test_the_first_diagnosis_is_the_primary_and_another_takes_over():
    room = make_room()
    first = diagnosed(room)
    second = add_diagnosis(
        actor=room.doctor, visit_id=room.visit_id, code=make_code("R05", "咳嗽", "Cough")
    )

    make_primary(actor=room.doctor, diagnosis_id=second)
    after = [(d.code, d.is_primary) for d in diagnoses_of([room.visit_id])[room.visit_id]]
    remove_diagnosis(actor=room.doctor, diagnosis_id=second)

    assert after == [("R05", True), ("J06.9", False)]
    assert [(d.code, d.is_primary) for d in diagnoses_of([room.visit_id])[room.visit_id]] == [
        ("J06.9", True)
    ]
    assert Diagnosis.objects.count() == 2
    assert first != second


def test_a_diagnosis_is_coded_and_added_once():
    room = make_room()
    kept = diagnosed(room)

    with pytest.raises(UnknownDiagnosis):
        add_diagnosis(actor=room.doctor, visit_id=room.visit_id, code="Z99.99")
    with pytest.raises(AlreadyRecorded), transaction.atomic():
        diagnosed(room)
    mark_suspected(actor=room.doctor, diagnosis_id=kept, is_suspected=True)

    [only] = diagnoses_of([room.visit_id])[room.visit_id]
    assert only.is_suspected is True


def test_earlier_notes_of_the_patient_are_at_hand():
    room = signed_room()
    later = make_visit(room.site_id, room.patient_id)

    [past] = past_notes(room.patient_id, later)

    assert (past.visit_id, past.headline, past.sections["chief_complaint"]) == (
        room.visit_id,
        "急性上呼吸道感染",
        "咳嗽 3 天",
    )


def test_copied_sections_carry_where_they_come_from():
    room = make_room()
    diagnosed(room)
    text = Draft(FIRST_NOTE, version=0, copied={"past_history": "2031-01-02", "results": "x"})

    sign_note(actor=room.doctor, visit_id=room.visit_id, draft=text)

    copied = {s.code: s.copied_from for s in signed_versions(room.visit_id)[0].sections}
    assert (copied["past_history"], copied["treatment"]) == ("2031-01-02", "")


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("同", "同", [Piece("kept", "同")]),
        ("", "新", [Piece("added", "新")]),
        ("旧", "", [Piece("removed", "旧")]),
        ("体温38", "体温39", [Piece("kept", "体温3"), Piece("removed", "8"), Piece("added", "9")]),
    ],
)
def test_how_one_text_became_another(before, after, pieces):
    assert difference(before, after) == pieces


@pytest.mark.parametrize("times", [1, 12])
def test_a_summary_costs_the_same_for_a_short_and_a_long_history(times, django_assert_num_queries):
    room = signed_room()
    for n in range(times - 1):
        visit = make_visit(room.site_id, room.patient_id)
        add_diagnosis(actor=room.doctor, visit_id=visit, code="J06.9")
        sign_note(actor=room.doctor, visit_id=visit, draft=Draft(FIRST_NOTE, version=0))
        allergic(room, f"物质{n}")

    with django_assert_num_queries(14):  # Thirteen, and the line about who was seen.
        summary = patient_summary(room.doctor, room.patient_id)

    assert len(summary.past) == min(times, 8)


def test_aftercare_learns_what_was_decided():
    room = signed_room()
    room_facts = after_visit_facts(room.visit_id)

    assert (room_facts.plan, room_facts.advice) == (FIRST_NOTE["treatment"], FIRST_NOTE["advice"])
    assert [str(name) for name in room_facts.diagnoses] == ["急性上呼吸道感染"]
    assert room_facts.medicines == ()


def test_aftercare_learns_what_was_prescribed():
    room = make_room()
    prescribed(room)

    facts = after_visit_facts(room.visit_id)

    assert facts.follow_up_plans == ("三天后不退热复诊",)
    [medicine] = facts.medicines
    assert medicine.quantity_text == "2 盒"
    with translation.override("en"):
        assert medicine.usage == (
            "500 mg (1 tablet) each time, by mouth, three times a day, for 5 days"
        )


def test_a_colleague_may_go_on_with_a_draft():
    room = make_room()
    save(room, 0, chief_complaint="咳嗽")
    colleague = another_doctor(room).actor()

    text = Draft({"chief_complaint": "咳嗽加重"}, version=1)
    save_draft(actor=colleague, visit_id=room.visit_id, draft=text)

    assert visit_note(room.visit_id).author_id == colleague.user_id
