"""Examinations asked for, followed and watched."""

from dataclasses import fields
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yilu.diagnostics import permissions
from yilu.diagnostics.errors import AlreadyAsked, NoExamination, RequestMoved, WantedInPast
from yilu.diagnostics.models import ExamRequest
from yilu.diagnostics.operations.requests import (
    ExamWish,
    ask_examination,
    follow_booking,
    withdraw_request,
)
from yilu.diagnostics.selectors.requests import centre
from yilu.diagnostics.tests.factories import Centre, make_centre
from yilu.pathways import permissions as pathways
from yilu.pathways.jobs import follow as pathway_hears
from yilu.pathways.operations.definitions import publish_definitions
from yilu.pathways.selectors.cases import case_steps
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed, NotFound, Stale
from yilu.platform.ids import new_id
from yilu.platform.models import Event
from yilu.platform.outbox import Told
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.changing import cancel_booking, undo_cancel_booking
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A15")]
JOB = Actor.system("test", permissions.SEE)


@pytest.fixture
def place() -> Centre:
    return make_centre()


def follow(request_id) -> ExamRequest:
    held = ExamRequest.objects.get(pk=request_id)
    assert held.booking_id
    follow_booking(actor=JOB, booking_id=held.booking_id)
    held.refresh_from_db()
    return held


def test_a_doctor_asks_and_the_promise_for_imaging_counts_from_then(place: Centre):
    visit = place.visit()
    scan, ecg = place.ask(visit, "ultrasound_abdomen", "ecg", reason="右上腹痛", urgency="urgent")

    held = ExamRequest.objects.get(pk=scan)
    assert held.due_at == SUNDAY_EVENING + timedelta(hours=48)
    assert (held.kind, held.flags, held.reason) == ("imaging", ["fasting"], "右上腹痛")
    assert ExamRequest.objects.get(pk=ecg).due_at is None


def test_what_was_said_lies_encrypted(place: Centre):
    place.ask(place.visit(), "ecg", reason="右上腹痛")
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM diagnostics_examrequest")
        assert "右上腹痛".encode() not in bytes(cursor.fetchone()[0])


def test_the_same_is_not_asked_for_twice(place: Centre):
    visit = place.visit()
    place.ask(visit, "ecg")
    with pytest.raises(AlreadyAsked):
        place.ask(visit, "ecg")


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"service_id": new_id()}, NoExamination),
        ({"urgency": "never"}, NoExamination),
        ({"flags": ("flying",)}, NoExamination),
        ({"wanted_by": date(2031, 3, 1)}, WantedInPast),
        ({"visit_id": new_id()}, NotFound),
    ],
)
def test_what_cannot_be_meant_is_refused(place: Centre, facts, refusal):
    usual = {"visit_id": place.visit(), "service_id": place.services["ecg"]}
    with pytest.raises(refusal):
        ask_examination(actor=place.doctor, wish=ExamWish(**usual | facts))
    assert not ExamRequest.objects.exists()


def test_a_consultation_is_no_examination(place: Centre):
    wish = ExamWish(visit_id=place.visit(), service_id=place.clinic.service_id)
    with pytest.raises(NoExamination):
        ask_examination(actor=place.doctor, wish=wish)


def test_who_may_only_look_asks_and_withdraws_nothing(place: Centre):
    visit = place.visit()
    (one,) = place.ask(visit, "ecg")
    seer = Actor("staff", "x", grants=frozenset({(permissions.SEE, place.site_id)}))
    with pytest.raises(NotAllowed):
        ask_examination(actor=seer, wish=ExamWish(visit, place.services["blood_fasting"]))
    with pytest.raises(NotAllowed):
        withdraw_request(actor=seer, request_id=one)
    with pytest.raises(NotFound):
        withdraw_request(actor=Actor("staff", "y"), request_id=one)
    assert ExamRequest.objects.get().state == "open"


def test_a_request_is_withdrawn_until_it_is_booked(place: Centre):
    patient, (one, two) = place.asked("ecg", "blood_fasting")
    withdraw_request(actor=place.doctor, request_id=one, version=1)
    assert ExamRequest.objects.get(pk=one).state == "withdrawn"
    with pytest.raises(Stale):
        withdraw_request(actor=place.doctor, request_id=two, version=9)
    place.book(patient, {two: at(9)})
    with pytest.raises(RequestMoved):
        withdraw_request(actor=place.doctor, request_id=two)
    assert ExamRequest.objects.get(pk=two).state == "booked"


