"""A test or an examination that belongs to a treatment plan waits until the plan is accepted."""

import pytest

from yilu.billing.tests.factories import make_price
from yilu.catalogue.models import PriceItem, Service
from yilu.clinical.errors import OrderHeld
from yilu.clinical.operations.plans import OptionWords, release_plan
from yilu.clinical.tests.factories import Room, make_visit
from yilu.clinical.tests.test_plans import proposed
from yilu.diagnostics.models import ExamRequest, LabOrder
from yilu.diagnostics.operations.requests import ExamWish, ask_examination
from yilu.diagnostics.tests.factories import make_centre
from yilu.diagnostics.tests.lab_factories import make_lab, ordered
from yilu.facility.models import Site
from yilu.patients.tests.factories import make_patient
from yilu.workforce.tests.factories import make_doctor

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C08")]


def test_a_test_of_the_plan_is_not_ordered_before_it_is_accepted():
    lab = make_lab()
    item = make_price("20.00", category="04")
    PriceItem.objects.filter(pk=item).update(code="LAB-CBC")
    plan_id = proposed(lab.room, OptionWords("化验后手术", "更安全", "抽血", codes=("LAB-CBC",)))

    with pytest.raises(OrderHeld):
        ordered(lab, "cbc", "crp")
    assert not LabOrder.objects.exists()
    assert len(ordered(lab, "crp")) == 1
    release_plan(actor=lab.doctor, plan_id=plan_id, reason="出血")

    assert len(ordered(lab, "cbc")) == 1


def test_an_examination_of_the_plan_is_not_asked_for_before_it_is_accepted():
    item = make_price("90.00", category="03")
    centre = make_centre("ultrasound_abdomen")
    service = centre.services["ultrasound_abdomen"]
    doctor = make_doctor(centre.site_id).actor()
    patient_id = make_patient(Site.objects.get(pk=centre.site_id), "林半夏")
    visit_id = make_visit(centre.site_id, patient_id)
    room = Room(centre.site_id, patient_id, visit_id, doctor, doctor, doctor)
    Service.objects.filter(pk=service).update(fee_item_id=item)
    code = PriceItem.objects.get(pk=item).code
    plan_id = proposed(room, OptionWords("先查后治", "更准", "多来一次", codes=(code,)))
    wish = ExamWish(room.visit_id, service)

    with pytest.raises(OrderHeld):
        ask_examination(actor=room.doctor, wish=wish)
    assert not ExamRequest.objects.exists()
    release_plan(actor=room.doctor, plan_id=plan_id, reason="出血")

    assert ask_examination(actor=room.doctor, wish=wish)
