"""Guides come on duty, are given patients, take them, pass them on, and say that they are there."""

import pytest

from yilu.guiding.errors import AlreadyTaken, NotOnDuty, NotYourTask, TaskMoveRefused
from yilu.guiding.models import GuideShift, GuideTask
from yilu.guiding.operations.leading import (
    come_on_duty,
    decline_task,
    deliver_task,
    go_off_duty,
    hand_over_task,
    take_task,
)
from yilu.guiding.operations.receiving import assign_task
from yilu.guiding.selectors.tasks import desk_tasks, guides_on_duty, my_tasks
from yilu.platform import clock, undo
from yilu.platform.errors import NotAllowed, NotFound, Stale
from yilu.platform.testing import drain
from yilu.queueing.tests.factories import at
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B15")]


def test_a_task_goes_to_the_guide_who_speaks_the_language_and_has_fewest(guided):
    guided.guide("安导", ["zh-Hans"])
    english = guided.guide("白导", ["zh-Hans", "en"])
    foreign = guided.task(guided.arrive("John", language="en"))
    assert foreign.guide_id == english.user_id
    for name in ("甲", "乙"):
        guided.arrive(name)
    load = {one.name.written: one.tasks for one in guides_on_duty(guided.site_id)}
    assert load == {"安导": 2, "白导": 1}


def test_nobody_fits_and_why_stands_at_the_desk_until_somebody_comes(guided):
    guided.guide("安导", ["zh-Hans"])
    visit = guided.arrive("John", language="en")
    with clock.at(at(3)):
        line = desk_tasks(guided.desk, guided.site_id).lines[0]
        assert (line.state, line.unfit, line.foreign) == ("open", "language", "英语")
        assert line.guide is None
        english = guided.guide("白导", ["en"])
    assert guided.task(visit).guide_id == english.user_id


def test_a_stretcher_takes_two_and_says_when_one_is_missing(guided):
    first = guided.guide("安导")
    visit = guided.arrive(special_needs=("wheelchair",))
    GuideTask.objects.update(help="stretcher", state="open", guide=None, unfit="nobody")
    come_on_duty(actor=first, site_id=guided.site_id)
    second = guided.guide("白导")
    task = guided.task(visit)
    assert (task.guide_id, task.second_id, task.unfit) == (first.user_id, second.user_id, "")
    go_off_duty(actor=second, site_id=guided.site_id)
    task = guided.task(visit)
    assert (task.guide_id, task.second_id, task.unfit) == (first.user_id, None, "two")


def test_going_off_duty_gives_to_others_what_was_not_taken_up(guided):
    first = guided.guide("安导")
    waits, on_the_way = guided.arrive("甲"), guided.arrive("乙")
    take_task(actor=first, task_id=guided.task(on_the_way).pk)
    second = guided.guide("白导")
    go_off_duty(actor=first, site_id=guided.site_id)
    go_off_duty(actor=first, site_id=guided.site_id)
    assert guided.task(waits).guide_id == second.user_id
    assert guided.task(on_the_way).guide_id == first.user_id
    assert GuideShift.objects.filter(ended_at=None).count() == 1


def test_a_guide_takes_says_they_are_there_and_takes_each_back(guided):
    guide = guided.guide()
    task = guided.task(guided.arrive())
    taken = take_task(actor=guide, task_id=task.pk, version=task.version)
    task.refresh_from_db()
    assert task.state == "taken"
    there = deliver_task(actor=guide, task_id=task.pk, version=task.version)
    task.refresh_from_db()
    assert (task.state, task.received_by_id) == ("delivered", None)
    undo.run(guide, there)
    task.refresh_from_db()
    assert (task.state, task.delivered_at) == ("taken", None)
    with pytest.raises(undo.BuiltUpon):
        undo.run(guide, taken)


def test_taking_is_taken_back_while_nothing_followed(guided):
    guide = guided.guide()
    task = guided.task(guided.arrive())
    undo.run(guide, take_task(actor=guide, task_id=task.pk))
    task.refresh_from_db()
    assert (task.state, task.taken_at, task.guide_id) == ("given", None, guide.user_id)


