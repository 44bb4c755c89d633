"""One patient's way through the clinic, deed by deed."""

from datetime import timedelta
from decimal import Decimal

import pytest

from yilu.billing.models import Bill, Charge
from yilu.billing.operations.cash import pay_cash
from yilu.billing.states import BillState
from yilu.facility.models import Site
from yilu.intake.operations.levels import set_level
from yilu.pathways.models import Case
from yilu.patients.tests.factories import make_patient
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed
from yilu.platform.models import AuditEntry, Event
from yilu.platform.testing import drain
from yilu.queueing.models import Ticket
from yilu.queueing.operations.calling import call_next, start_ticket
from yilu.queueing.states import QueueKind, TicketState
from yilu.reception.errors import NotToday, WrongArrivalCode
from yilu.reception.operations.arrivals import check_in, walk_in
from yilu.reception.operations.departures import finish_ticket
from yilu.reception.selectors.arrivals import expected, shown_code
from yilu.reception.tests.factories import OpenClinic, nobody_at, open_clinic
from yilu.scheduling.errors import MoveRefused
from yilu.scheduling.models import Booking
from yilu.scheduling.states import BookingState
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at
from yilu.visits.models import Visit
from yilu.visits.states import VisitState
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B01", "B02")]


@pytest.fixture
def open_(request):
    """An open clinic with one booking for ten o'clock, at five to ten."""
    with clock.at(SUNDAY_EVENING):
        opened = open_clinic()
        booked = opened.clinic.book()
    with clock.at(at(9, 55)):
        yield opened, booked.id


def seen_by_doctor(opened: OpenClinic) -> Ticket:
    called = call_next(actor=opened.doctor, station_id=opened.station(QueueKind.CONSULTATION))
    assert called is not None
    start_ticket(actor=opened.doctor, ticket_id=called.id)
    return Ticket.objects.get(pk=called.id)


def nothing_happened() -> None:
    assert not Visit.objects.exists()
    assert not Ticket.objects.exists()
    assert not Charge.objects.exists()
    assert Booking.objects.get().state == BookingState.CONFIRMED


def test_checking_in_opens_the_visit_charges_the_fee_and_gives_a_number(open_):
    opened, booking_id = open_

    done = check_in(actor=opened.desk, booking_id=booking_id)

    assert Booking.objects.get().state == BookingState.ARRIVED
    visit = Visit.objects.get(pk=done.visit_id)
    assert (visit.state, visit.booking_id) == (VisitState.ARRIVED, booking_id)
    ticket = Ticket.objects.get(pk=done.ticket_id)
    assert (ticket.number, ticket.queue.kind) == (done.number, QueueKind.CONSULTATION)
    assert Charge.objects.get().amount == Decimal("25.00")
    assert Case.objects.get().subject_id == visit.pk
    assert AuditEntry.objects.filter(action="reception.patient.checked_in").count() == 1
    assert Event.objects.filter(name="PatientCheckedIn").count() == 1


@pytest.mark.covers("A02", "B04")
def test_by_phone_the_needs_that_were_said_when_booking_are_those_of_the_visit():
    with clock.at(SUNDAY_EVENING):
        opened = open_clinic()
        booked = opened.clinic.book(special_needs=("disabled",))
    with clock.at(at(9, 55)):
        done = check_in(actor=opened.desk, booking_id=booked.id)

    assert Visit.objects.get(pk=done.visit_id).needs == ["disabled"]
    assert Ticket.objects.get(pk=done.ticket_id).weights == ["disability_3_4"]


def test_two_desks_do_not_receive_the_same_patient_twice(open_):
    opened, booking_id = open_
    check_in(actor=opened.desk, booking_id=booking_id)

    with pytest.raises(MoveRefused):
        check_in(actor=opened.desk, booking_id=booking_id)

    assert Visit.objects.count() == Ticket.objects.count() == Charge.objects.count() == 1


def test_who_may_only_look_receives_nobody(open_):
    opened, booking_id = open_

    with pytest.raises(NotAllowed):
        check_in(actor=nobody_at(opened.site_id), booking_id=booking_id)

    nothing_happened()


def test_a_booking_of_another_day_is_not_received(open_):
    opened, booking_id = open_

    with clock.at(at(9, 55) - timedelta(days=1)), pytest.raises(NotToday):
        check_in(actor=opened.desk, booking_id=booking_id)

    nothing_happened()


def patient_of(booking_id) -> Actor:
    return Actor(kind="patient", name="link", owns=frozenset({booking_id}))


