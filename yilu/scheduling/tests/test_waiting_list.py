"""The waiting list: what becomes free is offered to those whom it fits, and taken once."""

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from yilu.facility.models import Site
from yilu.messaging.models import Message
from yilu.patients.tests.factories import make_patient, make_phone
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed, NotFound
from yilu.platform.testing import drain
from yilu.scheduling.errors import (
    AlreadyWaiting,
    DaysOver,
    NoLongerWaiting,
    OfferOver,
    PatientBusy,
    TimesOutOfOrder,
    UnknownBooking,
)
from yilu.scheduling.models import Allocation, Booking, Offer, Opening, WaitingEntry
from yilu.scheduling.operations.changing import cancel_booking, reschedule_booking
from yilu.scheduling.operations.offers import accept_offer, decline_offer
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.operations.waiting_list import (
    WaitingWish,
    join_waiting_list,
    leave_waiting_list,
    undo_leave_waiting_list,
)
from yilu.scheduling.tests.factories import MONDAY, SUNDAY_EVENING, Clinic, at, make_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A09")]
SUNDAY = date(2031, 3, 2)


def reachable(clinic: Clinic) -> UUID:
    """A patient with a phone."""
    return make_patient(Site.objects.get(pk=clinic.site_id), phone=make_phone())


def wish(clinic: Clinic, **facts: Any) -> WaitingWish:
    usual = {
        "site_id": clinic.site_id,
        "service_id": clinic.service_id,
        "practitioner_id": None,
        "from_on": SUNDAY,
        "until_on": MONDAY + timedelta(days=4),
        "channel": "desk",
    }
    return WaitingWish(
        **usual | {"patient_id": facts.pop("patient_id", None) or reachable(clinic)} | facts
    )


def wait(clinic: Clinic, **facts: Any) -> UUID:
    """Put somebody on the list, a minute after the one before."""
    since = SUNDAY_EVENING - timedelta(hours=1) + timedelta(minutes=WaitingEntry.objects.count())
    with clock.at(since):
        return join_waiting_list(actor=clinic.actor, wish=wish(clinic, **facts))


def give_up(clinic: Clinic, booked: Booked) -> None:
    """Cancel a booking, and let follow what follows."""
    cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="ill")
    drain()


def asked() -> list[UUID]:
    """The entries that are asked just now, in order."""
    return list(Offer.objects.filter(state="open").values_list("entry_id", flat=True))


def the_offer() -> Offer:
    return Offer.objects.get(state="open")


def test_a_cancelled_time_is_kept_and_offered_to_who_waits():
    clinic = make_clinic()
    booked = clinic.book(at(10))
    entry = wait(clinic)

    give_up(clinic, booked)

    offer = the_offer()
    assert (offer.entry_id, offer.opening.starts_at) == (entry, at(10))
    assert offer.opening.expires_at == SUNDAY_EVENING + timedelta(minutes=20)
    message = Message.objects.filter(template="waiting_offer").first()
    assert message is not None
    assert "3月3日 周一 10:00" in message.body
    assert "周日 20:20" in message.body
    assert "/o/" in message.body
    assert Allocation.objects.filter(active=True, hold=offer.opening.hold).count() == 2


def test_an_accepted_offer_becomes_a_booking_and_accepting_again_gives_the_same():
    clinic = make_clinic()
    booked = clinic.book(at(10))
    patient = reachable(clinic)
    entry = wait(clinic, patient_id=patient)
    give_up(clinic, booked)
    owner = Actor(kind="patient", name="link", owns=frozenset({the_offer().pk}))
    offer_id = the_offer().pk

    first = accept_offer(actor=owner, offer_id=offer_id, channel="my")
    again = accept_offer(actor=owner, offer_id=offer_id, channel="my")

    assert first.id == again.id
    made = Booking.objects.get(pk=first.id)
    assert (made.patient_id, made.starts_at, made.state) == (patient, at(10), "confirmed")
    kept = WaitingEntry.objects.get(pk=entry)
    assert (kept.state, kept.booking_id) == ("met", made.pk)
    assert Opening.objects.get().state == "taken"
    assert Allocation.objects.filter(active=True).count() == 2


def test_the_earlier_place_is_given_up_only_with_the_new_one():
    clinic = make_clinic()
    soon, later = clinic.book(at(10)), clinic.book(at(15, day=3))
    patient = Booking.objects.get(pk=later.id).patient_id
    entry = wait(clinic, patient_id=patient, instead_of=later.id)
    give_up(clinic, soon)
    assert Booking.objects.get(pk=later.id).starts_at == at(15, day=3)

    booked = accept_offer(actor=clinic.actor, offer_id=the_offer().pk, channel="phone")

    assert booked.id == later.id
    moved = Booking.objects.get(pk=later.id)
    assert (moved.starts_at, moved.number) == (at(10), later.number)
    assert WaitingEntry.objects.get(pk=entry).booking_id == later.id
    assert Allocation.objects.filter(active=True).count() == 2


