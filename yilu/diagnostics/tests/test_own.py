"""Patients move or leave out one examination of a trip: order and promise hold, others stay."""

from datetime import timedelta
from uuid import UUID

import pytest

from yilu.diagnostics.errors import ExamNeeded, ExamTooLate, RequestMoved, TripBroken
from yilu.diagnostics.models import ExamRequest, Trip
from yilu.diagnostics.operations.own import cancel_own_exam, move_own_exam
from yilu.diagnostics.rules.tables import table
from yilu.diagnostics.rules.trips import needed_by
from yilu.diagnostics.selectors.own import own_places
from yilu.diagnostics.selectors.trips import trip_detail
from yilu.diagnostics.tests.factories import Centre, make_centre
from yilu.messaging.models import Message
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound, Stale
from yilu.platform.testing import drain
from yilu.scheduling.errors import SlotTaken, TooLateToChange
from yilu.scheduling.models import Booking
from yilu.scheduling.tests.factories import at

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A15", "A08")]


@pytest.fixture
def centre() -> Centre:
    return make_centre()


def holder(trip_id: UUID) -> Actor:
    """Whoever has the link of the trip."""
    return Actor(kind="patient", name="link", owns=frozenset({trip_id}))


def trip_of(centre: Centre, **times: int) -> tuple[UUID, dict[str, UUID]]:
    """A trip on Monday: each examination at its hour and minute, as 930 for half past nine."""
    patient, ids = centre.asked(*times)
    places = {one: at(*divmod(when, 100)) for one, when in zip(ids, times.values(), strict=True)}
    return centre.book(patient, places), dict(zip(times, ids, strict=True))


def move(centre: Centre, trip: UUID, one: UUID, *when: int, day: int = 0, **more: object) -> None:
    move_own_exam(
        actor=holder(trip), trip_id=trip, request_id=one,
        at=(at(*when, day=day), centre.who), **more,
    )  # fmt: skip


def starts(trip: UUID) -> list:
    found = ExamRequest.objects.filter(trip_id=trip).order_by("starts_at")
    return list(found.values_list("starts_at", flat=True))


def test_one_is_moved_the_others_stay_and_the_trip_is_told_once(centre):
    trip, ids = trip_of(centre, blood_fasting=900, ecg=930)
    drain(timers=False)
    before = list(Message.objects.values_list("pk", flat=True))

    move(centre, trip, ids["ecg"], 11)
    drain(timers=False)

    assert starts(trip) == [at(9), at(11)]
    booking = ExamRequest.objects.get(pk=ids["ecg"]).booking_id
    assert Booking.objects.get(pk=booking).starts_at == at(11)
    assert Trip.objects.get().version == 2
    told = Message.objects.exclude(pk__in=before)
    assert {one.template for one in told} == {"exam_trip_changed"}


def test_a_rule_of_order_refuses_and_says_which(centre):
    trip, ids = trip_of(centre, ct_contrast=1100, blood_fasting=900)

    with pytest.raises(TripBroken) as refused:
        move(centre, trip, ids["blood_fasting"], 11, 30)

    assert "肌酐" in str(refused.value)
    assert starts(trip) == [at(9), at(11)]


def test_a_result_that_is_waited_for_may_not_come_on_a_later_day(centre):
    trip, ids = trip_of(centre, ct_contrast=1100, blood_fasting=900)

    with pytest.raises(TripBroken):
        move(centre, trip, ids["blood_fasting"], 9, day=1)

    move(centre, trip, ids["ct_contrast"], 9, day=1)
    assert starts(trip) == [at(9), at(9, day=1)]


def test_imaging_is_not_moved_beyond_its_48_hours(centre):
    trip, ids = trip_of(centre, ultrasound_abdomen=900, ecg=930)

    with pytest.raises(ExamTooLate) as refused:
        move(centre, trip, ids["ultrasound_abdomen"], 9, day=2)

    assert "48" in str(refused.value)
    move(centre, trip, ids["ecg"], 9, day=2)
    assert starts(trip) == [at(9), at(9, day=2)]


def test_what_is_late_already_may_become_sooner(centre):
    trip, ids = trip_of(centre, ultrasound_abdomen=900, ecg=930)
    early = clock.now() - timedelta(hours=47)
    ExamRequest.objects.filter(pk=ids["ultrasound_abdomen"]).update(due_at=early)

    with pytest.raises(ExamTooLate):
        move(centre, trip, ids["ultrasound_abdomen"], 10)
    with pytest.raises(TripBroken):
        move(centre, trip, ids["ecg"], 9)


