"""Who looks after a patient: sent on to a department, or somebody is still to ask how they are."""

from datetime import timedelta
from uuid import UUID

import pytest

from yilu.aftercare.models import FollowUp
from yilu.aftercare.operations.follow_ups import plan_follow_up
from yilu.clinical.tests.factories import make_room
from yilu.facility.tests.factories import make_department
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.records.selectors.access import ground_of
from yilu.records.tests.test_access import seen_by
from yilu.scheduling.models import Booking
from yilu.scheduling.tests.factories import at, make_clinic
from yilu.visits import permissions as visits
from yilu.visits.operations.visits import begin_care, close_visit
from yilu.workforce.tests.factories import make_doctor

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C13")]
SEER = Actor.system("seer", visits.SEE, visits.OPEN, visits.CLOSE)


def doctor_of(site_id: UUID, department_id: UUID) -> Actor:
    return make_doctor(site_id, department_id=department_id).actor()


def test_who_is_sent_on_to_a_department_is_open_to_its_doctors_about_that_day():
    with clock.at(at(8)):
        clinic = make_clinic()
        colleague = doctor_of(clinic.site_id, clinic.department_id)
        elsewhere = doctor_of(clinic.site_id, make_department(clinic.site_id, key="skin"))
        patient_id = clinic.patient()
        booked = clinic.book(at(10), patient_id=patient_id)
        assert ground_of(colleague, patient_id).code == "referred"
        assert ground_of(elsewhere, patient_id) is None
    for away in (timedelta(days=-8), timedelta(days=3)):
        with clock.at(at(10) + away):
            assert ground_of(colleague, patient_id) is None
    Booking.objects.filter(pk=booked.id).update(state="cancelled", cancel_reason="other")
    with clock.at(at(8)):
        assert ground_of(colleague, patient_id) is None


def test_a_follow_up_ties_the_doctor_of_its_visit_until_it_is_done():
    room = make_room()
    there = make_department(room.site_id, key="skin")
    doctor, colleague = (doctor_of(room.site_id, there) for _n in range(2))
    visit_id = seen_by(room, doctor)
    begin_care(actor=SEER, visit_id=visit_id)
    close_visit(actor=SEER, visit_id=visit_id)
    plan_follow_up(actor=Actor.system("planner"), visit_id=visit_id)
    assert FollowUp.objects.get().state == "due"

    with clock.at(clock.now() + timedelta(days=200)):
        assert ground_of(doctor, room.patient_id).code == "follow_up"
        assert ground_of(colleague, room.patient_id) is None
        FollowUp.objects.update(state="cancelled", ended_at=clock.now())
        assert ground_of(doctor, room.patient_id) is None