def test_nothing_later_than_what_they_hold_is_offered():
    clinic = make_clinic()
    held, freed = clinic.book(at(10)), clinic.book(at(15, day=3))
    patient = Booking.objects.get(pk=held.id).patient_id
    wait(clinic, patient_id=patient, instead_of=held.id)

    give_up(clinic, freed)

    assert asked() == []


def test_the_best_fit_is_asked_first_and_then_the_next():
    clinic = make_clinic()
    booked = clinic.book(at(10, day=2))
    usual, urgent = wait(clinic), wait(clinic, urgency="urgent")
    last = wait(clinic, practitioner_id=clinic.doctors[0])
    give_up(clinic, booked)
    assert asked() == [urgent]

    decline_offer(actor=clinic.actor, offer_id=the_offer().pk)
    drain()
    assert asked() == [last]
    with clock.at(SUNDAY_EVENING + timedelta(minutes=59)):
        drain()
        assert asked() == [last]
    # The time to think is over an hour after it began, which is night: the next hears at eight.
    with clock.at(SUNDAY_EVENING + timedelta(minutes=61)):
        drain()
        assert asked() == []
        assert not Allocation.objects.filter(active=True).exists()
    with clock.at(at(8)):
        drain()
        assert asked() == [usual]
    assert list(Opening.objects.order_by("wave").values_list("wave", "state")) == [
        (1, "ended"),
        (2, "ended"),
        (3, "open"),
    ]


def test_shortly_before_three_are_asked_at_once_and_the_first_has_it():
    clinic = make_clinic()
    booked = clinic.book(at(11))
    entries = [wait(clinic) for _ in range(4)]
    with clock.at(at(9)):
        give_up(clinic, booked)
        assert set(asked()) == set(entries[:3])
        first, second, _ = Offer.objects.filter(state="open")

        accept_offer(actor=clinic.actor, offer_id=second.pk, channel="phone")

        with pytest.raises(OfferOver):
            accept_offer(actor=clinic.actor, offer_id=first.pk, channel="phone")
    states = sorted(Offer.objects.values_list("state", flat=True))
    assert states == ["accepted", "missed", "missed"]
    assert WaitingEntry.objects.filter(state="waiting").count() == 3


@pytest.mark.parametrize(
    "facts",
    [
        {"weekdays": [3]},
        {"not_before": time(10, 30)},
        {"not_after": time(9, 30)},
        {"from_on": MONDAY + timedelta(days=1)},
        {"until_on": SUNDAY},
        {"notice_minutes": 15 * 60},
    ],
)
def test_a_time_that_would_not_do_is_not_offered(facts: dict[str, Any]):
    clinic = make_clinic()
    booked = clinic.book(at(10))
    wait(clinic, **facts)

    give_up(clinic, booked)

    assert asked() == []


def test_who_asked_for_another_doctor_is_not_asked():
    clinic = make_clinic(doctors=2, rooms=2)
    booked = clinic.book(at(10))
    wait(clinic, practitioner_id=clinic.doctors[1])

    give_up(clinic, booked)

    assert asked() == []


def test_who_is_busy_then_is_not_asked():
    clinic = make_clinic(doctors=2, rooms=2)
    freed = clinic.book(at(10))
    patient = reachable(clinic)
    clinic.book(at(10), practitioner_id=clinic.doctors[1], patient_id=patient)
    entry = wait(clinic, patient_id=patient)
    other = wait(clinic)
    WaitingEntry.objects.filter(pk=entry).update(created_at=SUNDAY_EVENING - timedelta(days=9))

    give_up(clinic, freed)

    assert asked() == [other]


def test_what_a_moved_booking_leaves_is_offered():
    clinic = make_clinic()
    booked = clinic.book(at(10))
    entry = wait(clinic)

    reschedule_booking(
        actor=clinic.actor, booking_id=booked.id, starts_at=at(14), practitioner_id=None
    )
    drain()

    assert asked() == [entry]
    assert the_offer().opening.starts_at == at(10)


def test_who_books_meanwhile_waits_on_for_something_earlier():
    clinic = make_clinic()
    patient = reachable(clinic)
    entry = wait(clinic, patient_id=patient)

    booked = clinic.book(at(15, day=2), patient_id=patient)
    drain()
    assert WaitingEntry.objects.get(pk=entry).instead_of_id == booked.id

    give_up(clinic, booked)
    kept = WaitingEntry.objects.get(pk=entry)
    assert (kept.instead_of_id, kept.state) == (None, "waiting")


