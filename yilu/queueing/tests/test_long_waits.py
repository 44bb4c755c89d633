"""Waits that are too long: noticed once, explained by staff, over by themselves, reported."""

from datetime import timedelta
from uuid import UUID

import pytest

from yilu.pathways import permissions as pathways
from yilu.pathways.models import Step
from yilu.pathways.operations.definitions import publish_definitions
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotAllowed, NotFound, Stale
from yilu.platform.models import Event
from yilu.platform.testing import drain
from yilu.queueing import permissions
from yilu.queueing.errors import NameMissing, NoLongWait, UnknownAmends
from yilu.queueing.models import Amends, Forecast, LongWait
from yilu.queueing.operations.calling import call_next, finish_ticket, start_ticket
from yilu.queueing.operations.explaining import explain_wait, take_back_explanation
from yilu.queueing.operations.issuing import issue_ticket, leave_queue
from yilu.queueing.operations.limits import Figures, add_amends, retire_amends, set_wait_rule
from yilu.queueing.operations.undoing import undo_call
from yilu.queueing.selectors.limits import offered_amends, wait_rule
from yilu.queueing.selectors.long_waits import long_wait_report, open_long_waits
from yilu.queueing.states import WaitReason
from yilu.queueing.tests.factories import (
    EVERYTHING,
    TEN,
    Clinic,
    at,
    make_actor,
    make_clinic,
)
from yilu.visits.operations.visits import open_visit, withdraw_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic():
    """A clinic whose pathways are published, at ten."""
    with clock.at(TEN):
        made = make_clinic()
        publish_definitions(actor=Actor.system("test", pathways.PUBLISH))
        yield made


def staff(clinic: Clinic) -> Actor:
    return make_actor(clinic.site_id, (*EVERYTHING, permissions.EXPLAIN, permissions.REPORT))


def after(minutes: float) -> None:
    """Let everything happen that is due so many minutes after ten."""
    with clock.at(TEN + timedelta(minutes=minutes)):
        drain()


def long_only() -> LongWait:
    return LongWait.objects.get(trigger="long")


def task() -> list[tuple[str, str]]:
    """The steps of long waits: post and state."""
    steps = Step.objects.filter(case__key="long_wait").order_by("opened_at", "id")
    return [(step.role, step.state) for step in steps]


@pytest.mark.covers("B11")
def test_a_walk_in_who_waits_for_a_quarter_of_an_hour_becomes_a_task_once(clinic):
    clinic.ticket()
    after(14.9)
    assert not LongWait.objects.exists()

    after(15)
    after(40)

    one = long_only()
    assert (one.state, one.counted_from, one.limit_at) == ("open", TEN, at(15))
    assert one.raised_at == at(15)
    assert task().count(("front_desk", "open")) == LongWait.objects.count()


@pytest.mark.covers("B11")
def test_a_wait_counts_from_the_booked_time_of_who_comes_early(clinic):
    clinic.ticket(booked_at=at(20))
    after(34)
    assert not LongWait.objects.filter(trigger="long").exists()

    after(35)

    assert long_only().counted_from == at(20)


@pytest.mark.covers("B11")
def test_a_wait_counts_from_the_check_in_of_who_comes_late(clinic):
    clinic.ticket(booked_at=at(-30))
    after(15)
    assert long_only().counted_from == TEN


def test_the_assessment_is_a_part_of_the_wait_and_nobody_is_bothered_during_it(clinic):
    visit, patient = clinic.visit()
    facts = {"actor": clinic.actor, "visit_id": visit, "patient_id": patient}
    assessed = issue_ticket(queue_id=clinic.queue("assessment").pk, **facts)
    with clock.at(at(13)):
        call_next(actor=clinic.actor, station_id=clinic.station("assessment").pk)
        start_ticket(actor=clinic.actor, ticket_id=assessed.id)
    after(17)
    assert not LongWait.objects.exists()

    with clock.at(at(18)):
        finish_ticket(actor=clinic.actor, ticket_id=assessed.id)
        issue_ticket(queue_id=clinic.queue().pk, **facts)
        drain()

    assert (long_only().counted_from, long_only().raised_at) == (TEN, at(18))


@pytest.mark.covers("B11")
def test_a_broken_promise_is_a_second_trigger(clinic):
    ticket = clinic.ticket()
    after(0)
    promised = Forecast.objects.get(ticket_id=ticket.id).high_at

    after(9)
    assert not LongWait.objects.exists()
    after(60)

    both = {one.trigger: one for one in LongWait.objects.all()}
    assert set(both) == {"long", "promise"}
    assert both["promise"].limit_at == promised + timedelta(minutes=5)
    assert task() == [("front_desk", "open")] * 2


