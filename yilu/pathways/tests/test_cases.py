"""Cases from start to end: by deeds, by events, by hand, late, undone, handed over."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from yilu.facility.models import Site
from yilu.facility.tests.factories import make_site
from yilu.pathways import permissions
from yilu.pathways.errors import (
    AlreadyTaken,
    BuiltUpon,
    CannotTakeOver,
    NotYourStep,
    StepMoveRefused,
    UnknownPathway,
)
from yilu.pathways.models import Case, Notice, Step
from yilu.pathways.operations.cases import close_case, close_step, start_case
from yilu.pathways.operations.definitions import publish_definitions, publish_pathway
from yilu.pathways.operations.steps import (
    finish_step,
    hand_over_step,
    reopen_step,
    see_notice,
    skip_step,
    take_step,
)
from yilu.pathways.selectors.cases import case_steps, flow_board, overdue_number
from yilu.pathways.selectors.worklists import notices, worklist
from yilu.pathways.tests.plans import OUTING, body, step
from yilu.patients.tests.factories import make_patient
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import Stale
from yilu.platform.ids import new_id
from yilu.platform.models import AuditEntry, Event
from yilu.platform.testing import drain
from yilu.visits import permissions as visits
from yilu.visits.operations.visits import close_visit, open_visit, reopen_visit
from yilu.workforce.models import Assignment
from yilu.workforce.operations.posts import load_posts
from yilu.workforce.tests.factories import HIRER, make_staff

pytestmark = pytest.mark.django_db
TEN = datetime(2031, 3, 3, 2, tzinfo=UTC)
JOB = Actor.system(
    "test", permissions.PUBLISH, permissions.WORK, visits.SEE, visits.OPEN, visits.CLOSE
)


@pytest.fixture(autouse=True)
def _monday_at_ten():
    with clock.at(TEN):
        yield


@pytest.fixture
def site_id() -> UUID:
    load_posts(actor=HIRER)
    return make_site()


def publish(definition: dict) -> None:
    publish_pathway(actor=JOB, text=json.dumps(definition))


def start(site_id: UUID, subject_id: UUID | None = None, **facts) -> UUID:
    return start_case(
        actor=JOB,
        key="outing",
        subject_type="visits.visit",
        subject_id=subject_id or new_id(),
        patient_id=facts.pop("patient_id", None),
        site_id=site_id,
        **facts,
    )


def states(case_id: UUID) -> dict[str, str]:
    return dict(Step.objects.filter(case_id=case_id).values_list("key", "state"))


def trace() -> tuple[int, int]:
    return AuditEntry.objects.count(), Event.objects.count()


@pytest.mark.covers("I01")
def test_a_case_starts_with_its_first_step_open_and_due(site_id):
    publish(OUTING)
    case_id = start(site_id)

    first = Step.objects.get(case_id=case_id, key="pack")
    assert (first.state, first.opened_at, first.due_at) == (
        "open",
        TEN,
        TEN + timedelta(minutes=30),
    )
    assert states(case_id) == {
        "pack": "open", "walk": "waiting", "lunch": "waiting", "home": "waiting",
    }  # fmt: skip
    event = Event.objects.latest("seq")
    assert event.name == "CaseStarted"
    assert f"worklist:{site_id}:front_desk" in event.topics


def test_a_thing_that_is_under_way_is_not_started_twice(site_id):
    publish(OUTING)
    visit = new_id()
    assert start(site_id, visit) == start(site_id, visit)
    assert Case.objects.count() == 1


def test_what_nobody_published_cannot_be_started(site_id):
    with pytest.raises(UnknownPathway):
        start(site_id)
    assert Case.objects.count() == 0


def test_a_deed_closes_a_step_at_once_and_a_second_time_nothing_happens(site_id):
    publish(OUTING)
    visit = new_id()
    case_id = start(site_id, visit)

    close_step(actor=JOB, subject_id=visit, step="pack")
    assert states(case_id)["walk"] == "open"
    before = trace()
    close_step(actor=JOB, subject_id=visit, step="pack")
    close_step(actor=JOB, subject_id=visit, step="no_such_step")
    close_step(actor=JOB, subject_id=new_id(), step="pack")

    assert trace() == before


@pytest.mark.covers("I01")
def test_a_running_case_keeps_its_version(site_id):
    publish(OUTING)
    old = start(site_id)
    publish(body(step("fly")))
    new = start(site_id)

    assert set(states(old)) == {"pack", "walk", "lunch", "home"}
    assert set(states(new)) == {"fly"}


@pytest.mark.covers("I01")
def test_a_visit_walks_its_road_by_the_events_of_other_apps(site_id):
    publish_definitions(actor=JOB)
    patient = make_patient(Site.objects.get(pk=site_id))
    visit = open_visit(actor=JOB, patient_id=patient, site_id=site_id, kind="walk_in")
    case_id = start_case(
        actor=JOB, key="outpatient_visit", subject_type="visits.visit", subject_id=visit,
        patient_id=patient, site_id=site_id, facts={"booked_at": TEN + timedelta(minutes=20)},
    )  # fmt: skip
    close_step(actor=JOB, subject_id=visit, step="greet")
    close_step(actor=JOB, subject_id=visit, step="assess")
    consult = Step.objects.get(case_id=case_id, key="consult")
    assert consult.due_at == TEN + timedelta(minutes=85)

    close_step(actor=JOB, subject_id=visit, step="consult", facts={"billed": True})
    assert states(case_id)["pay"] == "open"
    close_step(actor=JOB, subject_id=visit, step="pay")
    assert states(case_id)["medicine"] == "skipped"
    assert states(case_id)["leave"] == "open"
    close_visit(actor=JOB, visit_id=visit)
    drain()
    case = Case.objects.get(pk=case_id)
    assert case.state == "abandoned"  # Nobody had begun to care for them.
    reopen_visit(actor=JOB, visit_id=visit)
    drain()
    assert Case.objects.get(pk=case_id).state in {"open", "abandoned"}


def test_late_actions_go_off_in_turn_and_once(site_id):
    publish(
        body(
            step(
                "pack",
                due={"minutes": 30, "from": "opened", "calendar": "elapsed"},
                late=[
                    {"after_minutes": 0, "do": "notify", "post": "guide"},
                    {"after_minutes": 10, "do": "escalate", "post": "manager"},
                ],
            )
        )
    )
    case_id = start(site_id)
    pack = Step.objects.get(case_id=case_id)
    with clock.at(TEN + timedelta(minutes=29)):
        drain()
        assert Notice.objects.count() == 0
    with clock.at(TEN + timedelta(minutes=31)):
        drain()
        drain()
        assert list(Notice.objects.values_list("post", "action")) == [("guide", "notify")]
        assert Step.objects.get(pk=pack.pk).escalated_to == []
    with clock.at(TEN + timedelta(minutes=41)):
        drain()
    late = Step.objects.get(pk=pack.pk)
    assert (late.level, late.escalated_to, late.state) == (2, ["manager"], "open")
    assert Event.objects.filter(name="StepLate").count() == 2
    with clock.at(TEN + timedelta(hours=3)):
        assert [overdue_number(site_id, role) for role in (late.role, "manager")] == [1, 0]


def test_a_step_done_in_time_is_never_late(site_id):
    publish(
        body(
            step(
                "pack",
                due={"minutes": 30, "from": "opened", "calendar": "elapsed"},
                late=[{"after_minutes": 0, "do": "notify", "post": "guide"}],
            )
        )
    )
    visit = new_id()
    start(site_id, visit)
    close_step(actor=JOB, subject_id=visit, step="pack")
    with clock.at(TEN + timedelta(hours=1)):
        drain()

    assert Notice.objects.count() == 0


@pytest.mark.covers("I02")
def test_a_post_sees_its_steps_and_no_other_post_may_do_them(site_id):
    publish(OUTING)
    desk = make_staff("front_desk", site_id=site_id).actor()
    nurse = make_staff("nurse", site_id=site_id).actor()
    case_id = start(site_id)
    items = worklist(desk, site_id, ["front_desk", "manager"])

    assert [(item.step, item.is_late, item.by_hand) for item in items] == [("pack", False, True)]
    assert worklist(nurse, site_id, ["nurse", "front_desk"]) == []
    before = trace()
    with pytest.raises(NotYourStep):
        finish_step(actor=nurse, step_id=items[0].step_id)
    assert trace() == before
    finish_step(actor=desk, step_id=items[0].step_id, version=items[0].version)
    assert [item.step for item in worklist(nurse, site_id, ["nurse"])] == ["walk"]
    assert states(case_id)["pack"] == "closed"


def test_a_stale_page_finishes_nothing(site_id):
    publish(OUTING)
    desk = make_staff("front_desk", site_id=site_id).actor()
    start(site_id)
    item = worklist(desk, site_id, ["front_desk"])[0]
    take_step(actor=desk, step_id=item.step_id)

    with pytest.raises(Stale):
        finish_step(actor=desk, step_id=item.step_id, version=item.version)


@pytest.mark.covers("I02")
def test_who_took_a_step_keeps_it_until_they_hand_it_over_or_leave(site_id):
    publish(OUTING)
    one, other = (make_staff("front_desk", site_id=site_id) for _ in range(2))
    start(site_id)
    step_id = Step.objects.get(state="open").pk
    take_step(actor=one.actor(), step_id=step_id)

    with pytest.raises(AlreadyTaken):
        take_step(actor=other.actor(), step_id=step_id)
    mine = worklist(one.actor(), site_id, ["front_desk"])[0]
    theirs = worklist(other.actor(), site_id, ["front_desk"])[0]
    assert (mine.is_mine, theirs.is_mine, theirs.owner_id) == (True, False, one.user_id)

    hand_over_step(actor=one.actor(), step_id=step_id, to_user=other.user_id)
    assert Step.objects.get(pk=step_id).owner_id == other.user_id
    with pytest.raises(CannotTakeOver):
        hand_over_step(actor=other.actor(), step_id=step_id, to_user=make_staff().user_id)


@pytest.mark.covers("I02")
def test_nothing_is_lost_when_a_person_leaves(site_id):
    publish(OUTING)
    leaver, stays = (make_staff("front_desk", site_id=site_id) for _ in range(2))
    start(site_id)
    step_id = Step.objects.get(state="open").pk
    take_step(actor=leaver.actor(), step_id=step_id)
    end_all_posts(leaver.user_id)

    item = worklist(stays.actor(), site_id, ["front_desk"])[0]

    assert (item.owner_id, item.has_fallen_back) == (None, True)
    take_step(actor=stays.actor(), step_id=step_id)
    assert Step.objects.get(pk=step_id).owner_id == stays.user_id


def end_all_posts(user_id: UUID) -> None:
    Assignment.objects.filter(user_id=user_id).update(to_on="2030-01-01")


def test_a_step_is_handed_to_another_post(site_id):
    publish(OUTING)
    desk = make_staff("front_desk", site_id=site_id).actor()
    nurse = make_staff("nurse", site_id=site_id).actor()
    start(site_id)
    step_id = Step.objects.get(state="open").pk
    with pytest.raises(CannotTakeOver):
        hand_over_step(actor=desk, step_id=step_id, to_post="pharmacist")

    hand_over_step(actor=desk, step_id=step_id, to_post="nurse")

    assert worklist(desk, site_id, ["front_desk"]) == []
    assert [item.step_id for item in worklist(nurse, site_id, ["nurse"])] == [step_id]


def test_a_finished_step_is_taken_up_again_unless_built_upon(site_id):
    publish(OUTING)
    manager = make_staff("manager", site_id=site_id).actor()
    case_id = start(site_id)
    pack = Step.objects.get(case_id=case_id, key="pack").pk
    finish_step(actor=manager, step_id=pack)
    reopen_step(actor=manager, step_id=pack)
    assert states(case_id)["walk"] == "waiting"

    finish_step(actor=manager, step_id=pack)
    walk = Step.objects.get(case_id=case_id, key="walk").pk
    finish_step(actor=manager, step_id=walk)
    with pytest.raises(BuiltUpon):
        reopen_step(actor=manager, step_id=pack)
    assert states(case_id)["pack"] == "closed"


def test_a_step_is_skipped_with_a_reason_and_the_case_goes_on(site_id):
    publish(OUTING)
    manager = make_staff("manager", site_id=site_id).actor()
    case_id = start(site_id)
    pack = Step.objects.get(case_id=case_id, key="pack").pk
    skip_step(actor=manager, step_id=pack, reason="Travels light")

    assert Step.objects.get(pk=pack).reason == "Travels light"
    assert states(case_id)["walk"] == "open"
    with pytest.raises(StepMoveRefused):
        finish_step(actor=manager, step_id=pack)


def test_a_case_is_ended_by_hand_and_skips_what_is_left(site_id):
    publish(OUTING)
    manager = make_staff("manager", site_id=site_id).actor()
    case_id = start(site_id)

    close_case(actor=manager, case_id=case_id, reason="Rain")

    assert set(states(case_id).values()) == {"skipped"}
    assert Case.objects.get(pk=case_id).state == "closed"


def test_a_notice_is_seen_once_for_all(site_id):
    publish(
        body(
            step(
                "pack",
                due={"minutes": 1, "from": "opened", "calendar": "elapsed"},
                late=[{"after_minutes": 0, "do": "notify", "post": "front_desk"}],
            )
        )
    )
    desk = make_staff("front_desk", site_id=site_id).actor()
    start(site_id)
    with clock.at(TEN + timedelta(minutes=5)):
        drain()
        (told,) = notices(desk, site_id, ["front_desk"])
        see_notice(actor=desk, notice_id=told.id)
        assert (told.action, notices(desk, site_id, ["front_desk"])) == ("notify", [])
        assert f"worklist:{site_id}:front_desk" in drain().topics  # Colleagues' lists hear of it.


@pytest.mark.parametrize("count", [1, 12])
def test_boards_cost_the_same_for_one_and_for_twelve(site_id, count, django_assert_num_queries):
    publish(OUTING)
    desk = make_staff("front_desk", site_id=site_id).actor()
    patient, visits_ = make_patient(Site.objects.get(pk=site_id)), [new_id() for _ in range(count)]
    for visit in visits_:
        start(site_id, visit, patient_id=patient)
    for one in Step.objects.filter(state="open"):
        take_step(actor=desk, step_id=one.pk)
    worklist(desk, site_id, ["front_desk"])

    with django_assert_num_queries(7):
        assert len(worklist(desk, site_id, ["front_desk"])) == count
    with django_assert_num_queries(1):
        now = flow_board(desk, site_id, clock.now().date(), key="outing")
    with django_assert_num_queries(1):
        assert [line.key for line in case_steps(visits_[0])] == ["pack", "walk", "lunch", "home"]
    assert [(one.step, one.number, one.late) for one in now] == [("pack", count, 0)]


def test_an_event_starts_a_case_once_however_often_it_is_heard(site_id):
    publish(OUTING | {"starts_on": {"event": "VisitOpened"}})
    patient = make_patient(Site.objects.get(pk=site_id))
    open_visit(actor=JOB, patient_id=patient, site_id=site_id, kind="walk_in")
    drain()

    case = Case.objects.get()
    assert (case.patient_id, case.subject_type) == (patient, "visits.visit")
