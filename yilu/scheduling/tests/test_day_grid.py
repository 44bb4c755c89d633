"""The day as the desk sees it, and lists of bookings."""

from typing import Any

import pytest

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed, NotFound
from yilu.platform.ids import new_id
from yilu.scheduling import permissions
from yilu.scheduling.operations.arrivals import mark_arrived
from yilu.scheduling.operations.blocks import block_resource
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.selectors.bookings import (
    booking_detail,
    bookings_of,
    day_bookings,
    expected_soon,
    find_bookings,
)
from yilu.scheduling.selectors.day_grid import DayGrid, day_grid
from yilu.scheduling.selectors.lines import BookingLine
from yilu.scheduling.tests.factories import (
    MONDAY,
    Clinic,
    at,
    make_actor,
    make_clinic,
    make_service,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(doctors=2, rooms=2)


def grid(clinic: Clinic, **facts: Any) -> DayGrid:
    return day_grid(clinic.actor, clinic.site_id, MONDAY, **facts)


def starts(lines: list[BookingLine]) -> list[str]:
    return [f"{line.starts_at:%H:%M}" for line in lines]


def test_a_column_shows_sessions_bookings_blocks_and_gaps(clinic: Clinic):
    booked = clinic.book(at(10))
    block_resource(
        actor=clinic.actor,
        resource_id=clinic.doctor_resources[0],
        starts_at=at(11),
        ends_at=at(12),
        kind="meeting",
        reason="病例讨论",
    )

    shown = grid(clinic)
    column = next(c for c in shown.columns if c.practitioner_id == clinic.doctors[0])

    assert (shown.opens_at, shown.closes_at, shown.steps) == (at(9), at(17), 96)
    assert [(p.at, p.steps) for p in column.sessions] == [(0, 36), (60, 36)]
    assert [(p.at, p.steps) for p in column.off] == [(36, 24)]
    (card,) = column.bookings
    assert (card.line.id, card.place.at, card.place.steps) == (booked.id, 12, 6)
    assert card.where.startswith("诊室")
    assert [(b.place.at, b.reason) for b in column.blocks] == [(24, "病例讨论")]
    assert [(g.at, g.minutes) for g in column.gaps] == [(0, 60), (18, 30), (60, 180)]
    assert (column.booked, column.places) == (1, 1 + 2 + 1 + 6)


def test_rooms_may_be_the_columns(clinic: Clinic):
    booked = clinic.book(at(10))

    shown = grid(clinic, kind="room")

    rooms = [c for c in shown.columns if c.bookings]
    assert [c.bookings[0].line.id for c in rooms] == [booked.id]
    assert len(shown.columns) == 2


def test_what_is_cancelled_leaves_the_column(clinic: Clinic):
    booked = clinic.book(at(10))
    cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="ill")

    shown = grid(clinic)

    assert not any(column.bookings for column in shown.columns)
    assert [line.id for line in shown.cancelled] == [booked.id]
    assert (shown.by_state["cancelled"], shown.by_state["confirmed"]) == (1, 0)


def test_an_empty_day_has_its_usual_hours(clinic: Clinic):
    shown = day_grid(clinic.actor, clinic.site_id, at(0, day=40).date())

    assert shown.columns == ()
    assert f"{shown.opens_at:%H:%M}–{shown.closes_at:%H:%M}" == "08:00–18:00"


@pytest.mark.parametrize("doctors", [1, 12])
def test_the_grid_takes_the_same_queries_for_many(doctors: int, django_assert_num_queries: Any):
    clinic = make_clinic(doctors=doctors, rooms=doctors)
    for doctor in clinic.doctors:
        clinic.book(at(10), practitioner_id=doctor)

    with django_assert_num_queries(12):
        grid(clinic)


@pytest.mark.parametrize("n", [1, 12])
def test_lists_take_the_same_queries_for_many(n: int, django_assert_num_queries: Any):
    clinic = make_clinic(doctors=n, rooms=n)
    patient_id = clinic.patient()
    for k, doctor in enumerate(clinic.doctors):
        clinic.book(at(9 + k % 3, day=k // 3), practitioner_id=doctor, patient_id=patient_id)

    with django_assert_num_queries(5):  # One of them is the audit line about who was seen.
        day_bookings(clinic.actor, clinic.site_id, MONDAY)
    with django_assert_num_queries(5):
        assert len(bookings_of(clinic.actor, patient_id)) == n


def test_the_day_is_in_order_of_time(clinic: Clinic):
    for hour in (11, 9, 10):
        clinic.book(at(hour))

    assert starts(day_bookings(clinic.actor, clinic.site_id, MONDAY)) == ["09:00", "10:00", "11:00"]


def test_expected_are_those_who_are_due_or_late_and_have_not_come(clinic: Clinic):
    late, here, soon, later = (
        clinic.book(at(h, m)) for h, m in ((9, 0), (9, 30), (10, 0), (11, 0))
    )

    with clock.at(at(9, 35)):
        mark_arrived(actor=clinic.actor, booking_id=here.id)
        shown = expected_soon(clinic.actor, clinic.site_id, 40)

    assert [line.id for line in shown] == [late.id, soon.id]
    assert (shown[0].late_minutes, shown[0].look, shown[0].flags[0]) == (35, "late", "late")
    assert shown[1].late_minutes == 0
    assert later.id not in {line.id for line in shown}


def test_flags_say_what_to_mind():
    clinic = make_clinic(service=make_service(needs=[]))
    clinic.book(at(10), is_first_visit=True, special_needs=("wheelchair", "interpreter"))

    (line,) = day_bookings(clinic.actor, clinic.site_id, MONDAY)

    assert line.flags == ["first_visit", "missing_data", "wheelchair"]


@pytest.mark.covers("A12")
def test_bookings_are_found_by_number_or_its_end(clinic: Clinic):
    booked = clinic.book(at(10))

    for typed in (booked.number, "0001", "1"):
        assert [line.id for line in find_bookings(clinic.actor, typed)] == [booked.id]
    assert find_bookings(clinic.actor, "20310303-0002") == []
    assert find_bookings(clinic.actor, " ") == []


def test_a_patient_sees_their_own_and_nobody_elses(clinic: Clinic):
    mine, other = clinic.patient(), clinic.patient()
    booked, theirs = (
        clinic.book(at(hour), patient_id=who) for hour, who in ((10, mine), (11, other))
    )
    me = Actor(kind="patient", name="me", user_id=new_id(), owns=frozenset({mine}))

    assert [line.id for line in bookings_of(me, mine)] == [booked.id]
    assert booking_detail(me, booked.id).line.number == booked.number
    with pytest.raises(NotAllowed):
        bookings_of(me, other)
    with pytest.raises(NotFound):
        booking_detail(me, theirs.id)


def test_another_sites_day_is_not_shown(clinic: Clinic):
    stranger = make_actor(make_clinic().site_id, permissions.SEE)

    with pytest.raises(NotAllowed):
        day_bookings(stranger, clinic.site_id, MONDAY)
    with pytest.raises(NotAllowed):
        day_grid(stranger, clinic.site_id, MONDAY)
    booked = clinic.book(at(10))
    assert find_bookings(stranger, booked.number) == []
