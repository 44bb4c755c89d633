"""Who is suspected: looked after, reported, cleared; and whom they met."""

import pytest

from yilu.outbreak.errors import (
    AlreadyMet,
    AlreadySuspected,
    NothingAsked,
    NotSuspected,
    ReasonMissing,
)
from yilu.outbreak.models import Screening
from yilu.outbreak.operations.suspecting import lift_suspicion, mark_suspected, meet_suspected
from yilu.outbreak.operations.switching import switch_off
from yilu.outbreak.selectors.notices import notice
from yilu.outbreak.selectors.screenings import is_apart, suspects
from yilu.outbreak.tests.factories import comes, turn_on
from yilu.platform.errors import NotAllowed, NotFound
from yilu.queueing.models import Ticket
from yilu.reception.tests.factories import nobody_at

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B22")]


def queue_of(came) -> str:
    return Ticket.objects.get(pk=came.ticket_id).queue.key


def test_a_nurse_suspects_somebody_who_is_here_and_they_go_apart(ready):
    turn_on(ready)
    came = comes(ready)
    mark_suspected(actor=ready.nurse, visit_id=came.visit_id, why="面色潮红，测温 38.6")

    assert queue_of(came) == "apart"
    assert is_apart(came.visit_id)
    one = suspects(ready.desk, ready.site_id)[0]
    assert (one.via, one.why, str(one.asked_by)) == ("staff", "面色潮红，测温 38.6", "吴护士")
    with pytest.raises(AlreadySuspected):
        mark_suspected(actor=ready.doctor, visit_id=came.visit_id, why="发热")


def test_suspecting_needs_the_mode_a_reason_and_the_right(ready):
    came = comes(ready)
    with pytest.raises(NothingAsked):
        mark_suspected(actor=ready.nurse, visit_id=came.visit_id, why="发热")
    turn_on(ready)
    with pytest.raises(ReasonMissing):
        mark_suspected(actor=ready.nurse, visit_id=came.visit_id, why=" ")
    with pytest.raises(NotFound):
        mark_suspected(actor=nobody_at(ready.site_id), visit_id=came.visit_id, why="发热")
    assert not Screening.objects.exists()
    assert queue_of(came) != "apart"


def test_the_call_for_help_ends_when_somebody_is_there(ready, django_assert_num_queries):
    turn_on(ready)
    comes(ready, "fever")
    with django_assert_num_queries(8):
        unmet = notice(ready.nurse, ready.site_id).unmet
    assert len(unmet) == 1
    assert notice(ready.open.cashier, ready.site_id).unmet == ()

    meet_suspected(actor=ready.nurse, screening_id=unmet[0].id)

    assert notice(ready.nurse, ready.site_id).unmet == ()
    assert str(suspects(ready.nurse, ready.site_id)[0].met_by) == "吴护士"
    with pytest.raises(AlreadyMet):
        meet_suspected(actor=ready.desk, screening_id=unmet[0].id)


def test_a_needless_suspicion_is_lifted_with_a_reason_and_the_patient_waits_with_the_others(ready):
    turn_on(ready)
    usual, came = comes(ready), comes(ready, "fever")
    one = suspects(ready.nurse, ready.site_id)[0]
    with pytest.raises(NotAllowed):
        lift_suspicion(actor=ready.desk, screening_id=one.id, reason="复测正常")
    with pytest.raises(ReasonMissing):
        lift_suspicion(actor=ready.nurse, screening_id=one.id, reason="")

    lift_suspicion(actor=ready.nurse, screening_id=one.id, reason="复测 36.5", version=one.version)

    assert queue_of(came) == queue_of(usual)
    assert not is_apart(came.visit_id)
    assert suspects(ready.nurse, ready.site_id)[0].lift_reason == "复测 36.5"
    for deed in (meet_suspected, lift_suspicion):
        more = {} if deed is meet_suspected else {"reason": "复测"}
        with pytest.raises(NotSuspected):
            deed(actor=ready.nurse, screening_id=one.id, **more)


def test_who_is_apart_stays_apart_when_the_mode_ends(ready):
    on = turn_on(ready)
    came = comes(ready, "fever")
    switch_off(actor=ready.manager, outbreak_id=on.id, note="结束")
    assert is_apart(came.visit_id)
    assert notice(ready.nurse, ready.site_id).unmet == ()


@pytest.mark.parametrize("many", [1, 12])
def test_suspects_cost_six_queries_however_many_there_are(ready, django_assert_num_queries, many):
    turn_on(ready)
    for _ in range(many):
        comes(ready, "fever")
    with django_assert_num_queries(6):
        assert len(suspects(ready.nurse, ready.site_id)) == many
