"""A next step becomes a task where the clinic wants it, and follows the patient's way."""

from datetime import timedelta

import pytest

from yilu.guiding.jobs import USHER
from yilu.guiding.models import GuideTask
from yilu.guiding.operations.following import follow_visit
from yilu.guiding.operations.leading import deliver_task, take_task
from yilu.guiding.tests.factories import EVERY
from yilu.platform import clock
from yilu.platform.models import AuditEntry, Event
from yilu.platform.testing import drain
from yilu.queueing.operations.calling import finish_ticket, skip_ticket, start_ticket
from yilu.queueing.operations.issuing import issue_ticket, requeue_ticket
from yilu.queueing.operations.undoing import undo_call, undo_start
from yilu.queueing.tests.factories import at
from yilu.visits.operations.visits import close_visit, reopen_visit, withdraw_visit

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B15")]


def facts(task: GuideTask) -> tuple[str, str, str]:
    return task.state, task.destination, task.help


def test_only_patients_with_a_need_are_brought_unless_the_clinic_says_more(guided):
    able = guided.arrive(special_needs=("elderly",))
    assert not GuideTask.objects.exists()
    needs = guided.arrive("顾晓芳")
    assert facts(guided.task(needs)) == ("open", "waiting", "wheelchair")
    assert guided.task(needs).unfit == "nobody"

    guided.rule(for_all=("waiting",), for_needs=())
    follow_visit(actor=USHER, visit_id=able)
    assert facts(guided.task(able)) == ("open", "waiting", "lead")


def test_hearing_of_a_step_again_changes_nothing(guided):
    guided.guide()
    visit = guided.arrive()
    before = guided.task(visit).version
    for _ in range(3):
        follow_visit(actor=USHER, visit_id=visit)
    assert (GuideTask.objects.count(), guided.task(visit).version) == (1, before)
    assert Event.objects.filter(name="GuideTaskAsked").count() == 1


def test_a_call_replaces_the_task_and_the_guide_who_is_on_the_way_goes_on(guided):
    guide = guided.guide()
    visit = guided.arrive()
    first = guided.task(visit)
    take_task(actor=guide, task_id=first.pk)

    guided.called(visit, by=guided.doctor)

    first.refresh_from_db()
    assert (first.state, first.end) == ("withdrawn", "replaced")
    now = guided.task(visit)
    assert (*facts(now), now.guide_id) == ("taken", "room", "wheelchair", guide.user_id)
    assert now.from_place == first.to_place


def test_starting_the_ticket_by_the_receiving_person_confirms(guided):
    guide = guided.guide()
    visit = guided.arrive()
    guided.called(visit, by=guided.doctor)
    take_task(actor=guide, task_id=guided.task(visit).pk)
    guided.started(visit, by=guided.doctor)
    task = guided.task(visit)
    assert (task.state, task.received_by_id, task.receipt) == (
        "done", guided.doctor.user_id, "served",
    )  # fmt: skip
    assert AuditEntry.objects.filter(action="guiding.task.received").count() == 1


def test_a_guide_who_starts_the_ticket_confirms_nothing(guided):
    guide = guided.guide()
    visit = guided.arrive()
    guided.called(visit, by=guided.doctor)
    take_task(actor=guide, task_id=guided.task(visit).pk)
    deliver_task(actor=guide, task_id=guided.task(visit).pk)
    guided.started(visit, by=guide)
    assert guided.task(visit).state == "delivered"


def test_calling_confirms_only_whom_the_guide_has_brought(guided):
    guide = guided.guide()
    visit = guided.arrive()
    first = guided.task(visit)
    take_task(actor=guide, task_id=first.pk)
    deliver_task(actor=guide, task_id=first.pk)
    ticket = guided.called(visit, by=guided.doctor)
    first.refresh_from_db()
    assert (first.state, first.received_by_id) == ("done", guided.doctor.user_id)
    assert guided.task(visit).destination == "room"

    undo_call(actor=guided.doctor, ticket_id=ticket)
    drain(timers=False)
    first.refresh_from_db()
    assert (first.state, first.received_by_id) == ("delivered", None)
    assert GuideTask.objects.filter(state="withdrawn", destination="room").count() == 1


