"""Switching outbreak mode on and off, drilling it, and taking that back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from yilu.outbreak.errors import AlreadyOff, AlreadyOn, AskedMeanwhile, NoPlan, ReasonMissing
from yilu.outbreak.models import Outbreak, SitePlan
from yilu.outbreak.operations.plans import PlanFacts, set_plan
from yilu.outbreak.operations.switching import (
    switch_off,
    switch_on,
    undo_switch_off,
    undo_switch_on,
)
from yilu.outbreak.selectors.modes import drill_due, mode_of
from yilu.outbreak.selectors.notices import notice
from yilu.outbreak.selectors.times import times
from yilu.outbreak.tests.factories import ROUTE, comes, planned, turn_on
from yilu.platform import clock
from yilu.platform.errors import NotAllowed, NotFound, Stale
from yilu.platform.models import AuditEntry, Event
from yilu.platform.names import Localized
from yilu.queueing.errors import NotServedHere
from yilu.queueing.models import Queue
from yilu.queueing.selectors.points import queue_for
from yilu.reception.tests.factories import nobody_at
from yilu.scheduling.models import Curb
from yilu.scheduling.selectors.curbs import curb_of
from yilu.scheduling.tests.factories import at, make_clinic
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B22")]


def kept() -> tuple[int, int, int]:
    return Outbreak.objects.count(), AuditEntry.objects.count(), Event.objects.count()


def test_a_named_role_switches_it_on_with_a_reason_and_off_again(ready):
    on = turn_on(ready)
    mode = mode_of(ready.site_id)
    assert (mode.id, mode.illness, mode.is_drill) == (on.id, "respiratory", False)
    assert mode.began_at == at(9, 55)
    line = AuditEntry.objects.get(action="outbreak.mode.switched_on")
    assert (line.actor_id, line.details["reason"]) == (ready.manager.user_id, "区疾控通知")

    switch_off(actor=ready.manager, outbreak_id=on.id, note="疫情结束")

    assert mode_of(ready.site_id) is None
    assert AuditEntry.objects.filter(action="outbreak.mode.switched_off").count() == 1
    with pytest.raises(AlreadyOff):
        switch_off(actor=ready.manager, outbreak_id=on.id, note="疫情结束")


@pytest.mark.parametrize("post", ["desk", "nurse"])
def test_nobody_else_switches_it_on(ready, post):
    before = kept()
    with pytest.raises(NotAllowed):
        switch_on(actor=getattr(ready, post), site_id=ready.site_id, illness="rash", reason="怀疑")
    assert kept() == before


def test_it_needs_a_plan_a_reason_and_a_known_illness(ready):
    other = make_clinic()
    boss = make_staff("manager", site_id=other.site_id).actor()
    before = kept()
    with pytest.raises(NoPlan):
        switch_on(actor=boss, site_id=other.site_id, illness="rash", reason="怀疑")
    with pytest.raises(ReasonMissing):
        switch_on(actor=ready.manager, site_id=ready.site_id, illness="rash", reason="  ")
    with pytest.raises(NotFound):
        switch_on(actor=ready.manager, site_id=ready.site_id, illness="flu", reason="怀疑")
    on = turn_on(ready)
    with pytest.raises(ReasonMissing):
        switch_off(actor=ready.manager, outbreak_id=on.id)
    with pytest.raises(Stale):
        switch_off(actor=ready.manager, outbreak_id=on.id, note="完", version=9)
    assert kept()[0] == before[0] + 1


def test_it_is_on_once(ready):
    turn_on(ready)
    with pytest.raises(AlreadyOn):
        turn_on(ready, "rash")
    with pytest.raises(AlreadyOn):
        turn_on(ready, drill=True)
    assert Outbreak.objects.count() == 1


def test_switching_on_is_taken_back_until_somebody_was_asked(ready):
    first = turn_on(ready)
    undo_switch_on(actor=ready.manager, undo_id=first.undo_id)
    assert mode_of(ready.site_id) is None
    assert Outbreak.objects.get().is_withdrawn

    second = turn_on(ready)
    comes(ready)
    with pytest.raises(AskedMeanwhile):
        undo_switch_on(actor=ready.manager, undo_id=second.undo_id)
    assert mode_of(ready.site_id).id == second.id


def test_switching_off_is_taken_back_unless_it_is_on_anew(ready):
    on = turn_on(ready)
    back = switch_off(actor=ready.manager, outbreak_id=on.id, note="误报")
    undo_switch_off(actor=ready.manager, undo_id=back)
    assert mode_of(ready.site_id).id == on.id

    again = switch_off(actor=ready.manager, outbreak_id=on.id, note="误报")
    turn_on(ready, "rash")
    with pytest.raises(AlreadyOn):
        undo_switch_off(actor=ready.manager, undo_id=again)


def test_a_drill_that_becomes_serious_ends(ready):
    drill = switch_on(
        actor=ready.nurse, site_id=ready.site_id, illness="rash", reason="季度演练", is_drill=True
    )
    turn_on(ready)

    ended = Outbreak.objects.get(pk=drill.id)
    assert ended.ended_at == at(9, 55)
    assert not mode_of(ready.site_id).is_drill
    lines = times(ready.manager, ready.site_id)
    assert {(one.is_drill, one.became_serious) for one in lines} == {(False, False), (True, True)}


def test_the_limit_on_bookings_follows_the_mode_and_never_a_drill(ready):
    planned(ready, online_per_day=3, version=1)
    turn_on(ready, drill=True)
    assert not Curb.objects.exists()

    on = turn_on(ready)
    assert curb_of(ready.site_id).per_day == 3
    planned(ready, online_per_day=5, version=2)
    assert curb_of(ready.site_id).per_day == 5

    back = switch_off(actor=ready.manager, outbreak_id=on.id, note="完")
    assert curb_of(ready.site_id) is None
    undo_switch_off(actor=ready.manager, undo_id=back)
    assert curb_of(ready.site_id).per_day == 5


def test_a_drill_is_due_after_the_days_that_were_set(ready):
    planned(ready, drill_days=30, version=1)
    assert drill_due(ready.manager, ready.site_id) is None
    with clock.at(at(10, day=31)):
        assert drill_due(ready.manager, ready.site_id).days is None
        assert drill_due(ready.desk, ready.site_id) is None
        drill = turn_on(ready, drill=True)
        switch_off(actor=ready.manager, outbreak_id=drill.id, note="口罩不够")
    with clock.at(at(10, day=31) + timedelta(days=30)):
        assert drill_due(ready.manager, ready.site_id).days == 30
        assert notice(ready.manager, ready.site_id).drill_due.days == 30
    line = times(ready.manager, ready.site_id)[0]
    assert (line.end_note, line.minutes, line.screened) == ("口罩不够", 0, 0)


def test_the_room_apart_has_a_queue_into_which_nobody_comes_by_themselves(ready):
    queue = Queue.objects.get(site_id=ready.site_id, key="apart")
    assert (queue.name["zh-Hans"], queue.shows_names) == ("9 号室", False)
    found = queue_for(ready.site_id, "consultation", practitioner_id=ready.clinic.doctors[0])
    assert found.id != queue.pk
    Queue.objects.filter(site_id=ready.site_id).exclude(key="apart").update(is_active=False)
    assert queue_for(ready.site_id, "consultation") is None


def test_a_plan_is_set_by_who_may_and_not_over_a_newer_one(ready):
    with pytest.raises(Stale):
        planned(ready, version=7)
    facts = PlanFacts(route=Localized(ROUTE), room_id=ready.room_id)
    with pytest.raises(NotAllowed):
        set_plan(actor=ready.nurse, site_id=ready.site_id, facts=facts)
    with pytest.raises((NotServedHere, NotFound)):
        set_plan(
            actor=ready.manager, site_id=ready.site_id,
            facts=replace(facts, room_id=ready.clinic.doctors[0]),
        )  # fmt: skip
    assert SitePlan.objects.get().version == 1


def test_everybody_at_the_site_reads_the_notice_and_nobody_else(ready, django_assert_num_queries):
    turn_on(ready)
    other = make_staff("manager", site_id=make_clinic().site_id).actor()
    with django_assert_num_queries(2):
        assert notice(nobody_at(ready.site_id), ready.site_id).mode.illness == "respiratory"
    with pytest.raises(NotFound):
        notice(other, ready.site_id)
