"""A row read by a statement that was planned before is the row that a query set reads."""

import pytest

from yilu.platform import clock
from yilu.platform.db import loaded
from yilu.queueing.models import Queue, Ticket
from yilu.queueing.tests.factories import at, make_clinic

pytestmark = [pytest.mark.django_db]


def test_a_row_loaded_at_once_is_the_row_of_a_query_set():
    clinic = make_clinic()
    with clock.at(at(0)):
        ticket_id = clinic.ticket().id

    (one,) = loaded(Ticket, "id = %(id)s", {"id": ticket_id})
    other = Ticket.objects.get(pk=ticket_id)

    assert one == other
    assert _fields(one) == _fields(other)
    assert not one._state.adding
    assert one.queue == Queue.objects.get(pk=one.queue_id)  # What it refers to is found as usual.
    one.reason, one.version = "moved", one.version + 1
    one.save(update_fields=["reason", "version"])
    other.refresh_from_db()
    assert _fields(one) == _fields(other)


def _fields(row: Ticket) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in Ticket._meta.concrete_fields}
