"""What becomes free otherwise than by cancelling, and what a refusal must not leave behind."""

import pytest

from yilu.messaging.models import Message
from yilu.platform.testing import drain
from yilu.scheduling import claims
from yilu.scheduling.errors import SlotTaken
from yilu.scheduling.models import Allocation, Hold, Offer
from yilu.scheduling.operations.dropping import resize_booking
from yilu.scheduling.operations.giving import give_time, undo_give_time
from yilu.scheduling.tests.factories import at, make_clinic
from yilu.scheduling.tests.test_waiting_list import asked, give_up, reachable, the_offer, wait

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A09")]


def test_a_kept_time_that_was_refused_halfway_leaves_nothing_behind(monkeypatch):
    clinic = make_clinic()
    booked = clinic.book(at(10))
    wait(clinic)

    def refused(*_all: object) -> None:
        raise SlotTaken

    monkeypatch.setattr(claims, "_rest", refused)
    give_up(clinic, booked)

    assert not Offer.objects.exists()
    assert not Hold.objects.exists()
    assert not Allocation.objects.filter(active=True).exists()


def test_time_freed_by_shortening_is_offered_and_the_patient_is_told():
    clinic = make_clinic()
    patient = reachable(clinic)
    booked = clinic.book(at(10), patient_id=patient)
    resize_booking(actor=clinic.actor, booking_id=booked.id, minutes=90)
    drain()
    entry = wait(clinic)

    resize_booking(actor=clinic.actor, booking_id=booked.id, minutes=60)
    drain()

    assert asked() == [entry]
    assert the_offer().opening.starts_at == at(11)
    bodies = Message.objects.filter(template="booking_length").order_by("created_at", "id")
    assert ["11:30" in one.body or "11:00" in one.body for one in bodies] == [True, True]


def test_a_few_minutes_more_or_less_are_not_told_and_longer_frees_nothing():
    clinic = make_clinic()
    booked = clinic.book(at(10), patient_id=reachable(clinic))
    wait(clinic)

    resize_booking(actor=clinic.actor, booking_id=booked.id, minutes=40)
    drain()

    assert not Message.objects.filter(template="booking_length").exists()
    assert asked() == []


def test_who_was_given_a_time_by_mistake_is_not_asked_for_it_at_once_but_others_are():
    clinic = make_clinic()
    mistaken, other = wait(clinic), wait(clinic)
    give_time(
        actor=clinic.actor, entry_id=mistaken, practitioner_id=clinic.doctors[0], starts_at=at(10)
    )
    drain()

    undo_give_time(actor=clinic.actor, entry_id=mistaken)
    drain()

    assert asked() == [other]
