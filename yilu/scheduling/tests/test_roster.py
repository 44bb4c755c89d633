"""Sessions: from weeks, opening hours, holidays and closures."""

from datetime import date, time

import pytest

from yilu.facility.models import Site
from yilu.facility.operations.days import close_site
from yilu.facility.tests.factories import BUILDER, words
from yilu.platform.errors import Invalid, NotAllowed
from yilu.platform.models import AuditEntry, Event
from yilu.scheduling import permissions
from yilu.scheduling.errors import AlreadyResource, SessionsOverlap
from yilu.scheduling.models import Session
from yilu.scheduling.operations.resources import add_resource
from yilu.scheduling.operations.roster import open_session, publish_sessions, withdraw_session
from yilu.scheduling.operations.weeks import Stretch, set_week
from yilu.scheduling.tests.factories import (
    MONDAY,
    Clinic,
    at,
    make_actor,
    make_clinic,
    publish,
    work_week,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(days=1)


def sessions(clinic: Clinic, n: int = 0) -> list[tuple[object, object]]:
    """The sessions of a doctor, in order."""
    found = Session.objects.filter(resource_id=clinic.doctor_resources[n], active=True)
    return [(s.during.lower, s.during.upper) for s in found.order_by("during")]


@pytest.mark.covers("A03")
def test_a_doctor_works_by_the_week_and_a_room_whenever_the_site_is_open(clinic: Clinic):
    room = Session.objects.get(resource_id=clinic.room_resources[0])

    assert sessions(clinic) == [(at(9), at(12)), (at(14), at(17))]
    assert (room.during.lower, room.during.upper, room.clinic_day) == (at(9), at(18), MONDAY)


def test_publishing_again_changes_nothing(clinic: Clinic):
    before = set(Session.objects.values_list("pk", "active"))
    events = Event.objects.count()

    done = publish_sessions(
        actor=clinic.actor, site_id=clinic.site_id, from_day=MONDAY, to_day=MONDAY
    )

    assert (done.opened, done.withdrawn) == (0, 0)
    assert set(Session.objects.values_list("pk", "active")) == before
    assert Event.objects.count() == events


def test_a_changed_week_withdraws_and_opens(clinic: Clinic):
    booked = clinic.book(at(10))
    set_week(
        actor=clinic.actor,
        resource_id=clinic.doctor_resources[0],
        site_id=clinic.site_id,
        stretches=[Stretch(0, time(13), time(16))],
        valid_from=MONDAY,
    )

    publish(clinic, days=1)

    assert sessions(clinic) == [(at(13), at(16))]
    assert booked.state == "confirmed"


@pytest.mark.covers("A03")
def test_nobody_works_while_the_site_is_closed(clinic: Clinic):
    close_site(
        actor=BUILDER,
        site_id=clinic.site_id,
        starts_on=MONDAY,
        ends_on=MONDAY,
        reason=words("停电", "No power"),
    )

    publish(clinic, days=1)

    assert not Session.objects.filter(active=True).exists()


@pytest.mark.covers("A03")
def test_chinese_holidays_are_free_and_make_up_days_are_worked(clinic: Clinic):
    """National Day 2026: 1 to 7 October; Sunday 20 September makes up for one of the days."""
    Site.objects.filter(pk=clinic.site_id).update(holiday_rule="closed")
    resource_id = clinic.doctor_resources[0]
    set_week(
        actor=clinic.actor,
        resource_id=resource_id,
        site_id=clinic.site_id,
        stretches=[Stretch(day, time(9), time(12)) for day in range(5)],
        valid_from=date(2026, 1, 1),
    )
    publish_sessions(
        actor=clinic.actor,
        site_id=clinic.site_id,
        from_day=date(2026, 9, 14),
        to_day=date(2026, 10, 11),
    )

    worked = set(
        Session.objects.filter(resource_id=resource_id, active=True)
        .exclude(clinic_day=MONDAY)
        .values_list("clinic_day", flat=True)
    )
    assert not {date(2026, 10, day) for day in range(1, 8)} & worked
    assert date(2026, 9, 20) in worked
    assert date(2026, 9, 19) not in worked
    assert date(2026, 10, 8) in worked


def test_hours_outside_the_opening_hours_are_cut_off(clinic: Clinic):
    work_week(clinic, clinic.doctor_resources[0], ("07:00", "20:00"))

    publish(clinic, days=1)

    assert sessions(clinic) == [(at(9), at(18))]


def test_a_session_opened_by_hand_stays_and_wins(clinic: Clinic):
    with pytest.raises(SessionsOverlap):
        open_hand(clinic, at(11), at(13))
    opened = open_hand(clinic, at(19), at(21))

    publish(clinic, days=1)

    assert sessions(clinic) == [(at(9), at(12)), (at(14), at(17)), (at(19), at(21))]
    withdraw_session(actor=clinic.actor, session_id=opened)
    assert len(sessions(clinic)) == 2


def open_hand(clinic: Clinic, starts_at: object, ends_at: object) -> object:
    return open_session(
        actor=clinic.actor,
        resource_id=clinic.doctor_resources[0],
        site_id=clinic.site_id,
        starts_at=starts_at,
        ends_at=ends_at,
    )


def test_a_room_is_bookable_once(clinic: Clinic):
    doctor = clinic.doctors[0]

    with pytest.raises(AlreadyResource):
        add_resource(actor=clinic.actor, site_id=clinic.site_id, kind="practitioner", of_id=doctor)


def test_only_who_may_changes_the_roster(clinic: Clinic):
    actor = make_actor(clinic.site_id, permissions.BOOK, permissions.SEE)
    before = AuditEntry.objects.count()

    with pytest.raises(NotAllowed):
        publish_sessions(actor=actor, site_id=clinic.site_id, from_day=MONDAY, to_day=MONDAY)
    with pytest.raises(Invalid):
        publish_sessions(
            actor=clinic.actor, site_id=clinic.site_id, from_day=MONDAY, to_day=date(2033, 1, 1)
        )

    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("doctors", [1, 12])
def test_publishing_takes_the_same_queries_for_many(doctors, django_assert_max_num_queries):
    clinic = make_clinic(doctors=doctors, days=1)

    with django_assert_max_num_queries(17):
        publish(clinic, days=14)
