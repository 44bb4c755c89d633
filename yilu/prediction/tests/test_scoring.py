"""Predicting for bookings: when made, when moved, every day; and only with a model fit for use."""

from datetime import timedelta

import pytest

from yilu.platform import clock
from yilu.platform.testing import drain
from yilu.prediction.models import Risk, TrainedModel
from yilu.prediction.operations.scoring import score_bookings, score_coming
from yilu.prediction.selectors.calls import badge_of
from yilu.prediction.tests.factories import TRAINER, keep_model, staff
from yilu.scheduling.operations.changing import cancel_booking, reschedule_booking
from yilu.scheduling.tests.factories import MONDAY, at

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A20")]


def test_a_booking_is_predicted_when_it_is_made_and_anew_when_it_is_moved(clinic):
    model = keep_model()
    booked = clinic.book(at(10, day=10))
    drain(timers=False)
    assert (Risk.objects.get().tier, Risk.objects.get().model_id) == ("high", model.pk)

    reschedule_booking(
        actor=clinic.actor, booking_id=booked.id, starts_at=at(10, day=1), practitioner_id=None
    )
    drain(timers=False)

    risk = Risk.objects.get(booking_id=booked.id)
    assert (risk.tier, round(risk.chance, 3), risk.clinic_day) == (
        "low", 0.05, MONDAY + timedelta(days=1),
    )  # fmt: skip


@pytest.mark.parametrize("why", ["none", "damaged", "stale"])
def test_without_a_model_fit_for_use_nothing_is_predicted_and_booking_goes_on(clinic, why):
    if why != "none":
        keep_model()
    if why == "damaged":
        TrainedModel.objects.update(forest=b"{}")
    with clock.at(clock.now() + timedelta(days=31 if why == "stale" else 0)):
        booked = clinic.book(at(10, day=20)) if why != "stale" else None
        drain(timers=False)
        assert score_coming(actor=TRAINER, today=clock.now().date()) == 0

    assert not Risk.objects.exists()
    assert booked is not None or why == "stale"


@pytest.mark.parametrize("number", [1, 12])
def test_all_that_come_are_predicted_by_one_query_and_one_write(
    clinic, django_assert_num_queries, number
):
    keep_model()
    for n in range(number):
        clinic.book(at(9, day=1 + n))
    score_coming(actor=TRAINER, today=MONDAY)

    with django_assert_num_queries(6):  # the model, its proof, the bookings, the write in its deed
        assert score_coming(actor=TRAINER, today=MONDAY) == number

    assert Risk.objects.count() == number


def test_predicting_twice_changes_nothing(clinic):
    keep_model()
    booked = clinic.book(at(10, day=10))

    for _ in range(2):
        assert score_bookings(actor=TRAINER, booking_ids=[booked.id]) == 1

    assert Risk.objects.count() == 1


def test_the_mark_is_for_those_who_may_act_and_only_while_the_booking_is_to_come(clinic):
    keep_model()
    booked = clinic.book(at(10, day=10))
    score_bookings(actor=TRAINER, booking_ids=[booked.id])

    desk = staff(clinic.site_id)
    assert (badge_of(desk, booked.id).tier, badge_of(desk, booked.id).percent) == ("high", 30)
    assert badge_of(staff(clinic.site_id, "scheduling.see"), booked.id) is None
    cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="好了")
    assert badge_of(desk, booked.id) is None


def test_nothing_is_said_of_the_low_tier(clinic):
    keep_model()
    booked = clinic.book(at(10, day=1))
    score_bookings(actor=TRAINER, booking_ids=[booked.id])

    assert badge_of(staff(clinic.site_id), booked.id) is None
