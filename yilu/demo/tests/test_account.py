"""The account of a day: clean when all is well, and what is wrong is named."""

from datetime import timedelta

import pytest
from django.utils import translation

from yilu.billing.models import Bill
from yilu.billing.operations.cash import pay_cash
from yilu.demo.selectors.account import CHECKS, account_of
from yilu.pathways.models import Step
from yilu.platform import clock
from yilu.platform.models import Delivery, Timer
from yilu.platform.testing import drain
from yilu.queueing.models import Ticket
from yilu.queueing.operations.calling import call_next, start_ticket
from yilu.queueing.states import QueueKind
from yilu.reception.operations.arrivals import check_in
from yilu.reception.operations.departures import finish_ticket
from yilu.reception.tests.factories import open_clinic
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at
from yilu.visits.models import Visit

pytestmark = [pytest.mark.django_db, pytest.mark.covers("O10")]
NO_NOTE = "consultations without a signed note: 1"


@pytest.fixture
def visited():
    """A patient who came at ten, was seen, paid and left; it is noon now."""
    with clock.at(SUNDAY_EVENING):
        opened = open_clinic()
        booked = opened.clinic.book()
        drain()
    with clock.at(at(9, 55)):
        check_in(actor=opened.desk, booking_id=booked.id)
        called = call_next(actor=opened.doctor, station_id=opened.station(QueueKind.CONSULTATION))
        start_ticket(actor=opened.doctor, ticket_id=called.id)
        finish_ticket(actor=opened.doctor, ticket_id=called.id)
        bill = Bill.objects.get()
        pay_cash(actor=opened.cashier, bill_id=bill.pk, tendered=bill.total)
        drain()
    with clock.at(at(12, 0)):
        drain()
        yield


def told() -> list[str]:
    """What the account of the visit's day finds, without the numbers of examples."""
    day = Visit.objects.get().clinic_day
    account = account_of(day, clock.day_bounds(day, clock.now().tzinfo))
    with translation.override("en"):
        return [str(one).partition(" (")[0] for one in account.wrong]


def test_a_visit_that_went_its_whole_way_leaves_nothing_but_the_missing_note(visited):
    assert told() == [NO_NOTE]


def test_the_figures_of_a_day_are_those_of_its_rows(visited):
    day = Visit.objects.get().clinic_day

    account = account_of(day, clock.day_bounds(day, clock.now().tzinfo))

    assert (account.booked, account.came, account.left, account.walked_in) == (1, 1, 1, 0)
    assert (account.bills, account.receipts, account.taken) == (1, 1, Bill.objects.get().total)
    assert not account.is_clean


def test_a_patient_who_is_still_here_is_named(visited):
    Visit.objects.update(state="in_care", left_at=None)

    assert "patients who came and have not left: 1" in told()


def test_a_number_that_was_forgotten_in_a_queue_is_named(visited):
    Ticket.objects.update(state="waiting", ended_at=None)

    assert any(one.startswith("numbers still in a queue") for one in told())


def test_a_step_that_was_lost_is_named(visited):
    Step.objects.filter(key="consult").update(state="open", closed_at=None)

    assert "open steps of visits that are over: 1" in told()


def test_work_that_nobody_did_is_named(visited):
    Delivery.objects.filter(pk=Delivery.objects.first().pk).update(state="waiting")
    Timer.objects.filter(pk=Timer.objects.first().pk).update(
        state="waiting", due_at=clock.now() - timedelta(hours=1)
    )

    assert {"deliveries that are still owed: 1", "timers that should have gone off: 1"} <= {*told()}


def test_an_account_asks_the_same_number_of_questions_however_many_came(
    visited, django_assert_num_queries
):
    day = Visit.objects.get().clinic_day

    with django_assert_num_queries(1 + len(CHECKS)):
        account_of(day, clock.day_bounds(day, clock.now().tzinfo))