def test_a_start_that_is_taken_back_reopens_what_it_confirmed(guided):
    guide = guided.guide()
    visit = guided.arrive()
    ticket = guided.called(visit, by=guided.doctor)
    take_task(actor=guide, task_id=guided.task(visit).pk)
    start_ticket(actor=guided.doctor, ticket_id=ticket)
    drain(timers=False)
    undo_start(actor=guided.doctor, ticket_id=ticket)
    drain(timers=False)
    assert guided.task(visit).state == "taken"
    assert GuideTask.objects.filter(visit_id=visit, destination="room").count() == 1


def test_who_came_without_a_guide_is_no_longer_waited_for(guided):
    guided.guide()
    visit = guided.arrive()
    guided.called(visit, by=guided.doctor)
    guided.started(visit, by=guided.doctor)
    task = guided.task(visit)
    assert (task.state, task.end, task.received_by_id) == ("withdrawn", "over", None)


def test_a_missed_call_lets_whoever_is_on_the_way_go_on(guided):
    guide = guided.guide()
    slow, lost = guided.arrive("甲"), guided.arrive("乙")
    for visit in (slow, lost):
        ticket = guided.called(visit, by=guided.doctor)
        if visit == slow:
            take_task(actor=guide, task_id=guided.task(slow).pk)
        with clock.at(at(5)):
            skip_ticket(actor=guided.doctor, ticket_id=ticket)
            drain(timers=False)
    assert guided.task(slow).state == "taken"
    assert guided.task(lost).end == "over"
    with clock.at(at(6)):
        requeue_ticket(actor=guided.desk, ticket_id=guided.task(lost).ticket_id)
        drain(timers=False)
    assert facts(guided.task(lost))[:2] == ("given", "waiting")


def test_the_way_goes_on_to_the_cashier_and_ends_with_the_visit(guided):
    guide = guided.guide()
    visit = guided.arrive()
    guided.called(visit, by=guided.doctor)
    take_task(actor=guide, task_id=guided.task(visit).pk)
    guided.started(visit, by=guided.doctor)
    finish_ticket(actor=guided.doctor, ticket_id=guided.ticket(visit))
    queue, patient = guided.clinic.queue("cashier").pk, guided.task(visit).patient_id
    with clock.at(at(1)):
        issue_ticket(actor=guided.desk, queue_id=queue, visit_id=visit, patient_id=patient)
        drain(timers=False)
        assert facts(guided.task(visit)) == ("given", "cashier", "wheelchair")
        close_visit(actor=guided.clinic.actor, visit_id=visit)
        drain(timers=False)
    assert guided.task(visit).end in {"gone", "over"}
    assert not GuideTask.objects.filter(ended_at=None).exists()


def test_a_check_in_taken_back_leaves_nothing_to_bring(guided):
    visit = guided.arrive()
    withdraw_visit(actor=guided.clinic.actor, visit_id=visit)
    drain(timers=False)
    assert guided.task(visit).state == "withdrawn"


def test_a_visit_taken_up_again_has_its_step_again(guided):
    visit = guided.arrive()
    close_visit(actor=guided.clinic.actor, visit_id=visit)
    follow_visit(actor=USHER, visit_id=visit)
    assert guided.task(visit).end == "gone"
    reopen_visit(actor=guided.clinic.actor, visit_id=visit)
    follow_visit(actor=USHER, visit_id=visit)
    assert facts(guided.task(visit))[:2] == ("open", "waiting")


def test_nobody_takes_it_up_in_time_and_it_stands_out(guided):
    guided.rule(pickup_minutes=5)
    visit = guided.arrive()
    with clock.at(at(4)):
        drain()
    assert guided.task(visit).overdue_at is None
    with clock.at(at(5) + timedelta(seconds=1)):
        drain()
    assert guided.task(visit).overdue_at is not None
    assert Event.objects.filter(name="GuideTaskOverdue").count() == 1


def test_what_was_taken_up_is_never_overdue(guided):
    guide = guided.guide()
    visit = guided.arrive()
    take_task(actor=guide, task_id=guided.task(visit).pk)
    with clock.at(at(60)):
        drain()
    assert guided.task(visit).overdue_at is None


@pytest.mark.parametrize(("kind", "place"), [("cashier", "cashier"), ("pharmacy", "pharmacy")])
def test_windows_are_places_from_the_first_number(guided, kind, place):
    guided.rule(for_all=EVERY)
    assert guided.task(guided.arrive(kind=kind)).destination == place


def test_following_a_visit_costs_a_fixed_number_of_queries(guided, django_assert_max_num_queries):
    visit = guided.arrive()
    with django_assert_max_num_queries(8):
        follow_visit(actor=USHER, visit_id=visit)
