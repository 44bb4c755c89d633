"""One number at a window holds until all that is to be done there is done."""

from datetime import date
from decimal import Decimal

import pytest

from yilu.billing.models import Bill
from yilu.billing.operations.bills import open_bill
from yilu.billing.operations.cash import pay_cash
from yilu.billing.operations.charges import add_charge
from yilu.billing.states import BillState
from yilu.billing.tests.factories import make_price
from yilu.clinical.operations.prescriptions import void_prescription
from yilu.clinical.tests.factories import (
    Room,
    make_drug,
    make_room,
    order,
    prescribed,
    prescribed_besides,
)
from yilu.facility.models import Site
from yilu.pathways.models import Step
from yilu.pathways.states import StepState
from yilu.patients.tests.factories import make_patient
from yilu.pharmacy.models import Dispense
from yilu.pharmacy.operations.dispensing import hand_over, reject
from yilu.pharmacy.operations.opening import open_dispense
from yilu.pharmacy.states import DispenseState
from yilu.pharmacy.tests.factories import EXPLAINED, RIGHT, WORKER, Counter, checked, given
from yilu.platform import clock
from yilu.platform.ids import new_id
from yilu.platform.testing import drain
from yilu.queueing.models import Ticket
from yilu.queueing.operations.calling import call_next, start_ticket
from yilu.queueing.states import QueueKind, TicketState
from yilu.reception.operations.arrivals import walk_in
from yilu.reception.operations.departures import finish_ticket
from yilu.reception.tests.factories import OpenClinic, open_clinic
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at
from yilu.visits.models import Visit
from yilu.visits.states import VisitState
from yilu.workforce.tests.factories import make_doctor, make_staff

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def opened():
    """An open clinic that asks no fee, at five to ten on Monday."""
    with clock.at(SUNDAY_EVENING):
        clinic = open_clinic(fee="0.00")
    with clock.at(at(9, 55)):
        yield clinic


def in_room(opened: OpenClinic) -> Room:
    """Somebody whom the doctor sees."""
    born_on = date(1986, 5, 4)
    patient = make_patient(Site.objects.get(pk=opened.site_id), "林半夏", born_on=born_on)
    came = walk_in(
        actor=opened.desk,
        site_id=opened.site_id,
        patient_id=patient,
        service_id=opened.clinic.service_id,
    )
    called_to(opened, QueueKind.CONSULTATION)
    people = [
        make_staff("nurse", site_id=opened.site_id),
        make_doctor(
            opened.site_id, department_id=Visit.objects.get(pk=came.visit_id).department_id
        ),
        make_staff("pharmacist", site_id=opened.site_id),
    ]
    return Room(opened.site_id, patient, came.visit_id, *(one.actor() for one in people))


def called_to(opened: OpenClinic, kind: QueueKind) -> Ticket:
    """Whoever is next comes to the doctor or the window."""
    called = call_next(actor=opened.doctor, station_id=opened.station(kind))
    assert called is not None
    start_ticket(actor=opened.doctor, ticket_id=called.id)
    return Ticket.objects.get(pk=called.id)


def sent_on(opened: OpenClinic) -> None:
    """The doctor is done with who is in the room."""
    ticket = Ticket.objects.get(queue__kind=QueueKind.CONSULTATION)
    finish_ticket(actor=opened.doctor, ticket_id=ticket.pk)
    drain(timers=False)


def states(kind: QueueKind) -> list[str]:
    return list(Ticket.objects.filter(queue__kind=kind).values_list("state", flat=True))


@pytest.mark.covers("E01")
def test_who_has_two_prescriptions_stays_at_the_window_until_the_second_is_handed_over(opened):
    room = in_room(opened)
    second = make_staff("pharmacist", site_id=opened.site_id).actor()
    counters = []
    vitamin = order(make_drug(("维生素C片", "Vitamin C tablets"), atc="A11GA01"))
    for prescription in (prescribed(room), prescribed_besides(room, vitamin)):
        dispense = open_dispense(actor=WORKER, prescription_id=prescription)
        counters.append(Counter(room, dispense, prescription, second))
    sent_on(opened)
    called_to(opened, QueueKind.PHARMACY)

    given(counters[0])
    drain(timers=False)
    assert states(QueueKind.PHARMACY) == [TicketState.IN_ROOM]
    assert Visit.objects.get().state == VisitState.IN_CARE
    assert Step.objects.get(key="medicine").state == StepState.OPEN

    given(counters[1])
    drain(timers=False)
    assert states(QueueKind.PHARMACY) == [TicketState.FINISHED]
    assert Visit.objects.get().state == VisitState.LEFT
    assert Step.objects.get(key="medicine").state == StepState.CLOSED


