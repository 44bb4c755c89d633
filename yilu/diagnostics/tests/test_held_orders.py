"""A test or an examination that belongs to a treatment plan waits until the plan is accepted."""

import pytest

from yilu.billing.tests.factories import make_price
from yilu.catalogue.models import PriceItem, Service
from yilu.clinical.errors import OrderHeld
from yilu.clinical.operations.plans import OptionWords, release_plan
from yilu.clinical.tests.factories import Room, make_visit
from yilu.clinical.tests.test_held_orders import accept
from yilu.clinical.tests.test_plans import proposed
from yilu.diagnostics.jobs import ORDERER
from yilu.diagnostics.models import ExamRequest, LabOrder
from yilu.diagnostics.operations.chosen import order_chosen
from yilu.diagnostics.operations.requests import ExamWish, ask_examination
from yilu.diagnostics.tests.factories import make_centre
from yilu.diagnostics.tests.lab_factories import make_lab, ordered
from yilu.facility.models import Site
from yilu.patients.tests.factories import make_patient
from yilu.platform.actors import Actor
from yilu.platform.testing import drain
from yilu.visits import permissions as visits
from yilu.visits.operations.visits import begin_care, close_visit
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


def test_what_was_chosen_is_ordered_by_itself_in_the_name_of_whose_plan_it_is():
    lab = make_lab()
    for code in ("LAB-CBC", "LAB-CRP"):
        PriceItem.objects.filter(pk=make_price("20.00", category="04")).update(code=code)
    ordered(lab, "crp")
    plan_id = proposed(
        lab.room, OptionWords("化验后手术", "更安全", "抽血", codes=("LAB-CBC", "LAB-CRP"))
    )

    accept(lab.room, plan_id)
    drain(timers=False)
    order_chosen(actor=ORDERER, plan_id=plan_id)

    rows = LabOrder.objects.order_by("ordered_at").values_list("test", "practitioner_id")
    assert list(rows) == [
        ("crp", lab.doctor.practitioner_id), ("cbc", lab.doctor.practitioner_id),
    ]  # fmt: skip


def test_nothing_is_ordered_for_somebody_who_has_left():
    lab = make_lab()
    PriceItem.objects.filter(pk=make_price("20.00", category="04")).update(code="LAB-CBC")
    plan_id = proposed(lab.room, OptionWords("化验后手术", "更安全", "抽血", codes=("LAB-CBC",)))
    clerk = Actor.system("clerk", visits.SEE, visits.OPEN, visits.CLOSE)
    begin_care(actor=clerk, visit_id=lab.visit_id)
    close_visit(actor=clerk, visit_id=lab.visit_id)

    accept(lab.room, plan_id)
    drain(timers=False)

    assert not LabOrder.objects.exists()
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
    accept(room, plan_id)
    drain(timers=False)

    row = ExamRequest.objects.get()
    assert (row.service_id, row.practitioner_id) == (service, doctor.practitioner_id)
    order_chosen(actor=ORDERER, plan_id=plan_id)
    assert ExamRequest.objects.count() == 1
