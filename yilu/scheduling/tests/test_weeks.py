"""Weeks: set from a day on, for a while, and taken back; sessions follow."""

from datetime import date, time, timedelta

import pytest

from yilu.platform import undo
from yilu.platform.errors import NotAllowed, Stale
from yilu.platform.models import AuditEntry, Undo
from yilu.scheduling import permissions
from yilu.scheduling.errors import StretchesOverlap, WeekEndsTooSoon
from yilu.scheduling.models import Resource, Session, WeeklySession
from yilu.scheduling.operations.roster import (
    open_session,
    publish_ahead,
    undo_withdraw_session,
    withdraw_session,
)
from yilu.scheduling.operations.weeks import Stretch, forget_weeks, set_week
from yilu.scheduling.tests.factories import MONDAY, Clinic, at, make_actor, make_clinic

pytestmark = pytest.mark.django_db
SHORT = [Stretch(day, time(9), time(10)) for day in range(7)]
LONG = [(time(9), time(12)), (time(14), time(17))]


@pytest.fixture
def clinic() -> Clinic:
    made = make_clinic()
    publish_ahead(actor=made.actor, site_id=made.site_id)
    return made


def set_short(clinic: Clinic, **facts: object) -> object:
    usual = {
        "actor": clinic.actor,
        "resource_id": clinic.doctor_resources[0],
        "site_id": clinic.site_id,
        "stretches": SHORT,
        "valid_from": MONDAY,
    }
    return set_week(**usual | facts)


def worked(clinic: Clinic, day: date) -> list[tuple[time, time]]:
    """The wall times at which the doctor is in session on a day."""
    publish_ahead(actor=clinic.actor, site_id=clinic.site_id)
    found = Session.objects.filter(
        resource_id=clinic.doctor_resources[0], active=True, clinic_day=day
    ).order_by("during")
    ahead = timedelta(hours=8)
    return [((s.during.lower + ahead).time(), (s.during.upper + ahead).time()) for s in found]


@pytest.mark.covers("A03")
def test_a_week_for_a_while_gives_way_to_the_one_before(clinic: Clinic):
    set_short(clinic, valid_from=MONDAY, valid_to=MONDAY + timedelta(days=1))

    short = [(time(9), time(10))]
    found = [worked(clinic, MONDAY + timedelta(days=n)) for n in range(-1, 3)]
    assert found == [LONG, short, short, LONG]


def test_a_later_week_stays_when_one_before_it_is_set(clinic: Clinic):
    later = MONDAY + timedelta(days=14)
    set_short(clinic, valid_from=later)

    until = later - timedelta(days=1)
    set_short(clinic, valid_from=MONDAY, valid_to=until, stretches=[])

    assert worked(clinic, MONDAY) == []
    assert worked(clinic, until) == []
    assert worked(clinic, later) == [(time(9), time(10))]


@pytest.mark.covers("I17")
@pytest.mark.parametrize("valid_to", [None, MONDAY + timedelta(days=1)])
def test_a_week_is_taken_back_as_it_was(clinic: Clinic, valid_to):
    before = rows(clinic)
    taken_back = set_short(clinic, valid_to=valid_to)
    publish_ahead(actor=clinic.actor, site_id=clinic.site_id)

    undo.run(clinic.actor, taken_back)

    assert rows(clinic) == before
    assert worked(clinic, MONDAY) == LONG


def rows(clinic: Clinic) -> list[tuple[object, ...]]:
    held = WeeklySession.objects.filter(resource_id=clinic.doctor_resources[0], active=True)
    return list(
        held.order_by("weekday", "starts", "valid_from").values_list(
            "weekday", "starts", "valid_from", "valid_to"
        )
    )


def test_a_week_that_was_changed_since_is_not_taken_back(clinic: Clinic):
    taken_back = set_short(clinic)
    set_short(clinic, stretches=[])

    with pytest.raises(undo.BuiltUpon):
        undo.run(clinic.actor, taken_back)

    assert worked(clinic, MONDAY) == []


def test_of_two_managers_with_the_same_page_the_second_is_asked_to_look_again(clinic: Clinic):
    version = Resource.objects.get(kind="practitioner").version
    set_short(clinic, version=version)

    with pytest.raises(Stale):
        set_short(clinic, version=version, stretches=[])

    assert worked(clinic, MONDAY) == [(time(9), time(10))]


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"valid_to": MONDAY - timedelta(days=1)}, WeekEndsTooSoon),
        (
            {"stretches": [Stretch(0, time(9), time(12)), Stretch(0, time(11), time(13))]},
            StretchesOverlap,
        ),
        (
            {"stretches": [Stretch(0, time(22), time(2)), Stretch(0, time(23), time(23, 30))]},
            StretchesOverlap,
        ),
    ],
    ids=["ends before it begins", "overlap", "overlap at night"],
)
def test_a_week_that_makes_no_sense_is_refused(clinic: Clinic, wrong, refusal):
    before = (rows(clinic), AuditEntry.objects.count())

    with pytest.raises(refusal):
        set_short(clinic, **wrong)

    assert (rows(clinic), AuditEntry.objects.count()) == before


def test_only_who_may_sets_weeks(clinic: Clinic):
    actor = make_actor(clinic.site_id, permissions.SEE, permissions.BLOCK)
    before, offers = rows(clinic), Undo.objects.count()

    with pytest.raises(NotAllowed):
        set_short(clinic, actor=actor)
    with pytest.raises(NotAllowed):
        forget_weeks(actor=actor, resource_id=clinic.doctor_resources[0], site_id=clinic.site_id)

    assert rows(clinic) == before
    assert Undo.objects.count() == offers


def test_a_room_with_a_week_of_its_own_can_follow_the_site_again(clinic: Clinic):
    (room,) = clinic.room_resources
    set_short(clinic, resource_id=room)
    publish_ahead(actor=clinic.actor, site_id=clinic.site_id)
    assert room_hours(room) == [(at(9), at(10))]

    forget_weeks(actor=clinic.actor, resource_id=room, site_id=clinic.site_id)
    publish_ahead(actor=clinic.actor, site_id=clinic.site_id)

    assert room_hours(room) == [(at(9), at(18))]


def room_hours(room: object) -> list[tuple[object, object]]:
    found = Session.objects.filter(resource_id=room, active=True, clinic_day=MONDAY)
    return [(s.during.lower, s.during.upper) for s in found]


def test_a_session_taken_away_by_mistake_is_given_back(clinic: Clinic):
    opened = open_session(
        actor=clinic.actor,
        resource_id=clinic.doctor_resources[0],
        site_id=clinic.site_id,
        starts_at=at(17),
        ends_at=at(18),
    )
    withdraw_session(actor=clinic.actor, session_id=opened, version=1)
    undo_withdraw_session(actor=clinic.actor, session_id=opened)
    with pytest.raises(Stale):
        withdraw_session(actor=clinic.actor, session_id=opened, version=1)

    assert Session.objects.get(pk=opened).active
