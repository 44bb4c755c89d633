"""Who waits and books meanwhile: every page that says so hears of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yilu.platform.actors import Actor
from yilu.platform.models import Event
from yilu.platform.testing import drain
from yilu.scheduling.errors import OfferOver
from yilu.scheduling.models import Booking, Offer, WaitingEntry
from yilu.scheduling.operations.changing import cancel_booking, reschedule_booking
from yilu.scheduling.operations.offers import accept_offer
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.operations.waiting_list import note_booking
from yilu.scheduling.selectors.offers import asking
from yilu.scheduling.selectors.topics import booking_topic, offer_topic, waiting_topic
from yilu.scheduling.tests.factories import Clinic, at, make_clinic
from yilu.scheduling.tests.test_waiting_list import give_up, reachable, the_offer, wait

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A09")]
WORKER = Actor.system("worker")


@pytest.fixture
def clinic_and_next() -> tuple[Clinic, UUID]:
    """A clinic of two doctors, and who will be asked second."""
    clinic = make_clinic(doctors=2, rooms=2)
    return clinic, wait(clinic, practitioner_id=clinic.doctors[0])


def offered(clinic: Clinic) -> tuple[UUID, Booked]:
    """Somebody is asked about ten on Monday, who has three on Wednesday."""
    freed = clinic.book(at(10), practitioner_id=clinic.doctors[0])
    patient = reachable(clinic)
    held = clinic.book(at(15, day=2), patient_id=patient)
    wait(
        clinic, patient_id=patient, instead_of=held.id, urgency="urgent",
        practitioner_id=clinic.doctors[0],
    )  # fmt: skip
    give_up(clinic, freed)
    assert Offer.objects.get().entry.patient_id == patient
    return the_offer().pk, held


def move(clinic: Clinic, booked: Booked, to: datetime, *, doctor: int = 0) -> None:
    reschedule_booking(
        actor=clinic.actor, booking_id=booked.id, starts_at=to,
        practitioner_id=clinic.doctors[doctor],
    )  # fmt: skip


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


def test_an_offer_open_on_the_phone_hears_when_what_it_would_replace_is_moved():
    clinic = make_clinic()
    offer_id, booked = offered(clinic)
    assert asking(offer_id).held_at == at(15, day=2)

    move(clinic, booked, at(16, day=2))
    heard = drain().topics

    assert {offer_topic(offer_id), waiting_topic(clinic.site_id)} <= heard
    assert (asking(offer_id).held_at, asking(offer_id).is_open) == (at(16, day=2), True)


@pytest.mark.parametrize("hour", [9, 10])
def test_who_has_something_no_later_by_now_is_asked_no_longer(clinic_and_next: Any, hour: int):
    clinic, next_one = clinic_and_next
    offer_id, booked = offered(clinic)

    move(clinic, booked, at(hour), doctor=1)

    assert not asking(offer_id).is_open
    with pytest.raises(OfferOver):
        accept_offer(actor=clinic.actor, offer_id=offer_id, channel="my")
    drain()
    assert Booking.objects.get(pk=booked.id).starts_at == at(hour)
    assert Offer.objects.get(pk=offer_id).state == "withdrawn"
    # They wait on, and the time goes to the next.
    assert WaitingEntry.objects.filter(state="waiting").count() == 2
    assert the_offer().entry_id == next_one


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