@pytest.mark.covers("B11")
def test_a_call_ends_it_and_the_call_taken_back_resumes_it(clinic):
    ticket = clinic.ticket()
    after(16)
    with clock.at(at(17)):
        call_next(actor=clinic.actor, station_id=clinic.station().pk)
        drain()
    one = long_only()
    assert (one.state, one.end, one.ended_at) == ("over", "called", at(17))
    assert task().count(("front_desk", "open")) == 0

    with clock.at(at(18)):
        undo_call(actor=clinic.actor, ticket_id=ticket.id)
        drain()

    one = long_only()
    assert (one.state, one.end, one.ended_at) == ("open", "", None)
    assert ("front_desk", "open") in task()


def test_who_is_called_in_time_or_leaves_is_never_one(clinic):
    first = clinic.ticket()
    with clock.at(at(1)):
        second = clinic.ticket()
    with clock.at(at(10)):
        call_next(actor=clinic.actor, station_id=clinic.station().pk)
        leave_queue(actor=clinic.actor, ticket_id=second.id)
    after(60)

    assert first.id != second.id
    assert not LongWait.objects.exists()


def test_who_gives_up_later_ends_it_as_left_and_a_check_in_in_error_is_not_counted(clinic):
    ticket = clinic.ticket()
    visit, patient = clinic.visit()
    issue_ticket(actor=clinic.actor, queue_id=clinic.queue().pk, visit_id=visit, patient_id=patient)
    after(16)
    with clock.at(at(20)):
        leave_queue(actor=clinic.actor, ticket_id=ticket.id)
        withdraw_visit(actor=clinic.actor, visit_id=visit)
        drain()

    ends = dict(LongWait.objects.filter(trigger="long").values_list("visit_id", "end"))
    assert ends.pop(visit) == "withdrawn"
    assert list(ends.values()) == ["left"]
    report = long_wait_report(staff(clinic), clinic.site_id, TEN.date(), TEN.date())
    assert report.visits == 1
    gone = LongWait.objects.get(visit_id=visit, trigger="long")
    with pytest.raises(NoLongWait):
        explain_wait(actor=staff(clinic), long_wait_id=gone.pk, reason=WaitReason.OTHER)


@pytest.mark.covers("B11")
def test_staff_say_why_and_what_was_offered_and_the_task_is_done(clinic):
    clinic.ticket()
    after(15)
    one, offered = long_only(), offered_amends(clinic.site_id)

    with clock.at(at(16)):
        explain_wait(
            actor=staff(clinic), long_wait_id=one.pk, reason=WaitReason.EMERGENCY,
            note=" A child fell. ", amends_id=offered[0].id, was_taken=True, version=one.version,
        )  # fmt: skip
        drain()

    kept = long_only()
    assert (kept.state, kept.reason, kept.note) == ("explained", "emergency", "A child fell.")
    assert (kept.amends, kept.was_taken, kept.explained_at) == (offered[0].name, True, at(16))
    assert ("front_desk", "closed") in task()
    with clock.at(at(20)):
        call_next(actor=clinic.actor, station_id=clinic.station().pk)
        drain()
    kept = long_only()
    assert (kept.state, kept.end, kept.reason) == ("explained", "called", "emergency")


def test_an_explanation_is_taken_back_and_the_task_comes_back(clinic):
    clinic.ticket()
    after(15)
    with clock.at(at(16)):
        explain_wait(actor=staff(clinic), long_wait_id=long_only().pk, reason=WaitReason.BEFORE)
        drain()
        take_back_explanation(actor=staff(clinic), long_wait_id=long_only().pk)
        take_back_explanation(actor=staff(clinic), long_wait_id=long_only().pk)
        drain()

    assert (long_only().state, long_only().reason) == ("open", "")
    assert ("front_desk", "open") in task()


def test_what_is_refused_changes_nothing(clinic):
    clinic.ticket()
    after(15)
    one = long_only()
    events = Event.objects.count()
    other = make_clinic()
    gone = offered_amends(clinic.site_id)[0].id
    retire_amends(actor=clinic.actor, amends_id=gone)
    mine = {"long_wait_id": one.pk, "reason": WaitReason.OTHER}

    with pytest.raises(NotAllowed):
        explain_wait(actor=clinic.actor, **mine)
    with pytest.raises(NotFound):
        explain_wait(actor=staff(other), **mine)
    for amends in (gone, offered_amends(other.site_id)[0].id):
        with pytest.raises(UnknownAmends):
            explain_wait(actor=staff(clinic), amends_id=amends, **mine)
    with pytest.raises(Stale):
        explain_wait(actor=staff(clinic), version=one.version + 1, **mine)

    after_all = long_only()
    assert (after_all.state, after_all.version) == ("open", one.version)
    assert Event.objects.filter(name="LongWaitExplained").count() == 0
    assert Event.objects.count() >= events