def test_a_colleague_may_take_what_was_given_to_another(guided):
    first, second = guided.guide("安导"), guided.guide("白导")
    task = guided.task(guided.arrive())
    assert task.guide_id == first.user_id
    take_task(actor=second, task_id=task.pk)
    task.refresh_from_db()
    assert (task.guide_id, task.second_id) == (second.user_id, None)
    with pytest.raises(AlreadyTaken):
        take_task(actor=first, task_id=task.pk)
    with pytest.raises(NotYourTask):
        deliver_task(actor=first, task_id=task.pk)


def test_who_declines_is_not_asked_again_and_the_reason_is_seen(guided):
    first, second = guided.guide("安导"), guided.guide("白导")
    task = guided.task(guided.arrive())
    decline_task(actor=first, task_id=task.pk, reason="busy")
    task.refresh_from_db()
    assert (task.state, task.guide_id) == ("given", second.user_id)
    decline_task(actor=second, task_id=task.pk, reason="not_found")
    task.refresh_from_db()
    assert (task.state, task.guide_id, task.unfit) == ("open", None, "declined")
    line = desk_tasks(guided.desk, guided.site_id).lines[0]
    assert "患者不在" in line.why_nobody


def test_handing_over_half_way_lets_the_time_run_anew(guided):
    first, second = guided.guide("安导"), guided.guide("白导")
    task = guided.task(guided.arrive())
    take_task(actor=first, task_id=task.pk)
    with clock.at(at(9)):
        hand_over_task(actor=first, task_id=task.pk, user_id=second.user_id)
    task.refresh_from_db()
    assert (task.state, task.guide_id, task.taken_at) == ("given", second.user_id, None)
    assert task.due_at == at(19)
    with clock.at(at(12)):
        drain()
        task.refresh_from_db()
        assert task.overdue_at is None


def test_nobody_who_is_not_on_duty_is_given_or_takes_anything(guided):
    absent = make_staff("guide", site_id=guided.site_id, name="缺导").actor()
    task = guided.task(guided.arrive())
    for deed in (
        lambda: take_task(actor=absent, task_id=task.pk),
        lambda: assign_task(actor=guided.desk, task_id=task.pk, user_id=absent.user_id),
    ):
        with pytest.raises(NotOnDuty):
            deed()
    task.refresh_from_db()
    assert (task.state, task.version) == ("open", 1)


def test_only_guides_bring_and_only_steerers_give(guided):
    guide = guided.guide()
    task = guided.task(guided.arrive())
    for deed in (
        lambda: take_task(actor=guided.desk, task_id=task.pk),
        lambda: deliver_task(actor=guided.doctor, task_id=task.pk),
        lambda: come_on_duty(actor=guided.desk, site_id=guided.site_id),
        lambda: assign_task(actor=guide, task_id=task.pk, user_id=guide.user_id),
    ):
        with pytest.raises(NotAllowed):
            deed()
    stranger = make_staff(name="生人").actor()
    with pytest.raises(NotFound):
        take_task(actor=stranger, task_id=task.pk)


def test_an_old_page_and_a_wrong_order_are_refused(guided):
    guide = guided.guide()
    task = guided.task(guided.arrive())
    with pytest.raises(Stale):
        take_task(actor=guide, task_id=task.pk, version=task.version + 1)
    with pytest.raises(TaskMoveRefused):
        deliver_task(actor=guide, task_id=task.pk)
    assert guided.task(task.visit_id).state == "given"


def test_a_guide_works_at_one_site_at_a_time(guided):
    guide = guided.guide()
    come_on_duty(actor=guide, site_id=guided.site_id)
    assert GuideShift.objects.count() == 1


def test_the_pages_cost_a_fixed_number_of_queries(guided, django_assert_max_num_queries):
    guide = guided.guide()
    for name in "甲乙丙丁":
        guided.arrive(name)
    for visit in GuideTask.objects.values_list("pk", flat=True)[:2]:
        take_task(actor=guide, task_id=visit)
    with django_assert_max_num_queries(12):
        assert len(desk_tasks(guided.desk, guided.site_id).lines) == 4
    with django_assert_max_num_queries(7):
        assert len(my_tasks(guide, guided.site_id).mine) == 4
