"""Questions asked, answered by link or at the desk, read and taken over."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from yilu.clinical import permissions as clinical
from yilu.clinical.models import Allergy, Problem
from yilu.intake import permissions
from yilu.intake.errors import (
    AnsweredAlready,
    AnswersIncomplete,
    ConsentMissing,
    NothingToTake,
    TooLateToAnswer,
)
from yilu.intake.models import Sheet
from yilu.intake.operations.asking import ask_questions
from yilu.intake.operations.at_visit import take_over
from yilu.intake.operations.sheets import Said, keep_draft, send_answers
from yilu.intake.selectors.sheets import risks_by_patient, sheet_of
from yilu.messaging.models import Message
from yilu.platform import clock, links
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed, NotFound
from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.records import permissions as records
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.tests.factories import SUNDAY_EVENING, Clinic, at, make_clinic, make_service
from yilu.scheduling.tests.test_races import at_once
from yilu.visits import permissions as visits
from yilu.visits.operations.visits import open_visit
from yilu.workforce.tests.factories import make_doctor, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A23")]
JOB = Actor.system("test")
NO = Said({}, consent=True, quick=True)


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(service=make_service(key="extraction", specialty="dental"))


@pytest.fixture
def booking(clinic: Clinic) -> UUID:
    booked = clinic.book(at(9, day=3)).id
    ask_questions(actor=JOB, booking_id=booked)
    return booked


def holder(booking: UUID) -> Actor:
    return Actor("patient", "link", owns=frozenset({booking}))


def staff(clinic: Clinic, *held: str) -> Actor:
    grants = frozenset((one, clinic.site_id) for one in (*held, records.CARE))
    return Actor("staff", "nurse", grants=grants)


def signed_in(user_id: UUID | None) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user_id))
    return client


def reference(booking: UUID) -> str:
    return links.issue("questions", subject_id=booking, expires_at=at(12, day=3))


def post(client: Client, url: str, **sent: str):
    return client.post(url, {"request_key": str(new_id())} | sent)


def visit_of(booking: UUID) -> UUID:
    row = Booking.objects.get(pk=booking)
    return open_visit(
        actor=Actor.system("clerk", visits.OPEN),
        patient_id=row.patient_id,
        site_id=row.site_id,
        booking_id=booking,
        kind="booked",
    )


def test_a_draft_is_kept_and_the_answers_lie_encrypted(booking: UUID):
    keep_draft(actor=holder(booking), booking_id=booking, said=Said({"problem": "右下智齿疼"}))
    seen = sheet_of(holder(booking), booking)
    assert (seen.state, seen.answered) == ("draft", 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT answers FROM intake_sheet")
        assert "智齿".encode() not in bytes(cursor.fetchone()[0])


def test_the_quick_way_answers_everything_with_no(booking: UUID):
    send_answers(actor=holder(booking), booking_id=booking, said=NO)
    seen = sheet_of(holder(booking), booking)
    assert (seen.is_answered, seen.told, seen.risks, seen.filled_by) == (True, [], (), "patient")


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        (Said({}, consent=True), AnswersIncomplete),
        (Said({}, consent=False, quick=True), ConsentMissing),
    ],
)
def test_what_is_not_whole_is_refused_and_keeps_nothing(booking: UUID, said, refusal):
    with pytest.raises(refusal):
        send_answers(actor=holder(booking), booking_id=booking, said=said)
    assert Sheet.objects.get().state == "asked"


def test_answered_twice_too_late_or_after_cancelling_is_refused(clinic: Clinic, booking: UUID):
    send_answers(actor=holder(booking), booking_id=booking, said=NO)
    with pytest.raises(AnsweredAlready):
        send_answers(actor=holder(booking), booking_id=booking, said=NO)
    with pytest.raises(AnsweredAlready):
        keep_draft(actor=holder(booking), booking_id=booking, said=NO)
    other = clinic.book(at(14, day=3)).id
    ask_questions(actor=JOB, booking_id=other)
    with clock.at(at(15, day=3)), pytest.raises(TooLateToAnswer):
        send_answers(actor=holder(other), booking_id=other, said=NO)
    cancel_booking(actor=clinic.actor, booking_id=other, reason="x")
    with pytest.raises(TooLateToAnswer):
        send_answers(actor=holder(other), booking_id=other, said=NO)


def test_who_has_arrived_changes_no_answers_by_the_link(booking: UUID):
    client, base = Client(), f"/q/{reference(booking)}"
    post(client, f"{base}/draft", **{"q-latex": "yes"})
    Booking.objects.update(state="arrived")
    with pytest.raises(TooLateToAnswer):
        send_answers(actor=holder(booking), booking_id=booking, said=NO)
    sent = {"q-latex": "no", "quick": "1", "consent": "on"}
    assert post(client, f"{base}/draft", **sent).status_code == 409
    late = post(client, base, **sent)
    assert late.status_code == 409
    assert "问卷已关闭" in late.content.decode()
    seen = sheet_of(holder(booking), booking)
    assert (seen.state, [one.said for one in seen.answers if one.said]) == ("draft", ["yes"])


def test_what_cannot_be_kept_is_refused_and_nothing_is_kept(booking: UUID):
    client, base = Client(), f"/q/{reference(booking)}"
    odd = {"q-problem": "疼\x00痛", "q-latex": "yes", "consent": "on", "quick": "1"}
    assert post(client, base, **odd).status_code == 400
    assert post(client, f"{base}/draft", **odd).status_code == 400
    assert post(client, base, **{f"q-{n}": "yes" for n in range(201)}).status_code == 404
    assert Sheet.objects.get().state == "asked"


def test_answers_to_what_was_not_asked_are_not_kept(booking: UUID):
    odd = {"metal": "yes", "latex": "perhaps", "problem": "x" * 900, "recent": "一行\r\n又一行"}
    send_answers(
        actor=holder(booking), booking_id=booking, said=Said(odd, consent=True, quick=True)
    )
    kept = {one.question.key: one.said for one in sheet_of(holder(booking), booking).answers}
    assert (len(kept["problem"]), kept["latex"]) == (500, "no")
    assert "又一行" in kept["recent"]
    assert "metal" not in kept


def test_others_neither_see_nor_answer(clinic: Clinic, booking: UUID):
    stranger = Actor("patient", "x", owns=frozenset({new_id()}))
    with pytest.raises(NotFound):
        sheet_of(stranger, booking)
    with pytest.raises(NotFound):
        send_answers(actor=stranger, booking_id=booking, said=NO)
    with pytest.raises(NotAllowed):
        send_answers(actor=staff(clinic, permissions.SEE), booking_id=booking, said=NO)
    assert Sheet.objects.get().state == "asked"


def test_the_desk_learns_what_to_ask_and_not_what_was_said(clinic: Clinic, booking: UUID):
    said = Said({"blood_thinner": "yes", "problem": "智齿疼"}, consent=True, quick=True)
    send_answers(actor=holder(booking), booking_id=booking, said=said)

    desk = sheet_of(staff(clinic, permissions.SEE, permissions.FILL), booking)
    assert [one.key for one in desk.risks] == ["bleeding"]
    assert not any(one.said for one in desk.answers)
    nurse = sheet_of(staff(clinic, permissions.SEE, clinical.SEE), booking)
    assert {one.question.key for one in nurse.told} == {"blood_thinner", "problem"}
    patient = Booking.objects.get().patient_id
    seer = staff(clinic, permissions.SEE)
    found = risks_by_patient(seer, clinic.site_id, {patient: {"extraction"}})
    assert [one.key for one in found[patient]] == ["bleeding"]
    assert risks_by_patient(Actor("staff", "y"), clinic.site_id, {patient: ()}) == {}


def test_an_answer_goes_into_the_record_by_one_press_and_only_once(clinic: Clinic, booking: UUID):
    said = Said({"latex": "yes", "diabetes": "yes"}, consent=True, quick=True)
    send_answers(actor=holder(booking), booking_id=booking, said=said)
    visit = visit_of(booking)
    assert not Allergy.objects.exists()
    doctor = staff(clinic, permissions.SEE, clinical.SEE, clinical.ASSESS, clinical.WRITE)
    doctor = Actor("staff", "d", user_id=make_doctor(clinic.site_id).user_id, grants=doctor.grants)

    with pytest.raises(NotAllowed):
        take_over(actor=staff(clinic, permissions.SEE, clinical.SEE), visit_id=visit, key="latex")
    take_over(actor=doctor, visit_id=visit, key="latex")
    take_over(actor=doctor, visit_id=visit, key="diabetes")

    assert Allergy.objects.get().substance == "乳胶"
    assert Problem.objects.get().text == "糖尿病"
    for key in ("latex", "alarm", "nonsense", "problem"):
        with pytest.raises(NothingToTake):
            take_over(actor=doctor, visit_id=visit, key=key)
    assert Allergy.objects.count() == 1


@pytest.mark.parametrize("patients", [1, 12])
def test_risks_of_many_patients_cost_one_query(clinic: Clinic, patients: int):
    wanted = {}
    for n in range(patients):
        booked = clinic.book(at(9, 30 * (n % 2), day=n // 2), patient_id=clinic.patient())
        ask_questions(actor=JOB, booking_id=booked.id)
        send_answers(
            actor=holder(booked.id),
            booking_id=booked.id,
            said=Said({"latex": "yes"}, consent=True, quick=True),
        )
        wanted[Booking.objects.get(pk=booked.id).patient_id] = {"extraction"}
    with CaptureQueriesContext(connection) as seen:
        found = risks_by_patient(Actor.system("x", permissions.SEE), clinic.site_id, wanted)
    assert len(found) == patients
    assert len(seen) == 1


def test_a_sheet_costs_nine_queries(clinic: Clinic, booking: UUID):
    with CaptureQueriesContext(connection) as seen:
        sheet_of(holder(booking), booking)
    assert len(seen) <= 9


def test_the_link_asks_keeps_drafts_and_says_at_once_to_call_for_help(booking: UUID):
    client, base = Client(), f"/q/{reference(booking)}"
    assert "打麻药后" in client.get(base).content.decode()
    shown = post(client, f"{base}/draft", **{"q-alarm": "yes"}).content.decode()
    assert "120" in shown
    assert "120" in client.get(base).content.decode()
    assert post(client, base, consent="on").status_code == 422
    sent = {"q-alarm": "no", "quick": "1", "consent": "on"}
    assert post(client, base, **sent).status_code == 303
    assert "我们已收到" in client.get(base).content.decode()
    assert post(client, base, **sent).status_code == 409
    assert client.get("/q/nonsense").status_code == 404
    over = links.issue("questions", subject_id=booking, expires_at=SUNDAY_EVENING)
    assert client.get(f"/q/{over}").status_code == 410


def test_the_desk_fills_in_and_the_nurse_reads_and_takes_over(clinic: Clinic, booking: UUID):
    desk = signed_in(make_staff("front_desk", site_id=clinic.site_id).user_id)
    mark = reverse("intake:mark", args=[booking])
    assert "电话询问" in desk.get(mark).content.decode()
    assert post(desk, reverse("intake:send", args=[booking])).status_code == 204
    assert Message.objects.filter(template="questions_asked").exists()
    url = reverse("intake:fill", args=[booking])
    assert post(desk, url, consent="on").status_code == 422
    sent = {"q-latex": "yes", "quick": "1", "consent": "on"}
    assert post(desk, url, **sent).status_code in {302, 303}
    assert "乳胶过敏" in desk.get(mark).content.decode()
    visit = visit_of(booking)
    doctor = signed_in(make_doctor(clinic.site_id).user_id)
    part = reverse("intake:of-visit", args=[visit])
    assert "转入过敏史" in doctor.get(part).content.decode()
    taken = post(doctor, reverse("intake:take", args=[visit, "latex"]))
    assert "已入病历" in taken.content.decode()
    assert Allergy.objects.count() == 1


def test_a_booking_without_questions_shows_nothing(clinic: Clinic):
    booked = clinic.book(at(9)).id
    desk = signed_in(make_staff("front_desk", site_id=clinic.site_id).user_id)
    assert desk.get(reverse("intake:mark", args=[booked])).content.decode().strip() == ""
    assert desk.get(reverse("intake:fill", args=[booked])).status_code == 404


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_the_link_and_the_desk_at_once_answer_once(clinic: Clinic, booking: UUID):
    desk = staff(clinic, permissions.SEE, permissions.FILL)
    calls = [
        partial(send_answers, actor=who, booking_id=booking, said=NO)
        for who in (holder(booking), desk)
    ]
    assert at_once(calls) == {"done": 1, "questions_answered": 1}
    assert Sheet.objects.get().answered_at == SUNDAY_EVENING + timedelta(0)
