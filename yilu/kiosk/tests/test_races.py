"""Two places at once, with real commits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from yilu.kiosk.errors import HasNumber
from yilu.kiosk.operations.arrivals import check_in_here, take_number
from yilu.kiosk.operations.visitors import Known
from yilu.kiosk.tests.factories import make_guest, make_kiosk
from yilu.platform import clock
from yilu.platform.errors import DomainError
from yilu.queueing.models import Ticket
from yilu.reception.operations.arrivals import check_in
from yilu.reception.tests.factories import open_clinic
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at
from yilu.visits.models import Visit

pytestmark = [
    pytest.mark.races,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("B13"),
]


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """What came of each: its answer, or its refusal."""
    barrier = Barrier(len(deeds))

    def work(deed: Callable[[], object]) -> object:
        barrier.wait()
        try:
            with clock.at(at(9, 55)):
                return deed()
        except DomainError as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(work, deeds))


def test_two_kiosks_and_the_desk_check_the_same_person_in_once():
    with clock.at(SUNDAY_EVENING):
        opened = open_clinic()
        guest = make_guest(opened)
        booking_id = opened.clinic.book(patient_id=guest.patient_id).id
    machines = [make_kiosk(opened.site_id).actor() for _ in range(2)]
    known = Known(guest.patient_id, booking_id, is_proved=True)

    def by(actor):
        return lambda: check_in_here(
            actor=actor, site_id=opened.site_id, known=known, booking_id=booking_id
        )

    came = at_once(
        *(by(actor) for actor in machines),
        lambda: check_in(actor=opened.desk, booking_id=booking_id),
    )

    assert sum(1 for one in came if isinstance(one, DomainError)) == 2
    assert (Visit.objects.count(), Ticket.objects.count()) == (1, 1)


def test_one_person_at_two_kiosks_takes_one_number():
    with clock.at(SUNDAY_EVENING):
        opened = open_clinic()
        guest = make_guest(opened)
    machines = [make_kiosk(opened.site_id).actor() for _ in range(2)]

    def by(actor):
        return lambda: take_number(
            actor=actor, site_id=opened.site_id, patient_id=guest.patient_id,
            service_id=opened.clinic.service_id,
        )  # fmt: skip

    came = at_once(*(by(actor) for actor in machines))

    assert sum(1 for one in came if isinstance(one, HasNumber)) == 1
    assert (Visit.objects.count(), Ticket.objects.count()) == (1, 1)
