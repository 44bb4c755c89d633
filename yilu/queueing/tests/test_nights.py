"""Promises made, told, kept in mind and scored; what is learnt in the night."""

from datetime import date, timedelta

import pytest

from yilu.messaging.models import Message
from yilu.platform import clock
from yilu.platform.testing import drain
from yilu.queueing.models import Accuracy, Forecast, Pace
from yilu.queueing.operations.calling import call_next, finish_ticket, start_ticket
from yilu.queueing.operations.learning import close_clinic_day, learn_pace
from yilu.queueing.selectors.boards import queue_board, waiting_by_visit
from yilu.queueing.selectors.paces import accuracy
from yilu.queueing.selectors.tickets import ticket_place
from yilu.queueing.tests.factories import TEN, Clinic, at, make_clinic, row

pytestmark = pytest.mark.django_db
MONDAY = date(2031, 3, 3)


@pytest.fixture(autouse=True)
def _monday_at_ten():
    with clock.at(TEN):
        yield


def see_one(clinic: Clinic, start: int, minutes: int) -> None:
    """Somebody is issued, called, and in the room for so long."""
    with clock.at(at(start)):
        ticket = clinic.ticket()
        call_next(actor=clinic.actor, station_id=clinic.station().pk)
        start_ticket(actor=clinic.actor, ticket_id=ticket.id)
    with clock.at(at(start + minutes)):
        finish_ticket(actor=clinic.actor, ticket_id=ticket.id)


@pytest.mark.covers("B10")
def test_a_newcomer_is_promised_a_range_which_is_kept_in_mind():
    clinic = make_clinic()
    ticket = clinic.ticket()
    drain()
    drain()

    forecast = Forecast.objects.get()
    assert (forecast.ticket_id, forecast.ahead, forecast.made_at) == (ticket.id, 0, TEN)
    assert forecast.low_at < forecast.high_at
    assert row(ticket.id).told_until == forecast.high_at


@pytest.mark.covers("B10")
def test_who_is_next_is_told_once():
    clinic = make_clinic()
    first = clinic.ticket(patient_id=clinic.patient("张伟", phone="12100000001"))
    with clock.at(at(1)):
        clinic.ticket(patient_id=clinic.patient("李娜", phone="12100000002"))
        drain()
    with clock.at(at(10)):
        call_next(actor=clinic.actor, station_id=clinic.station().pk)
        drain()
        finish_ticket(actor=clinic.actor, ticket_id=first.id)
        drain()

    told = list(Message.objects.values_list("template", flat=True))
    assert set(told) == {"next_in_line"}
    assert (
        Message.objects.filter(key__startswith="next:").values("patient_id").distinct().count() == 1
    )


def test_the_night_scores_the_promises_and_learns_the_pace():
    clinic = make_clinic()
    for n in range(3):
        see_one(clinic, n * 30, 8)
    with clock.at(at(200)):
        waiting = clinic.ticket()
    drain()
    with clock.at(at(24 * 60)):
        drain()

    assert row(waiting.id).state == "left"
    learnt = Pace.objects.get(kind="consultation", practitioner_id=None, service_id=None)
    assert (learnt.cases, learnt.mean_seconds) == (3, 480)
    own = Pace.objects.get(practitioner_id=clinic.doctor_id, service_id=None, hour=None)
    assert own.cases == 3
    with clock.at(at(24 * 60)):
        close_clinic_day(actor=clinic.actor, site_id=clinic.site_id, day=MONDAY)
    assert Pace.objects.filter(kind="consultation", practitioner_id=None).count() == 1


def test_a_night_that_is_lived_through_again_learns_nothing_of_later_days():
    clinic = make_clinic()
    see_one(clinic, 0, 8)
    night_before = MONDAY - timedelta(days=1)

    assert learn_pace(actor=clinic.actor, site_id=clinic.site_id, day=night_before) == 0
    assert learn_pace(actor=clinic.actor, site_id=clinic.site_id, day=MONDAY) > 0


def test_a_promise_that_came_true_is_counted():
    clinic = make_clinic()
    ticket = clinic.ticket()
    drain()
    with clock.at(at(2)):
        call_next(actor=clinic.actor, station_id=clinic.station().pk)
        finish_ticket(actor=clinic.actor, ticket_id=ticket.id)
    with clock.at(at(24 * 60)):
        close_clinic_day(actor=clinic.actor, site_id=clinic.site_id, day=MONDAY)
        close_clinic_day(actor=clinic.actor, site_id=clinic.site_id, day=MONDAY)

    line = accuracy(clinic.actor, clinic.site_id, MONDAY)[0]
    assert (line.forecasts, line.within, line.too_late, line.percent) == (1, 1, 0, 100)
    assert Accuracy.objects.count() == 1


def test_what_was_learnt_changes_the_forecast():
    clinic = make_clinic()
    for n in (-2, -1):
        with clock.at(at(n)):
            clinic.ticket()
    before = ticket_place(clinic.ticket().id)
    Pace.objects.create(
        site_id=clinic.site_id, kind="consultation", practitioner_id=clinic.doctor_id,
        cases=500, mean_seconds=30 * 60, spread_seconds=60, learnt_on=MONDAY,
    )  # fmt: skip
    after = ticket_place(before.ticket_id)

    assert (before.ahead, after.ahead) == (2, 2)
    assert after.low_minutes > before.high_minutes


def test_a_place_says_where_to_go_once_it_is_called():
    clinic = make_clinic()
    ticket = clinic.ticket()
    with clock.at(at(3)):
        assert ticket_place(ticket.id).waited_minutes == 3
        call_next(actor=clinic.actor, station_id=clinic.station().pk)
        place = ticket_place(ticket.id)

    assert place.state == "called"
    assert str(clinic.station().name) in place.says


@pytest.mark.parametrize("count", [1, 12])
def test_boards_cost_the_same_for_one_and_for_twelve(count, django_assert_num_queries):
    clinic = make_clinic()
    for n in range(count):
        with clock.at(at(n)):
            last = clinic.ticket()
    with clock.at(at(count)):
        queue_board(clinic.actor, clinic.queue().pk)
        queue_id = clinic.queue().pk
        with django_assert_num_queries(9):  # One of them says who was seen.
            board = queue_board(clinic.actor, queue_id)
        with django_assert_num_queries(7):
            assert ticket_place(last.id).ahead == count - 1
        with django_assert_num_queries(6):
            assert len(waiting_by_visit(clinic.site_id, MONDAY)) == count
    assert [one.ahead for one in board.waiting] == list(range(count))
    assert timedelta(0) <= board.waiting[0].high_at - board.waiting[0].low_at
