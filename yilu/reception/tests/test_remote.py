"""Telephone and video visits: ready, called from the room, nobody in the hall."""

from datetime import timedelta
from uuid import UUID

import pytest
from icalendar import Calendar

from yilu.billing.models import Charge
from yilu.catalogue.errors import LinkMissing
from yilu.catalogue.models import Service
from yilu.catalogue.modes import Mode
from yilu.catalogue.operations.services import ServiceFacts, change_service
from yilu.catalogue.selectors.services import Need, service_info
from yilu.facility.models import Site
from yilu.messaging.models import Message
from yilu.patients.tests.factories import make_patient, make_phone
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed, NotFound
from yilu.platform.models import AuditEntry
from yilu.platform.testing import drain
from yilu.queueing.errors import StationBusy
from yilu.queueing.models import Call, Ticket
from yilu.queueing.operations.issuing import issue_ticket
from yilu.queueing.selectors.points import queue_for
from yilu.queueing.selectors.wall import wall_board
from yilu.queueing.states import TicketState
from yilu.reception.errors import BuiltUpon, NotHere, NotReadyYet, NotRemote, NotToday
from yilu.reception.operations.arrivals import check_in
from yilu.reception.operations.departures import finish_ticket
from yilu.reception.operations.remote import begin_call, no_answer, say_ready
from yilu.reception.tests.factories import OpenClinic, nobody_at, open_clinic
from yilu.scheduling.models import Allocation, Booking
from yilu.scheduling.selectors.telling import calendar_file
from yilu.scheduling.states import BookingState
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at
from yilu.visits.models import Visit
from yilu.visits.states import VisitState
from yilu.workforce.models import Practitioner

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A18")]
LINK = "https://meet.example.test/room"
MANAGER = Actor.system("test", "catalogue.manage", "catalogue.see")


@pytest.fixture
def opened():
    """An open clinic whose one service is by telephone, five minutes before ten on Monday."""
    with clock.at(SUNDAY_EVENING):
        clinic = open_clinic()
        by(clinic, Mode.TELEPHONE)
    with clock.at(at(9, 55)):
        yield clinic


def by(clinic: OpenClinic, mode: Mode, link: str = "") -> None:
    """Let the clinic's service take place in this way."""
    Service.objects.filter(pk=clinic.clinic.service_id).update(
        mode=mode, meeting_link=link, needs=[] if mode.is_remote else [{"kind": "room"}]
    )


def booked(clinic: OpenClinic, *, hour: int = 10, phone: str = "") -> Booking:
    """A booking of somebody with a phone, made the evening before."""
    patient = make_patient(Site.objects.get(pk=clinic.site_id), phone=phone or make_phone())
    with clock.at(SUNDAY_EVENING):
        made = clinic.clinic.book(at(hour), patient_id=patient)
        drain(timers=False)
    return Booking.objects.get(pk=made.id)


def state(booking: Booking) -> str:
    return str(Booking.objects.values_list("state", flat=True).get(pk=booking.pk))


def patient_of(booking: Booking) -> Actor:
    """Whoever holds the booking's link."""
    return Actor(kind="link", name="link", owns=frozenset({booking.pk, booking.patient_id}))


def call(clinic: OpenClinic, booking: Booking) -> UUID:
    station = clinic.station("consultation")
    return begin_call(actor=clinic.doctor, booking_id=booking.pk, station_id=station)


def unanswered(clinic: OpenClinic, visit: UUID, kind: str = "consultation") -> None:
    no_answer(actor=clinic.doctor, visit_id=visit, station_id=clinic.station(kind))


def test_a_telephone_visit_needs_the_doctor_and_no_room(opened):
    one = booked(opened)

    held = Allocation.objects.filter(booking=one, active=True)
    assert one.mode == Mode.TELEPHONE
    assert [a.resource_id for a in held] == opened.clinic.doctor_resources


@pytest.mark.parametrize("mode", [Mode.TELEPHONE, Mode.VIDEO])
def test_the_patient_is_told_how_it_takes_place_and_not_to_come(opened, mode):
    by(opened, mode, LINK if mode == Mode.VIDEO else "")
    phone = "+8612100004321"
    one = booked(opened, phone=phone)

    said = Message.objects.get(template="booking_confirmed_remote")
    file = calendar_file(one.pk, "en")
    (event,) = Calendar.from_ical(file).walk("VEVENT")
    address = str(Site.objects.get(pk=opened.site_id).address)
    where = LINK if mode == Mode.VIDEO else "121****4321"
    assert where in said.body
    assert where in str(event["description"])
    assert "无需到院" in said.body
    assert address not in said.body
    assert "early" not in file
    assert not Message.objects.filter(template="booking_confirmed").exists()
    if mode == Mode.VIDEO:
        assert str(event["location"]) == LINK
        assert str(event["url"]) == LINK


def test_a_doctors_own_address_comes_before_that_of_the_service(opened):
    by(opened, Mode.VIDEO, LINK)
    Practitioner.objects.filter(pk=opened.clinic.doctors[0]).update(
        meeting_link="https://meet.example.test/mine"
    )

    booked(opened)

    assert (
        "https://meet.example.test/mine"
        in Message.objects.get(template="booking_confirmed_remote").body
    )
    assert LINK not in Message.objects.get(template="booking_confirmed_remote").body


def test_who_is_ready_has_a_visit_and_a_fee_and_no_number(opened):
    one = booked(opened)

    visit = say_ready(actor=patient_of(one), booking_id=one.pk)
    again = say_ready(actor=patient_of(one), booking_id=one.pk)

    assert visit == again
    assert state(one) == BookingState.ARRIVED
    assert Charge.objects.get(visit_id=visit).amount == 25
    assert not Ticket.objects.exists()


