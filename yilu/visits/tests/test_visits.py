"""A visit from arrival to departure, and who owns the patient."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from yilu.facility.models import Site
from yilu.facility.tests.factories import make_site
from yilu.patients.tests.factories import make_patient
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed, NotFound, Stale
from yilu.platform.ids import new_id
from yilu.platform.models import AuditEntry, Event
from yilu.visits import permissions
from yilu.visits.errors import NotStaffHere, TooLateToReopen, UnknownPatient, VisitMoveRefused
from yilu.visits.models import Visit
from yilu.visits.operations.visits import (
    begin_care,
    close_visit,
    end_care,
    hand_over_responsibility,
    open_visit,
    reopen_visit,
)
from yilu.visits.selectors.visits import (
    DayNumbers,
    day_numbers,
    open_visits,
    visit_detail,
    visits_of,
    visits_of_day,
)
from yilu.visits.states import MOVES, VisitState, check_move
from yilu.workforce.operations.posts import load_posts
from yilu.workforce.tests.factories import HIRER, make_staff

pytestmark = pytest.mark.django_db
LATE = datetime(2031, 3, 2, 16, 30, tzinfo=UTC)
"""Half past midnight on Monday in Shanghai."""
MONDAY = date(2031, 3, 3)
ALL = (permissions.SEE, permissions.OPEN, permissions.CLOSE, permissions.HAND_OVER)


@pytest.fixture(autouse=True)
def _just_after_midnight():
    with clock.at(LATE):
        yield


@pytest.fixture
def site_id() -> UUID:
    return make_site()


def desk(site_id: UUID, *grants: str) -> Actor:
    pairs = frozenset((grant, site_id) for grant in grants or ALL)
    return Actor(kind="staff", name="desk", user_id=new_id(), grants=pairs)


def arrive(site_id: UUID, **facts: object) -> UUID:
    patient = make_patient(Site.objects.get(pk=site_id))
    return open_visit(
        actor=desk(site_id), patient_id=patient, site_id=site_id, kind="walk_in", **facts
    )


def trace() -> tuple[int, int, int]:
    return Visit.objects.count(), AuditEntry.objects.count(), Event.objects.count()


@pytest.mark.covers("B12")
def test_a_visit_belongs_to_the_sites_own_day_and_counts_from_one(site_id):
    first, second = arrive(site_id), arrive(site_id)

    visits = [Visit.objects.get(pk=one) for one in (first, second)]
    assert [v.number for v in visits] == ["20310303-0001", "20310303-0002"]
    assert {v.clinic_day for v in visits} == {MONDAY}
    assert len(visits[0].access_code) == 6
    event = Event.objects.filter(name="VisitOpened").latest("seq")
    assert event.body["visit_id"] == str(second)
    assert f"visit:{second}" in event.topics


def test_nobody_unknown_arrives_and_nobody_without_the_right_lets_them_in(site_id):
    patient = make_patient(Site.objects.get(pk=site_id))
    before = trace()

    with pytest.raises(UnknownPatient):
        open_visit(actor=desk(site_id), patient_id=new_id(), site_id=site_id, kind="walk_in")
    with pytest.raises(NotAllowed):
        open_visit(
            actor=desk(site_id, permissions.SEE),
            patient_id=patient,
            site_id=site_id,
            kind="walk_in",
        )

    assert trace() == before


@pytest.mark.covers("B12")
def test_the_first_who_attends_is_responsible_until_it_is_handed_over(site_id):
    load_posts(actor=HIRER)
    visit = arrive(site_id)
    doctor, other = (make_staff("doctor", site_id=site_id) for _ in range(2))
    begin_care(actor=desk(site_id), visit_id=visit, user_id=doctor.user_id)
    begin_care(actor=desk(site_id), visit_id=visit, user_id=other.user_id)
    assert Visit.objects.get(pk=visit).responsible_user_id == doctor.user_id

    hand_over_responsibility(actor=desk(site_id), visit_id=visit, to_user_id=other.user_id)
    with pytest.raises(NotStaffHere):
        hand_over_responsibility(actor=desk(site_id), visit_id=visit, to_user_id=new_id())

    assert Visit.objects.get(pk=visit).responsible_user_id == other.user_id
    assert Event.objects.filter(name="ResponsibilityHandedOver").count() == 1


def test_who_leaves_after_care_has_left_and_who_leaves_before_gave_up(site_id):
    seen, unseen = arrive(site_id), arrive(site_id)
    begin_care(actor=desk(site_id), visit_id=seen)
    close_visit(actor=desk(site_id), visit_id=seen)
    close_visit(actor=desk(site_id), visit_id=unseen, reason="Too long")
    close_visit(actor=desk(site_id), visit_id=unseen)

    states = [Visit.objects.get(pk=one).state for one in (seen, unseen)]
    assert states == ["left", "abandoned"]
    assert Event.objects.filter(name="VisitClosed").count() == 2


def test_a_stale_page_closes_nothing(site_id):
    visit = arrive(site_id)
    begin_care(actor=desk(site_id), visit_id=visit)
    with pytest.raises(Stale):
        close_visit(actor=desk(site_id), visit_id=visit, version=1)
    assert Visit.objects.get(pk=visit).state == "in_care"


def test_a_visit_is_reopened_on_its_own_day_only(site_id):
    visit = arrive(site_id)
    begin_care(actor=desk(site_id), visit_id=visit)
    close_visit(actor=desk(site_id), visit_id=visit)
    with clock.at(LATE + timedelta(hours=23)):
        reopen_visit(actor=desk(site_id), visit_id=visit)
        assert Visit.objects.get(pk=visit).state == "in_care"
        close_visit(actor=desk(site_id), visit_id=visit)
    with clock.at(LATE + timedelta(hours=24)), pytest.raises(TooLateToReopen):
        reopen_visit(actor=desk(site_id), visit_id=visit)


def test_care_that_was_begun_in_error_is_taken_back(site_id):
    visit = arrive(site_id)
    begin_care(actor=desk(site_id), visit_id=visit)
    end_care(actor=desk(site_id), visit_id=visit)
    assert Visit.objects.get(pk=visit).in_care_at is None


@pytest.mark.parametrize("state", VisitState.values)
def test_only_listed_moves_are_made(state):
    for target in VisitState:
        if target in MOVES[VisitState(state)]:
            check_move(state, target)
        else:
            with pytest.raises(VisitMoveRefused):
                check_move(state, target)


def test_another_sites_visits_do_not_exist_for_staff(site_id):
    visit, stranger = arrive(site_id), desk(make_site())
    with pytest.raises(NotFound):
        visit_detail(stranger, visit)
    with pytest.raises(NotFound):
        day_numbers(stranger, site_id, MONDAY)
    with pytest.raises(NotFound):
        close_visit(actor=stranger, visit_id=visit)
    assert visits_of(stranger, Visit.objects.get(pk=visit).patient_id) == []


@pytest.mark.parametrize("count", [1, 12])
def test_lists_cost_the_same_for_one_and_for_twelve(site_id, count, django_assert_num_queries):
    for _ in range(count):
        arrive(site_id)
    actor = desk(site_id)
    with django_assert_num_queries(1):
        assert len(open_visits(site_id, MONDAY)) == count
    with django_assert_num_queries(1):
        assert day_numbers(actor, site_id, MONDAY) == DayNumbers(came=count, walk_ins=count, left=0)
    with django_assert_num_queries(3):  # One of them says who was seen.
        assert len(visits_of_day(actor, site_id, MONDAY)) == count
