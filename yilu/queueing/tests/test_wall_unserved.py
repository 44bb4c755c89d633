"""A queue that nobody serves: the wall promises nothing there, and says so."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import translation

from yilu.platform import clock
from yilu.queueing.models import Queue
from yilu.queueing.operations.calling import call_next
from yilu.queueing.selectors.wall import WallBoard, wall_board
from yilu.queueing.tests.factories import TEN, Clinic, make_clinic
from yilu.queueing.tests.test_wall import open_screen
from yilu.scheduling import permissions as scheduling
from yilu.scheduling.operations.blocks import block_resource
from yilu.scheduling.operations.resources import add_resource
from yilu.scheduling.operations.roster import open_session

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B09")]
NEEDED = (scheduling.SEE, scheduling.ROSTER, scheduling.BLOCK)
NOBODY = "暂不接诊"


@pytest.fixture(autouse=True)
def _monday_at_ten():
    with clock.at(TEN), translation.override("zh-hans"):
        yield


@pytest.fixture
def clinic() -> Clinic:
    """One doctor, for whom somebody waits since half past nine."""
    clinic = make_clinic()
    with clock.at(TEN - timedelta(minutes=30)):
        clinic.ticket()
    return clinic


def in_session(clinic: Clinic, hours: int) -> UUID:
    """The doctor is in session for so many hours, from so many hours from now."""
    able = clinic.actor.lent(*NEEDED)
    resource = add_resource(
        actor=able, site_id=clinic.site_id, kind="practitioner", of_id=clinic.doctor_id
    )
    starts_at = TEN + timedelta(hours=hours)
    open_session(
        actor=able,
        resource_id=resource,
        site_id=clinic.site_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
    )
    return resource


def boards(clinic: Clinic) -> tuple[WallBoard, WallBoard]:
    """The wall of the hall, and the screen beside the doctor's door."""
    Queue.objects.filter(pk=clinic.queue().pk).update(practitioner_id=clinic.doctor_id)
    hall = wall_board(clinic.actor, clinic.site_id)
    return hall, wall_board(clinic.actor, clinic.site_id, doctor_id=clinic.doctor_id)


def promises(clinic: Clinic) -> set[bool]:
    """Whether each place on which a wait may stand has one."""
    hall, door = boards(clinic)
    (row,) = [one for one in hall.rows if one.station_id == clinic.station().pk]
    assert row.waiting == door.doctor.waiting == 1
    there = [*door.doctor.next, *hall.long_waiting]
    assert {one.number for one in hall.long_waiting} == {one.number for one in door.doctor.next}
    return {bool(one) for one in (row.newcomer, door.doctor.newcomer, *(w.wait for w in there))}


def test_nothing_is_promised_where_nobody_is_in_session(clinic: Clinic):
    assert promises(clinic) == {False}

    screen = open_screen(clinic)
    assert NOBODY in screen.get(screen.wall_url).content.decode()


@pytest.mark.parametrize("hours", [-1, 2])
def test_who_is_in_session_now_or_later_is_waited_for(clinic: Clinic, hours: int):
    in_session(clinic, hours)

    assert promises(clinic) == {True}
    screen = open_screen(clinic)
    assert NOBODY not in screen.get(screen.wall_url).content.decode()


def test_a_session_that_is_over_or_that_an_absence_takes_promises_nothing(clinic: Clinic):
    resource = in_session(clinic, -1)
    block_resource(
        actor=clinic.actor.lent(*NEEDED),
        resource_id=resource,
        starts_at=TEN - timedelta(minutes=5),
        ends_at=TEN + timedelta(hours=8),
        kind="absence",
    )
    assert promises(clinic) == {False}


def test_a_doctor_who_still_calls_after_the_session_is_waited_for(clinic: Clinic):
    with clock.at(TEN - timedelta(minutes=20)):
        clinic.ticket()
    call_next(actor=clinic.actor, station_id=clinic.station().pk)

    assert promises(clinic) == {True}
