"""Planning anew: whom no message reaches, or moves, is in the desk's list of things to do."""

from datetime import timedelta

import pytest

from yilu.messaging.models import Message
from yilu.pathways import permissions as pathways
from yilu.pathways.models import Case
from yilu.pathways.operations.definitions import publish_definitions
from yilu.pathways.selectors.worklists import worklist
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.testing import drain
from yilu.scheduling.models import Booking, Hold
from yilu.scheduling.operations.answering import accept_move, decline_move
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.operations.replanning import confirm_plan
from yilu.scheduling.selectors.plans import outlook
from yilu.scheduling.tests.factories import Clinic, at, make_clinic
from yilu.scheduling.tests.replanned import confirmed, desk, planned, reachable, sick, the_move
from yilu.workforce.operations.posts import load_posts
from yilu.workforce.tests.factories import HIRER

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A14")]
JOB = Actor.system("test", pathways.PUBLISH, pathways.WORK, pathways.REASSIGN)


@pytest.fixture
def clinic() -> Clinic:
    """Two doctors, two rooms, and the pathways that come with the product."""
    load_posts(actor=HIRER)
    publish_definitions(actor=JOB)
    return make_clinic(doctors=2, rooms=2)


def to_do(clinic: Clinic) -> list[tuple[str, object]]:
    """The desk's open steps: what, and for which patient."""
    drain()
    found = worklist(JOB, clinic.site_id, ["front_desk"])
    return [(one.step, one.patient_id) for one in found]


def patient_of(booking_id):
    return Booking.objects.get(pk=booking_id).patient_id


def test_who_has_no_phone_is_to_be_called_at_once(clinic: Clinic):
    booked = clinic.book(at(10))
    sick(clinic)
    confirmed(clinic)

    assert to_do(clinic) == [("call", patient_of(booked.id))]

    move = the_move(booked.id)
    assert move.state == "silent"
    assert [one.line.id for one in outlook(clinic.actor, clinic.site_id).calls] == [booked.id]
    # The place is kept for whoever is called.
    assert Hold.objects.get(pk=move.hold_id).expires_at == move.starts_at
    accept_move(actor=clinic.actor, move_id=move.pk)
    assert to_do(clinic) == []
    assert set(Case.objects.values_list("state", flat=True)) == {"closed"}


def test_who_is_reached_on_one_channel_is_not_called(clinic: Clinic):
    booked = clinic.book(at(10), patient_id=reachable(clinic))
    sick(clinic)
    confirmed(clinic)

    assert to_do(clinic) == []
    assert the_move(booked.id).state == "told"
    assert Message.objects.filter(template="booking_replanned", state="waiting").exists()


def test_who_does_not_answer_is_to_be_called_until_they_did(clinic: Clinic):
    booked = clinic.book(at(10), patient_id=reachable(clinic))
    sick(clinic)
    confirmed(clinic)
    assert to_do(clinic) == []

    with clock.at(the_move(booked.id).answer_by + timedelta(minutes=1)):
        assert to_do(clinic) == [("call", patient_of(booked.id))]
        # On the telephone they ask for another time, and think about that.
        decline_move(actor=clinic.actor, move_id=the_move(booked.id).pk)
        assert to_do(clinic) == []
    assert the_move(booked.id).state == "told"


def test_for_whom_no_place_is_found_is_to_be_called_once_the_plan_is_confirmed(clinic: Clinic):
    booked = clinic.book(at(10), patient_id=reachable(clinic))
    for n in range(2):
        sick(clinic, days=7, resource=clinic.doctor_resources[n])
    plan = planned(clinic)
    assert the_move(booked.id).state == "to_call"
    assert to_do(clinic) == []

    confirm_plan(actor=clinic.actor, plan_id=plan.pk)

    assert to_do(clinic) == [("call", patient_of(booked.id))]
    cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="ill")
    assert to_do(clinic) == []


def test_who_comes_into_another_plan_need_not_be_called(clinic: Clinic):
    booked = clinic.book(at(10), patient_id=reachable(clinic))
    for n in range(2):
        sick(clinic, days=7, resource=clinic.doctor_resources[n])
    confirm_plan(actor=desk(clinic), plan_id=planned(clinic).pk)
    assert to_do(clinic) == [("call", patient_of(booked.id))]

    planned(clinic)

    assert to_do(clinic) == []
