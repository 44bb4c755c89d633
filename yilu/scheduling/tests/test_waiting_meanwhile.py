"""Who waits and books meanwhile: every page that says so hears of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yilu.platform.actors import Actor
from yilu.platform.models import Event
from yilu.platform.testing import drain
from yilu.scheduling.models import WaitingEntry
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.operations.waiting_list import note_booking
from yilu.scheduling.selectors.offers import asking
from yilu.scheduling.selectors.topics import booking_topic, offer_topic, waiting_topic
from yilu.scheduling.tests.factories import at, make_clinic
from yilu.scheduling.tests.test_waiting_list import give_up, reachable, the_offer, wait

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A09")]
WORKER = Actor.system("worker")


def test_the_list_and_the_booking_hear_what_who_waits_has_booked_and_that_it_is_over():
    clinic = make_clinic()
    patient = reachable(clinic)
    entry = wait(clinic, patient_id=patient)
    drain()
    booked = clinic.book(at(15, day=2), patient_id=patient)

    heard = drain().topics

    assert {waiting_topic(clinic.site_id), booking_topic(booked.id)} <= heard
    # Twice changes nothing, and nobody looks again.
    note_booking(actor=WORKER, booking_id=booked.id)
    assert drain().topics == set()
    cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="ill")
    drain()
    noted = Event.objects.filter(name="WaitingBookingNoted", subject_id=entry).order_by("seq")
    assert [one.body["booking_id"] for one in noted] == [str(booked.id), None]
    assert all(waiting_topic(clinic.site_id) in one.topics for one in noted)


def test_an_offer_open_on_the_phone_hears_which_booking_it_would_replace():
    clinic = make_clinic()
    freed = clinic.book(at(10))
    patient = reachable(clinic)
    wait(clinic, patient_id=patient)
    give_up(clinic, freed)
    offer_id = the_offer().pk
    assert asking(offer_id).held_at is None

    booked = clinic.book(at(15, day=2), patient_id=patient)
    assert offer_topic(offer_id) in drain().topics
    assert asking(offer_id).held_at == at(15, day=2)

    cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="ill")
    assert offer_topic(offer_id) in drain().topics
    assert asking(offer_id).held_at is None


@pytest.mark.parametrize("freed_times", [0, 1])
def test_noting_a_booking_costs_four_queries_more_for_who_waits(freed_times: int):
    clinic = make_clinic()
    patient = reachable(clinic)
    freed = clinic.book(at(10))
    entry = wait(clinic, patient_id=patient)
    if freed_times:
        give_up(clinic, freed)
    booked = clinic.book(at(15, day=2), patient_id=patient)

    with CaptureQueriesContext(connection) as noting:
        note_booking(actor=WORKER, booking_id=booked.id)
    with CaptureQueriesContext(connection) as again:
        note_booking(actor=WORKER, booking_id=booked.id)

    assert len(noting) == len(again) + 4
    assert WaitingEntry.objects.get(pk=entry).instead_of_id == booked.id