@pytest.mark.covers("B11")
def test_the_limits_of_a_site_are_set_by_its_manager_and_hold_from_then_on(clinic):
    assert wait_rule(clinic.site_id).longest_minutes == 15
    site_id, wrong, right = clinic.site_id, Figures(30, 240), Figures(30, 120)
    with pytest.raises(NotFound):
        set_wait_rule(
            actor=make_actor(clinic.site_id, [permissions.SEE]), site_id=site_id, figures=right
        )
    with pytest.raises(Exception, match="grace"):
        set_wait_rule(actor=clinic.actor, site_id=site_id, figures=wrong)
    assert wait_rule(clinic.site_id).version == 0

    set_wait_rule(actor=clinic.actor, site_id=site_id, figures=right, version=0)
    with pytest.raises(Stale):
        set_wait_rule(actor=clinic.actor, site_id=site_id, figures=Figures(30, 1), version=0)
    clinic.ticket()
    after(29)

    assert not LongWait.objects.exists()
    after(30)
    assert long_only().limit_at == at(30)


def test_a_rule_that_grew_longer_meanwhile_is_waited_for(clinic):
    clinic.ticket()
    after(1)
    with clock.at(at(2)):
        set_wait_rule(actor=clinic.actor, site_id=clinic.site_id, figures=Figures(25, 60))
    after(20)
    assert not LongWait.objects.exists()
    after(25)
    assert long_only().raised_at == at(25)


def test_a_site_offers_what_it_chose(clinic):
    first = offered_amends(clinic.site_id)
    assert len(first) == 3
    with pytest.raises(NameMissing):
        add_amends(actor=clinic.actor, site_id=clinic.site_id, chinese="停车券", english=" ")
    add_amends(actor=clinic.actor, site_id=clinic.site_id, chinese="停车券", english="Parking")
    retire_amends(actor=clinic.actor, amends_id=first[0].id)
    retire_amends(actor=clinic.actor, amends_id=first[0].id)

    assert [one.name["en"] for one in offered_amends(clinic.site_id)][-1] == "Parking"
    assert first[0].id not in {one.id for one in offered_amends(clinic.site_id)}
    assert Amends.objects.filter(site_id=clinic.site_id).count() == 4


def _some(clinic: Clinic, count: int) -> list[UUID]:
    for n in range(count):
        with clock.at(TEN + timedelta(milliseconds=n)):  # One after the other, as they stand.
            clinic.ticket()
    after(16)
    return list(LongWait.objects.filter(trigger="long").values_list("id", flat=True))


@pytest.mark.covers("B11")
@pytest.mark.parametrize("count", [1, 12])
def test_list_and_report_cost_the_same_for_one_and_for_twelve(
    clinic, count, django_assert_num_queries
):
    _some(clinic, count)
    explain_wait(
        actor=staff(clinic), long_wait_id=long_only().pk if count == 1 else _last(),
        reason=WaitReason.STAFF,
    )  # fmt: skip
    clinic.ticket()
    with clock.at(at(32)):
        drain()
        with django_assert_num_queries(4):  # One of them says who was seen.
            lines = open_long_waits(staff(clinic), clinic.site_id)
        with django_assert_num_queries(5):
            report = long_wait_report(staff(clinic), clinic.site_id, TEN.date(), TEN.date())

    assert len({line.visit_id for line in lines}) == count + (count == 1)
    assert lines[0].since == TEN
    assert report.visits == count + 1
    assert {one.key: one.waits for one in report.by_reason}["staff"] == 1
    assert [one.key for one in report.by_hour] == ["10"]
    assert str(report.by_practitioner[0].words)
    assert report.explained == 1


def _last() -> UUID:
    # The last in line was promised most: they are not long overdue again when it is explained.
    return LongWait.objects.filter(trigger="long").order_by("-number")[0].pk


def test_a_telephone_visit_waits_at_home(clinic):
    with clock.at(TEN):
        patient = clinic.patient()
        visit = open_visit(
            actor=clinic.actor, patient_id=patient, site_id=clinic.site_id, kind="walk_in"
        )
        issue_ticket(
            actor=clinic.actor, queue_id=clinic.queue().pk, visit_id=visit,
            patient_id=patient, is_remote=True,
        )  # fmt: skip
    after(60)
    assert not LongWait.objects.exists()
