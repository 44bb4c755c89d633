"""Taking back a check-in, a walk-in, and what was finished; and what forbids it."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from yilu.billing.models import Bill, Charge
from yilu.billing.operations.cash import pay_cash
from yilu.clinical.operations.vitals import record_vitals
from yilu.facility.models import Site
from yilu.pathways.models import Case, Step
from yilu.patients.models import Patient
from yilu.patients.tests.factories import make_patient
from yilu.platform import clock, undo
from yilu.platform.errors import NotAllowed
from yilu.platform.models import AuditEntry, Event, User
from yilu.platform.testing import drain
from yilu.platform.undo import AlreadyTakenBack, UndoTooLate
from yilu.queueing.models import Ticket
from yilu.queueing.operations.calling import call_next, start_ticket
from yilu.queueing.states import QueueKind, TicketState
from yilu.reception.errors import BuiltUpon
from yilu.reception.operations.arrivals import CheckedIn, check_in, walk_in
from yilu.reception.operations.departures import finish_ticket
from yilu.reception.operations.undoing import undo_check_in, undo_finish_ticket
from yilu.reception.selectors.arrivals import expected
from yilu.reception.tests.factories import OpenClinic, nobody_at, open_clinic
from yilu.scheduling.models import Booking
from yilu.scheduling.states import BookingState
from yilu.scheduling.tests.factories import MONDAY, SUNDAY_EVENING, at
from yilu.visits.models import Visit
from yilu.visits.selectors.visits import visit_of_booking, visits_of_day
from yilu.visits.states import VisitState
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db]
STANDING = ("arrived", "waiting", "open", "open")
GONE = ("withdrawn", "left", "void", "abandoned")


@pytest.fixture
def open_():
    """An open clinic with one booking for ten o'clock, at five to ten."""
    with clock.at(SUNDAY_EVENING):
        opened = open_clinic()
        booked = opened.clinic.book()
    with clock.at(at(9, 55)):
        yield opened, booked.id


def came(opened: OpenClinic, booking_id: UUID) -> CheckedIn:
    return check_in(actor=opened.desk, booking_id=booking_id)


def walked_in(opened: OpenClinic) -> CheckedIn:
    return walk_in(
        actor=opened.desk,
        site_id=opened.site_id,
        patient_id=make_patient(Site.objects.get(pk=opened.site_id), "林一"),
        service_id=opened.clinic.service_id,
    )


def in_room(opened: OpenClinic, *, start: bool = True) -> Ticket:
    called = call_next(actor=opened.doctor, station_id=opened.station(QueueKind.CONSULTATION))
    assert called is not None
    if start:
        start_ticket(actor=opened.doctor, ticket_id=called.id)
    return Ticket.objects.get(pk=called.id)


def stands(visit_id: UUID) -> tuple[str, ...]:
    """How everything stands that a check-in makes."""
    return (
        Visit.objects.get(pk=visit_id).state,
        Ticket.objects.get(visit_id=visit_id).state,
        Charge.objects.get(visit_id=visit_id).state,
        Case.objects.get(subject_id=visit_id).state,
    )


def open_steps() -> list[str]:
    return list(Step.objects.filter(state="open").values_list("key", flat=True))


