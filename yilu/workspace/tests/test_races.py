"""Two people finish the wizard at the same instant: one clinic stands."""

from datetime import time
from threading import Barrier, Thread

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection

from yilu.facility.models import Group, Site
from yilu.facility.operations.sites import SiteFacts
from yilu.facility.rules import WeeklyHours
from yilu.facility.tests.factories import words
from yilu.scheduling.models import Session
from yilu.workforce.models import StaffMember
from yilu.workspace.errors import AlreadySetUp
from yilu.workspace.operations.setup import ClinicPlan, set_up_clinic
from yilu.workspace.operations.setup_people import PlannedPerson
from yilu.workspace.operations.setup_places import PlannedDepartment, PlannedPlaces
from yilu.workspace.selectors.setup import setup_actor

pytestmark = [
    pytest.mark.races,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("O09"),
]


def plan() -> ClinicPlan:
    department = PlannedDepartment(
        key="general",
        name=words("全科", "General"),
        specialty="general",
        letter="A",
        places="room",
        room_kind="consulting",
        names=(words("诊室 1", "Room 1"),),
    )
    boss = PlannedPerson(
        staff_no="1001",
        name="王芳",
        posts=("administrator", "doctor"),
        title=words("医师", "Doctor"),
        kind="doctor",
        department="general",
        password=make_password("a-long-enough-secret"),
    )
    return ClinicPlan(
        group_name=words("晨光", "Morning"),
        site=SiteFacts(name=words("晨光", "Morning"), address=words("路", "Road")),
        time_zone="Asia/Shanghai",
        specialties=("general",),
        places=PlannedPlaces((department,), (), ()),
        hours=tuple(WeeklyHours(day, time(9), time(18)) for day in range(7)),
        people=(boss,),
        services=(),
        prices={},
    )


def test_two_who_finish_at_once_make_one_clinic():
    start, outcomes = Barrier(2), []

    def finish() -> None:
        start.wait()
        try:
            outcomes.append(set_up_clinic(actor=setup_actor(), plan=plan()).site_id)
        except AlreadySetUp:
            outcomes.append("already")
        finally:
            connection.close()

    both = [Thread(target=finish) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(60)

    assert sorted(map(str, outcomes))[1] == "already"
    assert (Site.objects.count(), StaffMember.objects.count(), Group.objects.count()) == (1, 1, 1)
    days = Session.objects.values_list("clinic_day", flat=True).distinct().count()
    assert days >= 28
