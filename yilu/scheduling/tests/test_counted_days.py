"""Days counted for good say what counting them afresh says, whatever happened to them since."""

import os
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from yilu.facility.models import Site
from yilu.patients.tests.factories import make_patient
from yilu.platform import clock, timers
from yilu.platform.errors import NotAllowed
from yilu.platform.testing import drain, not_kept_yet
from yilu.scheduling import permissions
from yilu.scheduling.models import Block, Booking, BookingTally, CountedDay, Session
from yilu.scheduling.operations.archive import archive_step
from yilu.scheduling.operations.arrivals import mark_no_show
from yilu.scheduling.operations.counting import (
    COUNT,
    count_days,
    forget_counted,
    keep_counting,
)
from yilu.scheduling.selectors.counting import Scope
from yilu.scheduling.selectors.figures import booking_figures
from yilu.scheduling.selectors.requests_met import requests_met
from yilu.scheduling.selectors.use_of_time import time_use
from yilu.scheduling.tests.factories import (
    MONDAY,
    SUNDAY_EVENING,
    Clinic,
    at,
    make_actor,
    make_clinic,
    make_service,
)

pytestmark = pytest.mark.covers("A19")
SOAK = os.environ.get("YILU_SOAK") == "1"
LATER = SUNDAY_EVENING + timedelta(days=12)
STATES = ["requested", "confirmed", "arrived", "finished", "cancelled", "no_show"]
_numbers = count(1)

BOOKINGS = st.lists(
    st.fixed_dictionaries(
        {
            "day": st.integers(0, 5),
            "hour": st.integers(0, 26),
            "made": st.integers(0, 20 * 24),
            "channel": st.sampled_from(["web", "phone", "walk_in"]),
            "service": st.integers(0, 1),
            "doctor": st.integers(0, 1),
            "state": st.sampled_from(STATES),
            "by": st.sampled_from(["staff", "patient"]),
            "reason": st.sampled_from(["ill", "time", "other"]),
            "version": st.integers(1, 3),
        }
    ),
    min_size=1,
    max_size=12,
)
CHANGES = st.lists(
    st.tuples(st.integers(0, 19), st.sampled_from(STATES), st.integers(0, 1)), max_size=4
)
ASKED = st.sets(st.integers(0, 6), min_size=2, max_size=3)
UNITS = st.sampled_from(["day", "week", "month"])


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(doctors=2, rooms=2)


@pytest.fixture
def _later() -> Iterator[None]:
    with clock.at(LATER):
        yield


def write(clinic: Clinic, services: list[Any], one: dict[str, Any], patient: Any) -> Booking:
    """A booking as some past left it: made, agreed and ended at any time."""
    starts = at(one["hour"], next(_numbers) % 60, day=one["day"])
    made = starts - timedelta(hours=one["made"])
    booking = Booking(
        number=f"T-{next(_numbers)}",
        site_id=clinic.site_id,
        service_id=services[one["service"]],
        practitioner_id=clinic.doctors[one["doctor"]],
        patient_id=patient,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=20),
        clinic_day=MONDAY + timedelta(days=one["day"]),
        channel=one["channel"],
        created_at=made,
        changed_at=made + timedelta(minutes=5 if one["by"] == "staff" else 90),
        version=one["version"],
    )
    put(booking, one["state"], one["by"], one["reason"])
    booking.save(force_insert=True)
    return booking


def put(booking: Booking, state: str, by: str = "staff", reason: str = "ill") -> None:
    booking.state = state
    booking.cancelled_by_kind, booking.cancel_reason = (
        (by, reason) if state == "cancelled" else ("", "")
    )


def everything(clinic: Clinic, scope: Scope, unit: str = "day") -> list[Any]:
    return [
        booking_figures(clinic.actor, scope, unit),
        requests_met(clinic.actor, scope),
        time_use(clinic.actor, scope),
    ]


def scopes(clinic: Clinic, services: list[Any]) -> list[Scope]:
    site, first, last = (clinic.site_id,), MONDAY, MONDAY + timedelta(days=9)
    return [
        Scope(site, first, last),
        Scope(site, MONDAY + timedelta(days=3), MONDAY + timedelta(days=4)),
        Scope(site, first, last, channel="web"),
        Scope(site, first, last, service_id=services[0]),
        Scope(site, first, last, practitioner_ids=(clinic.doctors[0],)),
        Scope(site, first, last, practitioner_ids=()),
        Scope(site, first, last, channel="web", service_id=services[1]),
    ]


