"""Two people, one way: with real commits, in threads that start together."""

import pytest

from yilu.guiding.errors import AlreadyAsked, AlreadyTaken, TaskMoveRefused
from yilu.guiding.jobs import USHER
from yilu.guiding.models import GuideShift, GuideTask
from yilu.guiding.operations.asking import Wish, ask_for_help
from yilu.guiding.operations.following import follow_visit
from yilu.guiding.operations.leading import (
    come_on_duty,
    deliver_task,
    go_off_duty,
    hand_over_task,
    take_task,
)
from yilu.guiding.operations.receiving import receive_patient, withdraw_task
from yilu.guiding.tests.factories import guided_clinic
from yilu.platform.testing import beside, drain
from yilu.queueing.tests.factories import row
from yilu.reception.tests.test_races import together
from yilu.workforce.tests.factories import make_staff

pytestmark = [
    pytest.mark.races,
    pytest.mark.django_db(transaction=True),
    pytest.mark.covers("B15"),
]


def test_of_two_guides_who_take_the_same_task_one_has_it():
    guided = guided_clinic()
    guides = [guided.guide("安导"), guided.guide("白导")]
    task = guided.task(guided.arrive())

    found = together(*(lambda g=g: take_task(actor=g, task_id=task.pk) for g in guides))

    assert found.count(AlreadyTaken) == 1
    task.refresh_from_db()
    assert task.guide_id == guides[1 - found.index(AlreadyTaken)].user_id


def test_received_while_the_desk_takes_it_off_only_one_of_both_happens():
    guided = guided_clinic()
    guide = guided.guide()
    task = guided.task(guided.arrive())
    take_task(actor=guide, task_id=task.pk)
    deliver_task(actor=guide, task_id=task.pk)

    found = together(
        lambda: receive_patient(actor=guided.manager, task_id=task.pk),
        lambda: withdraw_task(actor=guided.desk, task_id=task.pk, reason="alone"),
    )

    assert found.count(TaskMoveRefused) == 1
    task.refresh_from_db()
    assert task.state == ("done" if found[1] is TaskMoveRefused else "withdrawn")
    assert (task.received_by_id is not None) == (task.state == "done")


def test_one_step_heard_by_many_at_once_is_one_task():
    guided = guided_clinic()
    patient = guided.clinic.patient("邓白芍", special_needs=("wheelchair",))
    visit = row(guided.clinic.ticket(patient_id=patient).id).visit_id

    together(*(lambda: follow_visit(actor=USHER, visit_id=visit) for _ in range(4)))

    assert GuideTask.objects.filter(visit_id=visit).count() == 1


def test_two_who_ask_for_the_same_help_at_once_get_it_once():
    guided = guided_clinic()
    visit = row(guided.clinic.ticket().id).visit_id
    drain(timers=False)
    wish = Wish(visit, "wheelchair")

    found = together(
        lambda: ask_for_help(actor=guided.desk, wish=wish),
        lambda: ask_for_help(actor=guided.doctor, wish=wish),
    )

    assert found.count(AlreadyAsked) == 1
    assert GuideTask.objects.filter(visit_id=visit).count() == 1


def test_two_tasks_at_once_go_to_two_idle_guides():
    guided = guided_clinic()
    guides = {guided.guide("安导").user_id, guided.guide("白导").user_id}
    visits = [row(guided.clinic.ticket().id).visit_id for _ in range(2)]
    drain(timers=False)

    together(*(lambda v=v: ask_for_help(actor=guided.desk, wish=Wish(v, "escort")) for v in visits))

    assert set(GuideTask.objects.values_list("guide_id", flat=True)) == guides


def test_coming_on_duty_on_two_phones_at_once_is_one_shift():
    guided = guided_clinic()
    guide = make_staff("guide", site_id=guided.site_id).actor()

    together(*(lambda: come_on_duty(actor=guide, site_id=guided.site_id) for _ in range(3)))

    assert GuideShift.objects.filter(user_id=guide.user_id, ended_at=None).count() == 1


def while_going_off(guided, guide, deed):
    """Do a deed that is not kept yet while a guide goes off duty; then keep it."""
    beside(deed, lambda: go_off_duty(actor=guide, site_id=guided.site_id))
    assert not GuideShift.objects.filter(user_id=guide.user_id, ended_at=None).exists()


def test_what_is_given_to_a_guide_who_goes_off_duty_at_that_moment_is_given_again():
    guided = guided_clinic()
    guide = guided.guide()
    visit = row(guided.clinic.ticket().id).visit_id
    drain(timers=False)

    while_going_off(
        guided, guide, lambda: ask_for_help(actor=guided.desk, wish=Wish(visit, "escort"))
    )

    task = guided.task(visit)
    assert (task.state, task.guide_id, task.unfit) == ("open", None, "nobody")


def test_what_is_handed_to_a_guide_who_goes_off_duty_at_that_moment_is_given_again():
    guided = guided_clinic()
    stays = guided.guide("安导")
    task = guided.task(guided.arrive())
    take_task(actor=stays, task_id=task.pk)
    leaves = guided.guide("白导")

    while_going_off(
        guided,
        leaves,
        lambda: hand_over_task(actor=stays, task_id=task.pk, user_id=leaves.user_id),
    )

    task.refresh_from_db()
    assert (task.state, task.guide_id) == ("given", stays.user_id)
