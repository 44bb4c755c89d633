"""Absences, faults, meetings; and time that is kept for somebody."""

from datetime import timedelta
from typing import Any

import pytest

from yilu.platform import clock
from yilu.platform.errors import NotAllowed
from yilu.scheduling import permissions
from yilu.scheduling.errors import EndsTooSoon, HoldExpired, SlotTaken
from yilu.scheduling.models import Allocation, Block, Booking, Hold
from yilu.scheduling.operations.blocks import Blocked, block_resource, lift_block, undo_lift_block
from yilu.scheduling.operations.changing import cancel_booking, reschedule_booking
from yilu.scheduling.operations.holds import hold_time, release_hold
from yilu.scheduling.tests.factories import Clinic, at, make_actor

pytestmark = pytest.mark.django_db


def block(clinic: Clinic, **facts: Any) -> Blocked:
    usual = {
        "actor": clinic.actor,
        "resource_id": clinic.doctor_resources[0],
        "starts_at": at(9),
        "ends_at": at(12),
        "kind": "absence",
        "reason": "培训",
    }
    return block_resource(**usual | facts)


def blocked_pieces() -> set[tuple[Any, Any]]:
    held = Allocation.objects.filter(active=True, block__isnull=False)
    return {(a.during.lower, a.during.upper) for a in held}


@pytest.mark.covers("A03")
def test_blocked_time_cannot_be_booked(clinic: Clinic):
    block(clinic)

    with pytest.raises(SlotTaken):
        clinic.book(at(10))
    assert clinic.book(at(14)).starts_at == at(14)


def test_what_is_booked_stays_and_is_named(clinic: Clinic):
    booked = clinic.book(at(10))

    blocked = block(clinic)

    assert blocked.booking_ids == (booked.id,)
    assert blocked_pieces() == {(at(9), at(10)), (at(10, 30), at(12))}
    assert Booking.objects.get().state == "confirmed"


def test_what_becomes_free_inside_a_block_belongs_to_it(clinic: Clinic):
    first, second = clinic.book(at(10)), clinic.book(at(11))
    block(clinic)

    cancel_booking(actor=clinic.actor, booking_id=first.id, reason="absent")
    reschedule_booking(
        actor=clinic.actor,
        booking_id=second.id,
        starts_at=at(15),
        practitioner_id=clinic.doctors[0],
    )

    assert blocked_pieces() == {
        (at(9), at(10)),
        (at(10), at(10, 30)),
        (at(10, 30), at(11)),
        (at(11), at(11, 30)),
        (at(11, 30), at(12)),
    }


def test_a_lifted_block_frees_its_time_and_can_be_taken_back(clinic: Clinic):
    (block_id,) = block(clinic).block_ids

    lift_block(actor=clinic.actor, block_id=block_id)
    assert blocked_pieces() == set()
    booked = clinic.book(at(10))
    undo_lift_block(actor=clinic.actor, block_id=block_id)

    assert blocked_pieces() == {(at(9), at(10)), (at(10, 30), at(12))}
    assert Booking.objects.get().pk == booked.id


@pytest.mark.covers("A03")
def test_a_meeting_lifted_during_a_leave_frees_nothing_of_the_leave(clinic: Clinic):
    (meeting,) = block(clinic, starts_at=at(10), ends_at=at(11), kind="meeting").block_ids
    block(clinic)

    lift_block(actor=clinic.actor, block_id=meeting)

    with pytest.raises(SlotTaken):
        clinic.book(at(10))
    undo_lift_block(actor=clinic.actor, block_id=meeting)
    with pytest.raises(SlotTaken):
        clinic.book(at(10))


def test_a_week_of_leave_is_a_block_per_day(clinic: Clinic):
    blocked = block(clinic, ends_at=at(12, day=5))

    days = Block.objects.filter(pk__in=blocked.block_ids).values_list("clinic_day", flat=True)
    assert [str(day) for day in sorted(days)] == [f"2031-03-0{n}" for n in range(3, 9)]
    longest = max(b.during.upper - b.during.lower for b in Block.objects.all())
    assert longest == timedelta(hours=24)


def test_a_block_that_makes_no_sense_is_refused(clinic: Clinic):
    with pytest.raises(EndsTooSoon):
        block(clinic, ends_at=at(9))
    with pytest.raises(NotAllowed):
        block(clinic, actor=make_actor(clinic.site_id, permissions.SEE))

    assert not Block.objects.exists()


def keep(clinic: Clinic, **facts: Any) -> Any:
    usual = {
        "actor": clinic.actor,
        "site_id": clinic.site_id,
        "service_id": clinic.service_id,
        "practitioner_id": clinic.doctors[0],
        "starts_at": at(10),
    }
    return hold_time(**usual | facts)


@pytest.mark.covers("A01")
def test_kept_time_is_booked_by_who_kept_it_and_by_nobody_else(clinic: Clinic):
    held = keep(clinic)

    with pytest.raises(SlotTaken):
        clinic.book(at(10))
    booked = clinic.book(at(10), hold_id=held.id)

    assert len(booked.resource_ids) == 2
    assert Hold.objects.get().state == "used"
    assert not Allocation.objects.filter(active=True, hold__isnull=False).exists()


def test_after_its_time_the_next_claimant_takes_it_over(clinic: Clinic):
    held = keep(clinic)

    with clock.at(held.expires_at):
        booked = clinic.book(at(10))
        with pytest.raises(HoldExpired):
            clinic.book(at(11), hold_id=held.id)

    assert booked.starts_at == at(10)


def test_kept_time_can_be_let_go(clinic: Clinic):
    held = keep(clinic)

    for _ in range(2):
        release_hold(actor=clinic.actor, hold_id=held.id)

    assert clinic.book(at(10)).starts_at == at(10)
