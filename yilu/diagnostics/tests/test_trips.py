"""Several examinations in one trip: all or none, placed anew, told at once."""

from dataclasses import fields
from functools import partial
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yilu.diagnostics.errors import ExamTaken, NothingToPlace, RequestMoved, TripBroken, TripEmpty
from yilu.diagnostics.jobs import tell as tell_trip
from yilu.diagnostics.models import ExamRequest, Trip
from yilu.diagnostics.operations.requests import follow_booking
from yilu.diagnostics.operations.telling import tell_of_trip
from yilu.diagnostics.operations.trips import TripWish, book_trip, place_trip_anew
from yilu.diagnostics.selectors.requests import open_requests
from yilu.diagnostics.selectors.trips import placed_anew, propose_trip, trip_detail, trips_of
from yilu.diagnostics.tests.factories import Centre, make_centre
from yilu.diagnostics.tests.test_requests import JOB
from yilu.messaging.models import Message
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed, NotFound, Stale
from yilu.platform.ids import new_id
from yilu.platform.models import Event
from yilu.platform.outbox import Told
from yilu.scheduling.jobs import tell as tell_booking
from yilu.scheduling.models import Allocation, Booking
from yilu.scheduling.operations.changing import cancel_booking, reschedule_booking
from yilu.scheduling.tests.factories import MONDAY, SUNDAY_EVENING, at
from yilu.scheduling.tests.test_races import OVERLAPS, at_once, count

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A15")]


@pytest.fixture
def place() -> Centre:
    return make_centre()


def follow_all() -> None:
    for booking in Booking.objects.all():
        follow_booking(actor=JOB, booking_id=booking.pk)


def test_the_trip_proposed_keeps_the_rules_and_can_be_booked(place: Centre):
    patient, ids = place.asked("ecg", "ultrasound_abdomen", "blood_fasting")
    lines = open_requests(place.doctor, place.site_id, patient)

    found = propose_trip(place.doctor, place.site_id, lines, MONDAY)

    assert found.is_good
    assert found.day == at(9, 10)
    assert len({one.place.starts_at.date() for one in found.exams}) == 1
    places = {one.line.id: (one.place.starts_at, one.place.practitioner_id) for one in found.exams}
    trip = book_trip(actor=place.doctor, wish=TripWish(place.site_id, patient, places))
    assert set(places) == set(ids)
    assert Booking.objects.filter(state="confirmed").count() == 3
    assert not trip_detail(place.doctor, trip).in_trouble
    assert "检查前 8 小时" in str(found.preparation)


def test_what_is_changed_by_hand_stays_and_the_rest_goes_round_it(place: Centre):
    patient, (ecg, _blood) = place.asked("ecg", "blood_fasting")
    lines = open_requests(place.doctor, place.site_id, patient)
    by_hand = {ecg: (at(14, day=1), place.who)}
    found = propose_trip(place.doctor, place.site_id, lines, MONDAY, by_hand=by_hand)
    chosen = {one.line.id: one.place.starts_at for one in found.exams}
    assert chosen[ecg] == at(14, day=1)
    assert {one.date() for one in chosen.values()} == {at(9, day=1).date()}


def test_a_choice_that_breaks_a_rule_is_shown_with_the_rule(place: Centre):
    patient, (blood,) = place.asked("blood_fasting")
    lines = open_requests(place.doctor, place.site_id, patient)
    by_hand = {blood: (at(15), place.who)}
    found = propose_trip(place.doctor, place.site_id, lines, MONDAY, by_hand=by_hand)
    assert not found.is_good
    assert found.exams[0].says == "空腹项目应在中午前开始"


def test_a_patients_own_booking_is_kept_clear(place: Centre):
    patient, _ids = place.asked("ecg")
    place.clinic.book(at(9), patient_id=patient)
    lines = open_requests(place.doctor, place.site_id, patient)
    assert propose_trip(place.doctor, place.site_id, lines, MONDAY).day == at(9, 30)


@pytest.mark.parametrize("keys", [("ecg",), ("ecg", "blood_fasting", "ultrasound_abdomen")])
def test_a_proposal_costs_two_queries_for_each_service(place: Centre, keys: tuple[str, ...]):
    patient, _ids = place.asked(*keys)
    lines = open_requests(place.doctor, place.site_id, patient)
    propose_trip(place.doctor, place.site_id, lines, MONDAY)
    with CaptureQueriesContext(connection) as seen:
        propose_trip(place.doctor, place.site_id, lines, MONDAY)
    assert len(seen) <= 3 + 2 * len(keys)


