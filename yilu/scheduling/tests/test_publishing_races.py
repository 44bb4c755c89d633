"""Two who say at once when people of one site work."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time
from functools import partial
from threading import Event

import pytest
from django.db import connection

from yilu.platform.testing import beside, until_ended_or_waiting
from yilu.scheduling.models import Session, WeeklySession
from yilu.scheduling.operations import roster
from yilu.scheduling.operations.following import give_first_weeks
from yilu.scheduling.selectors.roster import wanted_sessions
from yilu.scheduling.tests.factories import (
    MONDAY,
    Clinic,
    bookable,
    make_clinic,
    publish,
    work_week,
)
from yilu.workforce.tests.factories import make_doctor

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
        until_ended_or_waiting(quick)
        go_on.set()
        slow.result(PATIENCE)
        quick.result(PATIENCE)

    assert hours_of(doctor, MONDAY) == [(2, 8)]


@pytest.mark.covers("A01")
def test_a_first_week_does_not_replace_one_that_is_being_set():
    clinic = make_clinic(doctors=0)
    person = make_doctor(clinic.site_id, department_id=clinic.department_id)
    doctor = bookable(clinic, "practitioner", person.practitioner_id)

    given = beside(
        lambda: work_week(clinic, doctor, ("10:00", "16:00")),
        partial(give_first_weeks, actor=clinic.actor, site_id=clinic.site_id),
    )

    assert given == 0

    weeks = WeeklySession.objects.filter(resource_id=doctor, active=True)
    assert {one.starts for one in weeks} == {time(10)}


def published(clinic: Clinic) -> None:
    publish(clinic)
    connection.close()


def hours_of(resource_id: object, day: date) -> list[tuple[int, int]]:
    """From when to when a resource is in session on a day, in hours of UTC."""
    there = Session.objects.filter(resource_id=resource_id, clinic_day=day, active=True)
    return sorted((one.during.lower.hour, one.during.upper.hour) for one in there)
