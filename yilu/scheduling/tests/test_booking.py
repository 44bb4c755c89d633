"""Booking: all that is needed, or nothing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from yilu.catalogue.models import Price, Service
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed
from yilu.platform.ids import new_id
from yilu.platform.models import AuditEntry, Counter, Event
from yilu.scheduling import permissions
from yilu.scheduling.errors import (
    NotWholeMinutes,
    OutsideSessions,
    PatientBusy,
    ReasonMissing,
    ResourceAway,
    SlotTaken,
    StartsInPast,
    TooFarAhead,
    TooSoon,
    UnknownPatient,
    UnknownPractitioner,
    UnknownService,
)
from yilu.scheduling.models import Allocation, Booking
from yilu.scheduling.operations.blocks import block_resource
from yilu.scheduling.operations.booking import book_appointment, overbook_appointment
from yilu.scheduling.tests.factories import (
    Clinic,
    add_doctor,
    at,
    make_actor,
    make_clinic,
    make_service,
    publish,
)

pytestmark = pytest.mark.django_db


def written() -> tuple[int, ...]:
    """How many rows there are that a booking writes."""
    tables: tuple[Any, ...] = (Booking, Allocation, AuditEntry, Event, Counter)
    return tuple(table.objects.count() for table in tables)


@pytest.mark.covers("A01", "A04", "A05")
def test_a_booking_holds_the_practitioner_and_a_room_and_has_a_number():
    clinic = make_clinic(doctors=1, rooms=2)

    booked = clinic.book(at(10), channel="phone")

    assert (booked.number, booked.state, booked.version) == ("20310303-0001", "confirmed", 1)
    assert (booked.starts_at, booked.ends_at) == (at(10), at(10, 30))
    held = Allocation.objects.filter(booking_id=booked.id, active=True)
    assert set(held.values_list("resource_id", flat=True)) == set(booked.resource_ids)
    assert booked.resource_ids[0] == clinic.doctor_resources[0]
    assert booked.resource_ids[1] in clinic.room_resources
    assert {(a.during.lower, a.during.upper, a.lane) for a in held} == {(at(10), at(10, 30), 0)}
    assert Booking.objects.get().channel == "phone"


def test_a_booking_leaves_one_audit_line_and_one_event():
    clinic = make_clinic()
    wish = clinic.wish()

    booked = book_appointment(actor=clinic.actor, wish=wish)

    entry = AuditEntry.objects.get(action="scheduling.booking.made")
    assert (entry.subject_id, entry.site_id) == (booked.id, clinic.site_id)
    assert entry.patient_ids == [wish.patient_id]
    event = Event.objects.get(name="BookingMade")
    assert event.body["patient_id"] == str(wish.patient_id)
    assert event.body["booking_id"] == str(booked.id)
    assert event.topics == [
        f"booking:{booked.id}",
        f"bookings:{clinic.site_id}:2031-03-03",
    ]


@pytest.mark.parametrize("rooms", [1, 12])
def test_a_booking_takes_seven_queries(rooms: int, django_assert_num_queries: Any):
    clinic = make_clinic(rooms=rooms)
    wish = clinic.wish()

    with django_assert_num_queries(7 + 2):  # The test's own transaction adds a savepoint's two.
        book_appointment(actor=clinic.actor, wish=wish)


@pytest.mark.covers("A04", "A06")
def test_time_that_is_held_cannot_be_booked_again():
    clinic = make_clinic(rooms=2)
    clinic.book(at(10))
    wish = clinic.wish(at(10, 15))
    before = written()

    with pytest.raises(SlotTaken):
        book_appointment(actor=clinic.actor, wish=wish)

    assert written() == before


@pytest.mark.covers("A04")
def test_without_a_free_room_the_practitioner_is_not_held_either():
    clinic = make_clinic(doctors=2, rooms=1)
    clinic.book(at(10))
    wish = clinic.wish(at(10), practitioner_id=clinic.doctors[1])
    before = written()

    with pytest.raises(SlotTaken):
        book_appointment(actor=clinic.actor, wish=wish)

    assert written() == before


@pytest.mark.covers("A06")
def test_a_patient_is_never_at_two_places_at_once():
    clinic = make_clinic(doctors=2, rooms=2)
    patient_id = clinic.patient()
    clinic.book(at(10), patient_id=patient_id)
    wish = clinic.wish(at(10, 15), practitioner_id=clinic.doctors[1], patient_id=patient_id)
    before = written()

    with pytest.raises(PatientBusy):
        book_appointment(actor=clinic.actor, wish=wish)

    assert written() == before


def test_two_bookings_may_touch():
    clinic = make_clinic()
    patient_id = clinic.patient()

    numbers = [clinic.book(at(10, n), patient_id=patient_id).number for n in (0, 30)]

    assert numbers == ["20310303-0001", "20310303-0002"]


def test_numbers_are_counted_by_site_and_day():
    first, second = make_clinic(), make_clinic()

    numbers = [
        first.book(at(10)).number,
        first.book(at(10, day=1)).number,
        second.book(at(10)).number,
        first.book(at(11)).number,
    ]

    assert numbers == ["20310303-0001", "20310304-0001", "20310303-0001", "20310303-0002"]


@pytest.mark.covers("A03")
def test_buffers_are_held_with_the_visit():
    clinic = make_clinic(service=make_service(buffer_before=5, buffer_after=10))

    booked = clinic.book(at(10))

    held = Allocation.objects.filter(booking_id=booked.id)
    assert {(a.during.lower, a.during.upper) for a in held} == {(at(9, 55), at(10, 40))}
    assert (booked.starts_at, booked.ends_at) == (at(10), at(10, 30))


@pytest.mark.covers("A03")
def test_a_practitioner_takes_their_own_time():
    clinic = make_clinic(minutes=45)

    assert clinic.book(at(10)).ends_at == at(10, 45)


def test_any_practitioner_means_the_least_loaded_who_is_free():
    clinic = make_clinic(doctors=3, rooms=3)
    clinic.book(at(9), practitioner_id=clinic.doctors[0])
    clinic.book(at(10), practitioner_id=clinic.doctors[2])

    booked = clinic.book(at(10), practitioner_id=None)

    assert booked.practitioner_id == clinic.doctors[1]


def test_a_practitioner_stays_in_their_home_room_if_it_is_free():
    clinic = make_clinic(doctors=0, rooms=3)
    home = clinic.room_resources[2]
    first, second = (add_doctor(clinic, home=home) for _ in range(2))
    publish(clinic)

    rooms = [clinic.book(at(10), practitioner_id=who).resource_ids[1] for who in (first, second)]

    assert rooms[0] == home
    assert rooms[1] in clinic.room_resources[:2]


@pytest.mark.covers("A04")
def test_two_things_of_a_kind_are_two_different_things():
    twice = make_service(needs=[{"kind": "room"}, {"kind": "room"}])
    clinic = make_clinic(rooms=2, service=twice)

    booked = clinic.book(at(10))

    assert set(booked.resource_ids[1:]) == set(clinic.room_resources)


@pytest.mark.covers("A05")
def test_the_fee_of_the_day_is_kept_with_the_booking():
    clinic = make_clinic()
    item_id = Service.objects.get(pk=clinic.service_id).fee_item_id
    Price.objects.create(item_id=item_id, amount="25.00", during=("2031-01-01", None))

    booked = clinic.book(at(10))

    assert str(Booking.objects.get(pk=booked.id).price) == "25.00"


@pytest.mark.covers("A02")
def test_what_was_said_when_booking_is_kept():
    clinic = make_clinic()

    booked = clinic.book(
        reason_for_visit="牙疼 <3 天",
        companion="母亲",
        special_needs=("wheelchair", "child"),
        is_first_visit=True,
        answers={"tooth": "46"},
        note="𠮷",
    )

    kept = Booking.objects.get(pk=booked.id)
    assert (kept.reason_for_visit, kept.companion, kept.note) == ("牙疼 <3 天", "母亲", "𠮷")
    assert (kept.special_needs, kept.is_first_visit) == (["wheelchair", "child"], True)
    assert kept.answers == {"tooth": "46"}


def wrong(**facts: Any) -> dict[str, Any]:
    return facts


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        (wrong(patient_id=new_id()), UnknownPatient),
        (wrong(practitioner_id=new_id()), UnknownPractitioner),
        (wrong(service_id=new_id()), UnknownService),
        (wrong(starts_at=at(10, day=-2)), StartsInPast),
        (wrong(starts_at=at(10) + timedelta(seconds=1)), NotWholeMinutes),
        (wrong(starts_at=at(12)), OutsideSessions),
        (wrong(starts_at=at(11, 45)), OutsideSessions),
        (wrong(starts_at=at(3)), OutsideSessions),
        (wrong(starts_at=at(10, day=29)), OutsideSessions),
        (wrong(starts_at=at(10, day=30)), TooFarAhead),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else str(next(iter(value))),
)
def test_a_wish_that_cannot_be_is_refused_and_leaves_nothing(facts, refusal):
    clinic = make_clinic()
    wish = replace(clinic.wish(), **facts)
    before = written()

    with pytest.raises(refusal):
        book_appointment(actor=clinic.actor, wish=wish)

    assert written() == before


def test_the_notice_of_a_service_is_kept():
    clinic = make_clinic(service=make_service(min_notice_minutes=60))
    wish = clinic.wish(at(10))

    with clock.at(at(9, 1)), pytest.raises(TooSoon):
        book_appointment(actor=clinic.actor, wish=wish)
    with clock.at(at(9)):
        book_appointment(actor=clinic.actor, wish=wish)


def test_a_service_that_is_not_offered_is_unknown():
    clinic = make_clinic(service=make_service(is_active=False))

    with pytest.raises(UnknownService):
        clinic.book()


@pytest.mark.parametrize("grant", [permissions.SEE, permissions.CHANGE, "some.other.right"])
def test_without_the_right_nothing_is_booked(grant: str):
    clinic = make_clinic()
    wish = clinic.wish()
    before = written()

    with pytest.raises(NotAllowed):
        book_appointment(actor=make_actor(clinic.site_id, grant), wish=wish)

    assert written() == before


def patient_actor(patient_id: Any) -> Actor:
    return Actor(kind="patient", name="patient", user_id=new_id(), owns=frozenset({patient_id}))


@pytest.mark.covers("A01")
def test_patients_book_online_for_their_own_and_nobody_else():
    clinic = make_clinic()
    wish = clinic.wish(channel="my")

    with pytest.raises(NotAllowed):
        book_appointment(actor=patient_actor(new_id()), wish=wish)
    booked = book_appointment(actor=patient_actor(wish.patient_id), wish=wish)

    assert booked.state == "confirmed"


def test_patients_cannot_book_what_is_not_offered_online():
    clinic = make_clinic(service=make_service(online=False))
    wish = clinic.wish(channel="my")

    with pytest.raises(NotAllowed):
        book_appointment(actor=patient_actor(wish.patient_id), wish=wish)


def overbook(clinic: Clinic, actor: Actor | None = None, **facts: Any) -> Any:
    wish = clinic.wish(**{"overrule_reason": "急诊加号"} | facts)
    return overbook_appointment(actor=actor or clinic.actor, wish=wish)


@pytest.mark.covers("A06")
def test_a_named_right_books_beside_somebody_else():
    clinic = make_clinic()
    clinic.book(at(10))

    second, third = overbook(clinic), overbook(clinic)

    kept = Booking.objects.in_bulk([second.id, third.id])
    assert [kept[second.id].lane, kept[third.id].lane] == [1, 2]
    assert kept[second.id].overrule_reason == "急诊加号"
    assert AuditEntry.objects.filter(action="scheduling.booking.overbooked").count() == 2
    with pytest.raises(SlotTaken):
        overbook(clinic)


def test_overbooking_takes_ordinary_time_when_it_can():
    clinic = make_clinic()

    assert Booking.objects.get(pk=overbook(clinic).id).lane == 0


def test_overbooking_may_be_outside_sessions():
    clinic = make_clinic()

    booked = overbook(clinic, starts_at=at(12, 15))

    assert Booking.objects.get(pk=booked.id).clinic_day.isoformat() == "2031-03-03"


def test_overbooking_needs_the_right_and_a_reason_and_a_practitioner_who_is_there():
    clinic = make_clinic()
    block_resource(
        actor=clinic.actor,
        resource_id=clinic.doctor_resources[0],
        starts_at=at(9),
        ends_at=at(12),
        kind="absence",
    )
    before = written()[:2]

    with pytest.raises(NotAllowed):
        overbook(clinic, make_actor(clinic.site_id, permissions.BOOK))
    with pytest.raises(ReasonMissing):
        overbook(clinic, overrule_reason="  ")
    with pytest.raises(ResourceAway):
        overbook(clinic)

    assert written()[:2] == before


def test_a_practitioner_of_two_sites_is_sold_once():
    clinic, other = make_clinic(), make_clinic()
    clinic.book(at(10))
    wish = replace(clinic.wish(at(10)), site_id=other.site_id)

    with pytest.raises(OutsideSessions):
        book_appointment(actor=other.actor, wish=wish)