def test_when_one_cannot_be_had_none_is_booked(place: Centre):
    patient, (ecg, blood) = place.asked("ecg", "blood_fasting")
    place.clinic.book(at(9, 30))
    with pytest.raises(ExamTaken) as refused:
        place.book(patient, {blood: at(9), ecg: at(9, 30)})
    assert "心电图" in str(refused.value)
    assert Booking.objects.count() == 1
    assert not Trip.objects.exists()
    assert set(ExamRequest.objects.values_list("state", flat=True)) == {"open"}


def test_the_order_is_checked_again_when_booking(place: Centre):
    patient, (ct, blood) = place.asked("ct_contrast", "blood_fasting")
    for places in ({ct: at(9), blood: at(10)}, {blood: at(9), ct: at(9, 40)}, {blood: at(15)}):
        with pytest.raises(TripBroken):
            place.book(patient, places)
    assert not Booking.objects.exists()
    place.book(patient, {blood: at(9), ct: at(10, 10)})
    assert Booking.objects.count() == 2


def test_what_is_no_trip_is_refused(place: Centre):
    patient, (ecg,) = place.asked("ecg")
    for who, places in (
        (patient, {}),
        (patient, {new_id(): at(9)}),
        (place.clinic.patient(), {ecg: at(9)}),
    ):
        with pytest.raises(TripEmpty):
            place.book(who, places)
    seer = Actor("staff", "x", grants=frozenset({("diagnostics.see", place.site_id)}))
    with pytest.raises(NotAllowed):
        book_trip(actor=seer, wish=TripWish(place.site_id, patient, {ecg: (at(9), place.who)}))
    with pytest.raises(NotFound):
        book_trip(
            actor=Actor("staff", "y"),
            wish=TripWish(place.site_id, patient, {ecg: (at(9), place.who)}),
        )
    assert not Booking.objects.exists()


def test_booked_already_cannot_be_booked_again(place: Centre):
    patient, (ecg,) = place.asked("ecg")
    place.book(patient, {ecg: at(9)})
    with pytest.raises(RequestMoved):
        place.book(patient, {ecg: at(11)})
    assert Booking.objects.count() == 1


def test_the_whole_trip_is_told_in_one_message_with_one_calendar_file(place: Centre):
    patient, (ecg, blood) = place.asked("ecg", "blood_fasting")
    trip = place.book(patient, {blood: at(9), ecg: at(9, 30)})

    made = Event.objects.filter(name="BookingMade")
    assert {one.body["is_told_apart"] for one in made} == {True}
    tell_of_trip(actor=JOB, trip_id=trip)
    tell_of_trip(actor=JOB, trip_id=trip)

    told = Message.objects.filter(template="exam_trip_booked")
    assert told.values("key").distinct().count() == 1
    body = told.first().body
    assert "09:00 空腹抽血; 09:30 心电图" in body
    assert "检查前 8 小时不吃东西" in body
    assert "/t/" in body


def test_a_lost_examination_is_proposed_anew_and_gets_a_booking(place: Centre):
    patient, (ecg, blood) = place.asked("ecg", "blood_fasting")
    trip = place.book(patient, {blood: at(9), ecg: at(9, 30)})
    lost = ExamRequest.objects.get(pk=ecg).booking_id
    cancel_booking(actor=place.clinic.actor, booking_id=lost, reason="x")
    follow_all()

    detail = trip_detail(place.doctor, trip)
    assert [one.says for one in detail.exams] == ["", "lost"]
    found = placed_anew(place.doctor, detail, MONDAY)
    new = {one.line.id: (one.place.starts_at, one.place.practitioner_id) for one in found.exams}
    assert new[blood][0] == at(9)
    place_trip_anew(actor=place.doctor, trip_id=trip, places=new, version=1)

    held = ExamRequest.objects.get(pk=ecg)
    assert held.state == "booked"
    assert held.booking_id != lost
    assert {one.body["is_told_apart"] for one in Event.objects.filter(name="BookingMade")} == {True}
    assert not trip_detail(place.doctor, trip).in_trouble
    with pytest.raises(Stale):
        place_trip_anew(actor=place.doctor, trip_id=trip, places=new, version=1)
    with pytest.raises(NothingToPlace):
        place_trip_anew(actor=place.doctor, trip_id=trip, places=new)