def at_the_desk(opened: OpenClinic) -> Client:
    client = Client()
    person = make_staff("front_desk", site_id=opened.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    client.cookies["yilu_language"] = "en"
    return client


@pytest.mark.covers("B01")
def test_a_check_in_taken_back_leaves_nothing_but_its_trace(open_):
    opened, booking_id = open_
    done = came(opened, booking_id)
    drain(timers=False)

    undo_check_in(actor=opened.desk, undo_id=done.undo_id)
    drain(timers=False)

    assert stands(done.visit_id) == GONE
    assert Booking.objects.get().state == BookingState.CONFIRMED
    (line,) = expected(actor=opened.desk, site_id=opened.site_id)
    assert line.booking.id == booking_id
    assert open_steps() == []
    assert AuditEntry.objects.filter(action="reception.patient.check_in_undone").count() == 1
    assert Event.objects.filter(name="CheckInUndone").count() == 1


def test_a_check_in_taken_back_before_its_events_were_heard_stays_taken_back(open_):
    opened, booking_id = open_
    done = came(opened, booking_id)

    undo_check_in(actor=opened.desk, undo_id=done.undo_id)
    drain(timers=False)

    assert stands(done.visit_id) == GONE


def test_who_comes_after_all_is_checked_in_anew(open_):
    opened, booking_id = open_
    first = came(opened, booking_id)
    undo_check_in(actor=opened.desk, undo_id=first.undo_id)

    second = came(opened, booking_id)

    found = visit_of_booking(booking_id)
    assert found is not None
    assert found.id == second.visit_id
    assert stands(second.visit_id) == STANDING
    (line,) = visits_of_day(opened.desk, opened.site_id, MONDAY)
    assert line.visit.id == second.visit_id
    assert second.number != first.number


@pytest.mark.covers("B03")
def test_a_walk_in_is_taken_back_and_the_patients_record_stays(open_):
    opened, _booking_id = open_
    done = walked_in(opened)

    undo_check_in(actor=opened.desk, undo_id=done.undo_id)

    assert stands(done.visit_id) == GONE
    assert Patient.objects.filter(name="林一").exists()
    assert Booking.objects.get().state == BookingState.CONFIRMED


def nurse_measures(opened: OpenClinic, visit_id: UUID) -> None:
    nurse = make_staff("nurse", site_id=opened.site_id).actor()
    record_vitals(actor=nurse, visit_id=visit_id, values={"pulse": "70"})


def doctor_calls(opened: OpenClinic, _visit_id: UUID) -> None:
    in_room(opened, start=False)


@pytest.mark.parametrize("deed", [nurse_measures, doctor_calls])
def test_a_check_in_on_which_something_was_built_stays(open_, deed):
    opened, booking_id = open_
    done = came(opened, booking_id)
    deed(opened, done.visit_id)
    before = stands(done.visit_id)

    with pytest.raises(BuiltUpon):
        undo_check_in(actor=opened.desk, undo_id=done.undo_id)

    assert stands(done.visit_id) == before
    assert Booking.objects.get().state == BookingState.ARRIVED
    assert not Event.objects.filter(name="CheckInUndone").exists()


def test_a_check_in_is_taken_back_once_and_within_ten_minutes(open_, monkeypatch):
    opened, booking_id = open_
    done = came(opened, booking_id)
    later = clock.machine_now() + undo.LASTS + timedelta(seconds=1)
    with monkeypatch.context() as patched:
        patched.setattr(clock, "machine_now", lambda: later)
        with pytest.raises(UndoTooLate):
            undo_check_in(actor=opened.desk, undo_id=done.undo_id)
    undo_check_in(actor=opened.desk, undo_id=done.undo_id)

    with pytest.raises(AlreadyTakenBack):
        undo_check_in(actor=opened.desk, undo_id=done.undo_id)

    assert Event.objects.filter(name="CheckInUndone").count() == 1


def test_who_may_only_look_takes_nothing_back(open_):
    opened, booking_id = open_
    done = came(opened, booking_id)

    with pytest.raises(NotAllowed):
        undo_check_in(actor=nobody_at(opened.site_id), undo_id=done.undo_id)

    assert stands(done.visit_id) == STANDING


def test_the_desk_takes_a_check_in_back_from_its_toast(open_):
    opened, booking_id = open_
    desk = at_the_desk(opened)
    form = {"request_key": str(uuid4()), "compared": "on"}
    toast = desk.post(reverse("reception:check-in", args=[booking_id]), form).headers["HX-Trigger"]
    address = next(part for part in toast.split('"') if part.startswith("/undo/"))

    answer = desk.post(address, {"request_key": str(uuid4())})

    assert answer.status_code == 200
    assert "Check-in taken back" in answer.headers["HX-Trigger"]
    assert stands(Visit.objects.get().pk) == GONE


def test_the_page_of_a_number_says_that_it_was_taken_back(open_):
    opened, _booking_id = open_
    done = walked_in(opened)
    desk, page = at_the_desk(opened), reverse("reception:walked-in", args=[done.visit_id])
    before = desk.get(page).content.decode()

    undo_check_in(actor=opened.desk, undo_id=done.undo_id)
    after = desk.get(page).content.decode()

    assert "Print number" in before
    assert "was taken back" in after
    assert "Print number" not in after


@pytest.mark.covers("B08")
@pytest.mark.parametrize("start", [True, False])
def test_a_finished_consultation_is_taken_back_with_the_bill_and_the_next_number(open_, start):
    opened, booking_id = open_
    done = came(opened, booking_id)
    ticket = in_room(opened, start=start)
    offer = finish_ticket(actor=opened.doctor, ticket_id=ticket.pk)
    drain(timers=False)

    undo_finish_ticket(actor=opened.doctor, undo_id=offer)
    drain(timers=False)

    ticket.refresh_from_db()
    assert (ticket.state, ticket.ended_at) == (TicketState.IN_ROOM, None)
    assert Booking.objects.get().state == BookingState.IN_CONSULTATION
    assert Visit.objects.get(pk=done.visit_id).state == VisitState.IN_CARE
    assert Ticket.objects.get(queue__kind=QueueKind.CASHIER).state == TicketState.LEFT
    assert (Bill.objects.get().state, Charge.objects.get().state) == ("void", "open")
    assert open_steps() == ["consult"]


def test_who_is_finished_again_gets_a_bill_and_a_number_again(open_):
    opened, booking_id = open_
    came(opened, booking_id)
    ticket = in_room(opened)
    offer = finish_ticket(actor=opened.doctor, ticket_id=ticket.pk)
    undo_finish_ticket(actor=opened.doctor, undo_id=offer)

    finish_ticket(actor=opened.doctor, ticket_id=ticket.pk)
    bill = Bill.objects.get(state="open")
    pay_cash(actor=opened.cashier, bill_id=bill.pk, tendered=Decimal(50))
    drain(timers=False)

    assert Visit.objects.get().state == VisitState.LEFT
    assert Case.objects.get(key="outpatient_visit").state == "closed"


@pytest.mark.parametrize("is_heard", [True, False])
def test_who_went_home_by_mistake_is_back_in_the_room(is_heard):
    with clock.at(SUNDAY_EVENING):
        opened = open_clinic(fee="0.00")
        booked = opened.clinic.book()
    with clock.at(at(9, 55)):
        done = came(opened, booked.id)
        ticket = in_room(opened)
        offer = finish_ticket(actor=opened.doctor, ticket_id=ticket.pk)
        if is_heard:  # Or taken back before the worker has told anybody.
            drain(timers=False)
        assert Visit.objects.get().state == VisitState.LEFT

        undo_finish_ticket(actor=opened.doctor, undo_id=offer)
        drain(timers=False)

    ticket.refresh_from_db()
    assert ticket.state == TicketState.IN_ROOM
    assert Visit.objects.get(pk=done.visit_id).state == VisitState.IN_CARE
    assert Case.objects.get(key="outpatient_visit").state == "open"
    assert open_steps() == ["consult"]


def test_the_assessment_is_taken_back_with_the_place_in_the_doctors_queue():
    with clock.at(SUNDAY_EVENING):
        opened = open_clinic(assessed=True)
        booked = opened.clinic.book()
    with clock.at(at(9, 55)):
        came(opened, booked.id)
        nurse = make_staff("nurse", site_id=opened.site_id).actor()
        called = call_next(actor=nurse, station_id=opened.station(QueueKind.ASSESSMENT))
        assert called is not None
        offer = finish_ticket(actor=nurse, ticket_id=called.id)

        undo_finish_ticket(actor=nurse, undo_id=offer)

    assert Ticket.objects.get(pk=called.id).state == TicketState.IN_ROOM
    assert Ticket.objects.get(queue__kind=QueueKind.CONSULTATION).state == TicketState.LEFT


def test_who_has_paid_is_not_called_back(open_):
    opened, booking_id = open_
    came(opened, booking_id)
    ticket = in_room(opened)
    offer = finish_ticket(actor=opened.doctor, ticket_id=ticket.pk)
    pay_cash(actor=opened.cashier, bill_id=Bill.objects.get().pk, tendered=Decimal(50))

    with pytest.raises(BuiltUpon):
        undo_finish_ticket(actor=opened.doctor, undo_id=offer)

    ticket.refresh_from_db()
    assert ticket.state == TicketState.FINISHED
    assert Bill.objects.get().state == "settled"


def test_who_was_called_to_the_cashier_is_not_called_back(open_):
    opened, booking_id = open_
    came(opened, booking_id)
    ticket = in_room(opened)
    offer = finish_ticket(actor=opened.doctor, ticket_id=ticket.pk)
    call_next(actor=opened.cashier, station_id=opened.station(QueueKind.CASHIER))

    with pytest.raises(BuiltUpon):
        undo_finish_ticket(actor=opened.doctor, undo_id=offer)

    assert Bill.objects.get().state == "open"
