"""How a day has flowed so far: what patients waited, and how long they took."""

from datetime import date

import pytest

from yilu.platform import clock
from yilu.queueing.operations.calling import call_next, finish_ticket, start_ticket
from yilu.queueing.selectors.flow import Flow, flow_of_day
from yilu.queueing.tests.factories import Clinic, at, make_clinic

pytestmark = pytest.mark.django_db
MONDAY = date(2031, 3, 3)


def see_one(clinic: Clinic, come: int, called: int, ended: int, **facts: object) -> None:
    """Somebody comes, is called and let go, so many minutes after ten."""
    with clock.at(at(come)):
        ticket = clinic.ticket(**facts)
    with clock.at(at(called)):
        call_next(actor=clinic.actor, station_id=clinic.station().pk)
        start_ticket(actor=clinic.actor, ticket_id=ticket.id)
    with clock.at(at(ended)):
        finish_ticket(actor=clinic.actor, ticket_id=ticket.id)


@pytest.mark.covers("I17")
def test_a_days_waits_are_told_as_median_and_ninth_tenth():
    clinic = make_clinic()
    for n, waited in enumerate((2, 10, 12, 14, 52)):
        see_one(clinic, n * 100, n * 100 + waited, n * 100 + waited + 7)

    flow = flow_of_day(clinic.site_id, MONDAY)

    assert flow == {"consultation": Flow("consultation", 5, 12, 37, 7, 35)}


def test_who_is_called_before_their_time_has_not_waited():
    clinic = make_clinic()
    for n in range(3):
        see_one(clinic, n * 30, n * 30 + 5, n * 30 + 10, booked_at=at(n * 30 + 20))

    assert flow_of_day(clinic.site_id, MONDAY)["consultation"].median == 0


def test_two_patients_say_nothing_about_a_day():
    clinic = make_clinic()
    for n in range(2):
        see_one(clinic, n * 10, n * 10 + 4, n * 10 + 8)

    assert flow_of_day(clinic.site_id, MONDAY) == {}


@pytest.mark.parametrize("count", [1, 12])
def test_the_flow_costs_one_query_however_many_came(count, django_assert_num_queries):
    clinic = make_clinic()
    for n in range(count):
        see_one(clinic, n * 10, n * 10 + 4, n * 10 + 8)

    with django_assert_num_queries(1):
        flow_of_day(clinic.site_id, MONDAY)
