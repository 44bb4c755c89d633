"""Taking a deed back: one's own, and nobody else's that came after it."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.ids import new_id
from yilu.platform.models import User
from yilu.scheduling.errors import CannotUndo, ChangedSince
from yilu.scheduling.models import Booking, WaitingEntry
from yilu.scheduling.operations.arrivals import mark_no_show, undo_mark_no_show
from yilu.scheduling.operations.changing import (
    cancel_booking,
    confirm_booking,
    reschedule_booking,
    say_running_late,
    undo_cancel_booking,
    undo_confirm_booking,
    undo_reschedule_booking,
    undo_running_late,
    unmake_booking,
)
from yilu.scheduling.operations.dropping import resize_booking, undo_resize_booking
from yilu.scheduling.operations.giving import give_time, undo_give_time
from yilu.scheduling.operations.later import say_under_way
from yilu.scheduling.operations.together import (
    book_together,
    cancel_together,
    move_together,
    undo_cancel_together,
    undo_move_together,
    unmake_together,
)
from yilu.scheduling.tests.factories import SUNDAY_EVENING, Clinic, at, make_clinic
from yilu.scheduling.tests.test_pages import send, toast
from yilu.scheduling.tests.test_pinboard import wait
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A08")]
LATER = "2031-03-03T11:00:00+08:00|{}"


@pytest.fixture
def clinic():
    with clock.at(SUNDAY_EVENING):
        yield make_clinic(doctors=2, rooms=2)


@pytest.fixture
def desk(clinic: Clinic, client: Client) -> Client:
    person = make_staff("front_desk", site_id=clinic.site_id)
    client.force_login(User.objects.get(pk=person.user_id))
    client.cookies["yilu_language"] = "en"
    return client


def patient_of(booking_id: UUID) -> Actor:
    patient_id = Booking.objects.get(pk=booking_id).patient_id
    return Actor(kind="patient", name="p", user_id=new_id(), owns=frozenset({patient_id}))


def move(actor: Actor, clinic: Clinic, booking_id: UUID, hour: int) -> int:
    return reschedule_booking(
        actor=actor, booking_id=booking_id, starts_at=at(hour), practitioner_id=clinic.doctors[0]
    ).version


def press(client: Client, address: str) -> Any:
    return client.post(address, {"request_key": str(new_id())})


def test_the_desk_takes_its_move_back_and_not_the_patients_that_came_after(desk, clinic):
    booked = clinic.book(at(10))
    moved = send(desk, "move", [booked.id], time=LATER.format(clinic.doctors[1]))
    move(patient_of(booked.id), clinic, booked.id, 14)

    refused = press(desk, toast(moved)["undo"])

    said = refused.content.decode()
    assert (refused.status_code, Booking.objects.get().starts_at) == (409, at(14))
    assert f"Booking {booked.number} was changed since, last by Patient: Moved" in said
    assert "2031-03-03 14:00" in said
    assert "Booked" in said


def test_what_was_only_told_or_noted_since_does_not_hinder(desk, clinic):
    booked = clinic.book(at(10))
    moved = send(desk, "move", [booked.id], time=LATER.format(clinic.doctors[1]))
    say_under_way(actor=patient_of(booked.id), booking_id=booked.id)

    assert press(desk, toast(moved)["undo"]).status_code == 204

    assert Booking.objects.get().starts_at == at(10)


def test_saying_what_was_said_before_offers_no_way_back(desk, clinic):
    booked = clinic.book(at(10))
    confirm_booking(actor=patient_of(booked.id), booking_id=booked.id)

    assert "undo" not in toast(send(desk, "confirm", [booked.id]))


Deed = Callable[..., Any]
DEEDS: dict[str, tuple[Deed, Deed]] = {
    "cancel": (partial(cancel_booking, reason="ill"), undo_cancel_booking),
    "confirm": (confirm_booking, undo_confirm_booking),
    "late": (partial(say_running_late, minutes=10), undo_running_late),
    "resize": (partial(resize_booking, minutes=20), undo_resize_booking),
    "no-show": (mark_no_show, undo_mark_no_show),
    "move": (
        partial(reschedule_booking, starts_at=at(15), practitioner_id=None),
        undo_reschedule_booking,
    ),
}


@pytest.mark.parametrize("name", DEEDS)
def test_the_same_deed_done_again_is_another_deed(clinic, name):
    booked = clinic.book(at(10))
    do, undo = (partial(one, actor=clinic.actor, booking_id=booked.id) for one in DEEDS[name])
    with clock.at(at(10, 20) if name == "no-show" else clock.now()):
        first = do()
        left = getattr(first, "version", first)
        undo(version=left)
        again = do()
        stood = Booking.objects.values().get()

        with pytest.raises(ChangedSince):
            undo(version=left)

        assert Booking.objects.values().get() == stood
        undo(version=getattr(again, "version", again))
    assert Booking.objects.get().version == stood["version"] + 1


def test_of_a_group_nobody_is_moved_back_when_one_has_moved_alone_since(clinic):
    booked = family(clinic)
    left = together(clinic, booked[0].id, 14)
    move(patient_of(booked[1].id), clinic, booked[1].id, 16)

    with pytest.raises(ChangedSince) as refused:
        undo_move_together(actor=clinic.actor, booking_id=booked[0].id, version=left)

    assert booked[1].number in str(refused.value)
    assert starts() == [at(14), at(15), at(16)]


def test_a_group_moved_again_is_moved_back_by_the_newer_deed_only(clinic):
    booked = family(clinic)
    older = together(clinic, booked[0].id, 14)
    newer = together(clinic, booked[0].id, 15)

    with pytest.raises(ChangedSince):
        undo_move_together(actor=clinic.actor, booking_id=booked[0].id, version=older)
    with pytest.raises(CannotUndo):
        undo_move_together(actor=clinic.actor, booking_id=booked[1].id)

    assert starts() == [at(15), at(15, 30), at(16)]
    undo_move_together(actor=clinic.actor, booking_id=booked[0].id, version=newer)
    assert starts() == [at(14), at(14, 30), at(15)]


def test_who_moved_alone_before_is_not_moved_back_twice(clinic):
    booked = family(clinic)
    move(clinic.actor, clinic, booked[2].id, 16)
    left = together(clinic, booked[0].id, 9)

    undo_move_together(actor=clinic.actor, booking_id=booked[0].id, version=left)

    assert starts() == [at(10), at(10, 30), at(16)]


def test_a_group_cancelled_again_comes_back_by_the_newer_deed_only(clinic):
    booked = family(clinic)
    first = booked[0].id
    older = cancel_together(actor=clinic.actor, booking_id=first, reason="away").version
    undo_cancel_together(actor=clinic.actor, booking_id=first, version=older)
    newer = cancel_together(actor=clinic.actor, booking_id=first, reason="away").version

    with pytest.raises(ChangedSince):
        undo_cancel_together(actor=clinic.actor, booking_id=first, version=older)

    assert not Booking.objects.exclude(state="cancelled").exists()
    undo_cancel_together(actor=clinic.actor, booking_id=first, version=newer)
    assert Booking.objects.filter(state="confirmed").count() == 3


@pytest.mark.covers("A09")
def test_a_time_given_to_who_held_a_later_one_is_not_taken_back_over_a_newer_move(clinic):
    patient_id = clinic.patient()
    held = clinic.book(at(10, day=3), patient_id=patient_id).id
    entry_id = wait(clinic, patient_id=patient_id, instead_of=held)
    given = give_time(
        actor=clinic.actor, entry_id=entry_id, practitioner_id=clinic.doctors[0], starts_at=at(10)
    )
    move(patient_of(held), clinic, held, 14)

    with pytest.raises(ChangedSince):
        undo_give_time(actor=clinic.actor, entry_id=entry_id, version=given.version)

    assert Booking.objects.get(pk=held).starts_at == at(14)
    assert WaitingEntry.objects.get(pk=entry_id).state == "met"


def test_a_new_booking_that_was_changed_since_stays_and_the_refusal_is_said(desk, clinic):
    booked = clinic.book(at(10))
    confirm_booking(actor=patient_of(booked.id), booking_id=booked.id)

    refused = press(desk, reverse("scheduling:unmake", args=[booked.id]))

    assert (refused.status_code, Booking.objects.get().state) == (409, "confirmed")
    assert "last by Patient: Confirmed by the patient" in refused.content.decode()


def test_the_refusal_names_a_colleague_as_its_reader_reads_names(desk, clinic):
    booked = clinic.book(at(10))
    clerk = make_staff("front_desk", site_id=clinic.site_id, name="裴冬青").actor()
    confirm_booking(actor=clerk, booking_id=booked.id)

    refused = press(desk, reverse("scheduling:unmake", args=[booked.id]))

    assert "last by Pei Dongqing: Confirmed by the patient" in refused.content.decode()


def test_of_new_bookings_of_a_group_all_stay_when_one_was_changed_since(clinic):
    booked = family(clinic)
    confirm_booking(actor=patient_of(booked[1].id), booking_id=booked[1].id)

    with pytest.raises(ChangedSince):
        unmake_together(actor=clinic.actor, booking_id=booked[0].id)
    with pytest.raises(ChangedSince):
        unmake_booking(actor=clinic.actor, booking_id=booked[1].id)


def family(clinic: Clinic) -> list[Any]:
    """Three, one after the other from ten on."""
    wishes = [clinic.wish(at(10, 30 * n)) for n in range(3)]
    return book_together(actor=clinic.actor, wishes=wishes)


def together(clinic: Clinic, booking_id: UUID, hour: int) -> int:
    return move_together(
        actor=clinic.actor, booking_id=booking_id, starts_at=at(hour),
        practitioner_id=clinic.doctors[0],
    ).version  # fmt: skip


def starts() -> list[Any]:
    return list(Booking.objects.order_by("starts_at").values_list("starts_at", flat=True))