@pytest.mark.covers("E01", "F02")
def test_what_is_prescribed_while_somebody_waits_for_medicine_is_paid_and_given_too(opened):
    room = in_room(opened)
    second = make_staff("pharmacist", site_id=opened.site_id).actor()
    first = prescribed(room)
    free = Counter(room, open_dispense(actor=WORKER, prescription_id=first), first, second)
    sent_on(opened)
    called_to(opened, QueueKind.PHARMACY)
    checked(free)
    vitamin = make_drug(
        ("维生素C片", "Vitamin C tablets"), atc="A11GA01", price_item_id=make_price("9.00")
    )
    later = prescribed_besides(room, order(vitamin))
    drain(timers=False)

    hand_over(
        actor=free.first, dispense_id=free.dispense_id, identifiers=RIGHT, counselling=EXPLAINED
    )
    drain(timers=False)
    assert states(QueueKind.CASHIER) == [TicketState.WAITING]
    assert Visit.objects.get().state == VisitState.IN_CARE
    assert steps() == {"pay": StepState.OPEN, "medicine": StepState.WAITING, "leave": "waiting"}

    bill = Bill.objects.get(state=BillState.OPEN)
    pay_cash(actor=opened.cashier, bill_id=bill.pk, tendered=bill.total)
    drain(timers=False)
    assert sorted(states(QueueKind.PHARMACY)) == [TicketState.FINISHED, TicketState.WAITING]
    assert steps() == {"pay": "closed", "medicine": StepState.OPEN, "leave": "waiting"}

    dispense = Dispense.objects.get(prescription_id=later)
    given(Counter(room, dispense.pk, later, second))
    drain(timers=False)
    assert Visit.objects.get().state == VisitState.LEFT


def steps() -> dict[str, str]:
    found = Step.objects.filter(key__in=["pay", "medicine", "leave"])
    return dict(found.values_list("key", "state"))


@pytest.mark.covers("E01")
def test_who_waits_for_what_was_sent_back_stays_until_it_is_called_off(opened):
    room = in_room(opened)
    second = make_staff("pharmacist", site_id=opened.site_id).actor()
    vitamin = order(make_drug(("维生素C片", "Vitamin C tablets"), atc="A11GA01"))
    kept, asked_about = (
        Counter(room, open_dispense(actor=WORKER, prescription_id=one), one, second)
        for one in (prescribed(room), prescribed_besides(room, vitamin))
    )
    sent_on(opened)
    called_to(opened, QueueKind.PHARMACY)
    reject(actor=second, dispense_id=asked_about.dispense_id, code="2-5", reason="剂量偏大")

    given(kept)
    drain(timers=False)
    assert states(QueueKind.PHARMACY) == [TicketState.IN_ROOM]

    void_prescription(actor=room.doctor, prescription_id=asked_about.prescription_id, reason="停用")
    drain(timers=False)
    assert states(QueueKind.PHARMACY) == [TicketState.FINISHED]
    assert Visit.objects.get().state == VisitState.LEFT


@pytest.mark.covers("E01")
def test_who_has_no_number_is_not_sent_home_when_a_prescription_is_voided():
    """As with a visit by telephone: no queue knows that the doctor is not done yet."""
    room = make_room()
    prescription = prescribed(room)
    drain(timers=False)

    void_prescription(actor=room.doctor, prescription_id=prescription, reason="开错")
    drain(timers=False)

    assert Dispense.objects.get().state == DispenseState.CANCELLED
    assert Visit.objects.get().left_at is None


@pytest.mark.covers("F02")
def test_who_is_charged_more_at_the_cashiers_keeps_the_number_for_the_second_bill(opened):
    room = in_room(opened)
    first = billed(opened, room)
    sent_on(opened)
    called_to(opened, QueueKind.CASHIER)

    pay_cash(actor=opened.cashier, bill_id=first, tendered=Decimal(50))
    second = billed(opened, room)
    drain(timers=False)
    assert states(QueueKind.CASHIER) == [TicketState.IN_ROOM]

    pay_cash(actor=opened.cashier, bill_id=second, tendered=Decimal(50))
    drain(timers=False)
    assert states(QueueKind.CASHIER) == [TicketState.FINISHED]


def billed(opened: OpenClinic, room: Room):
    """Something that costs 37.28, on a bill."""
    add_charge(
        actor=opened.cashier,
        visit_id=room.visit_id,
        item_id=make_price(),
        quantity=Decimal(1),
        source_type="tests.deed",
        source_id=new_id(),
    )
    return open_bill(actor=opened.cashier, visit_id=room.visit_id)
