"""Queues and stations follow the rooms and people of a site."""

import pytest

from yilu.facility.operations.places import close_place, reopen_place
from yilu.facility.tests.factories import BUILDER, make_department, make_room, make_site
from yilu.platform.errors import NotAllowed
from yilu.platform.testing import drain
from yilu.queueing.models import Queue, Station
from yilu.queueing.operations.setup import keep_set_up
from yilu.queueing.tests.factories import Clinic, make_actor, make_clinic
from yilu.workforce.tests.factories import make_doctor

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B04")]


@pytest.fixture
def clinic() -> Clinic:
    made = make_clinic()
    drain(timers=False)
    return made


def counts(clinic: Clinic) -> tuple[int, int]:
    queues = Queue.objects.filter(site_id=clinic.site_id).count()
    return queues, Station.objects.filter(site_id=clinic.site_id).count()


def test_a_new_room_and_a_new_doctor_are_given_what_they_need(clinic: Clinic):
    queues, stations = counts(clinic)
    department = make_department(clinic.site_id, key="dental")
    make_room(clinic.site_id, department_id=department)
    doctor = make_doctor(clinic.site_id, department_id=department).practitioner_id
    drain(timers=False)

    assert counts(clinic)[1] > stations
    assert counts(clinic)[0] > queues
    assert (
        Queue.objects.filter(practitioner_id=doctor).exists()
        or Queue.objects.filter(department_id=department).exists()
    )
    after = counts(clinic)
    assert keep_set_up(actor=clinic.actor, site_id=clinic.site_id) == 0
    assert counts(clinic) == after


def test_who_has_only_treatment_rooms_sees_patients_there(clinic: Clinic):
    department = make_department(clinic.site_id, key="aesthetics")
    room = make_room(clinic.site_id, department_id=department, kind="treatment")
    doctor = make_doctor(clinic.site_id, department_id=department).practitioner_id
    drain(timers=False)

    assert Station.objects.get(practitioner_id=doctor).room_id == room


def test_closing_and_opening_a_room_makes_nothing_twice(clinic: Clinic):
    room = make_room(clinic.site_id)
    drain(timers=False)
    before = counts(clinic)
    close_place(actor=BUILDER, kind="room", place_id=room)
    drain(timers=False)
    reopen_place(actor=BUILDER, kind="room", place_id=room)
    drain(timers=False)
    assert counts(clinic) == before


def test_a_site_whose_queues_were_never_set_up_is_left_alone():
    site_id = make_site()
    make_room(site_id, department_id=make_department(site_id))
    drain(timers=False)
    assert not Queue.objects.filter(site_id=site_id).exists()


def test_only_who_may_set_queues_up_has_them_kept(clinic: Clinic):
    with pytest.raises(NotAllowed):
        keep_set_up(actor=make_actor(clinic.site_id, ["queueing.see"]), site_id=clinic.site_id)
