"""Many desks at once: every ticket is called once, to one desk."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection

from yilu.platform import clock
from yilu.platform.names import Localized
from yilu.queueing.errors import StationBusy, TicketMoveRefused
from yilu.queueing.models import Serving, Station, Ticket
from yilu.queueing.operations.calling import CalledTicket, call_next, call_ticket, finish_ticket
from yilu.queueing.tests.factories import TEN, Clinic, make_clinic

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
DESKS, TICKETS = 8, 160


def make_desks(clinic: Clinic, count: int) -> list[UUID]:
    """More windows for the cashier's queue."""
    queue = clinic.queue("cashier")
    desks = [
        Station(site_id=clinic.site_id, key=f"w{n}", name=Localized(en=f"Window {n}"))
        for n in range(count)
    ]
    Station.objects.bulk_create(desks)
    Serving.objects.bulk_create([Serving(station=desk, queue=queue) for desk in desks])
    return [desk.pk for desk in desks]


def test_eight_desks_call_every_ticket_once_in_the_order_of_the_rule():
    with clock.at(TEN):
        clinic = make_clinic()
        desks = make_desks(clinic, DESKS)
        patient = clinic.patient()
        numbers = []
        for n in range(TICKETS):
            with clock.at(TEN + timedelta(seconds=n)):
                numbers.append(clinic.ticket("cashier", patient_id=patient).number)
    barrier = Barrier(DESKS)

    def work(desk: UUID) -> list[str]:
        called: list[str] = []
        barrier.wait()
        with clock.at(TEN + timedelta(minutes=5)):
            while (ticket := call_next(actor=clinic.actor, station_id=desk)) is not None:
                called.append(ticket.number)
                finish_ticket(actor=clinic.actor, ticket_id=ticket.id)
        connection.close()
        return called

    with ThreadPoolExecutor(DESKS) as pool:
        by_desk = list(pool.map(work, desks))

    everything = [number for called in by_desk for number in called]
    assert sorted(everything) == sorted(numbers)
    assert all(called == sorted(called) for called in by_desk)
    assert sum(1 for called in by_desk if called) > 1


def test_two_clicks_at_one_desk_call_one_patient():
    with clock.at(TEN):
        clinic = make_clinic()
        desk = clinic.station("cashier").pk
        for _ in range(3):
            clinic.ticket("cashier")
    barrier = Barrier(2)

    def click(_: int) -> CalledTicket | str | None:
        barrier.wait()
        try:
            return call_next(actor=clinic.actor, station_id=desk)
        except StationBusy as busy:
            return busy.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(click, range(2)))

    assert answers.count("station_busy") == 1
    assert Ticket.objects.filter(state="called").count() == 1


def test_two_callers_of_one_ticket_get_it_once():
    with clock.at(TEN):
        clinic = make_clinic()
        desks = make_desks(clinic, 2)
        ticket = clinic.ticket("cashier")
    barrier = Barrier(2)

    def call(desk: UUID) -> str:
        barrier.wait()
        try:
            call_ticket(actor=clinic.actor, ticket_id=ticket.id, station_id=desk)
        except TicketMoveRefused as refused:
            return refused.code
        finally:
            connection.close()
        return "called"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(call, desks))

    assert answers == ["called", "ticket_move_refused"]
    assert Ticket.objects.get(pk=ticket.id).version == 2
