"""What an equipment failure does to bookings: blocked, planned anew, and given back."""

import pytest

from yilu.platform import clock
from yilu.reception.errors import FaultOver, NotAThing, PatientsAsked
from yilu.reception.models import Incident
from yilu.reception.operations.incidents import (
    close_incident,
    undo_close_incident,
    undo_open_incident,
)
from yilu.reception.selectors.incidents import incident_page
from yilu.reception.tests.incident_factories import fault
from yilu.scheduling.errors import SlotTaken
from yilu.scheduling.models import Block, Plan, PlannedMove
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at, make_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B14")]


def test_what_failed_cannot_be_booked_and_its_bookings_are_planned_anew(desk, clinic):
    booked = clinic.book(at(10))
    room = next(r for r in booked.resource_ids if r in clinic.room_resources)

    opened = fault(desk, clinic, resource_id=room)

    incident = Incident.objects.get()
    assert opened.bookings == 1
    assert opened.plan_id == incident.plan_id == Plan.objects.get().pk
    assert PlannedMove.objects.get().booking_id == booked.id
    block = Block.objects.get(pk__in=incident.block_ids)
    assert (block.resource_id, block.kind, block.active) == (room, "fault", True)
    assert incident_page(desk, opened.id).plan.id == opened.plan_id


def test_a_fault_of_a_free_thing_blocks_it_and_plans_nothing(desk, clinic):
    opened = fault(desk, clinic)
    fault(desk, clinic, resource_id=clinic.room_resources[1])

    assert (opened.bookings, opened.plan_id) == (0, None)
    assert not Plan.objects.exists()
    with pytest.raises(SlotTaken):
        clinic.book(at(10))


def test_what_another_plan_has_taken_up_is_left_to_it(desk, clinic):
    booked = clinic.book(at(10))
    room = next(r for r in booked.resource_ids if r in clinic.room_resources)
    first = fault(desk, clinic, resource_id=room)

    second = fault(desk, clinic, resource_id=room, until=at(12))

    assert second.plan_id == first.plan_id
    assert Plan.objects.count() == 1


def test_what_works_again_can_be_booked_and_closing_is_taken_back_with_it(desk, clinic):
    opened = fault(desk, clinic)
    with clock.at(at(9, 58)):
        offer = close_incident(actor=desk, incident_id=opened.id, outcome="repaired")
    assert not Block.objects.get().active

    with clock.at(at(9, 59)):
        undo_close_incident(actor=desk, undo_id=offer)

    assert Block.objects.get().active


def test_what_is_out_of_use_stays_blocked(desk, clinic):
    opened = fault(desk, clinic)

    close_incident(actor=desk, incident_id=opened.id, outcome="out_of_use")

    assert Block.objects.get().active


def test_a_fault_reported_by_mistake_gives_everything_back(desk, clinic):
    booked = clinic.book(at(10))
    room = next(r for r in booked.resource_ids if r in clinic.room_resources)
    opened = fault(desk, clinic, resource_id=room)

    undo_open_incident(actor=desk, undo_id=opened.undo_id)

    assert not Block.objects.get().active
    assert Plan.objects.get().state == "dropped"
    assert Incident.objects.get().state == "withdrawn"


def test_a_person_a_thing_elsewhere_and_an_end_that_is_past_are_refused(desk, clinic):
    with clock.at(SUNDAY_EVENING):
        other = make_clinic()
    for wrong, refusal in [
        ({"resource_id": clinic.doctor_resources[0]}, NotAThing),
        ({"resource_id": other.room_resources[0]}, NotAThing),
        ({"until": at(9, 55)}, FaultOver),
        ({"until": None}, FaultOver),
        ({"until": at(9, day=90)}, FaultOver),
    ]:
        with pytest.raises(refusal):
            fault(desk, clinic, **wrong)

    assert not Incident.objects.exists()
    assert not Block.objects.exists()


def test_a_fault_about_which_patients_were_asked_is_closed_with_an_outcome(desk, clinic):
    booked = clinic.book(at(10))
    room = next(r for r in booked.resource_ids if r in clinic.room_resources)
    opened = fault(desk, clinic, resource_id=room)
    Plan.objects.update(state="confirmed")

    with pytest.raises(PatientsAsked):
        undo_open_incident(actor=desk, undo_id=opened.undo_id)

    assert Incident.objects.get().state == "open"
    assert Block.objects.get().active
