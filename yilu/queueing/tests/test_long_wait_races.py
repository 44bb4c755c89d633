"""Noticing a long wait never makes a desk pass somebody over."""

from functools import partial
from uuid import UUID

import pytest
from django.db import connection

from yilu.platform import clock
from yilu.platform.testing import beside
from yilu.queueing.jobs import CLERK
from yilu.queueing.models import LongWait
from yilu.queueing.operations.calling import CalledTicket, call_next
from yilu.queueing.operations.long_waits import notice_long_wait
from yilu.queueing.tests.factories import TEN, Clinic, at, make_clinic, row

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def called_while(clinic: Clinic, deed) -> CalledTicket | None:
    """Whom a desk calls while another transaction has done this deed and not ended."""
    call = partial(call_next, actor=clinic.actor, station_id=clinic.station().pk)
    with clock.at(at(15)):
        return beside(deed, call)


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


def test_who_is_referred_to_meanwhile_is_called_all_the_same():
    with clock.at(TEN):
        clinic = make_clinic()
        ticket = clinic.ticket()

    called = called_while(clinic, lambda: held(ticket.id, "FOR KEY SHARE"))

    assert called is not None


@pytest.mark.covers("B08")
def test_who_is_held_by_another_deed_is_waited_for_and_not_called_nobody():
    with clock.at(TEN):
        clinic = make_clinic()
        first, second = clinic.ticket(), clinic.ticket()

    called = called_while(clinic, lambda: [held(one.id, "FOR UPDATE") for one in (first, second)])

    assert called is not None
    assert called.number == first.number


def held(ticket_id: UUID, how: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM queueing_ticket WHERE id = %s {how}", [ticket_id])  # noqa: S608