def test_who_leaves_the_list_is_asked_no_longer_and_the_next_is():
    clinic = make_clinic()
    booked = clinic.book(at(10))
    first, second = wait(clinic), wait(clinic)
    give_up(clinic, booked)
    assert asked() == [first]

    leave_waiting_list(actor=clinic.actor, entry_id=first)
    drain()

    assert asked() == [second]
    undo_leave_waiting_list(actor=clinic.actor, entry_id=first)
    assert WaitingEntry.objects.get(pk=first).state == "waiting"
    with pytest.raises(NoLongerWaiting):
        undo_leave_waiting_list(actor=clinic.actor, entry_id=first)


def test_an_entry_ends_with_the_last_day_that_would_do():
    clinic = make_clinic()
    entry = wait(clinic, until_on=MONDAY)

    with clock.at(at(23, 59)):
        drain()
        assert WaitingEntry.objects.get(pk=entry).state == "waiting"
    with clock.at(at(0, day=1)):
        drain()
    assert WaitingEntry.objects.get(pk=entry).state == "ended"
    with pytest.raises(NoLongerWaiting):
        leave_waiting_list(actor=clinic.actor, entry_id=entry)


def test_an_offer_that_is_over_cannot_be_accepted():
    clinic = make_clinic()
    booked = clinic.book(at(10))
    wait(clinic)
    give_up(clinic, booked)
    offer_id = the_offer().pk

    with clock.at(SUNDAY_EVENING + timedelta(minutes=20)), pytest.raises(OfferOver):
        accept_offer(actor=clinic.actor, offer_id=offer_id, channel="my")

    assert Booking.objects.filter(state="confirmed").count() == 0
    assert Opening.objects.get().state == "open"


def test_who_has_booked_something_else_at_that_time_is_told_and_the_offer_stands():
    clinic = make_clinic(doctors=2, rooms=2)
    booked = clinic.book(at(10))
    patient = reachable(clinic)
    wait(clinic, patient_id=patient, practitioner_id=clinic.doctors[0])
    give_up(clinic, booked)
    offer_id = the_offer().pk
    other = clinic.book(at(10), practitioner_id=clinic.doctors[1], patient_id=patient)

    with pytest.raises(PatientBusy):
        accept_offer(actor=clinic.actor, offer_id=offer_id, channel="my")

    assert list(Booking.objects.filter(state="confirmed").values_list("id", flat=True)) == [
        other.id
    ]
    assert the_offer().pk == offer_id


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"until_on": SUNDAY - timedelta(days=1)}, DaysOver),
        ({"from_on": MONDAY, "until_on": SUNDAY}, DaysOver),
        ({"until_on": SUNDAY + timedelta(days=91)}, DaysOver),
        ({"not_before": time(12), "not_after": time(9)}, TimesOutOfOrder),
    ],
)
def test_days_and_times_that_cannot_be_are_refused(facts: dict[str, Any], refusal: type[Exception]):
    clinic = make_clinic()

    with pytest.raises(refusal):
        wait(clinic, **facts)

    assert not WaitingEntry.objects.exists()


def test_a_patient_waits_once_for_a_service_and_gives_up_only_what_is_theirs():
    clinic = make_clinic()
    patient = reachable(clinic)
    others = clinic.book(at(10))
    wait(clinic, patient_id=patient)

    with pytest.raises(AlreadyWaiting):
        wait(clinic, patient_id=patient)
    with pytest.raises(UnknownBooking):
        wait(clinic, instead_of=others.id)


def test_patients_join_for_themselves_and_cannot_call_themselves_urgent():
    clinic = make_clinic()
    patient = reachable(clinic)
    account = Actor(kind="patient", name="account", owns=frozenset({patient}))

    entry = join_waiting_list(
        actor=account, wish=wish(clinic, patient_id=patient, urgency="urgent", channel="my")
    )
    with pytest.raises(NotAllowed):
        join_waiting_list(actor=account, wish=wish(clinic))

    kept = WaitingEntry.objects.get()
    assert (kept.pk, kept.urgency, kept.channel) == (entry, "usual", "my")


def test_an_offer_is_nobody_elses_to_answer():
    clinic = make_clinic()
    booked = clinic.book(at(10))
    wait(clinic)
    give_up(clinic, booked)
    stranger = Actor(kind="patient", name="account", owns=frozenset({reachable(clinic)}))

    with pytest.raises(NotFound):
        accept_offer(actor=stranger, offer_id=the_offer().pk, channel="my")
    with pytest.raises(NotFound):
        decline_offer(actor=stranger, offer_id=the_offer().pk)

    assert the_offer().state == "open"
