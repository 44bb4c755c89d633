"""Cancelling, moving, confirming, saying late, asking for a change; and taking back."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from yilu.catalogue.models import Performs
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed, NotFound, Stale
from yilu.platform.ids import new_id
from yilu.platform.models import AuditEntry, Event
from yilu.scheduling import permissions
from yilu.scheduling.errors import (
    AlreadyAsked,
    CannotUndo,
    MoveRefused,
    PatientBusy,
    ReasonMissing,
    SlotTaken,
    TooLateToChange,
    TooSoon,
)
from yilu.scheduling.models import Allocation, Booking
from yilu.scheduling.operations.changing import (
    cancel_booking,
    confirm_booking,
    reschedule_booking,
    say_running_late,
    undo_cancel_booking,
    undo_confirm_booking,
    undo_reschedule_booking,
)
from yilu.scheduling.operations.requests import ask_for_change, grant_change, refuse_change
from yilu.scheduling.selectors.bookings import waiting_changes
from yilu.scheduling.tests.factories import Clinic, at, make_actor, make_clinic, make_service

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(doctors=2, rooms=2)


def held(booking_id: UUID) -> set[tuple[Any, ...]]:
    """What a booking holds now."""
    active = Allocation.objects.filter(booking_id=booking_id, active=True)
    return {(a.resource_id, a.during.lower, a.during.upper) for a in active}


def patient_of(booking_id: UUID) -> Actor:
    patient_id = Booking.objects.get(pk=booking_id).patient_id
    return Actor(kind="patient", name="p", user_id=new_id(), owns=frozenset({patient_id}))


def move(clinic: Clinic, booking_id: UUID, actor: Actor | None = None, **facts: Any) -> Any:
    usual = {"starts_at": at(11), "practitioner_id": clinic.doctors[0]}
    return reschedule_booking(actor=actor or clinic.actor, booking_id=booking_id, **usual | facts)


@pytest.mark.covers("A08")
def test_a_cancelled_booking_frees_its_time_at_once(clinic: Clinic):
    booked = clinic.book(at(10))

    cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="ill")

    kept = Booking.objects.get(pk=booked.id)
    assert (kept.state, kept.cancel_reason, kept.cancelled_by_kind) == ("cancelled", "ill", "staff")
    assert held(booked.id) == set()
    assert clinic.book(at(10)).starts_at == at(10)
    assert Event.objects.get(name="BookingCancelled").body["by_kind"] == "staff"


def test_a_cancellation_needs_a_reason(clinic: Clinic):
    booked = clinic.book(at(10))

    with pytest.raises(ReasonMissing):
        cancel_booking(actor=clinic.actor, booking_id=booked.id, reason=" ")

    assert len(held(booked.id)) == 2


@pytest.mark.covers("A08")
def test_patients_cancel_until_the_service_no_longer_allows_it():
    clinic = make_clinic(service=make_service(change_until_minutes=120))
    first, second = clinic.book(at(10)), clinic.book(at(11))

    with clock.at(at(8)):
        cancel_booking(actor=patient_of(first.id), booking_id=first.id, reason="ill")
    with clock.at(at(9, 1)), pytest.raises(TooLateToChange):
        cancel_booking(actor=patient_of(second.id), booking_id=second.id, reason="ill")

    assert len(held(second.id)) == 2


def test_the_holder_of_its_link_may_change_a_booking(clinic: Clinic):
    booked = clinic.book(at(10))
    holder = Actor(kind="patient", name="link", owns=frozenset({booked.id}))

    confirm_booking(actor=holder, booking_id=booked.id)

    assert Booking.objects.get().confirmed_at is not None


@pytest.mark.parametrize(
    ("grants", "refusal"),
    [((permissions.SEE,), NotAllowed), (("some.other.right",), NotFound)],
)
def test_without_the_right_nothing_is_changed(clinic, grants, refusal):
    booked = clinic.book(at(10))
    actor = make_actor(clinic.site_id, *grants)

    with pytest.raises(refusal):
        cancel_booking(actor=actor, booking_id=booked.id, reason="curious")
    with pytest.raises(refusal):
        move(clinic, booked.id, actor)

    assert Booking.objects.get().version == 1
    assert not AuditEntry.objects.filter(action="scheduling.booking.cancelled").exists()


def test_a_stale_change_is_refused(clinic: Clinic):
    booked = clinic.book(at(10))
    confirm_booking(actor=clinic.actor, booking_id=booked.id)

    with pytest.raises(Stale):
        move(clinic, booked.id, version=1)

    assert Booking.objects.get().starts_at == at(10)


@pytest.mark.covers("A08")
def test_a_moved_booking_keeps_its_number_and_holds_only_the_new_time(clinic: Clinic):
    booked = clinic.book(at(10))

    moved = move(clinic, booked.id, starts_at=at(15, day=1), practitioner_id=clinic.doctors[1])

    assert (moved.number, moved.version) == (booked.number, 2)
    assert {times[1:] for times in held(booked.id)} == {(at(15, day=1), at(15, 30, day=1))}
    kept = Booking.objects.get()
    assert (kept.moved_from, kept.practitioner_id) == (at(10), clinic.doctors[1])
    assert kept.clinic_day.isoformat() == "2031-03-04"
    event = Event.objects.get(name="BookingMoved")
    assert event.body["old_clinic_day"] == "2031-03-03"
    assert f"bookings:{clinic.site_id}:2031-03-03" in event.topics
    assert f"bookings:{clinic.site_id}:2031-03-04" in event.topics


def test_a_booking_may_move_into_part_of_its_own_time(clinic: Clinic):
    booked = clinic.book(at(10))

    move(clinic, booked.id, starts_at=at(10, 15))

    assert {times[1:] for times in held(booked.id)} == {(at(10, 15), at(10, 45))}


@pytest.mark.covers("A08")
def test_a_refused_move_leaves_the_old_time_held(clinic: Clinic):
    booked = clinic.book(at(10))
    clinic.book(at(11))
    before = held(booked.id)

    with pytest.raises(SlotTaken):
        move(clinic, booked.id)

    assert held(booked.id) == before
    assert Booking.objects.get(pk=booked.id).starts_at == at(10)


def test_a_move_onto_another_booking_of_the_patient_is_refused(clinic: Clinic):
    patient_id = clinic.patient()
    booked = clinic.book(at(10), patient_id=patient_id)
    clinic.book(at(11), patient_id=patient_id, practitioner_id=clinic.doctors[1])
    before = held(booked.id)

    with pytest.raises(PatientBusy):
        move(clinic, booked.id)

    assert held(booked.id) == before


@pytest.mark.covers("A08")
def test_a_change_of_service_checks_length_and_resources_anew(clinic: Clinic):
    booked = clinic.book(at(10))
    longer = make_service(minutes=60, needs=[])
    clinic_service = clinic.service_id
    clinic.service_id = longer
    for doctor in clinic.doctors:
        _performs(doctor, longer)

    move(clinic, booked.id, service_id=longer)

    assert {times[1:] for times in held(booked.id)} == {(at(11), at(12))}
    assert len(held(booked.id)) == 1
    assert Booking.objects.get().service_id == longer != clinic_service


def _performs(doctor: UUID, service_id: UUID) -> None:
    Performs.objects.create(practitioner_id=doctor, service_id=service_id)


def test_patients_move_within_the_rules_only():
    clinic = make_clinic(service=make_service(min_notice_minutes=60, change_until_minutes=0))
    booked = clinic.book(at(15))

    with clock.at(at(10, 30)), pytest.raises(TooSoon):
        move(clinic, booked.id, patient_of(booked.id), starts_at=at(11))

    assert Booking.objects.get().starts_at == at(15)


@pytest.mark.parametrize("later", [timedelta(0), timedelta(minutes=10)])
def test_a_cancellation_can_be_taken_back_for_ten_minutes(clinic: Clinic, later: timedelta):
    booked = clinic.book(at(10))
    before = held(booked.id)
    machine = clock.machine_now()
    with clock.at(clock.now(), machine=machine):
        cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="ill")

    with clock.at(clock.now(), machine=machine + later):
        undo_cancel_booking(actor=clinic.actor, booking_id=booked.id)

    assert held(booked.id) == before
    assert Booking.objects.get().state == "confirmed"
    with pytest.raises(CannotUndo):
        undo_cancel_booking(actor=clinic.actor, booking_id=booked.id)


def test_after_ten_minutes_or_another_deed_nothing_can_be_taken_back(clinic: Clinic):
    booked = clinic.book(at(10))
    machine = clock.machine_now()
    with clock.at(clock.now(), machine=machine):
        confirm_booking(actor=clinic.actor, booking_id=booked.id)

    with (
        clock.at(clock.now(), machine=machine + timedelta(minutes=11)),
        pytest.raises(CannotUndo),
    ):
        undo_confirm_booking(actor=clinic.actor, booking_id=booked.id)
    say_running_late(actor=clinic.actor, booking_id=booked.id, minutes=10)
    with pytest.raises(CannotUndo):
        undo_confirm_booking(actor=clinic.actor, booking_id=booked.id)

    assert Booking.objects.get().confirmed_at is not None


def test_a_cancellation_cannot_be_taken_back_once_the_time_is_sold(clinic: Clinic):
    booked = clinic.book(at(10))
    cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="ill")
    clinic.book(at(10))

    with pytest.raises(SlotTaken):
        undo_cancel_booking(actor=clinic.actor, booking_id=booked.id)

    assert Booking.objects.get(pk=booked.id).state == "cancelled"
    assert held(booked.id) == set()


def test_a_move_can_be_taken_back(clinic: Clinic):
    booked = clinic.book(at(10))
    before = held(booked.id)
    move(clinic, booked.id, starts_at=at(10, 15))

    undo_reschedule_booking(actor=clinic.actor, booking_id=booked.id)

    assert held(booked.id) == before
    kept = Booking.objects.get()
    assert (kept.starts_at, kept.ends_at, kept.moved_from) == (at(10), at(10, 30), None)


def test_what_is_over_can_neither_be_moved_nor_cancelled_nor_confirmed(clinic: Clinic):
    booked = clinic.book(at(10))
    cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="ill")

    for deed in (
        lambda: move(clinic, booked.id),
        lambda: cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="ill"),
        lambda: confirm_booking(actor=clinic.actor, booking_id=booked.id),
        lambda: say_running_late(actor=clinic.actor, booking_id=booked.id, minutes=5),
    ):
        with pytest.raises(MoveRefused):
            deed()


def test_confirming_twice_changes_nothing(clinic: Clinic):
    booked = clinic.book(at(10))
    for _ in range(2):
        confirm_booking(actor=clinic.actor, booking_id=booked.id)

    assert Booking.objects.get().version == 2
    assert Event.objects.filter(name="BookingConfirmed").count() == 1


@pytest.mark.covers("A10")
def test_a_patient_says_that_they_will_be_late(clinic: Clinic):
    booked = clinic.book(at(10))

    say_running_late(actor=patient_of(booked.id), booking_id=booked.id, minutes=20)

    assert Booking.objects.get().running_late_minutes == 20
    assert Event.objects.get(name="BookingRunningLate").body["minutes"] == 20


@pytest.mark.covers("A08")
def test_too_late_a_wish_waits_for_the_desk(clinic: Clinic):
    booked = clinic.book(at(10))
    patient = patient_of(booked.id)

    wish = ask_for_change(
        actor=patient, booking_id=booked.id, reason="stuck in traffic", starts_at=at(11)
    )
    with pytest.raises(AlreadyAsked):
        ask_for_change(actor=patient, booking_id=booked.id, reason="again")

    (shown,) = waiting_changes(clinic.actor, clinic.site_id)
    assert (shown.id, shown.kind, shown.line.id) == (wish, "move", booked.id)
    assert Booking.objects.get().starts_at == at(10)
    grant_change(actor=clinic.actor, request_id=wish)
    assert Booking.objects.get().starts_at == at(11)
    assert waiting_changes(clinic.actor, clinic.site_id) == []


@pytest.mark.covers("A08")
def test_the_desk_may_refuse_a_wish(clinic: Clinic):
    booked = clinic.book(at(10))
    wish = ask_for_change(actor=patient_of(booked.id), booking_id=booked.id, reason="tired")

    with pytest.raises(NotAllowed):
        grant_change(actor=patient_of(booked.id), request_id=wish)
    refuse_change(actor=clinic.actor, request_id=wish, reason="too late")

    assert Booking.objects.get().state == "confirmed"
    with pytest.raises(NotFound):
        grant_change(actor=clinic.actor, request_id=wish)
