"""Questions go inside the messages that go out anyway; nobody is asked the same twice."""

from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from yilu.catalogue.models import Performs
from yilu.intake import permissions
from yilu.intake.errors import AnsweredAlready
from yilu.intake.models import Sheet
from yilu.intake.operations.asking import ask_questions, enclosed_questions, send_link
from yilu.intake.operations.sheets import Said, send_answers
from yilu.intake.selectors.sheets import risks_by_patient, sheet_of
from yilu.intake.tests.test_sheets import JOB, NO, holder, post, staff
from yilu.messaging.models import Message
from yilu.messaging.rules.readable import readable
from yilu.platform import clock, links
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed, NotFound
from yilu.platform.ids import new_id
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.operations.telling import remind_patient, tell_patient
from yilu.scheduling.selectors.telling import telling
from yilu.scheduling.tests.factories import Clinic, at, make_clinic, make_service

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A23")]


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(service=make_service(key="extraction", specialty="dental"))


@pytest.fixture
def booking(clinic: Clinic) -> UUID:
    return clinic.book(at(9, day=3)).id


def performs(clinic: Clinic, service_id: UUID) -> UUID:
    """The first doctor does this too."""
    Performs.objects.create(practitioner_id=clinic.doctors[0], service_id=service_id)
    return service_id


def confirm(booking: UUID, template: str = "booking_confirmed") -> Message:
    """The confirmation of a booking, as the worker writes it."""
    tell_patient(actor=JOB, booking_id=booking, template=template, version=1)
    return told_of(booking, template)


def remind(booking: UUID) -> Message:
    with clock.at(at(9, day=2)):
        remind_patient(actor=JOB, booking_id=booking, template="booking_reminder_day")
    return told_of(booking, "booking_reminder_day")


def told_of(booking: UUID, template: str) -> Message:
    found = Message.objects.filter(template=template, key__contains=str(booking)).first()
    assert found is not None
    return found


def answer(booking: UUID, **said: str) -> None:
    answers = Said(said, consent=True, quick=True)
    send_answers(actor=holder(booking), booking_id=booking, said=answers)


def said(booking: UUID) -> dict[str, str]:
    seen = sheet_of(holder(booking), booking)
    return {one.question.key: one.said for one in seen.answers if one.said}


def test_a_booking_asks_its_questions_inside_its_one_confirmation(booking: UUID):
    ask_questions(actor=JOB, booking_id=booking)
    ask_questions(actor=JOB, booking_id=booking)
    told = confirm(booking)

    assert "来院前请填写就诊前问卷：" in told.body
    assert told.body.count("/q/") == 1
    assert Message.objects.values("template").distinct().count() == 1
    assert Sheet.objects.get().sets == ["general", "dental"]


@pytest.mark.covers("A02")
def test_what_was_said_when_booking_is_not_asked_again(clinic: Clinic):
    said_then = {"special_needs": ("allergy",), "answers": {"medication": "华法林"}}
    booking = clinic.book(at(10, day=3), **said_then).id

    ask_questions(actor=JOB, booking_id=booking)

    assert said(booking) == {"medicines": "华法林", "allergy": "yes"}


def test_the_confirmation_asks_even_when_it_is_the_first_to_know(booking: UUID):
    assert "/q/" in confirm(booking).body
    ask_questions(actor=JOB, booking_id=booking)
    assert Sheet.objects.count() == 1


def test_the_reminder_asks_again_and_only_who_has_not_answered(booking: UUID, clinic: Clinic):
    confirm(booking)
    assert "/q/" in remind(booking).body
    other = clinic.book(at(10, day=3)).id
    confirm(other)
    answer(other)
    told = remind(other)
    assert "/q/" not in told.body
    assert not told.body.endswith(" ")


def test_nothing_but_the_confirmation_and_the_day_before_carries_questions(booking: UUID):
    confirm(booking)
    assert "/q/" not in confirm(booking, "booking_changed").body
    remind_patient(actor=JOB, booking_id=booking, template="booking_reminder_hours")
    assert "/q/" not in Message.objects.filter(template="booking_reminder_hours").first().body


