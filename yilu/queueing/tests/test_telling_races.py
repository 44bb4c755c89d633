"""Two workers tell one queue at once: everybody hears once."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest

from yilu.messaging.models import Message
from yilu.platform import clock
from yilu.platform.testing import beside, not_kept_yet
from yilu.queueing.jobs import CLERK
from yilu.queueing.models import Forecast, ProgressNotice, Ticket
from yilu.queueing.operations.issuing import issue_ticket
from yilu.queueing.operations.telling import tell_who_waits
from yilu.queueing.tests.factories import TEN, Clinic, at, make_clinic

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def told(queue_id: UUID) -> None:
    """Another worker tells whoever waits there, a moment later."""
    with clock.at(at(10) + timedelta(seconds=1)):
        tell_who_waits(actor=CLERK, queue_id=queue_id)


@pytest.fixture
def clinic() -> Clinic:
    """Somebody is next, and was promised a time."""
    with clock.at(TEN):
        made = make_clinic()
        made.ticket(patient_id=made.patient(phone="12100000001"))
        tell_who_waits(actor=CLERK, queue_id=made.queue().pk)
    return made


@pytest.mark.covers("B10", "B19")
def test_two_who_tell_one_queue_at_once_promise_and_send_once(clinic):
    queue_id = clinic.queue().pk
    with clock.at(at(9)):
        newcomer = clinic.ticket()

    with clock.at(at(10)):
        beside(partial(tell_who_waits, actor=CLERK, queue_id=queue_id), partial(told, queue_id))

    assert Forecast.objects.filter(ticket_id=newcomer.id).count() == 1
    assert [one.kind for one in ProgressNotice.objects.all()] == ["next"]
    assert Message.objects.filter(template="next_in_line").count() == 1


@pytest.mark.covers("B01", "B08")
def test_who_checks_in_does_not_wait_for_the_telling(clinic):
    visit_id, patient_id = clinic.visit()
    queue_id = clinic.queue().pk

    come = partial(
        issue_ticket, actor=clinic.actor, queue_id=queue_id, visit_id=visit_id,
        patient_id=patient_id,
    )  # fmt: skip

    with clock.at(at(10)), not_kept_yet() as start:
        tell_who_waits(actor=CLERK, queue_id=queue_id)
        coming = start(come)
        assert coming.done()

    assert coming.result().number
    assert Ticket.objects.filter(queue_id=queue_id, state="waiting").count() == 2
