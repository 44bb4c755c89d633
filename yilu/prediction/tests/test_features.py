"""What is known of a booking, and from which moment: nothing that came later."""

from datetime import date, timedelta

import pytest

from yilu.patients.models import Patient
from yilu.platform import clock
from yilu.prediction.models import Confirmation
from yilu.prediction.selectors.features import (
    FEATURES,
    coming_bookings,
    decided_bookings,
    known_bookings,
)
from yilu.scheduling.models import Booking
from yilu.scheduling.tests.factories import MONDAY, at

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A20")]


@pytest.fixture
def past(clinic):
    """A patient's bookings in the weeks before: came, missed, cancelled; and the one asked for."""
    patient = clinic.patient()

    def booked(days: int, state: str, **facts) -> Booking:
        starts_at = at(10) - timedelta(days=days)
        usual = {
            "number": f"P{days}", "site_id": clinic.site_id, "service_id": clinic.service_id,
            "practitioner_id": clinic.doctors[0], "patient_id": patient, "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=30), "clinic_day": starts_at.date(),
            "state": state, "channel": "web", "created_at": starts_at - timedelta(days=9),
        }  # fmt: skip
        if state == "cancelled":
            usual["cancel_reason"] = "came_up"
        return Booking.objects.create(**usual | facts)

    booked(40, "finished")
    booked(30, "no_show")
    booked(20, "cancelled")
    asked_for = booked(10, "finished", created_at=at(10) - timedelta(days=16))
    return asked_for, booked


def features(booking_id) -> dict:
    (known,) = known_bookings([booking_id])
    return dict(zip(FEATURES, known.row, strict=True))


def test_a_booking_is_seen_as_it_was_two_days_before(past):
    asked_for, _ = past

    found = features(asked_for.pk)

    assert found | {"age": None} == {
        "lead_days": 6.0, "age": None, "weekday": 4.0, "minute": 600.0, "channel": 9.0,
        "first_visit": 0.0, "came": 1.0, "missed": 1.0, "cancelled": 1.0,
        "missed_share": pytest.approx(1.1 / 3), "missed_last": 1.0,
        "days_since": pytest.approx(28.0), "confirmed": 0.0, "minutes": 30.0, "asked": 0.0,
    }  # fmt: skip


def test_nothing_that_came_later_changes_what_was_known(past):
    asked_for, booked = past
    before = features(asked_for.pk)

    Booking.objects.filter(pk=asked_for.pk).update(
        state="no_show", changed_at=clock.now(), version=9, running_late_minutes=20,
        confirmed_at=asked_for.starts_at - timedelta(hours=47), cancel_reason="", note="came late",
        undo={"deed": "confirmed"},
    )  # fmt: skip
    booked(9, "no_show")
    booked(8, "cancelled")
    booked(12, "finished")  # it ended after the moment from which the one asked for is seen

    assert features(asked_for.pk) == before


def test_what_is_written_down_at_a_first_visit_does_not_tell_who_came(clinic, past):
    _, booked = past
    first = booked(5, "finished", patient_id=clinic.patient("林晓芳"))
    before = features(first.pk)

    Patient.objects.filter(pk=first.patient_id).update(born_on=date(1980, 1, 1))

    assert features(first.pk) == before
    assert before["age"] is None


def test_the_age_of_who_had_been_here_counts(past):
    asked_for, _ = past
    Patient.objects.filter(pk=asked_for.patient_id).update(born_on=date(1991, 2, 21))

    assert features(asked_for.pk)["age"] == pytest.approx(40, abs=0.02)


def test_who_was_asked_once_more_is_learnt_from_as_such(past):
    asked_for, _ = past
    Confirmation.objects.create(
        booking=asked_for, site_id=asked_for.site_id, patient_id=asked_for.patient_id,
        clinic_day=asked_for.clinic_day, starts_at=asked_for.starts_at, tier="high", chance=0.4,
        arm="asked", state="not_reached", decided_at=clock.now(),
    )  # fmt: skip

    assert features(asked_for.pk)["asked"] == 1.0


def test_a_confirmation_in_time_counts(past):
    asked_for, _ = past
    Booking.objects.filter(pk=asked_for.pk).update(
        confirmed_at=asked_for.starts_at - timedelta(hours=49)
    )

    assert features(asked_for.pk)["confirmed"] == 1.0


def test_what_was_cancelled_or_walked_in_is_not_learnt_from(past):
    _, booked = past
    booked(4, "finished", channel="walk_in")

    found = decided_bookings(MONDAY)

    assert [one.was_missed for one in found] == [False, True, False]


@pytest.mark.parametrize("number", [1, 12])
def test_it_costs_one_query_however_many(clinic, django_assert_num_queries, number):
    for n in range(number):
        clinic.book(at(9, day=1 + n))

    with django_assert_num_queries(1):
        found = coming_bookings(MONDAY, MONDAY + timedelta(days=20))

    assert len(found) == number