def test_a_moved_examination_that_breaks_a_rule_has_the_rest_proposed_anew(place: Centre):
    patient, (ct, blood) = place.asked("ct_contrast", "blood_fasting")
    trip = place.book(patient, {blood: at(9), ct: at(10, 30)})
    moved = ExamRequest.objects.get(pk=blood).booking_id
    reschedule_booking(
        actor=place.clinic.actor, booking_id=moved, starts_at=at(11), practitioner_id=place.who
    )
    follow_all()

    detail = trip_detail(place.doctor, trip)
    assert detail.in_trouble
    assert "造影剂" in "".join(one.says for one in detail.exams)
    found = placed_anew(place.doctor, detail, MONDAY)
    assert found.is_good
    new = {one.line.id: (one.place.starts_at, one.place.practitioner_id) for one in found.exams}
    place_trip_anew(actor=place.doctor, trip_id=trip, places=new)
    assert not trip_detail(place.doctor, trip).in_trouble


def test_a_trip_placed_anew_is_told_in_one_message_as_it_stands_now(place: Centre):
    patient, (ecg, blood) = place.asked("ecg", "blood_fasting")
    trip = place.book(patient, {blood: at(9), ecg: at(9, 30)})
    new = {blood: (at(10), place.who), ecg: (at(10, 30), place.who)}
    place_trip_anew(actor=place.doctor, trip_id=trip, places=new)

    for row in Event.objects.filter(name__in=("BookingMoved", "TripBooked")).order_by("seq"):
        told = Told(**{one.name: getattr(row, one.name) for one in fields(Told)})
        (tell_trip if row.name == "TripBooked" else tell_booking)(told)

    [changed] = {one.body for one in Message.objects.filter(template="exam_trip_changed")}
    assert "10:00 空腹抽血; 10:30 心电图" in changed
    assert not Message.objects.filter(template="booking_changed").exists()


def test_patients_see_their_own_trip_and_no_other(place: Centre):
    patient, (ecg,) = place.asked("ecg")
    trip = place.book(patient, {ecg: at(9)})
    mine = Actor("patient", "x", owns=frozenset({patient}))
    assert [one.id for one in trips_of(mine, [patient, new_id()])] == [trip]
    assert trip_detail(Actor("patient", "link", owns=frozenset({trip})), trip).id == trip
    with pytest.raises(NotFound):
        trip_detail(Actor("patient", "y", owns=frozenset({new_id()})), trip)


@pytest.mark.parametrize("n", [1, 4])
def test_a_trip_costs_the_same_whatever_it_holds(place: Centre, n: int):
    keys = ("blood_fasting", "ecg", "ultrasound_abdomen", "ct_contrast")[:n]
    patient, ids = place.asked(*keys)
    times = (at(9), at(9, 30), at(10), at(11))
    trip = place.book(patient, dict(zip(ids, times, strict=False)))
    with CaptureQueriesContext(connection) as seen:
        trip_detail(place.doctor, trip)
    assert len(seen) == 10


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_two_desks_that_book_the_same_trip_book_it_once(place: Centre):
    patient, (ecg, blood) = place.asked("ecg", "blood_fasting")
    calls = [partial(place.book, patient, {blood: at(9), ecg: at(9, 30)})] * 4
    assert at_once(calls) == {"done": 1, "exam_request_moved": 3}
    assert Booking.objects.count() == 2


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_two_trips_that_want_one_device_are_booked_whole_or_not_at_all(place: Centre):
    trips: list[tuple[UUID, list[UUID]]] = [place.asked("ecg", "blood_fasting") for _ in range(4)]
    with clock.at(SUNDAY_EVENING):
        calls = [
            partial(place.book, patient, {blood: at(9), ecg: at(9, 30)})
            for patient, (ecg, blood) in trips
        ]
        assert at_once(calls) == {"done": 1, "exam_taken": 3}
    assert Booking.objects.count() == 2
    assert count(OVERLAPS) == 0
    assert Allocation.objects.filter(active=True).count() == 4