@pytest.mark.covers("B01")
def test_by_phone_one_arrives_with_the_code_that_the_clinic_shows(open_):
    opened, booking_id = open_

    done = check_in(
        actor=patient_of(booking_id), booking_id=booking_id, code=shown_code(opened.site_id)
    )

    assert Ticket.objects.get().number == done.number


@pytest.mark.parametrize("code", ["", "12345", "not a code"])
def test_by_phone_one_does_not_arrive_from_elsewhere(open_, code):
    _opened, booking_id = open_

    with pytest.raises(WrongArrivalCode):
        check_in(actor=patient_of(booking_id), booking_id=booking_id, code=code)

    nothing_happened()


def test_the_desk_is_told_how_to_greet_and_what_is_missing(open_):
    opened, booking_id = open_

    (line,) = expected(actor=opened.desk, site_id=opened.site_id)

    assert line.booking.id == booking_id
    assert "10:00" in line.greeting
    assert "phone" in line.missing
    assert line.may_check_in


@pytest.mark.covers("B03")
def test_a_walk_in_waits_for_who_has_fewest_patients(open_):
    opened, _booking_id = open_

    done = walk_in(
        actor=opened.desk,
        site_id=opened.site_id,
        patient_id=opened.clinic.patient("李四"),
        service_id=opened.clinic.service_id,
    )

    visit = Visit.objects.get(pk=done.visit_id)
    assert (visit.kind, visit.practitioner_id) == ("walk_in", opened.clinic.doctors[0])
    assert Charge.objects.get().visit_id == visit.pk


@pytest.mark.covers("A12", "F02")
def test_the_whole_way_from_the_door_to_the_way_home(open_):
    opened, booking_id = open_
    check_in(actor=opened.desk, booking_id=booking_id)
    consultation = seen_by_doctor(opened)
    assert Booking.objects.get().state == BookingState.IN_CONSULTATION

    finish_ticket(actor=opened.doctor, ticket_id=consultation.pk)

    assert Booking.objects.get().state == BookingState.FINISHED
    bill = Bill.objects.get()
    cashier = Ticket.objects.get(queue__kind=QueueKind.CASHIER)
    assert (bill.state, cashier.state) == (BillState.OPEN, TicketState.WAITING)

    pay_cash(actor=opened.cashier, bill_id=bill.pk, tendered=Decimal(50))
    drain(timers=False)

    cashier.refresh_from_db()
    assert cashier.state == TicketState.FINISHED
    visit = Visit.objects.get()
    assert visit.state == VisitState.LEFT
    assert Case.objects.get(key="outpatient_visit").state == "closed"


@pytest.mark.covers("B06", "B07")
def test_the_level_found_at_the_assessment_goes_on_to_the_doctors_queue():
    with clock.at(SUNDAY_EVENING):
        opened = open_clinic(assessed=True)
        booked = opened.clinic.book()
    with clock.at(at(9, 55)):
        came = check_in(actor=opened.desk, booking_id=booked.id)
        nurse = make_staff("nurse", site_id=opened.site_id).actor()
        called = call_next(actor=nurse, station_id=opened.station(QueueKind.ASSESSMENT))
        assert called is not None
        set_level(actor=nurse, visit_id=came.visit_id, level=2, reason="心率 155")
        finish_ticket(actor=nurse, ticket_id=called.id)

    assert Ticket.objects.get(queue__kind=QueueKind.CONSULTATION).level == 2


@pytest.mark.parametrize("waiting", [0, 12])
def test_to_receive_somebody_costs_the_same_however_many_wait(
    open_, waiting, django_assert_max_num_queries
):
    opened, booking_id = open_
    check_in(actor=opened.desk, booking_id=opened.clinic.book(at(10, 30)).id)
    for _ in range(waiting):
        patient_id = make_patient(Site.objects.get(pk=opened.site_id), "张小明")
        service_id = opened.clinic.service_id
        walk_in(
            actor=opened.desk, site_id=opened.site_id, patient_id=patient_id, service_id=service_id
        )

    with django_assert_max_num_queries(29):
        check_in(actor=opened.desk, booking_id=booking_id)

    # The record and what others hear are written at once, each deed's in its order.
    told = ["BookingArrived", "VisitOpened", "CaseStarted", "TicketIssued", "PatientCheckedIn"]
    names = [one.name for one in Event.objects.order_by("seq") if one.name in told]
    assert names[-5:] == told
    noted = AuditEntry.objects.order_by("seq").values_list("action", flat=True)
    assert noted.last() == "reception.patient.checked_in"
