"""The doctor's room reminds of what is due, unsigned or unread, and stops when it is done."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest
from django.urls import reverse

from yilu.aftercare.operations.follow_ups import plan_follow_up
from yilu.aftercare.tests.factories import CLERK
from yilu.clinical.models import Prescription
from yilu.clinical.operations.notes import sign_note
from yilu.clinical.operations.opinions import Question, ask_opinion, give_opinion
from yilu.clinical.operations.prescribing import sign_prescription, write_prescription
from yilu.clinical.rules.dosing import dose_due
from yilu.clinical.tests.factories import (
    Room,
    another_doctor,
    diagnosed,
    drafted,
    make_drug,
    make_room,
    make_second_patient,
    make_visit,
    no_allergies,
    order,
    prescribed,
    sheet,
)
from yilu.clinical.tests.test_pages import PART, browser
from yilu.diagnostics.models import ExamRequest, LabReport, StudyReport
from yilu.diagnostics.operations.requests import withdraw_request
from yilu.diagnostics.operations.results import explain_report, read_report
from yilu.diagnostics.operations.study_reports import explain_study_report, read_study_report
from yilu.diagnostics.tests.lab_factories import make_lab, reported
from yilu.diagnostics.tests.study_factories import make_post
from yilu.diagnostics.tests.study_factories import reported as made
from yilu.facility.models import Site
from yilu.facility.selectors.sites import site_zone
from yilu.platform import clock
from yilu.platform.errors import NotFound
from yilu.scheduling.tests.factories import make_service
from yilu.visits.models import Visit
from yilu.visits.operations.visits import begin_care, close_visit
from yilu.workforce.tests.factories import make_staff
from yilu.workspace.selectors.reminders import reminder_lines, reminders

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C12")]


def counts(room: Room, but: UUID | None = None) -> dict[str, int]:
    found = reminders(room.doctor, "x", room.site_id, but)
    return {one.key: one.number for one in found}


def for_long(room: Room, atc: str = "N02BE01") -> None:
    """One more medicine, for four weeks."""
    wanted = sheet(order(make_drug(atc=atc), days=28, frequency="qd"), long_supply_reason="慢性病")
    made = write_prescription(actor=room.doctor, visit_id=room.visit_id, sheet=wanted)
    sign_prescription(actor=room.doctor, prescription_id=made.id, version=made.version)


def lines(room: Room, key: str) -> list[UUID]:
    return [one.visit_id for one in reminder_lines(room.doctor, room.site_id, key, None)]


def test_a_note_waits_until_it_is_signed_but_not_while_it_is_open():
    room = make_room()
    diagnosed(room)
    drafted(room)

    assert counts(room) == {"notes": 1}
    assert counts(room, room.visit_id) == {}
    assert lines(room, "notes") == [room.visit_id]
    sign_note(actor=room.doctor, visit_id=room.visit_id)

    assert counts(room) == {}


@pytest.mark.parametrize("deed", [read_report, explain_report])
def test_a_report_waits_until_who_ordered_it_has_read_or_explained_it(deed):
    lab = make_lab()
    report_id = reported(lab, "crp")

    assert counts(lab.room) == {"results": 1}
    assert lines(lab.room, "results") == [lab.visit_id]
    page = browser(lab.doctor)
    assert "I have read it" in page.get(reverse("diagnostics:lab-show", args=[report_id])).text
    deed(actor=lab.doctor, report_id=report_id)

    assert counts(lab.room) == {}
    assert "I have read it" not in page.get(reverse("diagnostics:lab-show", args=[report_id])).text


@pytest.mark.parametrize("deed", [read_study_report, explain_study_report])
def test_a_report_of_an_examination_waits_like_one_of_the_laboratory(deed):
    post = make_post()
    made(post, "pneumothorax")
    report_id = StudyReport.objects.get().pk
    shown = reverse("diagnostics:study-show", args=[report_id])

    assert counts(post.room) == {"results": 1}
    [line] = reminder_lines(post.doctor, post.room.site_id, "results", None)
    assert (line.what, line.url) == ("胸片", shown)
    assert "I have read it" in browser(post.doctor).get(shown).text
    other = another_doctor(post.room).actor()
    assert reminders(other, "x", post.room.site_id, None) == []
    deed(actor=post.doctor, report_id=report_id)

    assert counts(post.room) == {}
    assert "I have read it" not in browser(post.doctor).get(shown).text


def test_who_asked_marks_a_report_of_an_examination_as_read():
    post = make_post()
    made(post)
    address = reverse("diagnostics:study-read", args=[StudyReport.objects.get().pk])

    stranger = make_staff("doctor", site_id=make_room().site_id).actor()
    key = {"request_key": "read-1"}
    assert browser(stranger).post(address, key).status_code == 404
    assert browser(post.doctor).get(address).status_code == 405
    assert browser(post.doctor).post(address, key).status_code == 204

    assert counts(post.room) == {}


def test_a_report_that_a_colleague_ordered_is_not_mine():
    lab = make_lab()
    reported(lab, "crp")
    other = another_doctor(lab.room).actor()

    assert reminders(other, "x", lab.room.site_id, None) == []
    read_report(actor=other, report_id=LabReport.objects.get().pk)
    assert counts(lab.room) == {"results": 1}


def test_an_examination_waits_once_it_is_due_and_nobody_booked_it():
    room = make_room()
    service = make_service()
    now = clock.now()
    about = {"site_id": room.site_id, "patient_id": room.patient_id, "visit_id": room.visit_id}
    held = ExamRequest.objects.create(
        **about, service_id=service, practitioner_id=room.doctor.practitioner_id, kind="imaging",
        urgency="usual", reason="", requested_at=now, due_at=now + timedelta(hours=1),
        clinic_day=now.date(),
    )  # fmt: skip

    assert counts(room) == {}
    with clock.at(now + timedelta(hours=2)):
        assert counts(room) == {"exams": 1}
        assert lines(room, "exams") == [room.visit_id]
        withdraw_request(actor=room.doctor, request_id=held.pk)
        assert counts(room) == {}


def test_medicines_for_long_use_are_named_when_they_end_and_until_they_are_renewed():
    room = make_room()
    no_allergies(room)
    diagnosed(room)
    for_long(room)
    signed_at = Prescription.objects.get().signed_at

    for days, found in ((20, {}), (26, {"medicines": 1}), (34, {"medicines": 1}), (36, {})):
        with clock.at(signed_at + timedelta(days=days)):
            assert counts(room) == found, days
    with clock.at(signed_at + timedelta(days=26)):
        assert lines(room, "medicines") == [room.visit_id]
        for_long(room, "A11GA01")
        assert counts(room) == {}


@pytest.mark.parametrize(
    ("frequency", "clock_time", "due"),
    [("bid", "08:29", "08:00"), ("bid", "08:31", None), ("qn", "21:00", "21:00"),
     ("q6h", "23:40", "00:00"), ("prn", "08:00", None)],
)  # fmt: skip
def test_a_dose_is_due_about_its_usual_hours(frequency: str, clock_time: str, due: str | None):
    at = datetime.fromisoformat(f"2031-03-04T{clock_time}").replace(tzinfo=UTC)

    found = dose_due(frequency, at)

    assert (found and f"{found:%H:%M}") == due


def test_the_time_of_a_medicine_is_said_of_the_patient_who_is_here_and_of_no_other():
    room = make_room()
    prescribed(room, order(make_drug(), days=7, frequency="tid"))
    zone = site_zone(room.site_id)
    signed = Prescription.objects.get().signed_at.astimezone(zone)
    later = make_visit(room.site_id, room.patient_id)
    stranger = make_second_patient(room)

    tomorrow = datetime.combine(signed.date() + timedelta(days=1), time(14, 10), zone)
    with clock.at(tomorrow):
        assert counts(room, later) == {"doses": 1}
        [line] = reminder_lines(room.doctor, room.site_id, "doses", later)
        assert (line.what, line.when) == ("对乙酰氨基酚片", time(14))
        assert counts(room, stranger) == counts(room) == {}
    with clock.at(tomorrow + timedelta(hours=1)):
        assert counts(room, later) == {}
    with clock.at(tomorrow + timedelta(days=7)):
        assert counts(room, later) == {}


def test_a_short_course_is_no_reminder():
    room = make_room()
    prescribed(room, order(make_drug(), days=7))

    with clock.at(Prescription.objects.get().signed_at + timedelta(days=7)):
        assert counts(room) == {}


def test_a_late_call_to_a_patient_whom_i_saw_is_named():
    room = make_room()
    Visit.objects.filter(pk=room.visit_id).update(practitioner_id=room.doctor.practitioner_id)
    other = make_visit(room.site_id, room.patient_id)
    for visit_id in (room.visit_id, other):
        begin_care(actor=CLERK, visit_id=visit_id)
        close_visit(actor=CLERK, visit_id=visit_id)
        plan_follow_up(actor=CLERK, visit_id=visit_id)

    assert counts(room) == {}
    with clock.at(clock.now() + timedelta(hours=25)):
        assert counts(room) == {"followups": 1}
        assert lines(room, "followups") == [room.visit_id]


@pytest.mark.covers("C08")
def test_a_question_of_a_colleague_waits_and_leads_to_my_work():
    room = make_room()
    someone = another_doctor(room).actor()
    question = Question("活检？", practitioner_id=someone.practitioner_id)
    opinion_id = ask_opinion(actor=room.doctor, visit_id=room.visit_id, question=question)

    [one] = reminders(someone, "x", room.site_id, None)
    assert (one.number, one.url) == (1, reverse("clinical:work", args=[room.site_id]))
    give_opinion(actor=someone, opinion_id=opinion_id, text="是")

    assert reminders(someone, "x", room.site_id, None) == []
    assert counts(room) == {"work": 1}


def test_nobody_reads_what_waits_elsewhere():
    room = make_room()
    stranger = make_staff("doctor", site_id=make_room().site_id).actor()

    with pytest.raises(NotFound):
        reminders(stranger, "x", room.site_id, None)
    with pytest.raises(NotFound):
        reminder_lines(room.doctor, room.site_id, "nothing", None)


@pytest.mark.parametrize("many", [1, 4])
def test_the_strip_costs_the_same_however_much_waits(many: int, django_assert_max_num_queries):
    lab = make_lab()
    reported(lab, "crp")
    for _ in range(many):
        room = Room(lab.room.site_id, None, make_visit(lab.room.site_id, lab.room.patient_id),
                    lab.room.nurse, lab.doctor, lab.room.pharmacist)  # fmt: skip
        drafted(room)

    with django_assert_max_num_queries(10):
        assert counts(lab.room) == {"results": 1, "notes": many}


def test_the_room_is_drawn_first_and_fetches_the_strip():
    room = make_room()
    diagnosed(room)
    drafted(room)
    key = Site.objects.get(pk=room.site_id).key
    doctor = browser(room.doctor)

    strip = doctor.get(reverse("workspace:reminders", args=[key]), headers=PART)
    assert "Unsigned notes" in strip.text
    listed = doctor.get(reverse("workspace:reminded", args=[key, "notes"]), headers=PART)
    assert f"?visit={room.visit_id}" in listed.text
    assert doctor.get(reverse("workspace:reminded", args=[key, "x"])).status_code == 404
    assert (
        "Nothing else waits" in doctor.get(
            reverse("workspace:reminders", args=[key]) + f"?visit={room.visit_id}"
        ).text
    )  # fmt: skip
