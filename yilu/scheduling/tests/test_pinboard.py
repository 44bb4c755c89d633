"""Around the desk grid: the pinboard, who fits a gap, what is offered instead, a week."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from yilu.catalogue.models import Performs
from yilu.platform.errors import NotFound
from yilu.scheduling.errors import (
    CannotUndo,
    NoLongerWaiting,
    PlaceUnsuited,
    SlotTaken,
)
from yilu.scheduling.models import Allocation, Booking, Pin, Resource, WaitingEntry
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.operations.dropping import (
    Place,
    drop_booking,
    resize_booking,
)
from yilu.scheduling.operations.giving import give_time, undo_give_time
from yilu.scheduling.operations.grid_view import keep_grid_view
from yilu.scheduling.operations.pinboard import pin_booking, unpin_booking
from yilu.scheduling.operations.waiting_list import (
    WaitingWish,
    join_waiting_list,
    leave_waiting_list,
)
from yilu.scheduling.selectors.gaps import Gap, who_fits
from yilu.scheduling.selectors.pinboard import grid_view, pinboard
from yilu.scheduling.selectors.refusals import (
    Wanted,
    choices_instead,
    line_now,
    longest_instead,
)
from yilu.scheduling.selectors.soonest import parts_of_day
from yilu.scheduling.selectors.times import free_days
from yilu.scheduling.selectors.week_grid import week_grid
from yilu.scheduling.tests.factories import (
    MONDAY,
    Clinic,
    at,
    make_actor,
    make_clinic,
    make_service,
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


def wait(clinic: Clinic, **facts: Any) -> UUID:
    wish = {
        "site_id": clinic.site_id,
        "service_id": clinic.service_id,
        "practitioner_id": None,
        "patient_id": clinic.patient(),
        "from_on": MONDAY,
        "until_on": MONDAY + timedelta(days=5),
        "channel": "phone",
    }
    return join_waiting_list(actor=clinic.actor, wish=WaitingWish(**wish | facts))


def test_the_pinboard_is_each_readers_own_and_keeps_the_place(clinic: Clinic):
    booked = clinic.book(at(10)).id
    before = facts(booked)
    other = make_actor(clinic.site_id)

    pin_booking(actor=clinic.actor, booking_id=booked)
    pin_booking(actor=clinic.actor, booking_id=booked)

    assert [line.id for line in pinboard(clinic.actor, clinic.site_id)] == [booked]
    assert pinboard(other, clinic.site_id) == []
    assert facts(booked) == before
    unpin_booking(actor=clinic.actor, booking_id=booked)
    assert pinboard(clinic.actor, clinic.site_id) == []


def test_what_has_found_a_place_or_is_cancelled_leaves_the_pinboard(clinic: Clinic):
    placed, cancelled = clinic.book(at(10)).id, clinic.book(at(11)).id
    colleague = make_actor(clinic.site_id)
    for actor in (clinic.actor, colleague):
        pin_booking(actor=actor, booking_id=placed)
        pin_booking(actor=actor, booking_id=cancelled)

    place(clinic, placed, starts_at=at(14))
    cancel_booking(actor=clinic.actor, booking_id=cancelled, reason="ill")

    assert not Pin.objects.filter(booking_id=placed, active=True).exists()
    assert pinboard(clinic.actor, clinic.site_id) == pinboard(colleague, clinic.site_id) == []


@pytest.mark.parametrize("n", [1, 12])
def test_the_pinboard_costs_the_same_for_many(n: int, django_assert_num_queries: Any):
    clinic = make_clinic(doctors=n, rooms=n)
    for doctor in clinic.doctors:
        booked = clinic.book(at(10), practitioner_id=doctor).id
        pin_booking(actor=clinic.actor, booking_id=booked)

    with django_assert_num_queries(6):
        assert len(pinboard(clinic.actor, clinic.site_id)) == n


def test_how_somebody_looks_at_the_grid_is_theirs(clinic: Clinic):
    other = make_actor(clinic.site_id)
    hidden = clinic.doctor_resources[:1]

    keep_grid_view(actor=clinic.actor, site_id=clinic.site_id, kind="chair", hidden=hidden)
    keep_grid_view(actor=clinic.actor, site_id=clinic.site_id, department="dental")
    keep_grid_view(actor=clinic.actor, site_id=clinic.site_id, kind="nonsense")

    mine = grid_view(clinic.actor, clinic.site_id)
    assert (mine.kind, mine.department, mine.hidden) == ("chair", "dental", frozenset(hidden))
    assert grid_view(other, clinic.site_id).kind == "practitioner"


def test_a_gap_lists_who_is_on_the_pinboard_to_be_moved_and_who_waits(clinic: Clinic):
    pinned = clinic.book(at(9)).id
    pin_booking(actor=clinic.actor, booking_id=pinned)
    lost = clinic.book(at(11), practitioner_id=clinic.doctors[1]).id
    Resource.objects.filter(pk=clinic.doctor_resources[1]).update(is_active=False)
    early, urgent = wait(clinic), wait(clinic, urgency="urgent")
    wait(clinic, practitioner_id=clinic.doctors[1])
    gap = Gap(clinic.site_id, clinic.doctors[0], at(10), at(11))

    found = who_fits(clinic.actor, gap)

    assert [(one.line.id, one.starts_at) for one in found.pinned] == [(pinned, at(10))]
    assert [one.line.id for one in found.stranded] == [lost]
    assert [one.entry_id for one in found.waiting] == [urgent, early]
    assert (found.waiting[0].starts_at, found.waiting[0].ends_at) == (at(10), at(10, 30))
    assert found.many == 4
    short = Gap(clinic.site_id, clinic.doctors[0], at(10), at(10, 20))
    assert who_fits(clinic.actor, short).many == 0


@pytest.mark.covers("A04")
def test_a_gap_of_a_room_lists_whose_service_uses_it_and_whose_doctor_is_free(clinic: Clinic):
    pinned = clinic.book(at(9)).id
    pin_booking(actor=clinic.actor, booking_id=pinned)
    waits = wait(clinic)
    busy = wait(clinic, practitioner_id=clinic.doctors[1])
    clinic.book(at(10), practitioner_id=clinic.doctors[1])
    held = Allocation.objects.filter(during__startswith=at(10), resource__kind="room")
    room = next(one for one in clinic.room_resources if one != held.get().resource_id)
    gap = Gap(clinic.site_id, None, at(10), at(10, 30), room)

    found = who_fits(clinic.actor, gap)

    assert [one.line.id for one in found.pinned] == [pinned]
    assert [one.entry_id for one in found.waiting] == [waits]
    assert found.waiting[0].practitioner_id == clinic.doctors[0]
    assert busy not in [one.entry_id for one in found.waiting]
    of_nobody = Gap(clinic.site_id, None, at(10), at(10, 30), clinic.doctor_resources[0])
    assert who_fits(clinic.actor, of_nobody).many == 0


@pytest.mark.covers("A09", "A04")
def test_who_is_given_the_gap_of_a_room_gets_that_room(clinic: Clinic):
    first, second = clinic.room_resources
    for room in (second, first):
        entry_id = wait(clinic)
        booked = give_time(
            actor=clinic.actor, entry_id=entry_id, practitioner_id=clinic.doctors[0],
            starts_at=at(10), thing_id=room,
        )  # fmt: skip
        assert room in booked.resource_ids
        undo_give_time(actor=clinic.actor, entry_id=entry_id)
    clinic.book(at(11), practitioner_id=clinic.doctors[1])
    taken = Allocation.objects.get(during__startswith=at(11), resource__kind="room").resource_id
    with pytest.raises(SlotTaken):
        give_time(
            actor=clinic.actor, entry_id=wait(clinic), practitioner_id=clinic.doctors[0],
            starts_at=at(11), thing_id=taken,
        )  # fmt: skip
    with pytest.raises(PlaceUnsuited):
        give_time(
            actor=clinic.actor, entry_id=wait(clinic), practitioner_id=clinic.doctors[0],
            starts_at=at(14), thing_id=clinic.doctor_resources[1],
        )  # fmt: skip


@pytest.mark.covers("A09", "A04")
def test_who_holds_a_later_time_moves_into_that_room_and_back(clinic: Clinic):
    patient_id = clinic.patient()
    held = clinic.book(at(9, day=2), patient_id=patient_id)
    room = next(one for one in clinic.room_resources if one not in held.resource_ids)
    entry_id = wait(clinic, patient_id=patient_id, instead_of=held.id)

    booked = give_time(
        actor=clinic.actor, entry_id=entry_id, practitioner_id=clinic.doctors[0],
        starts_at=at(10), thing_id=room,
    )  # fmt: skip

    assert (booked.id, room in booked.resource_ids) == (held.id, True)
    undo_give_time(actor=clinic.actor, entry_id=entry_id)
    assert Booking.objects.get(pk=held.id).starts_at == at(9, day=2)
    rooms = Allocation.objects.filter(booking_id=held.id, active=True)
    assert {one.resource_id for one in rooms} == set(held.resource_ids)


@pytest.mark.covers("A09", "A04")
def test_who_holds_a_later_time_of_another_service_moves_into_that_room_and_back(clinic: Clinic):
    patient_id = clinic.patient()
    other = make_service()
    for doctor in clinic.doctors:
        Performs.objects.create(practitioner_id=doctor, service_id=other)
    held = clinic.book(at(9, day=2), patient_id=patient_id, service_id=other)
    first, second = clinic.room_resources
    for room in (second, first):
        entry_id = wait(clinic, patient_id=patient_id, instead_of=held.id)
        booked = give_time(
            actor=clinic.actor, entry_id=entry_id, practitioner_id=clinic.doctors[0],
            starts_at=at(10), thing_id=room,
        )  # fmt: skip
        assert (booked.id, room in booked.resource_ids) == (held.id, True)
        assert Booking.objects.get(pk=held.id).service_id == clinic.service_id
        undo_give_time(actor=clinic.actor, entry_id=entry_id)
        leave_waiting_list(actor=clinic.actor, entry_id=entry_id)
    back = Booking.objects.get(pk=held.id)
    assert (back.service_id, back.starts_at) == (other, at(9, day=2))
    entry_id = wait(clinic, patient_id=patient_id, instead_of=held.id)
    with pytest.raises(PlaceUnsuited):
        give_time(
            actor=clinic.actor, entry_id=entry_id, practitioner_id=clinic.doctors[0],
            starts_at=at(10), thing_id=clinic.doctor_resources[1],
        )  # fmt: skip
    assert Booking.objects.get(pk=held.id).starts_at == at(9, day=2)


def test_a_longer_booking_needs_a_longer_gap(clinic: Clinic):
    booked = clinic.book(at(9)).id
    resize(clinic, booked, 50)
    pin_booking(actor=clinic.actor, booking_id=booked)

    half = Gap(clinic.site_id, clinic.doctors[0], at(10), at(10, 30))
    whole = Gap(clinic.site_id, clinic.doctors[0], at(10), at(11))

    assert who_fits(clinic.actor, half).pinned == ()
    assert len(who_fits(clinic.actor, whole).pinned) == 1


@pytest.mark.covers("A09")
def test_a_gap_is_given_to_who_waits_and_taken_back(clinic: Clinic):
    entry_id = wait(clinic)

    booked = give_time(
        actor=clinic.actor, entry_id=entry_id, practitioner_id=clinic.doctors[0], starts_at=at(10)
    )

    entry = WaitingEntry.objects.get(pk=entry_id)
    assert (entry.state, entry.booking_id) == ("met", booked.id)
    with pytest.raises(NoLongerWaiting):
        give_time(
            actor=clinic.actor,
            entry_id=entry_id,
            practitioner_id=clinic.doctors[0],
            starts_at=at(11),
        )
    undo_give_time(actor=clinic.actor, entry_id=entry_id)
    entry.refresh_from_db()
    assert (entry.state, entry.booking_id) == ("waiting", None)
    assert Booking.objects.get(pk=booked.id).state == "cancelled"
    with pytest.raises(CannotUndo):
        undo_give_time(actor=clinic.actor, entry_id=entry_id)


@pytest.mark.covers("A09")
def test_who_holds_a_later_time_gets_the_gap_in_its_stead(clinic: Clinic):
    patient_id = clinic.patient()
    held = clinic.book(at(10, day=3), patient_id=patient_id).id
    entry_id = wait(clinic, patient_id=patient_id, instead_of=held)

    given = give_time(
        actor=clinic.actor, entry_id=entry_id, practitioner_id=clinic.doctors[0], starts_at=at(10)
    )

    assert (given.id, Booking.objects.get(pk=held).starts_at) == (held, at(10))
    undo_give_time(actor=clinic.actor, entry_id=entry_id)
    assert Booking.objects.get(pk=held).starts_at == at(10, day=3)


@pytest.mark.covers("A06")
def test_up_to_five_places_of_the_wanted_length_are_named_instead(clinic: Clinic):
    booked = clinic.book(at(10)).id
    clinic.book(at(11))
    line = line_now(clinic.actor, booked)

    shown = choices_instead(line, Wanted(at(11), clinic.doctors[0], 60))

    assert len(shown) == 5
    assert {one.ends_at - one.starts_at for one in shown} == {timedelta(minutes=60)}
    assert (shown[0].starts_at, shown[0].practitioner_id) == (at(11), clinic.doctors[1])
    assert longest_instead(line, 75) == 60
    assert longest_instead(line, 35) is None


def test_the_soonest_times_are_named_by_part_of_the_day(clinic: Clinic):
    days = free_days(
        site_id=clinic.site_id,
        service_id=clinic.service_id,
        practitioner_id=None,
        first=MONDAY,
        days=2,
    )

    found = {one.key: one for one in parts_of_day(days)}

    assert [key for key, one in found.items() if one.free] == ["any", "morning", "afternoon"]
    assert found["any"].soonest[0].starts_at == found["morning"].soonest[0].starts_at == at(9)
    assert found["afternoon"].soonest[0].starts_at == at(14)
    assert len({one.starts_at for one in found["any"].soonest}) == 6


def test_a_week_of_a_column_shows_each_day(clinic: Clinic):
    monday, friday = clinic.book(at(10)).id, clinic.book(at(15, day=4)).id
    cancel_booking(actor=clinic.actor, booking_id=clinic.book(at(9)).id, reason="ill")

    week = week_grid(clinic.actor, clinic.doctor_resources[0], MONDAY)

    assert (week.steps, f"{week.hours[0]:%H:%M}") == (96, "09:00")
    assert [[one.line.id for one in day.column.bookings] for day in week.days] == [
        [monday],
        [],
        [],
        [],
        [friday],
        [],
        [],
    ]
    assert week.days[4].column.bookings[0].place.at == 72
    with pytest.raises(NotFound):
        week_grid(make_clinic().actor, clinic.doctor_resources[0], MONDAY)


@pytest.mark.parametrize("n", [1, 6])
def test_a_week_costs_the_same_however_full(n: int, django_assert_num_queries: Any):
    clinic = make_clinic(service=make_service(minutes=30))
    for day in range(n):
        clinic.book(at(10, day=day))

    with django_assert_num_queries(15):
        week_grid(clinic.actor, clinic.doctor_resources[0], MONDAY)
