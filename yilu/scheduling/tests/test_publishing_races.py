"""Two who publish the sessions of one site at once."""

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from threading import Event

import pytest
from django.db import connection

from yilu.platform import clock
from yilu.scheduling.models import Session
from yilu.scheduling.operations import roster
from yilu.scheduling.selectors.roster import wanted_sessions
from yilu.scheduling.tests.factories import MONDAY, Clinic, make_clinic, publish, work_week

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
PATIENCE = 60


@pytest.mark.covers("A01")
def test_who_read_the_weeks_before_a_change_takes_nothing_back(monkeypatch):
    clinic = make_clinic(doctors=1)
    doctor = clinic.doctor_resources[0]
    has_read, go_on = Event(), Event()

    def slowly(*asked: object) -> object:
        wanted = wanted_sessions(*asked)
        if not has_read.is_set():
            has_read.set()
            go_on.wait(PATIENCE)
        return wanted

    monkeypatch.setattr(roster, "wanted_sessions", slowly)
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(published, clinic)
        has_read.wait(PATIENCE)
        work_week(clinic, doctor, ("10:00", "16:00"))
        quick = pool.submit(published, clinic)
        until_it_ends_or_waits(quick)
        go_on.set()
        slow.result(PATIENCE)
        quick.result(PATIENCE)

    assert hours_of(doctor, MONDAY) == [(2, 8)]


def published(clinic: Clinic) -> None:
    publish(clinic)
    connection.close()


def until_it_ends_or_waits(deed: Future[None]) -> None:
    ends = clock.monotonic() + PATIENCE
    while not deed.done() and not somebody_waits():
        assert clock.monotonic() < ends, "nothing moves any more"
        Event().wait(0.02)


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return cursor.fetchone() is not None


def hours_of(resource_id: object, day: date) -> list[tuple[int, int]]:
    """From when to when a resource is in session on a day, in hours of UTC."""
    there = Session.objects.filter(resource_id=resource_id, clinic_day=day, active=True)
    return sorted((one.during.lower.hour, one.during.upper.hour) for one in there)
