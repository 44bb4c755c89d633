"""The road of an examination: asked for, arrived, begun after its check, reported, verified."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from yilu.clinical.tests.test_pages import browser
from yilu.diagnostics import errors
from yilu.diagnostics.models import CriticalValue, ExamRequest, Study, StudyReport
from yilu.diagnostics.operations.criticals import acknowledge_critical
from yilu.diagnostics.operations.images import Came, take_image
from yilu.diagnostics.operations.requests import withdraw_request
from yilu.diagnostics.operations.studies import (
    Aim,
    Before,
    arrive_study,
    begin_study,
)
from yilu.diagnostics.operations.study_reports import (
    Written,
    correct_report,
    release_study_report,
    send_back_report,
    write_report,
)
from yilu.diagnostics.rules.catalogue import lab_table
from yilu.diagnostics.rules.imaging import imaging_table
from yilu.diagnostics.rules.tables import table
from yilu.diagnostics.selectors.study_detail import overrides_of, study_detail
from yilu.diagnostics.selectors.study_worklist import study_worklist
from yilu.diagnostics.states import STUDY_MOVES, StudyState, check_study_move
from yilu.diagnostics.tests.lab_factories import RIGHT
from yilu.diagnostics.tests.study_factories import (
    WRITTEN,
    asked,
    begun,
    dicom,
    entered,
    fine,
    make_post,
    reported,
    study,
    taken,
    written,
)
from yilu.platform import clock
from yilu.platform.errors import NotAllowed
from yilu.platform.models import AuditEntry, Event

pytestmark = pytest.mark.django_db


def arrived(post, key="chest_film", **wish):
    study_id = asked(post, key, **wish)
    arrive_study(actor=post.first, study_id=study_id)
    return study_id


@pytest.mark.covers("C04", "D03")
def test_the_whole_road():
    post = make_post()

    row = study(reported(post))

    assert (row.state, row.request.state) == ("released", "done")
    assert (row.modality, row.part, row.uid) == ("DX", "chest", f"2.25.{row.pk.int}")
    assert len(row.accession) == 10
    report = StudyReport.objects.get()
    people = (report.entered_by_id, report.verified_by_id)
    assert people == (post.first.user_id, post.second.user_id)
    actions = AuditEntry.objects.filter(action__startswith="diagnostics.").order_by("id")
    assert list(actions.values_list("action", flat=True)) == [
        "diagnostics.request.asked",
        "diagnostics.study.arrived",
        "diagnostics.study.begun",
        "diagnostics.study.taken",
        "diagnostics.request.done",
        "diagnostics.studyreport.written",
        "diagnostics.studyreport.released",
    ]


@pytest.mark.parametrize(
    ("aim", "field"),
    [(Aim(), "part"), (Aim("chest"), "part"), (Aim("knee"), "side"), (Aim("knee", "up"), "part")],
)
def test_part_and_side_must_be_said(aim, field):
    post = make_post("mri")

    with pytest.raises(errors.PartMissing) as refused:
        asked(post, "mri", aim=aim)

    assert refused.value.errors[0].field == field
    assert not ExamRequest.objects.exists()


def test_a_recent_report_asks_for_a_reason():
    post = make_post()
    reported(post)

    with pytest.raises(errors.RecentResult):
        asked(post)
    again = asked(post, aim=Aim(again="症状加重"))

    assert study(again).again == "症状加重"
    assert Study.objects.count() == 2


def test_an_old_report_asks_for_nothing():
    post = make_post()
    reported(post)

    with clock.at(clock.now() + timedelta(days=15)):
        asked(post)

    assert Study.objects.count() == 2


@pytest.mark.covers("D02")
@pytest.mark.parametrize(
    ("who", "refusal"),
    [({}, errors.PatientNotIdentified), ({"name": "林半夏"}, errors.PatientNotIdentified)],
)
def test_nothing_begins_with_somebody_who_is_not_known_to_be_the_patient(who, refusal):
    post = make_post()
    study_id = arrived(post)
    before = Before(who, fine(study_id), "急")

    with pytest.raises(refusal):
        begin_study(actor=post.first, study_id=study_id, before=before)

    assert study(study_id).state == "arrived"


@pytest.mark.covers("D02")
def test_every_question_before_needs_an_answer():
    post = make_post("ct_contrast")
    study_id = arrived(post, "ct_contrast", aim=Aim("chest"))

    before = Before(RIGHT, {"told": "yes"})

    with pytest.raises(errors.CheckMissing) as refused:
        begin_study(actor=post.first, study_id=study_id, before=before)

    assert [one.field for one in refused.value.errors] == [
        "check-prepared", "check-position", "check-pregnant", "check-shielded", "check-allergy",
        "check-kidney", "check-metformin",
    ]  # fmt: skip
    assert not Event.objects.filter(name="StudyBegun").exists()


@pytest.mark.covers("D02")
def test_what_speaks_against_it_is_overridden_with_a_reason_that_the_manager_sees():
    post = make_post()
    study_id = arrived(post)
    answers = fine(study_id, pregnant="yes")

    with pytest.raises(errors.StudyStopped):
        begin_study(actor=post.first, study_id=study_id, before=Before(RIGHT, answers))
    assert study(study_id).state == "arrived"
    before = Before(RIGHT, answers, "大咯血，利大于弊，患者已签字")
    begin_study(actor=post.first, study_id=study_id, before=before)

    row = study(study_id)
    assert (row.state, row.is_overridden) == ("begun", True)
    assert row.override.startswith("大咯血")
    assert row.checks["pregnant"] == "yes"
    assert Event.objects.get(name="StudyBegun").body["is_overridden"] is True


@pytest.mark.covers("D02")
def test_images_that_come_before_the_check_are_shown_to_the_manager(django_assert_max_num_queries):
    post = make_post("chest_film", "ecg")
    early, fair = arrived(post), begun(post, "ecg")
    for study_id in (fair, early):
        came = Came(dicom(study_id), f"1.2.{study_id.int}", "1.2", study_uid=study(study_id).uid)
        take_image(actor=post.first, site_id=post.room.site_id, came=came)

    def shown():
        found = overrides_of(post.first, post.room.site_id)
        return [(one.study_id, one.is_early) for one in found]

    assert shown() == [(early, True)]
    with clock.at(clock.now() + timedelta(minutes=5)):
        begin_study(actor=post.first, study_id=early, before=Before(RIGHT, fine(early)))
    with django_assert_max_num_queries(4):
        assert shown() == [(early, True)]
    assert "before the check." in browser(post.first).get(reverse("diagnostics:imaging")).text


@pytest.mark.covers("D02")
@pytest.mark.parametrize("key", list(table().profiles))
def test_every_examination_asks_before_it_begins(key):
    profile = table().profiles[key]
    found = {
        one.key
        for one in imaging_table().checks_for(profile, profile.modality, profile.flags)
        if profile.modality
    }
    if not profile.modality:
        # Blood is asked about where it is taken.
        assert profile.kind == "laboratory"
        assert {"fasting", "side", "told"} <= {one.key for one in lab_table().checks}
        return

    needed = {"fasting": "fasted", "contrast": "allergy", "bladder": "full"}
    assert {"prepared", "position", "told"} <= found
    assert {needed[flag] for flag in profile.flags if flag in needed} <= found
    assert ("pregnant" in found) == (profile.modality in {"IO", "DX", "CT"})
    assert ("metal" in found) == (profile.modality == "MR")


@pytest.mark.covers("D02")
def test_a_service_may_ask_for_less():
    post = make_post("ecg")

    assert set(fine(asked(post, "ecg"))) == {"prepared", "position", "told"}


def test_only_the_imaging_post_begins():
    post = make_post()
    study_id = arrived(post)

    with pytest.raises(NotAllowed):
        begin_study(actor=post.doctor, study_id=study_id, before=Before(RIGHT, fine(study_id)))

    assert study(study_id).state == "arrived"


def test_what_is_to_be_booked_is_done_now_when_the_patient_comes():
    post = make_post()
    study_id = asked(post, is_now=False)
    assert study(study_id).request.state == "open"

    arrive_study(actor=post.first, study_id=study_id)

    assert study(study_id).request.state == "here"
    assert Event.objects.get(name="StudyArrived").body["is_booked"] is False


def test_a_request_is_withdrawn_until_somebody_comes():
    post = make_post()
    first = asked(post)
    withdraw_request(actor=post.doctor, request_id=study(first).request_id)

    second = begun(post)
    with pytest.raises(errors.LabMoved):
        withdraw_request(actor=post.doctor, request_id=study(second).request_id)

    assert (study(first).state, study(second).state) == ("cancelled", "begun")
    assert study(second).request.state == "here"


@pytest.mark.covers("D03")
def test_nobody_verifies_their_own_report():
    post = make_post()
    report = entered(written(post))

    with pytest.raises(errors.SameLabPerson):
        release_study_report(actor=post.first, report_id=report.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        StudyReport.objects.filter(pk=report.pk).update(
            state="released", verified_at=clock.now(), verified_by=post.first.user_id
        )

    assert StudyReport.objects.get().state == "entered"


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        (Written("", ""), ["findings", "impression"]),
        (Written("清晰", " "), ["impression"]),
        (Written("清晰", "正常", ("nothing",)), ["critical"]),
    ],
)
def test_a_report_says_what_was_found_and_what_it_means(said, fields):
    post = make_post()
    study_id = taken(post)

    with pytest.raises(errors.NothingFound) as refused:
        write_report(actor=post.first, study_id=study_id, written=said)

    assert [one.field for one in refused.value.errors] == fields
    assert study(study_id).state == "taken"
    assert not StudyReport.objects.exists()


def test_a_report_that_is_sent_back_is_written_again():
    post = make_post()
    study_id = written(post, "pneumothorax")
    report = entered(study_id)

    send_back_report(actor=post.second, report_id=report.pk, reason="侧别有误")
    write_report(actor=post.first, study_id=study_id, written=WRITTEN)

    states = StudyReport.objects.order_by("issue").values_list("state", "sent_back")
    assert list(states) == [("dropped", "侧别有误"), ("entered", "")]
    assert CriticalValue.objects.get().state == "withdrawn"


def test_a_correction_replaces_and_the_older_stays_as_it_was():
    post = make_post()
    study_id = reported(post)
    with pytest.raises(errors.LabReasonMissing):
        correct_report(actor=post.first, study_id=study_id, written=WRITTEN, why=" ")

    said = Written("右肺上叶见小结节。", "建议复查。")
    correct_report(actor=post.first, study_id=study_id, written=said, why="漏诊结节")
    release_study_report(actor=post.second, report_id=entered(study_id).pk)

    first, second = StudyReport.objects.order_by("issue")
    assert (first.state, first.impression) == ("replaced", WRITTEN.impression)
    assert (second.state, second.why) == ("released", "漏诊结节")
    with pytest.raises(DatabaseError), transaction.atomic():
        StudyReport.objects.filter(pk=first.pk).update(sent_back="x")


@pytest.mark.covers("C04")
def test_a_finding_that_cannot_wait_is_said_back_by_choosing_it():
    post = make_post()
    written(post, "pneumothorax")
    told = CriticalValue.objects.get()
    assert (told.analyte, told.state) == ("pneumothorax", "open")

    with pytest.raises(errors.NotReadBack):
        acknowledge_critical(actor=post.doctor, critical_id=told.pk, read_back="embolism")
    acknowledge_critical(actor=post.doctor, critical_id=told.pk, read_back="pneumothorax")

    told.refresh_from_db()
    assert told.state == "acknowledged"


@pytest.mark.parametrize("current", StudyState)
@pytest.mark.parametrize("target", StudyState)
def test_only_listed_moves_are_legal(current, target):
    if target in STUDY_MOVES[current]:
        check_study_move(current, target)
    else:
        with pytest.raises(errors.LabMoved):
            check_study_move(current, target)


@pytest.mark.parametrize("many", [1, 4])
def test_the_worklist_costs_the_same_however_long(many, django_assert_num_queries):
    post = make_post("chest_film", "mri", "ecg", "ct_contrast")
    for key in ("chest_film", "mri", "ecg", "ct_contrast")[:many]:
        asked(post, key, aim=Aim("head") if key in {"mri", "ct_contrast"} else Aim())

    with django_assert_num_queries(8):
        found = study_worklist(post.first, post.room.site_id)

    assert found.count("ordered") == many


def test_one_study_costs_eleven_queries(django_assert_max_num_queries):
    post = make_post()
    study_id = reported(post)

    with django_assert_max_num_queries(11):
        assert study_detail(post.first, study_id).current is not None
