"""Noticing a long wait never makes a desk pass somebody over."""

from threading import Event, Thread

import pytest
from django.db import connection, transaction

from yilu.platform import clock
from yilu.queueing.jobs import CLERK
from yilu.queueing.models import LongWait
from yilu.queueing.operations.calling import CalledTicket, call_next
from yilu.queueing.operations.long_waits import notice_long_wait
from yilu.queueing.tests.factories import TEN, Clinic, at, make_clinic, row

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def called_while(clinic: Clinic, deed) -> CalledTicket | None:
    """Whom a desk calls while another transaction has done this deed and not ended."""
    done, called = Event(), Event()
    found: list[CalledTicket | None] = []

    def call() -> None:
        done.wait(60)
        with clock.at(at(15)):
            found.append(call_next(actor=clinic.actor, station_id=clinic.station().pk))
        connection.close()
        called.set()

    desk = Thread(target=call)
    desk.start()
    with clock.at(at(15)), transaction.atomic():
        deed()
        done.set()
        called.wait(60)
    desk.join()
    return found[0]


@pytest.mark.covers("B11")
def test_who_is_being_noticed_is_called_all_the_same():
    with clock.at(TEN):
        clinic = make_clinic()
        ticket = clinic.ticket()
    visit_id = row(ticket.id).visit_id

    called = called_while(clinic, lambda: notice_long_wait(actor=CLERK, visit_id=visit_id))

    assert called is not None
    assert called.number == ticket.number
    assert LongWait.objects.count() == 1


def test_a_lock_on_the_ticket_would_have_passed_them_over():
    with clock.at(TEN):
        clinic = make_clinic()
        ticket = clinic.ticket()

    def as_a_reference_would() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM queueing_ticket WHERE id = %s FOR KEY SHARE", [ticket.id])

    assert called_while(clinic, as_a_reference_would) is None