def test_staff_do_not_read_the_link_of_the_questions(booking: UUID):
    told = confirm(booking)
    link = told.body.rsplit("：", 1)[1]
    shown = readable(told.body, {"questions_link": link})
    assert "/q/" in link
    assert "/q/" not in shown


def test_who_stands_here_or_does_not_come_is_not_asked(clinic: Clinic, booking: UUID):
    here = clinic.book(at(14), channel="walk_in").id
    cancel_booking(actor=clinic.actor, booking_id=booking, reason="x")
    for one in (here, booking):
        assert ask_questions(actor=JOB, booking_id=one) is None
        assert enclosed_questions(actor=JOB, told=[telling(one)]) is None
    assert not Sheet.objects.exists()


def test_one_link_asks_what_all_bookings_of_a_message_need(clinic: Clinic):
    patient = clinic.patient()
    scan = performs(clinic, make_service(key="ct_contrast", specialty="general"))
    first = clinic.book(at(9, day=3), patient_id=patient).id
    second = clinic.book(at(10, day=3), patient_id=patient, service_id=scan).id

    found = enclosed_questions(actor=JOB, told=[telling(first), telling(second)])

    assert found is not None
    assert str(found.words["en"]).endswith(found.link)
    assert Sheet.objects.get(booking_id=first).sets == ["general", "dental", "imaging"]
    answer(first, metformin="yes", blood_thinner="yes")
    seen = sheet_of(staff(clinic, permissions.SEE), second)
    assert {one.question.key for one in seen.answers} > {"metal", "metformin"}
    assert (seen.is_answered, [one.key for one in seen.risks]) == (True, ["metformin"])
    assert enclosed_questions(actor=JOB, told=[telling(first), telling(second)]) is None


def test_answers_of_one_day_hold_for_all_bookings_of_that_day(clinic: Clinic):
    patient = clinic.patient()
    first, second, later = (
        clinic.book(at(hour, day=day), patient_id=patient).id
        for hour, day in ((9, 3), (14, 3), (9, 4))
    )
    for one in (first, second, later):
        ask_questions(actor=JOB, booking_id=one)
    answer(first, latex="yes", problem="牙疼", pregnant="no")

    same_day = Sheet.objects.get(booking_id=second)
    assert (same_day.state, same_day.filled_by) == ("answered", "patient")
    assert said(second) == said(first)
    other_day = Sheet.objects.get(booking_id=later)
    assert (other_day.state, other_day.answered_at, other_day.consent_at) == ("asked", None, None)
    kept = said(later)
    assert kept["latex"] == "yes"
    assert not {"problem", "pregnant", "alarm", "exam_needed"} & set(kept)


def test_what_was_answered_lately_is_filled_in_and_stands_out_at_once(clinic: Clinic):
    patient = clinic.patient()
    first = clinic.book(at(9, day=1), patient_id=patient).id
    ask_questions(actor=JOB, booking_id=first)
    answer(first, blood_thinner="yes")

    later = clinic.book(at(9, day=4), patient_id=patient).id
    ask_questions(actor=JOB, booking_id=later)

    seen = sheet_of(staff(clinic, permissions.SEE), later)
    assert (seen.state, [one.key for one in seen.risks]) == ("asked", ["bleeding"])
    assert "/q/" in confirm(later).body


def test_what_another_patient_said_is_not_filled_in(clinic: Clinic, booking: UUID):
    ask_questions(actor=JOB, booking_id=booking)
    answer(booking, blood_thinner="yes")
    other = clinic.book(at(14, day=3), patient_id=clinic.patient()).id
    ask_questions(actor=JOB, booking_id=other)
    assert said(other) == {}


def test_to_each_question_the_latest_answer_of_a_patient_counts(clinic: Clinic):
    patient = clinic.patient()
    scan = performs(clinic, make_service(key="mri", specialty="general"))
    first = clinic.book(at(9, day=3), patient_id=patient, service_id=scan).id
    second = clinic.book(at(9, day=4), patient_id=patient).id
    for one in (first, second):
        ask_questions(actor=JOB, booking_id=one)
    answer(first, metal="yes", latex="yes")
    with clock.at(at(8)):
        answer(second, latex="no")
    seer = Actor.system("x", permissions.SEE)
    found = risks_by_patient(seer, clinic.site_id, {patient: {"mri"}})
    assert [one.key for one in found[patient]] == ["metal_mri"]


