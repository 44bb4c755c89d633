"""The doctor's room: finishing and taking it back, and booking what comes next."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from yilu.clinical.operations.diagnoses import add_diagnosis
from yilu.clinical.operations.notes import Draft, sign_note
from yilu.clinical.selectors.notes import visit_note
from yilu.clinical.tests.factories import FIRST_NOTE, make_code
from yilu.facility.models import Site
from yilu.patients.tests.factories import make_patient
from yilu.platform import actors, clock
from yilu.platform.actors import Actor
from yilu.queueing.models import Ticket
from yilu.queueing.operations.calling import call_next, start_ticket
from yilu.queueing.states import TicketState
from yilu.reception.operations.arrivals import walk_in
from yilu.reception.operations.departures import finish_ticket
from yilu.reception.tests.factories import OpenClinic, open_clinic
from yilu.scheduling.models import Booking
from yilu.scheduling.tests.factories import MONDAY, SUNDAY_EVENING, at, publish
from yilu.workforce.models import Practitioner
from yilu.workspace.rules.suggesting import AHEAD, ahead_of
from yilu.workspace.selectors.room import next_times

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def opened():
    """An open clinic at five to ten on Monday."""
    with clock.at(SUNDAY_EVENING):
        clinic = open_clinic()
    with clock.at(at(9, 55)):
        yield clinic


@pytest.fixture
def doctor(opened, client) -> Actor:
    """The doctor whose room the clinic has, signed in, reading English."""
    user = Practitioner.objects.get(pk=opened.clinic.doctors[0]).staff.user
    client.force_login(user)
    client.cookies["yilu_language"] = "en"
    return actors.load(user)


@pytest.fixture
def ticket(opened) -> Ticket:
    """Somebody who is in the room."""
    walk_in(
        actor=opened.desk,
        site_id=opened.site_id,
        patient_id=make_patient(Site.objects.get(pk=opened.site_id), "张小明"),
        service_id=opened.clinic.service_id,
    )
    called = call_next(actor=opened.doctor, station_id=opened.station("consultation"))
    assert called is not None
    start_ticket(actor=opened.doctor, ticket_id=called.id)
    return Ticket.objects.get(pk=called.id)


def signed_note(client: Client, doctor: Actor, ticket: Ticket) -> dict[str, str]:
    """Write and sign a whole note; gives back what the page of the visit would send next."""
    visit_id = ticket.visit_id
    add_diagnosis(actor=doctor, visit_id=visit_id, code=make_code("J06.9"))
    sign_note(actor=doctor, visit_id=visit_id, draft=Draft(FIRST_NOTE, version=0))
    page = client.get(reverse("clinical:note", args=[visit_id]))
    sent = {"context": page.context["context"], "version": "1", "request_key": str(uuid4())}
    return sent | {f"s-{code}": text for code, text in FIRST_NOTE.items()}


def room_page(client: Client, opened: OpenClinic) -> str:
    key = Site.objects.get(pk=opened.site_id).key
    return client.get(f"/room/{key}/").content.decode()


@pytest.mark.covers("B08")
def test_signing_and_finishing_is_taken_back_and_the_note_stays_signed(
    opened, client, doctor, ticket
):
    sent = signed_note(client, doctor, ticket)
    finished = client.post(reverse("workspace:finish-visit", args=[ticket.visit_id]), sent)
    toast = finished.headers["HX-Trigger"]
    address = next(part for part in toast.split('"') if part.startswith("/undo/"))

    undone = client.post(address, {"request_key": str(uuid4())})

    ticket.refresh_from_db()
    assert (undone.status_code, ticket.state) == (200, TicketState.IN_ROOM)
    assert "stays signed" in undone.headers["HX-Trigger"]
    assert "The note is signed and stays so" in room_page(client, opened)
    assert visit_note(ticket.visit_id).is_signed


def test_a_change_after_signing_is_not_left_unsigned_by_finishing(client, doctor, ticket):
    sent = signed_note(client, doctor, ticket) | {"s-advice": "休息一周。"}

    answer = client.post(reverse("workspace:finish-visit", args=[ticket.visit_id]), sent)

    ticket.refresh_from_db()
    assert (answer.status_code, ticket.state) == (422, TicketState.IN_ROOM)
    assert "Sign the amendment first" in answer.content.decode()


@pytest.mark.covers("B08")
def test_who_was_finished_elsewhere_meanwhile_stays_at_the_cashiers(opened, client, doctor, ticket):
    sent = signed_note(client, doctor, ticket)
    finish_ticket(actor=opened.doctor, ticket_id=ticket.pk)
    paying = call_next(actor=opened.cashier, station_id=opened.station("cashier"))
    assert paying is not None

    answer = client.post(reverse("workspace:finish-visit", args=[ticket.visit_id]), sent)

    assert answer.status_code == 422
    assert "no longer in this room" in answer.content.decode()
    assert Ticket.objects.get(pk=paying.id).state == TicketState.CALLED


@pytest.mark.parametrize(
    ("key", "day", "first"),
    [
        ("1w", None, date(2031, 3, 10)),
        ("2w", None, date(2031, 3, 17)),
        ("1m", None, date(2031, 3, 31)),
        ("", None, date(2031, 3, 17)),
        ("never", None, date(2031, 3, 17)),
        ("1w", date(2031, 3, 20), date(2031, 3, 20)),
        ("1w", date(2031, 3, 2), date(2031, 3, 10)),
        ("1w", date(9999, 12, 31), date(2031, 3, 10)),
    ],
)
def test_the_doctor_chooses_how_far_ahead_the_next_visit_is(key, day, first):
    today = date(2031, 3, 3)

    assert ahead_of(key, day, today).window(today)[0] == first


@pytest.mark.parametrize("ahead", AHEAD)
def test_the_next_visit_is_offered_with_the_same_doctor_from_the_chosen_day_on(
    opened, doctor, ticket, ahead
):
    publish(opened.clinic, days=45)

    found = next_times(doctor, ticket.visit_id, ahead=ahead)

    first = MONDAY + timedelta(days=AHEAD[ahead].days)
    assert (found.ahead, found.first) == (ahead, first)
    assert len(found.times) == 3
    assert all(slot.starts_at.date() >= first for slot in found.times)
    assert {slot.practitioner_id for slot in found.times} == {opened.clinic.doctors[0]}


@pytest.mark.covers("A12")
def test_the_next_visit_is_booked_in_the_room_and_taken_back(opened, client, doctor, ticket):
    publish(opened.clinic, days=21)
    page = reverse("workspace:next-visit", args=[ticket.visit_id])
    (slot, *_) = client.get(page, {"ahead": "1w"}).context["next"].times
    sent = {"starts_at": slot.starts_at.isoformat(), "ahead": "1w", "request_key": str(uuid4())}
    booked = client.post(reverse("workspace:book-next", args=[ticket.visit_id]), sent)
    after = Booking.objects.get()
    toast = booked.headers["HX-Trigger"]
    address = next(part for part in toast.split('"') if part.startswith("/scheduling/"))

    taken_back = client.post(address, {"request_key": str(uuid4())})

    assert (after.starts_at, after.state) == (slot.starts_at, "confirmed")
    assert booked.context["next"].ahead == "1w"
    assert booked.context["next"].booked.id == after.pk
    assert taken_back.status_code == 204
    assert Booking.objects.get().state == "cancelled"
