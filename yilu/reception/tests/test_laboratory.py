"""From the doctor to the cashier, the sampling point, and back to the doctor with results."""

from datetime import timedelta
from decimal import Decimal

import pytest

from yilu.billing.models import Bill, Charge
from yilu.billing.operations.cash import pay_cash
from yilu.billing.tests.factories import make_price
from yilu.catalogue.models import PriceItem
from yilu.clinical.tests.factories import Room
from yilu.diagnostics.models import LabOrder, Specimen
from yilu.diagnostics.operations.lab_orders import cancel_order
from yilu.diagnostics.operations.results import enter_results, explain_report, release_report
from yilu.diagnostics.operations.specimens import Taking, collect, receive, reject
from yilu.diagnostics.tests.lab_factories import RIGHT, Lab, answers, ordered, results
from yilu.messaging.models import Message
from yilu.pathways.models import Case, Step
from yilu.pathways.states import StepState
from yilu.platform import clock
from yilu.platform.testing import drain
from yilu.queueing.models import Queue, Ticket
from yilu.queueing.operations.calling import call_next, start_ticket
from yilu.queueing.states import QueueKind, TicketState
from yilu.reception.tests.test_windows import in_room, sent_on
from yilu.reception.tests.test_windows import opened as opened_clinic
from yilu.visits.models import Visit
from yilu.visits.states import VisitState
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db]
opened = opened_clinic


def lab_of(room: Room) -> Lab:
    people = [make_staff("laboratory", site_id=room.site_id).actor() for _n in range(2)]
    return Lab(room, *people)


def sampling(room: Room) -> Queue:
    """A sampling point with its queue."""
    return Queue.objects.create(
        site_id=room.site_id, key="laboratory", kind=QueueKind.EXAMINATION, letter="H",
        name={"zh-Hans": "采样处", "en": "Sampling"}, promise_minutes=15,
    )  # fmt: skip


def sampled(lab: Lab, test: str) -> Specimen:
    taking = Taking(
        tuple(LabOrder.objects.filter(state="ordered").values_list("pk", flat=True)),
        RIGHT,
        answers(test),
    )
    [tube] = collect(actor=lab.room.nurse, visit_id=lab.visit_id, taking=taking)
    drain(timers=False)
    return Specimen.objects.get(pk=tube)


def measured(lab: Lab, tube: Specimen, test: str, **values: str):
    receive(actor=lab.first, specimen_id=tube.pk)
    report = enter_results(actor=lab.first, specimen_id=tube.pk, typed=results(test, **values))
    release_report(actor=lab.second, report_id=report)
    drain(timers=False)
    return report


def states() -> list[tuple[str, str]]:
    found = Ticket.objects.order_by("issued_at", "id")
    return list(found.values_list("queue__kind", "state"))


def price(code: str, amount: str) -> None:
    PriceItem.objects.filter(pk=make_price(amount)).update(code=code)


@pytest.mark.covers("D05", "B07")
def test_who_has_results_is_back_with_the_doctor_without_registering(opened):
    lab = lab_of(in_room(opened))
    room = Ticket.objects.get().station_id
    sampling(lab.room)
    ordered(lab, "electrolytes")
    sent_on(opened)
    assert states() == [("consultation", "finished"), ("examination", "waiting")]

    tube = sampled(lab, "electrolytes")
    assert states()[1] == ("examination", "finished")
    assert Visit.objects.get().state == VisitState.IN_CARE
    with clock.at(clock.now() + timedelta(minutes=20)):
        measured(lab, tube, "electrolytes")

    ticket = Ticket.objects.get(queue__kind=QueueKind.CONSULTATION)
    assert (ticket.state, ticket.placed) == (TicketState.WAITING, "return")
    with clock.at(clock.now() + timedelta(minutes=30)):
        call_next(actor=opened.doctor, station_id=room)
        start_ticket(actor=opened.doctor, ticket_id=ticket.pk)
        sent_on(opened)
    assert Visit.objects.get().state == VisitState.LEFT


