"""A booking on its day."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from yilu.platform import clock
from yilu.platform.models import Event
from yilu.scheduling.errors import CannotUndo, MoveRefused, NotYetDue, SlotTaken
from yilu.scheduling.models import Allocation, Booking
from yilu.scheduling.operations import arrivals
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.selectors.duty import busy_times
from yilu.scheduling.states import MOVES, BookingState, check_move
from yilu.scheduling.tests.factories import MONDAY, Clinic, at

pytestmark = pytest.mark.django_db
S = BookingState


def do(clinic: Clinic, name: str, booked: Booked) -> None:
    getattr(arrivals, name)(actor=clinic.actor, booking_id=booked.id)


def held(booked: Booked) -> set[tuple[Any, Any]]:
    active = Allocation.objects.filter(booking_id=booked.id, active=True)
    return {(a.during.lower, a.during.upper) for a in active}


@pytest.mark.covers("A12")
def test_a_day_goes_from_arrived_to_finished(clinic: Clinic):
    booked = clinic.book(at(10))

    for name in ("mark_arrived", "mark_in_consultation", "mark_finished"):
        do(clinic, name, booked)

    kept = Booking.objects.get()
    assert (kept.state, kept.version) == ("finished", 4)
    names = list(Event.objects.filter(subject_id=booked.id).values_list("name", flat=True))
    assert names == ["BookingMade", "BookingArrived", "ConsultationBegun", "BookingFinished"]


def test_who_is_finished_early_frees_the_rest(clinic: Clinic):
    booked = clinic.book(at(10))
    with clock.at(at(10, 1)):
        do(clinic, "mark_arrived", booked)
        do(clinic, "mark_in_consultation", booked)
    with clock.at(at(10, 12)):
        do(clinic, "mark_finished", booked)

        assert held(booked) == {(at(10), at(10, 12))}
        assert clinic.book(at(10, 15)).starts_at == at(10, 15)


def test_who_is_finished_before_the_time_frees_all_of_it(clinic: Clinic):
    booked = clinic.book(at(10))
    with clock.at(at(9, 30)):
        for name in ("mark_arrived", "mark_in_consultation", "mark_finished"):
            do(clinic, name, booked)

    assert held(booked) == set()


@pytest.mark.parametrize("when", [at(9, 30), at(10, 12), at(10, 40)])
def test_an_end_can_be_taken_back_with_its_time(clinic: Clinic, when: Any):
    booked = clinic.book(at(10))
    with clock.at(when):
        for name in ("mark_arrived", "mark_in_consultation", "mark_finished"):
            do(clinic, name, booked)

        do(clinic, "undo_mark_finished", booked)

    assert held(booked) == {(at(10), at(10, 30))}
    assert Booking.objects.get().state == "in_consultation"


def test_an_end_cannot_be_taken_back_once_its_time_is_sold(clinic: Clinic):
    booked = clinic.book(at(10))
    with clock.at(at(10, 5)):
        for name in ("mark_arrived", "mark_in_consultation", "mark_finished"):
            do(clinic, name, booked)
        clinic.book(at(10, 15))

        with pytest.raises(SlotTaken):
            do(clinic, "undo_mark_finished", booked)

    assert Booking.objects.get(pk=booked.id).state == "finished"
    assert held(booked) == {(at(10), at(10, 5))}


def test_who_has_not_begun_is_no_no_show(clinic: Clinic):
    booked = clinic.book(at(10))

    with clock.at(at(9, 59)), pytest.raises(NotYetDue):
        do(clinic, "mark_no_show", booked)

    assert Booking.objects.get().state == "confirmed"


@pytest.mark.covers("A12")
def test_a_no_show_frees_the_rest_and_can_be_taken_back(clinic: Clinic):
    booked = clinic.book(at(10))
    with clock.at(at(10, 20)):
        do(clinic, "mark_no_show", booked)
        assert held(booked) == {(at(10), at(10, 20))}

        do(clinic, "undo_mark_no_show", booked)

    assert held(booked) == {(at(10), at(10, 30))}
    assert Booking.objects.get().state == "confirmed"


def test_an_arrival_can_be_taken_back_until_something_is_built_on_it(clinic: Clinic):
    booked = clinic.book(at(10))
    do(clinic, "mark_arrived", booked)
    do(clinic, "undo_mark_arrived", booked)
    do(clinic, "mark_arrived", booked)
    do(clinic, "mark_in_consultation", booked)

    with pytest.raises(CannotUndo):
        do(clinic, "undo_mark_arrived", booked)
    do(clinic, "undo_mark_in_consultation", booked)

    assert Booking.objects.get().state == "arrived"


def test_who_never_came_cannot_arrive_on_that_booking():
    assert MOVES[S.NO_SHOW] == frozenset()


@pytest.mark.parametrize("current", BookingState)
@pytest.mark.parametrize("target", BookingState)
def test_only_listed_moves_are_legal(current: BookingState, target: BookingState):
    if target in MOVES[current]:
        check_move(current, target)
    else:
        with pytest.raises(MoveRefused):
            check_move(current, target)


WRONG_ROWS = [
    "UPDATE scheduling_allocation SET during = 'empty'",
    "UPDATE scheduling_allocation SET during = tstzrange(lower(during), NULL)",
    "UPDATE scheduling_allocation SET during = tstzrange(lower(during), upper(during), '[]')",
    "UPDATE scheduling_allocation SET during = tstzrange('1899-01-01Z', '1899-01-01 01:00Z')",
    "UPDATE scheduling_allocation SET during = tstzrange(lower(during), '2031-03-05')",
    "UPDATE scheduling_allocation SET booking_id = NULL",
    "UPDATE scheduling_allocation SET expires_at = lower(during)",
    "UPDATE scheduling_booking SET state = 'lost'",
    "UPDATE scheduling_booking SET state = 'cancelled'",
    "UPDATE scheduling_booking SET ends_at = starts_at",
    "UPDATE scheduling_booking SET lane = 1",
    "UPDATE scheduling_booking SET starts_at = '9999-12-31T23:59:59-12:00'",
    "UPDATE scheduling_resource SET kind = 'chair'",
    "UPDATE scheduling_session SET during = tstzrange(lower(during), NULL)",
]


@pytest.mark.parametrize("statement", WRONG_ROWS)
def test_the_tables_refuse_what_cannot_be(clinic: Clinic, statement: str):
    clinic.book(at(10))

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("count", [1, 6])
def test_how_long_doctors_are_busy_costs_one_query(
    clinic: Clinic, count: int, django_assert_num_queries: Any
):
    for n in range(count):
        clinic.book(at(9 + n // 2, n % 2 * 30))
    gone = clinic.book(at(16))
    cancel_booking(actor=clinic.actor, booking_id=gone.id, reason="ill")

    with django_assert_num_queries(1):
        (found,) = busy_times(clinic.site_id, MONDAY)

    assert (found.practitioner_id, found.number) == (clinic.doctors[0], count)
    assert found.ends_at == at(9 + count // 2, count % 2 * 30)
    assert str(found.ends_at.tzinfo) == "Asia/Shanghai"
