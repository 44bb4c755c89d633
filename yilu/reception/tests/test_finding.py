"""A booking's code before the desk's reader: once it checks in, after that it only says so."""

from datetime import timedelta

import pytest

from yilu.platform import clock
from yilu.platform.models import AuditEntry
from yilu.reception.finding import find_booking
from yilu.reception.operations.arrivals import check_in
from yilu.reception.passes import pass_of
from yilu.reception.tests.factories import open_clinic
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at
from yilu.visits.models import Visit

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B01")]


@pytest.fixture
def opened():
    with clock.at(SUNDAY_EVENING):
        clinic = open_clinic()
        clinic.clinic.book()
    with clock.at(at(9, 55)):
        yield clinic


def test_a_code_and_a_number_lead_to_the_check_in(opened):
    booking = Booking.objects.get()

    for typed in (pass_of(booking.pk), pass_of(booking.pk).lower(), booking.number):
        [found] = find_booking(opened.desk, typed)
        assert (found.url, found.is_dialog) == (
            f"/reception/bookings/{booking.pk}/check-in", True
        )  # fmt: skip


def test_a_code_that_is_shown_again_says_the_number_and_checks_nobody_in(opened):
    booking = Booking.objects.get()
    done = check_in(actor=opened.desk, booking_id=booking.pk, identified_by="phone")

    [found] = find_booking(opened.desk, pass_of(booking.pk))

    assert (found.url, done.number in found.text) == ("", True)
    assert Visit.objects.count() == 1
    line = AuditEntry.objects.get(action="reception.patient.checked_in")
    assert (line.details["identified_by"], line.actor_id) == ("phone", opened.desk.user_id)


def test_a_code_for_another_day_or_of_a_cancelled_booking_leads_nowhere(opened):
    booking = Booking.objects.get()
    with clock.at(at(9) + timedelta(days=1)):
        assert [one.url for one in find_booking(opened.desk, booking.number)] == [""]
    cancel_booking(actor=opened.clinic.actor, booking_id=booking.pk, reason="不来了")
    assert [one.url for one in find_booking(opened.desk, booking.number)] == [""]


@pytest.mark.parametrize("typed", ["张小明", "12100003482", "YL123", "20310303-9999"])
def test_what_is_no_code_is_left_to_the_patients(opened, typed):
    assert find_booking(opened.desk, typed) == []


def test_a_made_up_code_says_so_and_costs_no_query(opened, django_assert_num_queries):
    code = pass_of(Booking.objects.get().pk)
    forged = code[:-2] + ("AA" if code[-2:] != "AA" else "BB")

    with django_assert_num_queries(0):
        [found] = find_booking(opened.desk, forged)
        assert find_booking(opened.desk, "张小明") == []

    assert found.url == ""
