"""Extra places: advised within bounds, opened by a named right, given once."""

from datetime import timedelta

import pytest

from yilu.platform.errors import NotAllowed, NotFound
from yilu.platform.testing import drain
from yilu.prediction.errors import PlaceNotAdvised, PlaceTaken
from yilu.prediction.models import ExtraPlace
from yilu.prediction.operations.places import (
    ForWhom,
    book_extra_place,
    open_extra_place,
    withdraw_extra_place,
)
from yilu.prediction.selectors.advice import session_advice
from yilu.prediction.tests.factories import by_lead, keep_model, staff
from yilu.queueing.models import Pace
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.tests.factories import MONDAY, at

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A20")]
DAY = MONDAY + timedelta(days=10)
LIKELY = by_lead(cut=0.1, high=0.45)


@pytest.fixture
def manager(clinic):
    return staff(clinic.site_id)


def fill(clinic, number: int = 6) -> None:
    """The morning of a day, booked one after the other."""
    for n in range(number):
        clinic.book(at(9 + n // 2, 30 * (n % 2), day=10))


def open_first(clinic, manager):
    (session,) = session_advice(manager, clinic.site_id, DAY)
    return open_extra_place(
        actor=manager, site_id=clinic.site_id, practitioner_id=clinic.doctors[0], day=DAY,
        starts_at=session.next.starts_at,
    )  # fmt: skip


def test_a_full_session_whose_patients_may_stay_away_bears_an_extra_place(clinic, manager):
    keep_model(LIKELY)
    fill(clinic)

    (session,) = session_advice(manager, clinic.site_id, DAY)

    assert (session.advice.places, round(session.advice.expected, 2)) == (6, 3.3)
    assert session.next.step.expected == pytest.approx(3.3 + 0.92)
    assert session.next.step.wait <= 30
    assert len(session.advice.advised) == 2  # never more, however many are expected to stay away


def test_no_place_is_advised_before_the_site_knows_how_long_its_patients_take(clinic, manager):
    keep_model(LIKELY)
    fill(clinic)
    (session,) = session_advice(manager, clinic.site_id, DAY)
    Pace.objects.update(kind="cashier")

    assert session_advice(manager, clinic.site_id, DAY) == []
    with pytest.raises(PlaceNotAdvised):
        open_extra_place(
            actor=manager, site_id=clinic.site_id, practitioner_id=clinic.doctors[0], day=DAY,
            starts_at=session.next.starts_at,
        )  # fmt: skip


def test_no_place_is_advised_where_ordinary_ones_are_free_or_all_are_expected(clinic, manager):
    keep_model(LIKELY)
    fill(clinic, number=4)
    (session,) = session_advice(manager, clinic.site_id, DAY)
    assert (session.next, session.advice.is_full) == (None, False)

    keep_model(by_lead(cut=0.1, high=0.1))
    for n in range(2):
        clinic.book(at(11, 30 * n, day=10))
    (session,) = session_advice(manager, clinic.site_id, DAY)

    assert session.advice.is_full
    assert session.next is None
    assert session.refused.expected > 6 - 0.6


def test_no_place_is_advised_that_breaks_the_promised_wait(clinic, manager, settings):
    settings.PROMISED_WAIT_MINUTES = 0
    keep_model(LIKELY)
    fill(clinic)

    (session,) = session_advice(manager, clinic.site_id, DAY)

    assert session.next is None
    assert session.refused.wait > 0


def test_without_a_model_nothing_is_advised(clinic, manager):
    fill(clinic)

    assert session_advice(manager, clinic.site_id, DAY) == []


def test_an_opened_place_is_given_once_beside_the_other(clinic, manager):
    keep_model(LIKELY)
    fill(clinic)
    place_id = open_first(clinic, manager)
    nurse = staff(clinic.site_id, "prediction.call", "scheduling.book", "scheduling.see")

    booked = book_extra_place(
        actor=nurse, place_id=place_id, whom=ForWhom(clinic.patient("林晓芳"), "phone")
    )

    place = ExtraPlace.objects.get(pk=place_id)
    booking = Booking.objects.get(pk=booked.id)
    assert (place.state, place.booking_id, place.nth) == ("filled", booked.id, 1)
    assert (booking.lane, booking.starts_at) == (1, place.starts_at)
    assert place.calculation["places"] == 6
    with pytest.raises(PlaceTaken):
        book_extra_place(
            actor=nurse, place_id=place_id, whom=ForWhom(clinic.patient("周兰"), "phone")
        )
    assert Booking.objects.count() == 7


def test_what_was_opened_counts_and_the_bound_holds(clinic, manager):
    keep_model(LIKELY)
    fill(clinic)

    open_first(clinic, manager)
    open_first(clinic, manager)

    (session,) = session_advice(manager, clinic.site_id, DAY)
    assert (len(session.opened), session.next) == (2, None)
    with pytest.raises(PlaceNotAdvised):
        open_extra_place(
            actor=manager, site_id=clinic.site_id, practitioner_id=clinic.doctors[0], day=DAY,
            starts_at=at(11, day=10),
        )  # fmt: skip
    assert ExtraPlace.objects.count() == 2


def test_who_may_not_open_places_does_not(clinic, manager):
    keep_model(LIKELY)
    fill(clinic)
    (session,) = session_advice(manager, clinic.site_id, DAY)
    clerk = staff(clinic.site_id, "prediction.call", "scheduling.book", "scheduling.overrule")

    with pytest.raises(NotAllowed):
        open_extra_place(
            actor=clerk, site_id=clinic.site_id, practitioner_id=clinic.doctors[0], day=DAY,
            starts_at=session.next.starts_at,
        )  # fmt: skip
    with pytest.raises(NotFound):
        session_advice(clerk, clinic.site_id, DAY)

    assert not ExtraPlace.objects.exists()


def test_a_withdrawn_place_cannot_be_given_and_may_be_opened_again(clinic, manager):
    keep_model(LIKELY)
    fill(clinic)
    place_id = open_first(clinic, manager)

    withdraw_extra_place(actor=manager, place_id=place_id)

    with pytest.raises(PlaceTaken):
        book_extra_place(actor=manager, place_id=place_id, whom=ForWhom(clinic.patient(), "desk"))
    assert open_first(clinic, manager) != place_id


def test_a_place_whose_patient_cancels_is_withdrawn(clinic, manager):
    keep_model(LIKELY)
    fill(clinic)
    place_id = open_first(clinic, manager)
    booked = book_extra_place(
        actor=manager, place_id=place_id, whom=ForWhom(clinic.patient("林晓芳"), "phone")
    )

    cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="好了")
    drain(timers=False)

    assert ExtraPlace.objects.get(pk=place_id).state == "withdrawn"


@pytest.mark.parametrize("number", [1, 6])
def test_the_advice_costs_the_same_however_many(clinic, manager, django_assert_num_queries, number):
    keep_model(LIKELY)
    fill(clinic, number=number)
    session_advice(manager, clinic.site_id, DAY)

    with django_assert_num_queries(9):
        session_advice(manager, clinic.site_id, DAY)
