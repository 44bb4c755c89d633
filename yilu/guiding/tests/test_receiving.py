"""Done is what the receiving person confirms; the desk takes off the list what is not needed."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from yilu.guiding.errors import NotHere, OwnArrival, TaskMoveRefused
from yilu.guiding.jobs import USHER
from yilu.guiding.models import GuideTask
from yilu.guiding.operations.following import note_attended
from yilu.guiding.operations.leading import deliver_task, take_task
from yilu.guiding.operations.receiving import assign_task, receive_patient, withdraw_task
from yilu.guiding.operations.setting import RuleFacts, set_guide_rule
from yilu.guiding.selectors.tasks import arriving
from yilu.guiding.tests.factories import EVERY
from yilu.platform import actors, undo
from yilu.platform.errors import Invalid, NotAllowed, NotFound, Stale
from yilu.platform.testing import drain
from yilu.visits.operations.visits import close_visit
from yilu.workforce.models import Practitioner
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B15")]


def brought(guided, kind="consultation"):
    """A task whose guide says that the patient is there, and the guide."""
    guide = guided.guide()
    task = guided.task(guided.arrive(kind=kind))
    take_task(actor=guide, task_id=task.pk)
    deliver_task(actor=guide, task_id=task.pk)
    task.refresh_from_db()
    return task, guide


def test_the_receiving_person_confirms_and_takes_it_back(guided):
    task, _guide = brought(guided)
    offer = receive_patient(actor=guided.desk, task_id=task.pk, version=task.version)
    task.refresh_from_db()
    assert (task.state, task.received_by_id, task.receipt) == (
        "done", guided.desk.user_id, "hand",
    )  # fmt: skip
    undo.run(guided.desk, offer)
    task.refresh_from_db()
    assert (task.state, task.received_by_id, task.ended_at) == ("delivered", None, None)


def test_who_brought_the_patient_never_confirms_it(guided):
    task, guide = brought(guided)
    both = replace(guide, grants=guide.grants | guided.desk.grants)
    with pytest.raises(OwnArrival):
        receive_patient(actor=both, task_id=task.pk)
    said = {"state": "done", "receipt": "hand", "ended_at": task.asked_at}
    by_hand = pytest.raises(IntegrityError, match="guiding_task_confirmed_by_another")
    with by_hand, transaction.atomic():
        GuideTask.objects.filter(pk=task.pk).update(received_by=guide.user_id, **said)
    task.refresh_from_db()
    assert task.state == "delivered"


@pytest.mark.parametrize(
    ("kind", "posts"),
    [
        ("consultation", {"front_desk", "nurse", "doctor", "manager"}),
        ("cashier", {"front_desk", "cashier"}),
        ("pharmacy", {"pharmacist"}),
    ],
)
def test_only_who_is_at_home_in_the_place_confirms(guided, kind, posts):
    guided.rule(for_all=EVERY)
    task, _guide = brought(guided, kind)
    for post in ("front_desk", "nurse", "doctor", "manager", "cashier", "pharmacist", "guide"):
        person = make_staff(post, site_id=guided.site_id, name=post).actor()
        sees = [line.id for line in arriving(person, guided.site_id)]
        assert sees == ([task.pk] if post in posts else [])
        if post not in posts:
            with pytest.raises(NotAllowed):
                receive_patient(actor=person, task_id=task.pk)
    assert GuideTask.objects.get().state == "delivered"


def test_a_doctor_sees_only_who_comes_to_the_own_room(guided):
    guide = guided.guide()
    visit = guided.arrive()
    guided.called(visit, by=guided.doctor)
    take_task(actor=guide, task_id=guided.task(visit).pk)
    owner = _doctor_of(guided)
    assert len(arriving(owner, guided.site_id)) == 1
    assert arriving(guided.doctor, guided.site_id) == []


def _doctor_of(guided):
    staff = Practitioner.objects.get(pk=guided.clinic.doctor_id).staff
    return actors.load(staff.user)


def test_confirmed_before_the_guide_said_so_it_is_done(guided):
    guide = guided.guide()
    task = guided.task(guided.arrive())
    take_task(actor=guide, task_id=task.pk)
    receive_patient(actor=guided.desk, task_id=task.pk)
    with pytest.raises(TaskMoveRefused):
        deliver_task(actor=guide, task_id=task.pk)
    assert guided.task(task.visit_id).state == "done"


def test_nobody_brought_is_not_received(guided):
    task = guided.task(guided.arrive())
    with pytest.raises(TaskMoveRefused):
        receive_patient(actor=guided.desk, task_id=task.pk)
    with pytest.raises(Stale):
        withdraw_task(actor=guided.desk, task_id=task.pk, reason="alone", version=9)


def test_the_desk_takes_a_task_off_and_back_on(guided):
    task = guided.task(guided.arrive())
    offer = withdraw_task(actor=guided.desk, task_id=task.pk, reason="alone")
    task.refresh_from_db()
    assert (task.state, task.end) == ("withdrawn", "alone")
    drain(timers=False)
    assert GuideTask.objects.count() == 1  # The step stays called off.
    guide = guided.guide()
    undo.run(guided.desk, offer)
    task.refresh_from_db()
    assert (task.state, task.guide_id, task.end) == ("given", guide.user_id, "")
    with pytest.raises(undo.AlreadyTakenBack):
        undo.run(guided.desk, offer)


def test_what_was_taken_off_is_not_put_back_once_the_patient_has_left(guided):
    task = guided.task(guided.arrive())
    offer = withdraw_task(actor=guided.desk, task_id=task.pk, reason="mistake")
    close_visit(actor=guided.clinic.actor, visit_id=task.visit_id)
    with pytest.raises(NotHere):
        undo.run(guided.desk, offer)
    assert GuideTask.objects.get().state == "withdrawn"


@pytest.mark.parametrize("reason", ["gone", "over", "replaced"])
def test_what_becomes_of_a_visit_is_no_reason_of_a_person(guided, reason):
    task = guided.task(guided.arrive())
    with pytest.raises(Invalid):
        withdraw_task(actor=guided.desk, task_id=task.pk, reason=reason)
    with pytest.raises(NotAllowed):
        withdraw_task(actor=guided.doctor, task_id=task.pk, reason="alone")


def test_the_desk_gives_a_task_to_whom_it_wants(guided):
    guided.guide("安导")
    other = guided.guide("白导")
    task = guided.task(guided.arrive())
    assign_task(actor=guided.desk, task_id=task.pk, user_id=other.user_id)
    task.refresh_from_db()
    assert (task.state, task.guide_id) == ("given", other.user_id)
    take_task(actor=other, task_id=task.pk)
    deliver_task(actor=other, task_id=task.pk)
    with pytest.raises(TaskMoveRefused):
        assign_task(actor=guided.desk, task_id=task.pk, user_id=other.user_id)


def test_who_serves_at_a_window_has_received_even_when_the_step_was_over_first(guided):
    guided.rule(for_all=EVERY)
    guide = guided.guide()
    task = guided.task(guided.arrive(kind="cashier"))
    take_task(actor=guide, task_id=task.pk)
    GuideTask.objects.update(state="withdrawn", end="over", ended_at=task.asked_at)
    for _ in range(2):
        note_attended(
            actor=USHER, visit_id=task.visit_id, destination="cashier",
            user_id=guided.manager.user_id,
        )  # fmt: skip
    task.refresh_from_db()
    assert (task.state, task.end, task.received_by_id) == ("done", "", guided.manager.user_id)


def test_only_managers_set_the_rule(guided):
    with pytest.raises(NotFound):
        set_guide_rule(actor=guided.desk, site_id=guided.site_id, facts=RuleFacts())
    with pytest.raises(Stale):
        set_guide_rule(actor=guided.manager, site_id=guided.site_id, facts=RuleFacts(), version=3)


def test_who_is_arriving_costs_the_same_for_one_and_for_many(guided, django_assert_max_num_queries):
    guide = guided.guide()
    with django_assert_max_num_queries(1):
        assert arriving(guided.desk, guided.site_id) == []
    for name in "甲乙丙丁":
        take_task(actor=guide, task_id=guided.task(guided.arrive(name)).pk)
    with django_assert_max_num_queries(5):
        assert len(arriving(guided.desk, guided.site_id)) == 4
