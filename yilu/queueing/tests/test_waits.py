"""Predicted waits know a practitioner's day: who booked and is to come, and when it pauses."""

from datetime import datetime
from uuid import UUID

import pytest

from yilu.platform import clock
from yilu.queueing.models import Queue
from yilu.queueing.operations.issuing import issue_ticket
from yilu.queueing.operations.setup import set_up_queues
from yilu.queueing.rules.lengths import Wait
from yilu.queueing.selectors.boards import queue_board
from yilu.queueing.tests.factories import make_actor
from yilu.scheduling.operations.arrivals import mark_arrived
from yilu.scheduling.operations.blocks import block_resource
from yilu.scheduling.selectors.ahead import WorkAhead, work_ahead
from yilu.scheduling.tests.factories import MONDAY, SUNDAY_EVENING, Clinic, at, make_clinic
from yilu.visits.operations.visits import open_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic():
    """A doctor who works from 9 to 12 and from 14 to 17 on Monday, with a queue."""
    with clock.at(SUNDAY_EVENING):
        made = make_clinic()
        set_up_queues(actor=make_actor(made.site_id), site_id=made.site_id)
    return made


def queue_of(clinic: Clinic) -> UUID:
    return Queue.objects.get(site_id=clinic.site_id, practitioner_id=clinic.doctors[0]).pk


def newcomer(clinic: Clinic, now: datetime) -> Wait:
    """How long somebody who walks in now is told to wait."""
    with clock.at(now):
        return queue_board(make_actor(clinic.site_id), queue_of(clinic)).newcomer


def comes(clinic: Clinic, now: datetime) -> None:
    """Somebody without a booking joins the doctor's queue."""
    patient, desk = clinic.patient(), make_actor(clinic.site_id)
    with clock.at(now):
        visit = open_visit(actor=desk, patient_id=patient, site_id=clinic.site_id, kind="walk_in")
        issue_ticket(
            actor=desk,
            queue_id=queue_of(clinic),
            visit_id=visit,
            patient_id=patient,
            practitioner_id=clinic.doctors[0],
        )


@pytest.mark.covers("B10")
def test_a_newcomer_is_told_of_those_who_booked_and_are_about_to_come(clinic):
    before = newcomer(clinic, at(10))
    with clock.at(SUNDAY_EVENING):
        clinic.book(at(10))
        clinic.book(at(15))

    after = newcomer(clinic, at(10))

    assert before == Wait(0, 5)
    assert after.low > before.low
    assert after.high > before.high
    assert newcomer(clinic, at(10, 20)) == Wait(0, 5), "who is so late hardly comes"


@pytest.mark.covers("B10")
def test_who_comes_at_noon_is_told_of_the_afternoon(clinic):
    assert newcomer(clinic, at(12, 30)).low >= 85
    assert newcomer(clinic, at(8, 40)).low >= 15
    assert newcomer(clinic, at(17, 30)) == Wait(0, 5), "after the last hour nothing is known"


def test_who_was_here_before_noon_is_seen_in_the_break(clinic):
    comes(clinic, at(11, 50))
    with clock.at(at(12, 5)):
        (row,) = queue_board(make_actor(clinic.site_id), queue_of(clinic)).waiting

    assert row.high_at is not None
    assert row.high_at < at(12, 30)


def test_a_meeting_of_the_doctor_is_waited_for(clinic):
    with clock.at(SUNDAY_EVENING):
        block_resource(
            actor=clinic.actor,
            resource_id=clinic.doctor_resources[0],
            starts_at=at(10),
            ends_at=at(10, 45),
            kind="meeting",
            reason="case round",
        )

    assert newcomer(clinic, at(10, 15)).low >= 25


def test_what_is_ahead_of_a_practitioner_is_read_at_once(clinic, django_assert_num_queries):
    with clock.at(SUNDAY_EVENING):
        booked = clinic.book(at(10))
        come = clinic.book(at(9))
    with clock.at(at(8, 55)):
        mark_arrived(actor=clinic.actor, booking_id=come.id)

    with django_assert_num_queries(1):
        found = work_ahead(clinic.site_id, MONDAY, clinic.doctors)

    work = found[clinic.doctors[0]]
    assert [one.starts_at for one in work.expected] == [booked.starts_at]
    assert work.breaks == ((at(12), at(14)),)
    assert WorkAhead().breaks == ()