def test_the_desk_sends_the_link_once_in_an_hour_when_somebody_asks_for_it(
    clinic: Clinic, booking: UUID
):
    ask_questions(actor=JOB, booking_id=booking)
    desk = staff(clinic, permissions.SEE, permissions.FILL)
    send_link(actor=desk, booking_id=booking)
    send_link(actor=desk, booking_id=booking)
    sent = Message.objects.filter(template="questions_asked")
    assert sent.values("key").distinct().count() == 1
    assert "/q/" in sent.first().body


def test_the_link_is_not_sent_by_others_nor_for_what_is_answered(clinic: Clinic, booking: UUID):
    ask_questions(actor=JOB, booking_id=booking)
    with pytest.raises(NotAllowed):
        send_link(actor=staff(clinic, permissions.SEE), booking_id=booking)
    with pytest.raises(NotFound):
        send_link(actor=Actor("staff", "x"), booking_id=booking)
    send_answers(actor=holder(booking), booking_id=booking, said=NO)
    with pytest.raises(AnsweredAlready):
        send_link(actor=staff(clinic, permissions.SEE, permissions.FILL), booking_id=booking)
    assert not Message.objects.exists()


@pytest.mark.parametrize("n", [1, 4])
def test_a_message_of_several_bookings_costs_little_for_each(clinic: Clinic, n: int):
    patient = clinic.patient()
    for hour in (9, 10, 14, 15)[:n]:
        clinic.book(at(hour, day=3), patient_id=patient)
    told = [telling(one.pk) for one in Booking.objects.all()]
    enclosed_questions(actor=JOB, told=told)
    with CaptureQueriesContext(connection) as seen:
        enclosed_questions(actor=JOB, told=told)
    assert len(seen) <= 4 + n


def test_who_opens_the_booking_finds_the_questions_there_until_they_are_answered(booking: UUID):
    ask_questions(actor=JOB, booking_id=booking)
    reference = links.issue("visit", subject_id=booking, expires_at=at(12, day=4))
    client, base = Client(), f"/v/{reference}"
    assert f"{base}/questions" in client.get(base).content.decode()
    kept = post(client, f"{base}/questions/draft", **{"q-alarm": "yes"})
    assert "120" in kept.content.decode()
    sent = {"q-alarm": "no", "quick": "1", "consent": "on"}
    assert post(client, f"{base}/questions", **sent).status_code == 303
    thanks = client.get(f"{base}/questions").content.decode()
    assert "我们已收到" in thanks
    assert "返回我的预约" in thanks
    assert f"{base}/questions" not in client.get(base).content.decode()
    again = post(client, f"{base}/questions", **sent)
    assert again.status_code == 409
    said = again.content.decode()
    assert ("问卷已填写" in said, "我们已收到" in said) == (True, False)


@pytest.mark.parametrize(("alarm", "is_told"), [("yes", True), ("no", False)])
def test_who_needs_help_now_still_reads_so_when_the_answers_are_sent(booking, alarm, is_told):
    ask_questions(actor=JOB, booking_id=booking)
    reference = links.issue("visit", subject_id=booking, expires_at=at(12, day=4))
    client, url = Client(), f"/v/{reference}/questions"
    assert post(client, url, **{"q-alarm": alarm, "quick": "1", "consent": "on"}).status_code == 303

    assert ("tel:120" in client.get(url).content.decode()) is is_told
    Booking.objects.update(state="arrived")
    assert "tel:120" not in client.get(url).content.decode()


def test_a_booking_of_somebody_else_shows_no_questions(clinic: Clinic, booking: UUID):
    ask_questions(actor=JOB, booking_id=booking)
    other = clinic.book(at(14, day=3), patient_id=clinic.patient()).id
    reference = links.issue("visit", subject_id=other, expires_at=at(12, day=4))
    assert Client().get(f"/v/{reference}/questions").status_code == 404
    assert Client().get(f"/v/{new_id()}/questions").status_code == 404
    assert Client().get(f"/my/visit/{booking}/questions").status_code in {302, 303, 401, 403, 404}
