"""Every figure against a few bookings counted by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from yilu.platform import clock
from yilu.platform.errors import NotAllowed
from yilu.platform.testing import drain
from yilu.scheduling import permissions
from yilu.scheduling.errors import SlotTaken
from yilu.scheduling.models import Booking, Session
from yilu.scheduling.operations.arrivals import (
    mark_arrived,
    mark_finished,
    mark_in_consultation,
    mark_no_show,
)
from yilu.scheduling.operations.blocks import block_resource
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.operations.waiting_list import (
    WaitingWish,
    join_waiting_list,
    leave_waiting_list,
)
from yilu.scheduling.selectors.behind import Part, bookings_behind
from yilu.scheduling.selectors.counting import Scope
from yilu.scheduling.selectors.figures import Counts, booking_figures
from yilu.scheduling.selectors.requests_met import Met, requests_met
from yilu.scheduling.selectors.use_of_time import time_use
from yilu.scheduling.tests.factories import (
    MONDAY,
    SUNDAY_EVENING,
    Clinic,
    at,
    make_actor,
    make_clinic,
)

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A19")]
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
Queries = Callable[[int], Any]


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(doctors=2, rooms=2)


def scope(clinic: Clinic, first: date = MONDAY, last: date = WEDNESDAY, **facts: Any) -> Scope:
    return Scope((clinic.site_id,), first, last, **facts)


def seen(clinic: Clinic, hour: int, **facts: Any) -> Booking:
    """A booking whose patient came on time and stayed for half an hour."""
    booked = clinic.book(at(hour), **facts)
    for minute, deed in ((0, mark_arrived), (0, mark_in_consultation), (30, mark_finished)):
        with clock.at(at(hour, minute)):
            deed(actor=clinic.actor, booking_id=booked.id)
    return Booking.objects.get(pk=booked.id)


def missed(clinic: Clinic, hour: int, **facts: Any) -> None:
    booked = clinic.book(at(hour), **facts)
    with clock.at(at(hour, 20)):
        mark_no_show(actor=clinic.actor, booking_id=booked.id)


def cancelled(clinic: Clinic, hour: int, reason: str, minutes: int = 60, **facts: Any) -> None:
    booked = clinic.book(at(hour), **facts)
    with clock.at(SUNDAY_EVENING + timedelta(minutes=minutes)):
        cancel_booking(actor=clinic.actor, booking_id=booked.id, reason=reason)


@pytest.fixture
def counted(clinic: Clinic) -> Clinic:
    """Monday: two seen, one missed, three cancelled, one taken back. Wednesday: one to come."""
    first, second = clinic.doctors
    seen(clinic, 9, channel="desk")
    seen(clinic, 10, channel="web", practitioner_id=second)
    missed(clinic, 11, channel="web")
    cancelled(clinic, 14, "临时有事", channel="phone")
    cancelled(clinic, 15, "Something came up", channel="phone")
    cancelled(clinic, 16, "only one wrote this", channel="phone")
    cancelled(clinic, 16, "by mistake", minutes=5, practitioner_id=second)
    clinic.book(at(9, day=2), channel="web", practitioner_id=first)
    return clinic


def test_totals_conversion_cancellations_and_no_shows(counted: Clinic):
    total = booking_figures(counted.actor, scope(counted), "day").total

    assert total == Counts(booked=7, seen=2, cancelled=3, missed=1, to_come=1)
    assert (total.over, total.seen_share, total.cancelled_share) == (6, 2 / 6, 3 / 6)
    assert total.missed_share == 1 / 3


def test_by_time_channel_practitioner_service_and_hour(counted: Clinic):
    found = booking_figures(counted.actor, scope(counted), "day")

    assert {key: one.booked for key, one in found.by_time.items()} == {
        (MONDAY, "desk"): 1,
        (MONDAY, "web"): 2,
        (MONDAY, "phone"): 3,
        (WEDNESDAY, "web"): 1,
    }
    assert found.by_channel["web"] == Counts(booked=3, seen=1, missed=1, to_come=1)
    first, second = (found.by_practitioner[one] for one in counted.doctors)
    assert (first.booked, second.booked) == (6, 1)
    assert found.by_service == {counted.service_id: found.total}
    hours = {key: one.booked for key, one in found.by_hour.items()}
    assert hours == {(0, h): 1 for h in (9, 10, 11, 14, 15, 16)} | {(2, 9): 1}


@pytest.mark.parametrize(
    ("unit", "starts"),
    [("week", {date(2031, 3, 3)}), ("month", {date(2031, 3, 1)})],
)
def test_weeks_begin_on_monday_and_months_on_the_first(
    counted: Clinic, unit: str, starts: set[date]
):
    found = booking_figures(counted.actor, scope(counted), unit)
    assert {start for start, _channel in found.by_time} == starts


def test_reasons_count_by_code_and_own_words_as_another_reason(counted: Clinic):
    found = booking_figures(counted.actor, scope(counted), "day").reasons
    assert [(one.kind, one.code, one.count) for one in found] == [
        ("staff", "came_up", 2),
        ("staff", "other", 1),
    ]


def test_lead_counts_days_on_the_wall_of_the_site(counted: Clinic):
    found = booking_figures(counted.actor, scope(counted), "day").by_lead
    assert {lead: one.booked for lead, one in found.items()} == {1: 6, 2: 1}


def test_the_period_before_is_as_long(counted: Clinic):
    later = scope(counted, TUESDAY, WEDNESDAY)
    assert (later.before.first, later.before.last) == (MONDAY - timedelta(days=1), MONDAY)

    found = booking_figures(counted.actor, later, "day")

    assert (found.total.booked, found.before.booked, found.before.seen) == (1, 6, 2)


def test_filters_leave_out_everything_else(counted: Clinic):
    def booked(**facts: Any) -> int:
        return booking_figures(counted.actor, scope(counted, **facts), "day").total.booked

    assert booked(channel="phone") == 3
    assert booked(practitioner_ids=(counted.doctors[1],)) == 1
    assert booked(practitioner_ids=()) == 0
    assert booked(service_id=counted.service_id) == 7
    assert booked(service_id=counted.site_id) == 0


def test_a_night_session_belongs_to_the_day_on_which_it_began(clinic: Clinic):
    for resource_id in (clinic.doctor_resources[0], clinic.room_resources[0]):
        Session.objects.create(
            resource_id=resource_id,
            site_id=clinic.site_id,
            during=(at(20), at(26)),
            clinic_day=MONDAY,
        )
    clinic.book(datetime(2031, 3, 3, 17, 30, tzinfo=UTC))  # 01:30 on Tuesday in Shanghai.

    found = booking_figures(clinic.actor, scope(clinic, MONDAY, MONDAY), "day")

    assert found.by_hour == {(0, 25): Counts(booked=1, to_come=1)}
    lines = bookings_behind(
        clinic.actor, scope(clinic, MONDAY, MONDAY), Part(weekday=0, hour=25), None, 5
    )
    assert [line.clinic_day for line in lines] == [MONDAY]


def test_use_and_idle_time_of_practitioners(counted: Clinic):
    with clock.at(at(20)):  # Six hours of each doctor are over; an hour was used.
        found = time_use(counted.actor, scope(counted, MONDAY, MONDAY))
    people = {one.of_id: one for one in found.uses if one.kind == "practitioner"}

    first, second = (people[one] for one in counted.doctors)
    assert (first.open, first.used, first.idle) == (360, 30, 330)
    assert (second.open, second.used, second.share) == (360, 30, 30 / 360)
    assert (found.open, found.used, found.share) == (720, 60, 60 / 720)


def test_time_that_has_not_come_yet_is_not_idle_and_absence_neither(clinic: Clinic):
    block_resource(
        actor=clinic.actor,
        resource_id=clinic.doctor_resources[0],
        starts_at=at(14),
        ends_at=at(16),
        kind="absence",
        reason="training",
    )
    with clock.at(at(10)):
        found = time_use(clinic.actor, scope(clinic, MONDAY, MONDAY))
        assert (found.open, found.used) == (120, 0)
    with clock.at(at(20)):
        found = time_use(clinic.actor, scope(clinic, MONDAY, MONDAY))
        assert found.open == 360 + 240


def met(clinic: Clinic, **facts: Any) -> Any:
    """Of all requests of Sunday, asked for two days later."""
    sunday = MONDAY - timedelta(days=1)
    with clock.at(SUNDAY_EVENING + timedelta(days=2)):
        return requests_met(clinic.actor, scope(clinic, sunday, sunday, **facts))


@pytest.mark.covers("A22")
def test_requests_count_as_met_only_when_a_booking_came_of_them(clinic: Clinic):
    clinic.doctors.pop()
    clinic.book(at(10), channel="phone")
    stays, tries_again = clinic.patient("张小明"), clinic.patient("周雨晴")
    for who in (stays, tries_again):
        with pytest.raises(SlotTaken):
            clinic.book(at(10), patient_id=who, channel="web")
    clinic.book(at(11), patient_id=tries_again, channel="phone")
    cancelled(clinic, 16, "by mistake", minutes=5)
    drain(timers=False)

    found = met(clinic)

    assert found.total == Met(met=2, unmet=1)
    assert found.total.share == 2 / 3
    assert found.by_channel == {"phone": Met(met=2), "web": Met(unmet=1)}
    assert found.codes == {"slot_taken": 1}
    assert met(clinic, channel="phone").total == Met(met=2)


@pytest.mark.covers("A22")
def test_a_refusal_of_today_is_open_until_a_day_has_passed(clinic: Clinic):
    clinic.book(at(10))
    with pytest.raises(SlotTaken):
        clinic.book(at(10))
    sunday = MONDAY - timedelta(days=1)

    found = requests_met(clinic.actor, scope(clinic, sunday, sunday))

    assert found.total == Met(met=1, open=1)
    assert met(clinic).total == Met(met=1, unmet=1)


@pytest.mark.covers("A22")
def test_a_wish_on_the_waiting_list_is_open_then_unmet_and_counted_once(clinic: Clinic):
    patient = clinic.patient()
    clinic.book(at(10))
    with pytest.raises(SlotTaken):
        clinic.book(at(10), patient_id=patient)
    wish = WaitingWish(
        site_id=clinic.site_id,
        service_id=clinic.service_id,
        practitioner_id=None,
        patient_id=patient,
        from_on=MONDAY,
        until_on=MONDAY + timedelta(days=9),
        channel="phone",
    )
    entry_id = join_waiting_list(actor=clinic.actor, wish=wish)
    drain(timers=False)
    assert met(clinic).total == Met(met=1, open=1)

    leave_waiting_list(actor=clinic.actor, entry_id=entry_id)

    found = met(clinic)
    assert found.total == Met(met=1, unmet=1)
    assert found.codes == {"waiting_left": 1}


def test_behind_each_number_are_its_bookings(counted: Clinic):
    def behind(**facts: Any) -> list[str]:
        part = Part(**facts)
        lines = bookings_behind(counted.actor, scope(counted), part, None, 50)
        return [f"{line.starts_at:%d %H}" for line in lines]

    assert len(behind()) == 7
    assert behind(became="seen") == ["03 09", "03 10"]
    assert behind(became="missed") == ["03 11"]
    assert behind(became="cancelled", by="staff", reason="came_up") == ["03 14", "03 15"]
    assert behind(weekday=2) == ["05 09"]
    assert behind(first=TUESDAY) == ["05 09"]
    assert behind(lead=2) == ["05 09"]


def test_the_list_goes_on_where_it_ended(counted: Clinic):
    found, after = [], None
    for _ in range(4):
        lines = bookings_behind(counted.actor, scope(counted), Part(), after, 2)
        found += [line.id for line in lines]
        after = (lines[-1].starts_at, lines[-1].id) if lines else after
    assert len(found) == len(set(found)) == 7


def test_nobody_sees_figures_of_a_site_where_they_have_no_right(counted: Clinic):
    stranger = make_actor(counted.site_id, permissions.BOOK)
    for ask in (
        lambda: booking_figures(stranger, scope(counted), "day"),
        lambda: time_use(stranger, scope(counted)),
        lambda: requests_met(stranger, scope(counted)),
        lambda: bookings_behind(stranger, scope(counted), Part(), None, 5),
    ):
        with pytest.raises(NotAllowed):
            ask()


@pytest.mark.parametrize("count", [1, 12])
def test_figures_cost_one_query_each_and_the_list_six(
    clinic: Clinic, django_assert_num_queries: Queries, count: int
):
    for n in range(count):
        clinic.book(at(9 if n < 6 else 14, 30 * (n % 6)))
    with django_assert_num_queries(1):
        assert booking_figures(clinic.actor, scope(clinic), "day").total.booked == count
    with django_assert_num_queries(1):
        time_use(clinic.actor, scope(clinic))
    with django_assert_num_queries(1):
        requests_met(clinic.actor, scope(clinic))
    with django_assert_num_queries(6):
        assert len(bookings_behind(clinic.actor, scope(clinic), Part(), None, 50)) == count
