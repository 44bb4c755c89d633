"""What is done with a booking on the desk grid: it is dropped elsewhere, or stretched."""

from typing import Any
from uuid import UUID

import pytest

from yilu.platform import clock
from yilu.platform.errors import NotAllowed, NotFound, Stale
from yilu.scheduling import permissions
from yilu.scheduling.errors import (
    CannotUndo,
    LengthOutOfBounds,
    MoveRefused,
    OutsideSessions,
    PatientBusy,
    PlaceUnsuited,
    SlotTaken,
    StartsInPast,
    UnknownPractitioner,
)
from yilu.scheduling.models import Allocation, Booking
from yilu.scheduling.operations.arrivals import mark_arrived
from yilu.scheduling.operations.changing import undo_reschedule_booking
from yilu.scheduling.operations.dropping import (
    Place,
    drop_booking,
    resize_booking,
    undo_resize_booking,
)
from yilu.scheduling.operations.pinboard import pin_booking
from yilu.scheduling.tests.factories import (
    Clinic,
    add_doctor,
    at,
    make_actor,
    make_clinic,
    publish,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(doctors=2, rooms=2)


def facts(booking_id: UUID) -> tuple[Any, ...]:
    """All that a refusal must leave as it was."""
    held = Allocation.objects.filter(booking_id=booking_id, active=True)
    row = Booking.objects.values_list(
        "starts_at", "ends_at", "practitioner_id", "version", "price", "lane"
    ).get(pk=booking_id)
    return row, sorted(held.values_list("resource_id", "during"), key=str)


def place(clinic: Clinic, booking_id: UUID, **where: Any) -> Any:
    version = where.pop("version", None)
    return drop_booking(
        actor=clinic.actor, booking_id=booking_id, place=Place(**where), version=version
    )


def resize(clinic: Clinic, booking_id: UUID, minutes: int, **more: Any) -> Any:
    return resize_booking(actor=clinic.actor, booking_id=booking_id, minutes=minutes, **more)


@pytest.mark.covers("A08")
def test_a_booking_is_placed_in_another_column_and_put_back(clinic: Clinic):
    booked = clinic.book(at(10)).id
    before = facts(booked)

    placed = place(clinic, booked, starts_at=at(11), practitioner_id=clinic.doctors[1])

    assert (placed.starts_at, placed.practitioner_id) == (at(11), clinic.doctors[1])
    assert placed.resource_ids[0] == clinic.doctor_resources[1]
    undo_reschedule_booking(actor=clinic.actor, booking_id=booked)
    row, held = facts(booked)
    assert (row[:3], held) == (before[0][:3], before[1])


@pytest.mark.covers("A06")
@pytest.mark.parametrize(
    ("where", "refusal"),
    [
        ({"starts_at": at(11)}, SlotTaken),
        ({"starts_at": at(12, 30)}, OutsideSessions),
        ({"starts_at": at(9, day=-1)}, StartsInPast),
        ({"starts_at": at(11), "minutes": 721}, LengthOutOfBounds),
        ({"starts_at": at(11), "minutes": 4}, LengthOutOfBounds),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(clinic: Clinic, where: Any, refusal: Any):
    booked = clinic.book(at(10)).id
    clinic.book(at(11))
    before = facts(booked)

    with pytest.raises(refusal):
        place(clinic, booked, **where)

    assert facts(booked) == before


def test_a_patient_is_not_placed_beside_their_own_other_booking(clinic: Clinic):
    patient_id = clinic.patient()
    booked = clinic.book(at(10), patient_id=patient_id).id
    clinic.book(at(11), patient_id=patient_id, practitioner_id=clinic.doctors[1])

    with pytest.raises(PatientBusy):
        place(clinic, booked, starts_at=at(11))


def test_a_doctor_who_does_not_give_the_service_cannot_have_it(clinic: Clinic):
    booked = clinic.book(at(10)).id
    stranger = make_clinic().doctors[0]

    with pytest.raises(UnknownPractitioner):
        place(clinic, booked, starts_at=at(11), practitioner_id=stranger)


def test_an_older_picture_of_the_booking_is_refused(clinic: Clinic):
    booked = clinic.book(at(10)).id
    place(clinic, booked, starts_at=at(11), version=1)
    before = facts(booked)

    with pytest.raises(Stale):
        place(clinic, booked, starts_at=at(9), version=1)
    with pytest.raises(Stale):
        resize(clinic, booked, 45, version=1)

    assert facts(booked) == before


def test_who_has_come_is_not_placed_elsewhere_but_may_stay_longer(clinic: Clinic):
    booked = clinic.book(at(10)).id
    with clock.at(at(9, 55)):
        mark_arrived(actor=clinic.actor, booking_id=booked)
        with pytest.raises(MoveRefused):
            place(clinic, booked, starts_at=at(11))
        assert resize(clinic, booked, 45).ends_at == at(10, 45)


@pytest.mark.covers("A04")
def test_a_room_column_takes_the_booking_into_that_room(clinic: Clinic):
    booked = clinic.book(at(10)).id
    held = set(Allocation.objects.filter(booking_id=booked).values_list("resource_id", flat=True))
    (other,) = set(clinic.room_resources) - held

    placed = place(clinic, booked, starts_at=at(10), thing_id=other)

    assert set(placed.resource_ids) == {clinic.doctor_resources[0], other}
    with pytest.raises(PlaceUnsuited):
        place(clinic, booked, starts_at=at(11), thing_id=clinic.doctor_resources[1])
    neighbour = clinic.book(at(11), practitioner_id=clinic.doctors[1])
    taken = next(one for one in neighbour.resource_ids if one in clinic.room_resources)
    with pytest.raises(SlotTaken):
        place(clinic, booked, starts_at=at(11), thing_id=taken)


@pytest.mark.covers("A06")
def test_whoever_may_overrule_places_beside_another_with_a_reason(clinic: Clinic):
    booked = clinic.book(at(10)).id
    clinic.book(at(11))
    clerk = make_actor(clinic.site_id, permissions.SEE, permissions.CHANGE)
    beyond = Place(at(11), overrule_reason="牙痛急诊")

    with pytest.raises(NotAllowed):
        drop_booking(actor=clerk, booking_id=booked, place=beyond)
    drop_booking(actor=clinic.actor, booking_id=booked, place=beyond)

    found = Booking.objects.get(pk=booked)
    assert (found.starts_at, found.lane, found.overrule_reason) == (at(11), 1, "牙痛急诊")


def test_a_length_set_by_hand_goes_along(clinic: Clinic):
    slow = add_doctor(clinic, minutes=40)
    publish(clinic)
    usual, stretched = clinic.book(at(9)).id, clinic.book(at(10)).id
    resize(clinic, stretched, 50)

    moved = place(clinic, usual, starts_at=at(9), practitioner_id=slow)
    kept = place(clinic, stretched, starts_at=at(14), practitioner_id=slow)

    assert moved.ends_at == at(9, 40)
    assert kept.ends_at == at(14, 50)
    asked = place(clinic, usual, starts_at=at(9), practitioner_id=clinic.doctors[1], minutes=20)
    assert asked.ends_at == at(9, 20)


@pytest.mark.covers("A03")
def test_a_booking_is_stretched_and_gets_its_length_back(clinic: Clinic):
    booked = clinic.book(at(10)).id
    before = facts(booked)

    resize(clinic, booked, 60)

    row, held = facts(booked)
    assert row[1] == at(11)
    assert [one for one, _ in held] == [one for one, _ in before[1]]
    assert {(during.lower, during.upper) for _, during in held} == {(at(10), at(11))}
    undo_resize_booking(actor=clinic.actor, booking_id=booked)
    row, held = facts(booked)
    assert (row[:3], held) == (before[0][:3], before[1])
    with pytest.raises(CannotUndo):
        undo_resize_booking(actor=clinic.actor, booking_id=booked)


@pytest.mark.covers("A04", "A06")
@pytest.mark.parametrize(
    ("minutes", "refusal"), [(65, SlotTaken), (0, LengthOutOfBounds), (721, LengthOutOfBounds)]
)
def test_it_is_not_stretched_into_another_nor_to_nothing(
    clinic: Clinic, minutes: int, refusal: Any
):
    booked = clinic.book(at(10)).id
    clinic.book(at(11))
    before = facts(booked)

    with pytest.raises(refusal):
        resize(clinic, booked, minutes)

    assert facts(booked) == before


def test_it_is_not_stretched_beyond_the_session_but_by_right(clinic: Clinic):
    booked = clinic.book(at(11, 30)).id

    with pytest.raises(OutsideSessions):
        resize(clinic, booked, 40)

    longer = resize(clinic, booked, 40, overrule_reason="拔牙较难")
    assert longer.ends_at == at(12, 10)
    assert resize(clinic, booked, 35).ends_at == at(12, 5)


def test_a_stretched_booking_changes_rooms_when_its_own_is_taken():
    clinic = make_clinic(doctors=2, rooms=3)
    booked = clinic.book(at(10)).id
    (room,) = set(clinic.room_resources) & set(
        Allocation.objects.filter(booking_id=booked).values_list("resource_id", flat=True)
    )
    other = clinic.book(at(9), practitioner_id=clinic.doctors[1]).id
    place(clinic, other, starts_at=at(10, 30), thing_id=room)

    longer = resize(clinic, booked, 45)

    assert room not in longer.resource_ids
    assert len(longer.resource_ids) == 2


def test_the_fee_is_that_of_the_service_again(clinic: Clinic):
    booked = clinic.book(at(10)).id
    fee = Booking.objects.get(pk=booked).price
    Booking.objects.filter(pk=booked).update(price=999)

    resize(clinic, booked, 45)

    assert Booking.objects.get(pk=booked).price == fee


def test_another_site_sees_no_such_booking(clinic: Clinic):
    booked = clinic.book(at(10)).id
    stranger = make_clinic().actor

    with pytest.raises(NotFound):
        drop_booking(actor=stranger, booking_id=booked, place=Place(at(11)))
    with pytest.raises(NotFound):
        resize_booking(actor=stranger, booking_id=booked, minutes=45)
    with pytest.raises(NotFound):
        pin_booking(actor=stranger, booking_id=booked)
