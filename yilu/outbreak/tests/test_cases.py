"""The report of a suspected case, its clock, and the figures."""

from datetime import timedelta

import pytest

from yilu.outbreak.errors import (
    CaseNotSent,
    CaseOver,
    CaseThere,
    NotSuspected,
    ReasonMissing,
    SentCannotBe,
)
from yilu.outbreak.models import CaseReport
from yilu.outbreak.operations.cases import (
    note_case_outcome,
    open_case,
    send_case,
    undo_send_case,
    withdraw_case,
)
from yilu.outbreak.operations.suspecting import lift_suspicion
from yilu.outbreak.operations.switching import switch_off
from yilu.outbreak.selectors.cases import case, cases
from yilu.outbreak.selectors.report import report
from yilu.outbreak.selectors.screenings import suspects
from yilu.outbreak.tests.factories import comes, turn_on
from yilu.pathways.selectors.cases import case_steps
from yilu.platform import clock
from yilu.platform.errors import NotAllowed, NotFound, Stale
from yilu.platform.testing import drain
from yilu.scheduling.tests.factories import MONDAY, at

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B22")]


def opened(ready, group="unknown", *, drill=False):
    turn_on(ready, drill=drill)
    comes(ready, "fever")
    one = suspects(ready.nurse, ready.site_id)[0]
    return open_case(actor=ready.nurse, screening_id=one.id, group=group, disease="不明原因发热")


def test_the_clock_runs_from_the_suspicion_by_the_limit_of_the_group(ready):
    line = case(ready.nurse, opened(ready))
    assert (line.suspected_at, line.due_at) == (at(9, 55), at(11, 55))
    assert line.disease == "不明原因发热"
    step = case_steps(line.id)[0]
    assert (step.key, step.due_at, step.is_open) == ("report", at(11, 55), True)
    with clock.at(at(11, 56)):
        assert case(ready.nurse, line.id).is_late


def test_a_report_is_sent_late_taken_back_and_has_an_outcome(ready):
    case_id = opened(ready, "other")
    with pytest.raises(CaseNotSent):
        note_case_outcome(actor=ready.nurse, case_id=case_id, outcome="confirmed")
    for sent_at in (at(9, 54), at(10, 30)):
        with pytest.raises(SentCannotBe):
            send_case(actor=ready.nurse, case_id=case_id, way="network", sent_at=sent_at)
    with pytest.raises(Stale):
        send_case(actor=ready.nurse, case_id=case_id, way="network", version=8)

    with clock.at(at(10) + timedelta(days=1)):
        back = send_case(actor=ready.nurse, case_id=case_id, way="fastest", receipt="K-17")
        assert case(ready.nurse, case_id).is_late
        undo_send_case(actor=ready.nurse, undo_id=back)
        assert case(ready.nurse, case_id).is_open
        send_case(actor=ready.nurse, case_id=case_id, way="network", sent_at=at(10), version=3)
    drain(timers=False)

    line = case(ready.nurse, case_id)
    assert (line.is_late, line.way, line.over_at) == (False, "network", at(10))
    assert [one.is_open for one in case_steps(case_id)] == [False]
    note_case_outcome(actor=ready.nurse, case_id=case_id, outcome="excluded")
    assert case(ready.nurse, case_id).outcome == "excluded"
    with pytest.raises(CaseOver):
        withdraw_case(actor=ready.nurse, case_id=case_id, reason="误报")


def test_there_is_one_report_of_a_case_until_it_is_withdrawn(ready):
    case_id = opened(ready)
    one = suspects(ready.nurse, ready.site_id)[0]
    assert one.case_id == case_id
    with pytest.raises(ReasonMissing):
        withdraw_case(actor=ready.nurse, case_id=case_id, reason=" ")
    withdraw_case(actor=ready.nurse, case_id=case_id, reason="误报")
    again = open_case(actor=ready.nurse, screening_id=one.id, group="other", disease="流感")
    assert {line.id for line in cases(ready.nurse, ready.site_id)} == {again, case_id}


def test_a_second_report_of_the_same_case_is_refused(ready):
    opened(ready)
    one = suspects(ready.nurse, ready.site_id)[0]
    with pytest.raises(CaseThere):
        open_case(actor=ready.doctor, screening_id=one.id, group="other", disease="流感")


def test_who_may_not_report_and_what_is_lifted_is_refused(ready):
    turn_on(ready)
    comes(ready, "fever")
    one = suspects(ready.nurse, ready.site_id)[0]
    facts = {"screening_id": one.id, "group": "other", "disease": "流感"}
    with pytest.raises(NotAllowed):
        open_case(actor=ready.desk, **facts)
    with pytest.raises(NotFound):
        cases(ready.desk, ready.site_id)
    with pytest.raises(NotFound):
        open_case(actor=ready.nurse, **facts | {"group": "z"})
    with pytest.raises(ReasonMissing):
        open_case(actor=ready.nurse, **facts | {"disease": " "})
    lift_suspicion(actor=ready.nurse, screening_id=one.id, reason="复测正常")
    with pytest.raises(NotSuspected):
        open_case(actor=ready.nurse, **facts)
    assert not CaseReport.objects.exists()


def test_figures_count_by_day_hour_and_way_and_no_drill_counts(ready, django_assert_num_queries):
    case_id = opened(ready, drill=True)
    assert case_steps(case_id) == []
    drill = CaseReport.objects.get().screening.outbreak_id
    switch_off(actor=ready.nurse, outbreak_id=drill, note="口罩不够")
    turn_on(ready)
    comes(ready, "fever")
    with clock.at(at(10, 5)):
        comes(ready)
        comes(ready)
    with clock.at(at(9, day=1)):
        comes(ready, "cough")
        with django_assert_num_queries(2):
            found = report(ready.desk, ready.site_id, MONDAY, MONDAY + timedelta(days=1))

    def told(counts):
        return [(one.label, one.screened, one.positive, one.apart) for one in counts]

    assert told([found.total]) == [("", 4, 1, 1)]
    assert told(found.days) == [("2031-03-03", 3, 1, 1), ("2031-03-04", 1, 0, 0)]
    assert told(found.hours) == [("09:00", 2, 1, 1), ("10:00", 2, 0, 0)]
    assert (found.cases, found.total.share) == (0, "25.0%")
    with pytest.raises(NotFound):
        report(ready.open.cashier, ready.site_id, MONDAY, MONDAY)
