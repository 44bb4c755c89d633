"""The doctor's room: finishing and taking it back, and booking what comes next."""

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
from yilu.reception.tests.factories import OpenClinic, open_clinic
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at
from yilu.workforce.models import Practitioner

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
