"""Free time: what is shown can be booked, and what can be booked is shown."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction

from yilu.catalogue.models import Performs
from yilu.facility.tests.factories import make_site
from yilu.platform import clock
from yilu.platform.errors import DomainError
from yilu.scheduling.errors import UnknownPractitioner, UnknownService, WindowTooWide
from yilu.scheduling.models import Allocation
from yilu.scheduling.operations.blocks import block_resource
from yilu.scheduling.operations.booking import book_appointment
from yilu.scheduling.operations.holds import hold_time
from yilu.scheduling.operations.resources import add_resource
from yilu.scheduling.operations.roster import open_session
from yilu.scheduling.selectors.free_time import Slot, free_slots
from yilu.scheduling.selectors.instead import alternatives
from yilu.scheduling.tests.factories import (
    Clinic,
    add_doctor,
    at,
    make_clinic,
    make_service,
    publish,
)

pytestmark = pytest.mark.django_db


def slots(clinic: Clinic, **facts: Any) -> list[Slot]:
    usual = {
        "site_id": clinic.site_id,
        "service_id": clinic.service_id,
        "starts_from": at(0),
        "starts_until": at(24),
    }
    return free_slots(**usual | facts)


def times(found: list[Slot]) -> list[str]:
    """The starts on the wall in Shanghai, such as "0930"."""
    return [(slot.starts_at + timedelta(hours=8)).strftime("%H%M") for slot in found]


@pytest.mark.covers("A03")
def test_a_free_day_is_offered_in_steps_from_the_session_start():
    clinic = make_clinic()

    found = slots(clinic)

    morning = [f"{h:02}{m:02}" for h in (9, 10, 11) for m in (0, 15, 30, 45)][:-1]
    afternoon = [f"{h:02}{m:02}" for h in (14, 15, 16) for m in (0, 15, 30, 45)][:-1]
    assert times(found) == morning + afternoon
    assert {slot.practitioner_id for slot in found} == {clinic.doctors[0]}
    assert found[0].ends_at - found[0].starts_at == timedelta(minutes=30)


def test_what_is_booked_is_not_offered():
    clinic = make_clinic()
    clinic.book(at(10))

    assert times(slots(clinic, starts_until=at(12))) == [
        "0900",
        "0915",
        "0930",
        "1030",
        "1045",
        "1100",
        "1115",
        "1130",
    ]


@pytest.mark.covers("A04")
def test_it_is_free_only_if_everything_needed_is():
    clinic = make_clinic(doctors=2, rooms=1)
    clinic.book(at(10), practitioner_id=clinic.doctors[0])

    found = slots(clinic, practitioner_id=clinic.doctors[1], starts_until=at(11))

    assert times(found) == ["0900", "0915", "0930", "1030", "1045"]


def test_a_room_must_be_free_for_the_whole_time():
    """Two rooms that are free one after the other are no room for one visit."""
    clinic = make_clinic(doctors=1, rooms=2)
    for resource_id, start, end in zip(
        clinic.room_resources, (at(9), at(10)), (at(10), at(12)), strict=True
    ):
        block_resource(
            actor=clinic.actor,
            resource_id=resource_id,
            starts_at=start,
            ends_at=end,
            kind="fault",
        )

    assert times(slots(clinic, starts_until=at(10, 30))) == ["0900", "0915", "0930", "1000", "1015"]


def test_without_things_of_the_kind_nothing_is_free():
    clinic = make_clinic(service=make_service(needs=[{"kind": "chair"}]))

    assert slots(clinic) == []


def test_devices_are_asked_for_by_their_sort():
    clinic = make_clinic(
        service=make_service(needs=[{"kind": "device", "device_kind": "panoramic"}])
    )

    assert slots(clinic) == []


@pytest.mark.covers("A04")
def test_two_rooms_at_once_are_offered_while_two_are_free():
    clinic = make_clinic(rooms=3, service=make_service(needs=[{"kind": "room"}] * 2))
    for room in clinic.room_resources[:2]:
        block_resource(
            actor=clinic.actor, resource_id=room, starts_at=at(10), ends_at=at(11), kind="fault"
        )

    found = slots(clinic, starts_until=at(11, 15))

    assert times(found) == ["0900", "0915", "0930", "1100"]


@pytest.mark.covers("A03")
def test_buffers_own_lengths_and_notice_are_respected():
    service = make_service(buffer_before=10, buffer_after=10, min_notice_minutes=90)
    clinic = make_clinic(service=service, minutes=40)

    with clock.at(at(8)):
        found = slots(clinic, starts_until=at(12))

    assert times(found) == [
        "0930",
        "0940",
        "0950",
        "1000",
        "1010",
        "1020",
        "1030",
        "1040",
        "1050",
        "1100",
        "1110",
    ]
    assert found[0].ends_at == at(10, 10)


def test_the_booking_window_ends_what_is_offered():
    clinic = make_clinic(days=5, service=make_service(window_days=2))

    found = slots(clinic, starts_until=at(0, day=10))

    assert found[-1].starts_at == at(16, 30, day=1)


def test_a_block_that_began_the_day_before_still_counts():
    clinic = make_clinic()
    block_resource(
        actor=clinic.actor,
        resource_id=clinic.doctor_resources[0],
        starts_at=at(10, day=-1) + timedelta(hours=1),
        ends_at=at(10, 30),
        kind="absence",
    )

    assert times(slots(clinic, starts_from=at(8), starts_until=at(11)))[0] == "1030"


def test_a_night_session_is_offered_across_midnight():
    clinic = make_clinic(service=make_service(needs=[]))
    open_session(
        actor=clinic.actor,
        resource_id=clinic.doctor_resources[0],
        site_id=clinic.site_id,
        starts_at=at(22),
        ends_at=at(6, day=1),
    )

    found = slots(clinic, starts_from=at(23, 30), starts_until=at(0, 30, day=1))

    assert times(found) == ["2330", "2345", "0000", "0015"]


def test_time_that_is_kept_for_somebody_is_free_again_when_it_runs_out():
    clinic = make_clinic()
    with clock.at(at(8)):
        hold_time(
            actor=clinic.actor,
            site_id=clinic.site_id,
            service_id=clinic.service_id,
            practitioner_id=None,
            starts_at=at(9),
            minutes=10,
        )
        assert times(slots(clinic))[0] == "0930"
    with clock.at(at(8, 10)):
        assert times(slots(clinic))[0] == "0900"


def test_another_sites_session_is_not_offered_here():
    clinic = make_clinic()
    other = make_site()

    assert slots(clinic, site_id=other) == []


def test_an_unknown_service_or_practitioner_and_a_wide_window_are_refused():
    clinic = make_clinic(doctors=1)
    stranger = make_clinic().doctors[0]

    with pytest.raises(UnknownService):
        slots(clinic, service_id=clinic.site_id)
    with pytest.raises(UnknownPractitioner):
        slots(clinic, practitioner_id=stranger)
    with pytest.raises(WindowTooWide):
        slots(clinic, starts_until=at(0, day=31) + timedelta(minutes=1))


@pytest.mark.parametrize(("doctors", "days"), [(1, 1), (12, 31)])
def test_free_time_takes_two_queries(doctors: int, days: int, django_assert_num_queries: Any):
    clinic = make_clinic(doctors=doctors, rooms=doctors, days=days)

    with django_assert_num_queries(2):
        slots(clinic, starts_until=at(0, day=days))


def test_a_full_month_of_twelve_doctors_is_all_there():
    clinic = make_clinic(doctors=12, rooms=12, days=20)

    found = slots(clinic, starts_until=at(0, day=20))

    assert len(found) == 12 * 20 * 22
    assert found == sorted(found, key=lambda slot: (slot.starts_at, slot.practitioner_id))


SERVICES: list[dict[str, Any]] = [
    {"needs": []},
    {"needs": [{"kind": "room"}], "buffer_after": 5},
    {"needs": [{"kind": "room"}, {"kind": "chair"}], "buffer_before": 10, "minutes": 20},
    {"needs": [{"kind": "room"}, {"kind": "room"}], "minutes": 45},
]


@pytest.mark.covers("A01", "A04")
@pytest.mark.parametrize("seed", range(6))
def test_every_time_that_is_offered_can_be_booked_and_no_other(seed: int):
    """Whatever was booked, kept and blocked before: offered is the same as bookable."""
    random = Random(seed)  # noqa: S311
    clinic = _busy_clinic(random)
    service_id = make_service(**random.choice(SERVICES))
    for doctor in clinic.doctors:
        minutes = random.choice([None, None, 25])
        Performs.objects.create(practitioner_id=doctor, service_id=service_id, minutes=minutes)
    offered = slots(clinic, service_id=service_id)
    starts = {(slot.starts_at, slot.practitioner_id) for slot in offered}
    patient_id = clinic.patient()

    every = [(at(9, n), doctor) for n in range(0, 480, 5) for doctor in clinic.doctors]
    for start, doctor in random.sample(every, 60) + random.sample(
        sorted(starts), min(12, len(starts))
    ):
        wish = clinic.wish(
            start, service_id=service_id, practitioner_id=doctor, patient_id=patient_id
        )
        bookable = _can_book(clinic, wish)
        on_grid = (start, doctor) in starts
        assert bookable or not on_grid, (start, doctor)
        if bookable and not on_grid:
            assert not _on_grid(offered, service_id, start, doctor, clinic)


def _busy_clinic(random: Random) -> Clinic:
    clinic = make_clinic(doctors=3, rooms=3, chairs=2)
    for _ in range(14):
        minute = random.randrange(0, 480, 5)
        wish = clinic.wish(at(9, minute), practitioner_id=random.choice([None, *clinic.doctors]))
        try:
            book_appointment(actor=clinic.actor, wish=wish)
        except DomainError:
            continue
    for resource_id in random.sample(clinic.doctor_resources + clinic.room_resources, 3):
        minute = random.randrange(0, 480, 5)
        block_resource(
            actor=clinic.actor,
            resource_id=resource_id,
            starts_at=at(9, minute),
            ends_at=at(9, minute + random.randrange(5, 90)),
            kind="meeting",
        )
    return clinic


class _OnlyTried(Exception):
    pass


def _can_book(clinic: Clinic, wish: Any) -> bool:
    try:
        _try(clinic, wish)
    except _OnlyTried:
        return True
    except DomainError:
        return False
    return False


def _try(clinic: Clinic, wish: Any) -> None:
    with transaction.atomic():
        book_appointment(actor=clinic.actor, wish=wish)
        raise _OnlyTried


def _on_grid(offered: Any, service_id: Any, start: Any, doctor: Any, clinic: Clinic) -> bool:
    """Whether a start lies on the steps that are offered."""
    length = Performs.objects.get(service_id=service_id, practitioner_id=doctor).minutes
    usual = next(
        (s.ends_at - s.starts_at for s in offered if s.practitioner_id == doctor),
        timedelta(minutes=length or 30),
    )
    minutes = int(usual.total_seconds() // 60)
    step = next(n for n in (15, 10, 5, 1) if minutes % n == 0)
    opens = at(9) if start < at(13) else at(14)
    return (start - opens) % timedelta(minutes=step) == timedelta(0)


@pytest.mark.covers("A06")
def test_alternatives_are_near_and_free():
    clinic = make_clinic(doctors=2, rooms=2)
    clinic.book(at(10))

    found = alternatives(
        site_id=clinic.site_id,
        service_id=clinic.service_id,
        practitioner_id=clinic.doctors[0],
        starts_at=at(10),
    )

    mine, other = clinic.doctors
    assert [(slot.starts_at, slot.practitioner_id) for slot in found] == [
        (at(10), other),
        (at(10, 30), mine),
        (at(9, 30), mine),
        (at(10, day=1), mine),
        (at(9, 15), mine),
    ]


def test_alternatives_take_two_queries(django_assert_num_queries: Any):
    clinic = make_clinic()

    with django_assert_num_queries(2):
        alternatives(
            site_id=clinic.site_id,
            service_id=clinic.service_id,
            practitioner_id=clinic.doctors[0],
            starts_at=at(10),
        )


def test_a_practitioner_without_a_home_kit_can_still_be_had():
    clinic = make_clinic(doctors=0, rooms=1)
    add_doctor(clinic, home=None)
    kit = add_resource(actor=clinic.actor, site_id=clinic.site_id, kind="kit", kit="whitening")
    publish(clinic)

    assert Allocation.objects.filter(resource_id=kit).count() == 0
    assert times(slots(clinic))[0] == "0900"


def test_instants_of_any_offset_mean_the_same_window():
    clinic = make_clinic()
    as_utc = datetime(2031, 3, 3, 1, tzinfo=UTC)

    assert slots(clinic, starts_from=as_utc) == slots(clinic, starts_from=at(9))