def test_what_the_doctor_has_explained_brings_nobody_back(opened):
    lab = lab_of(in_room(opened))
    ordered(lab, "electrolytes")
    tube = sampled(lab, "electrolytes")
    report = measured(lab, tube, "electrolytes")
    explain_report(actor=lab.doctor, report_id=report)

    sent_on(opened)

    assert Visit.objects.get().state == VisitState.LEFT


def test_nobody_waits_a_day_for_what_takes_a_day(opened):
    lab = lab_of(in_room(opened))
    ordered(lab, "thyroid")
    sent_on(opened)
    assert Visit.objects.get().state == VisitState.IN_CARE

    sampled(lab, "thyroid")

    assert Visit.objects.get().state == VisitState.LEFT


def test_a_test_that_is_called_off_lets_the_patient_go(opened):
    lab = lab_of(in_room(opened))
    sampling(lab.room)
    [order] = ordered(lab, "crp")
    sent_on(opened)

    cancel_order(actor=lab.doctor, order_id=order, reason="不需要")
    drain(timers=False)

    assert states()[1] == ("examination", "finished")
    assert Visit.objects.get().state == VisitState.LEFT


@pytest.mark.covers("C04", "F02")
def test_tests_are_paid_before_they_are_collected(opened):
    price("LAB-CRP", "35.00")
    lab = lab_of(in_room(opened))
    sampling(lab.room)
    first, second = ordered(lab, "crp", "electrolytes")
    drain(timers=False)
    charges = Charge.objects.filter(source_type="diagnostics.laborder")
    assert list(charges.values_list("amount", "source_id")) == [(Decimal("35.00"), first)]
    sent_on(opened)
    assert states()[1] == ("cashier", "waiting")

    bill = Bill.objects.get()
    cashier = make_staff("cashier", site_id=lab.room.site_id).actor()
    pay_cash(actor=cashier, bill_id=bill.pk, tendered=bill.total)
    drain(timers=False)

    assert states()[2] == ("examination", "waiting")
    assert LabOrder.objects.filter(pk__in=(first, second), state="ordered").count() == 2


def test_a_cancelled_test_is_taken_off_the_bill(opened):
    price("LAB-CRP", "35.00")
    lab = lab_of(in_room(opened))
    [order] = ordered(lab, "crp")
    drain(timers=False)

    cancel_order(actor=lab.doctor, order_id=order, reason="不需要")
    drain(timers=False)

    assert Charge.objects.get(source_type="diagnostics.laborder").state == "void"


@pytest.mark.covers("B06", "D01")
def test_the_way_through_the_visit_leads_to_the_sampling_point(opened):
    lab = lab_of(in_room(opened))
    ordered(lab, "electrolytes")
    drain(timers=False)
    sent_on(opened)
    step = Step.objects.get(key="sample")
    assert step.state == StepState.OPEN

    tube = sampled(lab, "electrolytes")
    step.refresh_from_db()
    assert step.state == StepState.CLOSED
    receive(actor=lab.first, specimen_id=tube.pk)
    reject(actor=lab.first, specimen_id=tube.pk, code="clotted")
    drain(timers=False)

    step.refresh_from_db()
    assert step.state == StepState.OPEN


@pytest.mark.covers("D04")
def test_the_patient_is_told_and_never_what_was_found(opened):
    lab = lab_of(in_room(opened))
    ordered(lab, "electrolytes")
    tube = sampled(lab, "electrolytes")

    measured(lab, tube, "electrolytes", k="6.8")

    told = Message.objects.get(template="lab_report_ready")
    assert "6.8" not in str(told.data)
    assert Case.objects.filter(definition__key="critical_value").count() == 1


def test_a_visit_without_orders_has_no_sampling(opened):
    in_room(opened)
    sent_on(opened)

    assert Step.objects.get(key="sample").state == StepState.SKIPPED