def test_a_request_follows_its_booking_and_back(place: Centre):
    patient, (one,) = place.asked("ecg")
    place.book(patient, {one: at(9)})
    booking = Booking.objects.get()

    cancel_booking(actor=place.clinic.actor, booking_id=booking.pk, reason="x")
    held = follow(one)
    assert (held.state, held.starts_at) == ("open", None)
    follow(one)
    undo_cancel_booking(actor=place.clinic.actor, booking_id=booking.pk)
    held = follow(one)
    assert (held.state, held.starts_at) == ("booked", at(9))
    Booking.objects.update(state="finished")
    assert follow(one).state == "done"
    version = ExamRequest.objects.get().version
    assert follow(one).version == version


def test_imaging_that_is_not_booked_in_time_is_late_and_counts_so(place: Centre):
    patient, (scan, _blood) = place.asked("ultrasound_abdomen", "blood_fasting")
    other, (in_time,) = place.asked("ultrasound_abdomen")
    place.book(other, {in_time: at(9)})

    with clock.at(SUNDAY_EVENING + timedelta(hours=49)):
        seen = centre(place.doctor, place.site_id)

    assert seen.late == 1
    assert seen.wanted[0].patient_id == patient
    assert {one.id for one in seen.wanted[0].lines if one.is_late} == {scan}
    imaging = next(one for one in seen.figures if one.kind == "imaging")
    assert (imaging.asked, imaging.percent, imaging.promised_hours) == (2, 50, 48)
    assert imaging.median_hours == pytest.approx((13 + 49) / 2)


def test_imaging_is_shown_before_its_promise_is_broken(place: Centre):
    patient, _ids = place.asked("ultrasound_abdomen", "blood_fasting")
    with clock.at(SUNDAY_EVENING + timedelta(hours=39)):
        assert centre(place.doctor, place.site_id).near == 0
    with clock.at(SUNDAY_EVENING + timedelta(hours=41)):
        place.asked("ecg")
        seen = centre(place.doctor, place.site_id)
    assert (seen.near, seen.late) == (1, 0)
    assert (seen.wanted[0].patient_id, seen.wanted[0].look) == (patient, "soon")


def test_what_is_booked_later_than_promised_is_late_already(place: Centre):
    patient, (scan,) = place.asked("ultrasound_abdomen")
    place.book(patient, {scan: at(9, day=4)})
    assert [one.is_late for one in centre(place.doctor, place.site_id).booked] == [True]


def test_urgent_comes_before_old(place: Centre):
    place.asked("ecg")
    urgent = place.clinic.patient()
    place.ask(place.visit(urgent), "ecg", urgency="urgent")
    assert centre(place.doctor, place.site_id).wanted[0].patient_id == urgent


def test_who_may_not_read_records_sees_no_reasons(place: Centre):
    place.ask(place.visit(), "ecg", reason="胸痛")
    seer = Actor("staff", "x", grants=frozenset({(permissions.SEE, place.site_id)}))
    assert centre(seer, place.site_id).wanted[0].lines[0].reason == ""
    assert centre(place.doctor, place.site_id).wanted[0].lines[0].reason == "胸痛"
    with pytest.raises(NotFound):
        centre(Actor("staff", "y"), place.site_id)


@pytest.mark.parametrize("patients", [1, 12])
def test_the_screen_costs_the_same_for_one_and_for_twelve(place: Centre, patients: int):
    for _ in range(patients):
        place.asked("ecg", "blood_fasting")
    with CaptureQueriesContext(connection) as seen:
        found = centre(place.doctor, place.site_id)
    assert len(found.wanted) == patients
    assert len(seen) <= 7


def test_imaging_is_on_a_pathway_that_tells_a_manager_after_48_hours(place: Centre):
    publish_definitions(actor=Actor.system("test", pathways.PUBLISH))
    patient, (scan,) = place.asked("ultrasound_abdomen")
    hear("ExamRequested")
    steps = {one.key: one for one in case_steps(scan)}
    assert steps["examine"].due_at == SUNDAY_EVENING + timedelta(hours=48)

    place.book(patient, {scan: at(9)})
    hear("ExamBooked")
    assert {one.key: one.is_done for one in case_steps(scan)} == {"book": True, "examine": False}
    Booking.objects.update(state="finished")
    follow(scan)
    hear("ExamDone")
    assert {one.key: one.is_done for one in case_steps(scan)} == {"book": True, "examine": True}


def hear(name: str) -> None:
    row = Event.objects.get(name=name)
    names = [one.name for one in fields(Told)]
    pathway_hears(Told(**{one: getattr(row, one) for one in names}))