def afresh(clinic: Clinic, scope: Scope, unit: str) -> list[Any]:
    """The same with nothing counted before."""
    with transaction.atomic():
        forget_counted(
            actor=clinic.actor, site_id=clinic.site_id, first=date.min, last=date(2200, 1, 1)
        )
        found = everything(clinic, scope, unit)
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
@pytest.mark.usefixtures("_later")
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_counted_days_say_what_counting_afresh_says(zone: str):
    # In New York the clocks change on 9 March 2031, among the days that are counted.
    with clock.at(SUNDAY_EVENING):
        clinic = make_clinic(doctors=2, rooms=2, time_zone=zone)
    services = [clinic.service_id, make_service()]
    site = Site.objects.get(pk=clinic.site_id)
    patients = [make_patient(site, f"某{n}") for n in range(20)]

    @settings(
        max_examples=80 if SOAK else 10,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(BOOKINGS, CHANGES, ASKED, UNITS)
    def check(
        past: list[dict[str, Any]], changes: list[tuple[int, str, int]], asked: set[int], unit: str
    ) -> None:
        with transaction.atomic():
            made = [
                write(clinic, services, one, patient)
                for one, patient in zip(past, patients, strict=False)
            ]
            while count_days(actor=clinic.actor, site_id=clinic.site_id):
                pass
            for n, state, doctor in changes:
                booking = made[n % len(made)]
                put(booking, state)
                booking.practitioner_id = clinic.doctors[doctor]
                booking.version += 1
                booking.changed_at = clock.now()
                booking.save()
            for n in asked:
                scope = scopes(clinic, services)[n]
                assert everything(clinic, scope, unit) == afresh(clinic, scope, unit)
            transaction.set_rollback(True)

    check()


@pytest.fixture
def counted(clinic: Clinic, _later: None) -> Clinic:
    """Monday and Tuesday have a booking each that never came; all settled days are counted."""
    with clock.at(SUNDAY_EVENING):
        for day in (0, 1):
            booked = clinic.book(at(10, day=day))
            with clock.at(at(11, day=day)):
                mark_no_show(actor=clinic.actor, booking_id=booked.id)
    count_days(actor=clinic.actor, site_id=clinic.site_id)
    return clinic


def days(clinic: Clinic) -> list[int]:
    """Which days after Monday are counted."""
    found = CountedDay.objects.filter(site_id=clinic.site_id).order_by("clinic_day")
    return [(one.clinic_day - MONDAY).days for one in found]


@pytest.mark.django_db
def test_only_days_long_over_are_counted_each_once(counted: Clinic):
    assert days(counted) == list(range(8))  # Until 10 March, four days before the fourteenth.
    assert count_days(actor=counted.actor, site_id=counted.site_id) == 0


@pytest.mark.django_db
def test_the_newest_days_are_counted_first_and_the_rest_later(counted: Clinic):
    forget_counted(
        actor=counted.actor, site_id=counted.site_id, first=MONDAY, last=MONDAY + timedelta(days=20)
    )
    assert not BookingTally.objects.exists()
    assert count_days(actor=counted.actor, site_id=counted.site_id, most=3) == 3
    assert days(counted) == [5, 6, 7]


@pytest.mark.django_db
def test_a_counted_year_is_not_counted_again(counted: Clinic):
    """The control of all the others: what stands in the tallies is what is shown."""
    BookingTally.objects.filter(booked=1).update(booked=41)
    scope = Scope((counted.site_id,), MONDAY, MONDAY)
    assert booking_figures(counted.actor, scope, "day").total.booked == 41


def set_state(clinic: Clinic) -> None:
    Booking.objects.filter(clinic_day=MONDAY + timedelta(days=4)).update(changed_at=clock.now())
    Booking.objects.filter(clinic_day=MONDAY).update(
        state="finished", version=3, changed_at=clock.now()
    )


def block(clinic: Clinic) -> None:
    Block.objects.create(
        resource_id=clinic.room_resources[0],
        site_id=clinic.site_id,
        during=(at(9), at(10)),
        clinic_day=MONDAY,
        kind="fault",
    )


def close(clinic: Clinic) -> None:
    Session.objects.filter(clinic_day=MONDAY, resource_id=clinic.room_resources[0]).update(
        active=False
    )


@pytest.mark.django_db
@pytest.mark.parametrize("change", [set_state, block, close])
def test_a_change_of_a_counted_day_has_it_and_its_neighbours_counted_anew(
    counted: Clinic, change: Callable[[Clinic], None]
):
    change(counted)
    # Sunday, on which both bookings were made, was never counted: nothing had taken place on it.
    assert days(counted) == list(range(2, 8))
    assert count_days(actor=counted.actor, site_id=counted.site_id) == 2
    assert days(counted) == list(range(8))


@pytest.mark.django_db
def test_what_happens_today_forgets_nothing_and_so_does_the_archive(counted: Clinic):
    with clock.at(LATER):
        Session.objects.filter(clinic_day=MONDAY + timedelta(days=11)).update(active=True)
    before = days(counted)
    with clock.at(LATER + timedelta(days=740)):
        assert archive_step(actor=counted.actor, site_id=counted.site_id) == 2
    assert days(counted) == before


@pytest.mark.django_db
def test_a_clock_set_back_lets_no_day_stand_that_is_not_over(counted: Clinic):
    with clock.at(SUNDAY_EVENING + timedelta(days=6)):
        assert count_days(actor=counted.actor, site_id=counted.site_id) == 0
    assert days(counted) == [0, 1]


@pytest.mark.django_db
def test_days_are_counted_every_night_and_at_once_while_there_are_more(
    counted: Clinic, monkeypatch: pytest.MonkeyPatch
):
    forget_counted(
        actor=counted.actor, site_id=counted.site_id, first=MONDAY, last=MONDAY + timedelta(days=20)
    )
    drain(timers=False)  # A site that opens is given its nightly counting.
    monkeypatch.setattr("yilu.scheduling.figure_jobs.COUNTED_AT_ONCE", 3)
    monkeypatch.setattr(count_days.__wrapped__, "__kwdefaults__", {"most": 3})
    keep_counting(actor=counted.actor, site_id=counted.site_id)
    for seconds, many in ((0, 3), (2, 6), (4, 9)):
        with clock.at(LATER + timedelta(hours=9, seconds=seconds)):  # Five in the morning.
            drain()
        assert len(days(counted)) == many
    assert timers.is_waiting(COUNT, counted.site_id)


@pytest.mark.django_db
def test_the_command_counts_all_days_anew(counted: Clinic, capsys: pytest.CaptureFixture[str]):
    BookingTally.objects.update(booked=41)
    site = Site.objects.get(pk=counted.site_id)
    call_command("recount_figures", site=site.key)
    assert not BookingTally.objects.filter(booked=41).exists()
    assert days(counted) == list(range(8))
    assert "8" in capsys.readouterr().out


@pytest.mark.django_db
def test_only_who_may_change_bookings_has_days_counted(counted: Clinic):
    stranger = make_actor(counted.site_id, permissions.SEE)
    with pytest.raises(NotAllowed):
        count_days(actor=stranger, site_id=counted.site_id)
    with pytest.raises(NotAllowed):
        forget_counted(actor=stranger, site_id=counted.site_id, first=MONDAY, last=MONDAY)
    with pytest.raises(NotAllowed):
        keep_counting(actor=stranger, site_id=counted.site_id)
    assert days(counted) == list(range(8))


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_who_changes_a_day_while_it_is_counted_is_not_missed():
    with clock.at(SUNDAY_EVENING):
        clinic = make_clinic()
        booked = clinic.book(at(10))
    with clock.at(LATER):
        with not_kept_yet() as start:
            Booking.objects.filter(pk=booked.id).update(
                state="no_show", version=2, changed_at=clock.now()
            )
            counting = start(partial(count_days, actor=clinic.actor, site_id=clinic.site_id))
            assert not counting.done()  # It waits for what is not to be seen yet.
        counting.result()
        scope = Scope((clinic.site_id,), MONDAY, MONDAY)
        assert booking_figures(clinic.actor, scope, "day").total.missed == 1
        assert 0 in days(clinic)