def test_a_time_that_is_taken_leaves_all_as_it_was(centre):
    trip, ids = trip_of(centre, blood_fasting=900, ecg=930)
    centre.clinic.book(at(11))

    with pytest.raises(SlotTaken):
        move(centre, trip, ids["ecg"], 11)

    assert starts(trip) == [at(9), at(9, 30)]
    assert Trip.objects.get().version == 1


def test_too_late_is_too_late(centre):
    trip, ids = trip_of(centre, blood_fasting=900, ecg=930)
    with clock.at(at(9, 40)), pytest.raises(TooLateToChange):
        move(centre, trip, ids["ecg"], 11)


@pytest.mark.parametrize("deed", ["move", "cancel"])
def test_an_old_page_and_a_stranger_change_nothing(centre, deed):
    trip, ids = trip_of(centre, blood_fasting=900, ecg=930)
    other, _ = trip_of(centre, ecg=1430)

    def run(actor: Actor, request_id: UUID, version: int | None = None) -> None:
        facts = {"actor": actor, "trip_id": trip, "request_id": request_id, "version": version}
        if deed == "move":
            move_own_exam(at=(at(11), centre.who), **facts)
        else:
            cancel_own_exam(reason="better", **facts)

    with pytest.raises(Stale):
        run(holder(trip), ids["ecg"], 7)
    for actor in (holder(other), Actor(kind="patient", name="stranger"), centre.doctor):
        with pytest.raises(NotFound):
            run(actor, ids["ecg"])
    with pytest.raises(NotFound):
        run(holder(trip), other)
    assert starts(trip) == [at(9), at(9, 30)]


def test_one_is_left_out_and_the_centre_sees_it_as_open(centre, django_assert_max_num_queries):
    trip, ids = trip_of(centre, blood_fasting=900, ecg=930)

    cancel_own_exam(
        actor=holder(trip), trip_id=trip, request_id=ids["ecg"], reason="cost", words="以后再做"
    )
    drain(timers=False)

    held = ExamRequest.objects.get(pk=ids["ecg"])
    booking = Booking.objects.get(pk=held.booking_id)
    assert (held.state, booking.state, booking.cancel_reason) == ("open", "cancelled", "cost")
    assert (booking.cancelled_by_kind, booking.cancel_words) == ("patient", "以后再做")
    with django_assert_max_num_queries(10):
        stands = trip_detail(holder(trip), trip)
    assert (stands.in_trouble, stands.has_surprise) == (True, False)
    assert [one.line.id for one in stands.left_out] == [ids["ecg"]]
    with pytest.raises(RequestMoved):
        move(centre, trip, ids["ecg"], 11)


def test_what_another_waits_for_is_not_left_out(centre):
    trip, ids = trip_of(centre, blood_fasting=900, ct_contrast=1100)

    with pytest.raises(ExamNeeded) as refused:
        cancel_own_exam(
            actor=holder(trip), trip_id=trip, request_id=ids["blood_fasting"], reason="cost"
        )

    assert "肌酐" in str(refused.value)
    cancel_own_exam(actor=holder(trip), trip_id=trip, request_id=ids["ct_contrast"], reason="cost")
    cancel_own_exam(
        actor=holder(trip), trip_id=trip, request_id=ids["blood_fasting"], reason="cost"
    )


def test_what_brings_the_same_result_may_be_left_out():
    blood, contrast = frozenset({"creatinine"}), frozenset({"contrast"})
    assert needed_by(blood, [contrast], table()) is not None
    assert needed_by(blood, [contrast, blood], table()) is None
    assert needed_by(contrast, [blood], table()) is None


def test_only_places_that_hold_are_offered(centre, django_assert_num_queries):
    trip, ids = trip_of(centre, blood_fasting=900, ct_contrast=1100)

    with django_assert_num_queries(11):
        own = own_places(holder(trip), trip, ids["blood_fasting"])

    assert own.places
    limit = at(11) - timedelta(minutes=70)
    assert all(one.starts_at <= limit for one in own.places)
    imaging = own_places(holder(trip), trip, ids["ct_contrast"])
    due = imaging.exam.line.due_at
    assert all(one.starts_at <= due for one in imaging.places)
    assert {one.starts_at.date().day for one in imaging.places} == {3, 4}
    with pytest.raises(NotFound):
        own_places(holder(ids["ct_contrast"]), trip, ids["ct_contrast"])
