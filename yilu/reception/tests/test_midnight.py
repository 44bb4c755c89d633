"""A night clinic: midnight passes while people wait, come, are called and go home."""

from datetime import timedelta
from uuid import UUID

import pytest

from yilu.facility.models import Site
from yilu.patients.tests.factories import make_patient
from yilu.platform import clock
from yilu.queueing.jobs import CLERK
from yilu.queueing.models import Ticket
from yilu.queueing.operations.calling import call_next
from yilu.queueing.operations.learning import close_clinic_day
from yilu.queueing.selectors.boards import waiting_by_visit
from yilu.queueing.selectors.now import stands_now
from yilu.queueing.states import TicketState
from yilu.reception.errors import NotToday
from yilu.reception.operations.arrivals import check_in, walk_in
from yilu.reception.operations.doorsteps import note_at_door
from yilu.reception.selectors.arrivals import expected
from yilu.reception.selectors.guide import guide
from yilu.reception.selectors.queues import least_busy_performer, on_duty_lines
from yilu.reception.tests.factories import OpenClinic, open_clinic
from yilu.reception.tests.late_factories import CALLER
from yilu.scheduling.models import Booking, Session
from yilu.scheduling.operations.roster import open_session
from yilu.scheduling.tests.factories import SUNDAY_EVENING, add_doctor, at
from yilu.visits.errors import TooLateToReopen
from yilu.visits.operations.visits import close_visit, reopen_visit
from yilu.visits.selectors.visits import open_visits
from yilu.workspace.selectors.waiting import waiting_room

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B07", "B12")]
TO_TWO = at(2, day=1)
MONDAY, TUESDAY = at(9).date(), at(9, day=1).date()


@pytest.fixture
def night() -> OpenClinic:
    """A clinic whose one doctor sees patients from eight in the evening until two."""
    with clock.at(SUNDAY_EVENING):
        clinic = open_clinic()
        clinic.booked = clinic.clinic.book(at(10)).id
        Session.objects.update(active=False)
        open_session(
            actor=clinic.clinic.actor,
            resource_id=clinic.clinic.doctor_resources[0],
            site_id=clinic.site_id,
            starts_at=at(20),
            ends_at=TO_TWO,
        )
    return clinic


def booked(night: OpenClinic, starts_at) -> UUID:
    """The booking of the morning, as if it were of the night."""
    Booking.objects.filter(pk=night.booked).update(
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
        clinic_day=(starts_at + timedelta(hours=8)).date(),
    )
    return night.booked


def comes(night: OpenClinic, moment, name: str = "张小明"):
    """Somebody walks in."""
    with clock.at(moment):
        return walk_in(
            actor=night.desk,
            site_id=night.site_id,
            patient_id=make_patient(Site.objects.get(pk=night.site_id), name),
            service_id=night.clinic.service_id,
        )


def test_who_came_before_midnight_waits_on_and_is_seen_by_every_board(night):
    before, after = comes(night, at(23, 58)), comes(night, at(0, 3, day=1), "李娜")

    with clock.at(at(0, 5, day=1)):
        here = [visit.id for visit in open_visits(night.site_id, TUESDAY)]
        assert here == [before.visit_id, after.visit_id]
        waiting = waiting_by_visit(night.site_id, TUESDAY)
        assert set(waiting) == set(here)
        assert {one.visit_id for one in stands_now(night.site_id, TUESDAY)} == set(here)
        room = waiting_room(night.desk, night.site_id)
        assert room.number == 2
        assert [row.number for row in room.rows] == [
            Ticket.objects.get(pk=one.ticket_id).number for one in (before, after)
        ]
        assert guide(night.desk, before.visit_id).place.ahead == 0
        assert guide(night.desk, after.visit_id).place.ahead == 1
        called = call_next(actor=CALLER, station_id=night.station("consultation"))
        assert called.id == before.ticket_id


def test_on_the_next_afternoon_nobody_of_the_night_is_here_any_more(night):
    comes(night, at(23, 58))
    with clock.at(at(14, day=1)):
        assert open_visits(night.site_id, TUESDAY) == []
        assert waiting_by_visit(night.site_id, TUESDAY) == {}
        assert stands_now(night.site_id, TUESDAY) == []