def test_nobody_is_ready_too_early_or_at_the_clinic_or_for_somebody_else(opened):
    one = booked(opened, hour=15)
    with pytest.raises(NotReadyYet):
        say_ready(actor=patient_of(one), booking_id=one.pk)
    with clock.at(at(10, day=1)), pytest.raises(NotToday):
        say_ready(actor=patient_of(one), booking_id=one.pk)
    with clock.at(at(15)), pytest.raises((NotFound, NotAllowed)):
        say_ready(actor=nobody_at(opened.site_id), booking_id=one.pk)
    by(opened, Mode.IN_PERSON)
    here = booked(opened)
    with pytest.raises(NotRemote):
        say_ready(actor=patient_of(here), booking_id=here.pk)
    with pytest.raises(NotRemote):
        call(opened, here)
    assert not Visit.objects.exists()
    assert [state(one), state(here)] == [BookingState.CONFIRMED] * 2


def test_the_doctor_calls_without_a_word_in_the_hall(opened):
    one = booked(opened)

    visit = call(opened, one)
    again = call(opened, one)

    assert visit == again
    ticket = Ticket.objects.get()
    assert (ticket.state, ticket.is_remote) == (TicketState.IN_ROOM, True)
    assert state(one) == BookingState.IN_CONSULTATION
    assert not Call.objects.exists()
    board = wall_board(Actor.system("wall", "queueing.show"), opened.site_id)
    assert board.calling is None
    assert [row.number for row in board.rows if row.number] == []
    assert AuditEntry.objects.filter(action="reception.patient.called").count() == 1


def test_a_room_in_which_somebody_sits_calls_nobody_else(opened):
    first, second = booked(opened), booked(opened, hour=11)
    call(opened, first)

    with pytest.raises(StationBusy):
        call(opened, second)

    assert state(second) == BookingState.CONFIRMED
    assert Ticket.objects.count() == 1


def test_after_the_call_the_way_goes_on_as_after_any_visit(opened):
    one = booked(opened)
    visit = call(opened, one)

    finish_ticket(actor=opened.doctor, ticket_id=Ticket.objects.get().pk)

    assert state(one) == BookingState.FINISHED
    assert Charge.objects.filter(visit_id=visit).exclude(state="void").exists()


def test_who_does_not_answer_is_expected_again_and_missed_after_the_grace(opened):
    one = booked(opened)
    visit = call(opened, one)
    drain(timers=False)

    unanswered(opened, visit)
    drain(timers=False)

    assert state(one) == BookingState.CONFIRMED
    assert Visit.objects.get(pk=visit).state == VisitState.WITHDRAWN
    assert Ticket.objects.get().state == TicketState.LEFT
    assert not Charge.objects.filter(visit_id=visit).exclude(state="void").exists()
    with pytest.raises(NotHere):
        unanswered(opened, visit)
    second = call(opened, one)
    assert second != visit
    unanswered(opened, second)
    drain(timers=False)
    with clock.at(at(10) + timedelta(hours=2)):
        drain()
    assert state(one) == BookingState.NO_SHOW


def test_who_came_to_the_clinic_after_all_is_received_at_the_desk(opened):
    one = booked(opened)

    check_in(actor=opened.desk, booking_id=one.pk)

    assert Ticket.objects.get().state == TicketState.WAITING
    assert not Ticket.objects.get().is_remote


def test_a_room_says_that_nobody_answers_of_its_own_call_only(opened):
    here, elsewhere = booked(opened), booked(opened, hour=11)
    check_in(actor=opened.desk, booking_id=here.pk)
    visit = call(opened, elsewhere)

    with pytest.raises(NotHere):
        unanswered(opened, Visit.objects.get(booking_id=here.pk).pk)
    with pytest.raises(NotHere):
        unanswered(opened, visit, kind="cashier")

    states = dict(Ticket.objects.values_list("booking_id", "state"))
    assert states == {here.pk: TicketState.WAITING, elsewhere.pk: TicketState.IN_ROOM}
    assert [state(here), state(elsewhere)] == [
        BookingState.ARRIVED, BookingState.IN_CONSULTATION,
    ]  # fmt: skip


def test_a_number_at_another_window_is_not_ended_with_the_call(opened):
    one = booked(opened)
    visit = call(opened, one)
    cashier = queue_for(opened.site_id, "cashier")
    other = issue_ticket(
        actor=opened.desk, queue_id=cashier.id, visit_id=visit, patient_id=one.patient_id
    )

    with pytest.raises(BuiltUpon):
        unanswered(opened, visit)

    assert Ticket.objects.get(pk=other.id).state == TicketState.WAITING
    assert Visit.objects.get(pk=visit).state == VisitState.IN_CARE


def test_a_video_service_without_an_address_is_refused_and_a_remote_one_needs_no_room(opened):
    known = service_info(opened.clinic.service_id)
    facts = {name: getattr(known, name) for name in ServiceFacts.__slots__}
    with pytest.raises(LinkMissing):
        change_service(
            actor=MANAGER, service_id=known.id, facts=ServiceFacts(**facts | {"mode": Mode.VIDEO})
        )

    change_service(
        actor=MANAGER,
        service_id=known.id,
        facts=ServiceFacts(**facts | {"needs": (Need("room"),)}),
    )

    assert service_info(known.id).mode == Mode.TELEPHONE
    assert service_info(known.id).needs == ()


def test_what_was_written_about_a_call_is_not_thrown_away(opened, monkeypatch):
    one = booked(opened)
    visit = call(opened, one)
    monkeypatch.setattr("yilu.reception.operations.remote.is_untouched", lambda _visit: False)

    with pytest.raises(BuiltUpon):
        unanswered(opened, visit)

    assert state(one) == BookingState.IN_CONSULTATION
