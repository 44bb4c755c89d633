"""Keeping many times at once: as one by one, but in as many statements as for one."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yilu.platform import clock
from yilu.platform.db import deed
from yilu.platform.ids import new_id
from yilu.platform.models import AuditEntry, Event
from yilu.scheduling import keeping_many
from yilu.scheduling.keeping_many import Wanted, keep_times
from yilu.scheduling.models import Allocation, Hold, PlannedMove
from yilu.scheduling.operations.holds import hold_time
from yilu.scheduling.operations.replanning import place_moves, start_plan
from yilu.scheduling.selectors.plans import waiting_moves
from yilu.scheduling.selectors.replanning import question
from yilu.scheduling.tests.factories import Clinic, add_doctor, at, make_clinic, publish
from yilu.scheduling.tests.replanned import desk, sick
from yilu.scheduling.tests.test_races import HALF_HELD, OVERLAPS, count

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A14")]


@pytest.fixture
def clinic() -> Clinic:
    """Two doctors, one room."""
    return make_clinic(doctors=2, rooms=1)


def wanted(clinic: Clinic, hour: int, *, who: int = 0, service: UUID | None = None) -> Wanted:
    return Wanted(service or clinic.service_id, clinic.doctors[who], at(hour))


def kept(clinic: Clinic, *all_: Wanted) -> list[bool]:
    with deed():
        found = keep_times(clinic.actor, clinic.site_id, all_, clock.now() + timedelta(hours=2))
    return [one is not None for one in found]


def held() -> set[tuple[UUID | None, str]]:
    """What is held, by which hold."""
    rows = Allocation.objects.filter(active=True, hold__isnull=False)
    return set(rows.values_list("hold_id", "resource__kind"))


def test_every_time_is_kept_with_all_it_needs_and_told(clinic: Clinic):
    assert (
        kept(clinic, wanted(clinic, 9), wanted(clinic, 10), wanted(clinic, 11, who=1)) == [True] * 3
    )

    holds = list(Hold.objects.order_by("during"))
    assert [one.during.lower for one in holds] == [at(9), at(10), at(11)]
    assert held() == {(one.pk, kind) for one in holds for kind in ("practitioner", "room")}
    for kind in (
        AuditEntry.objects.filter(action="scheduling.time.held"),
        Event.objects.filter(name="TimeHeld"),
    ):
        assert set(kind.values_list("subject_id", flat=True)) >= {one.pk for one in holds}


def test_what_is_wanted_twice_is_kept_once(clinic: Clinic):
    """The second wants the doctor of the first, the third the only room."""
    same_room = wanted(clinic, 9, who=1)

    assert kept(clinic, wanted(clinic, 9), wanted(clinic, 9), same_room) == [True, False, False]

    assert len(held()) == 2
    assert count(OVERLAPS) == 0


def test_who_does_not_work_here_or_not_then_gets_nothing(clinic: Clinic):
    nobody = Wanted(clinic.service_id, new_id(), at(9))
    no_service = wanted(clinic, 10, service=new_id())

    assert kept(clinic, nobody, no_service, wanted(clinic, 20), wanted(clinic, 11)) == [
        False, False, False, True,
    ]  # fmt: skip
    assert Hold.objects.count() == 1


def test_what_another_takes_meanwhile_costs_one_its_place_and_nobody_else_theirs(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
):
    reading = keeping_many.candidates_at

    def and_then_somebody_books(*asked):
        found = reading(*asked)
        clinic.book(at(10), practitioner_id=clinic.doctors[1])
        return found

    monkeypatch.setattr(keeping_many, "candidates_at", and_then_somebody_books)

    # The other doctor has the only room at ten: the first doctor alone is of no use.
    assert kept(clinic, wanted(clinic, 9), wanted(clinic, 10)) == [True, False]

    assert len(held()) == 2
    assert sorted(Hold.objects.values_list("state", flat=True)) == ["held", "released"]
    assert count(OVERLAPS) == 0
    assert count(HALF_HELD) == 0


def test_a_hold_that_has_run_out_is_not_in_the_way(clinic: Clinic):
    hold_time(
        actor=clinic.actor,
        site_id=clinic.site_id,
        service_id=clinic.service_id,
        practitioner_id=clinic.doctors[0],
        starts_at=at(9),
        minutes=5,
    )
    assert kept(clinic, wanted(clinic, 9)) == [False]

    with clock.at(clock.now() + timedelta(minutes=6)):
        assert kept(clinic, wanted(clinic, 9)) == [True]


@pytest.mark.parametrize("many", [1, 12])
def test_reading_and_keeping_cost_the_same_for_one_and_for_twelve(many: int):
    clinic = make_clinic(rooms=2)
    for n in range(many):
        half_hours = timedelta(minutes=30 * (n % 6))
        clinic.book(at(9 if n < 6 else 14) + half_hours)
    add_doctor(clinic)
    publish(clinic)
    sick(clinic)
    plan_id = start_plan(actor=desk(clinic), site_id=clinic.site_id)

    with CaptureQueriesContext(connection) as read:
        asked = question(clinic.site_id, waiting_moves(plan_id))
    # The second doctor at the very time: nobody is in anybody's way.
    places = [
        (one.move_id, next(p for p in asked.places[one.booking_id] if p.starts_at == one.starts_at))
        for one in asked.stranded
    ]
    with CaptureQueriesContext(connection) as keep:
        assert place_moves(actor=desk(clinic), plan_id=plan_id, wanted=places) == []

    assert PlannedMove.objects.filter(state="proposed").count() == many
    assert (len(read), len(keep)) == (10, 11)