def test_past_midnight_who_sees_patients_now_is_asked_and_not_who_comes_in_the_morning(night):
    with clock.at(SUNDAY_EVENING):
        add_doctor(night.clinic)
        Session.objects.filter(resource=night.clinic.doctor_resources[1]).update(active=True)
        open_session(
            actor=night.clinic.actor,
            resource_id=night.clinic.doctor_resources[1],
            site_id=night.site_id,
            starts_at=at(9, day=1),
            ends_at=at(12, day=1),
        )
    by_night, by_day = night.clinic.doctors
    service = night.clinic.service_id

    with clock.at(at(0, 3, day=1)):
        assert least_busy_performer(night.site_id, service) == by_night
        assert [one.practitioner_id for one in on_duty_lines(night.site_id)] == [by_night]
    with clock.at(at(2, 30, day=1)):
        assert least_busy_performer(night.site_id, service) == by_day


@pytest.mark.parametrize(
    ("starts_at", "comes_at"),
    [(at(23, 50), at(0, 4, day=1)), (at(0, 15, day=1), at(23, 56))],
    ids=["late", "early"],
)
def test_who_is_booked_beside_midnight_may_come_on_the_other_side_of_it(night, starts_at, comes_at):
    booking_id = booked(night, starts_at)
    with clock.at(comes_at):
        assert [one.booking.id for one in expected(actor=night.desk, site_id=night.site_id)] == [
            booking_id
        ]
        note_at_door(actor=night.desk, booking_id=booking_id)
        came = check_in(actor=night.desk, booking_id=booking_id)
        room = waiting_room(night.desk, night.site_id)
        assert [row.visit_id for row in room.rows] == [came.visit_id]
    with clock.at(at(1, day=1)):
        assert guide(night.desk, came.visit_id).place.number == came.number


def test_another_day_is_another_day_all_the_same(night):
    booking_id = booked(night, at(23))
    with clock.at(at(9, day=1)), pytest.raises(NotToday):
        check_in(actor=night.desk, booking_id=booking_id)


def test_no_two_wait_under_one_number_when_numbers_begin_anew(night):
    evening = [comes(night, at(23, 50 + n)) for n in range(3)]
    with clock.at(at(23, 59)):
        call_next(actor=CALLER, station_id=night.station("consultation"))

    later = [comes(night, at(0, 1 + n, day=1)) for n in range(2)]

    numbers = [one.number for one in (*evening, *later)]
    assert len(set(numbers)) == len(numbers)


def test_the_close_of_the_day_leaves_whoever_came_in_the_night(night):
    noon, late = comes(night, at(20, 5)), comes(night, at(23, 58))

    with clock.at(at(3, 30, day=1)):
        close_clinic_day(actor=CLERK, site_id=night.site_id, day=MONDAY)
        close_clinic_day(actor=CLERK, site_id=night.site_id, day=MONDAY)

    states = dict(Ticket.objects.values_list("pk", "state"))
    assert states == {noon.ticket_id: TicketState.LEFT, late.ticket_id: TicketState.WAITING}
    with clock.at(at(3, 30, day=2)):
        close_clinic_day(actor=CLERK, site_id=night.site_id, day=TUESDAY)
    assert Ticket.objects.get(pk=late.ticket_id).state == TicketState.LEFT


def test_a_check_out_before_midnight_is_taken_back_after_it_and_not_a_day_later(night):
    came = comes(night, at(23, 50))
    with clock.at(at(23, 59)):
        close_visit(actor=night.desk, visit_id=came.visit_id)
    with clock.at(at(0, 2, day=1)):
        reopen_visit(actor=night.desk, visit_id=came.visit_id)
        assert [one.id for one in open_visits(night.site_id, TUESDAY)] == [came.visit_id]
        close_visit(actor=night.desk, visit_id=came.visit_id)
    with clock.at(at(14, day=1)), pytest.raises(TooLateToReopen):
        reopen_visit(actor=night.desk, visit_id=came.visit_id)
