"""Checking in while outbreak mode, or a drill, is on."""

from datetime import timedelta

import pytest

from yilu.outbreak.errors import (
    AlreadySuspected,
    AnswersMissing,
    NothingAsked,
    ScreenedAlready,
    ScreeningMissing,
)
from yilu.outbreak.models import Screening
from yilu.outbreak.operations.screening import Whom, answer_screening
from yilu.outbreak.selectors.modes import mode_of
from yilu.outbreak.selectors.screenings import (
    asking_at,
    at_door,
    is_apart,
    route_of_visit,
    suspects,
    unasked,
)
from yilu.outbreak.tests.factories import ROUTE, answers, comes, planned, turn_on
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import NotFound
from yilu.platform.models import AuditEntry, Event
from yilu.queueing.models import Ticket
from yilu.queueing.selectors.wall import wall_board
from yilu.reception.operations.arrivals import check_in, walk_in
from yilu.reception.operations.departures import finish_ticket
from yilu.reception.selectors.guide import guide
from yilu.scheduling.models import Booking
from yilu.scheduling.tests.factories import at
from yilu.visits.models import Visit

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B22")]


def queue_of(came) -> str:
    return Ticket.objects.get(pk=came.ticket_id).queue.key


def owner(patient_id, *more) -> Actor:
    return Actor(kind="patient", name="患者", owns=frozenset({patient_id, *more}))


def test_nobody_is_asked_while_it_is_off(ready):
    came = comes(ready, "fever")
    assert queue_of(came) != "apart"
    assert not Screening.objects.exists()


def test_without_answers_nobody_is_checked_in_and_nothing_changes(ready):
    turn_on(ready)
    booked = ready.clinic.book(at(10))
    before = (Visit.objects.count(), Ticket.objects.count(), AuditEntry.objects.count())

    with pytest.raises(ScreeningMissing):
        check_in(actor=ready.desk, booking_id=booked.id)
    with pytest.raises(AnswersMissing):
        check_in(actor=ready.desk, booking_id=booked.id, screening={"fever": "no"})
    with pytest.raises(ScreeningMissing):
        comes(ready, screening=False)

    assert Booking.objects.get(pk=booked.id).state == "confirmed"
    assert (Visit.objects.count(), Ticket.objects.count()) == before[:2]
    assert not Screening.objects.exists()


def test_who_has_nothing_goes_on_as_ever_and_the_answers_stay_with_their_version(ready):
    turn_on(ready)
    booked = ready.clinic.book(at(10))

    came = check_in(actor=ready.desk, booking_id=booked.id, screening=answers("cough"))

    row = Screening.objects.get()
    assert (row.outcome, row.visit_id, row.via) == ("clear", came.visit_id, "desk")
    assert (row.set_version, row.asked_by_id) == ("2026-1", ready.desk.user_id)
    assert queue_of(came) != "apart"
    assert route_of_visit(came.visit_id) is None
    assert "cough" not in str(list(Event.objects.values_list("body", flat=True)))
    assert "cough" not in str(list(AuditEntry.objects.values_list("details", flat=True)))


def test_who_is_suspected_takes_the_isolation_route(ready):
    turn_on(ready)
    booked = ready.clinic.book(at(10))

    came = check_in(actor=ready.desk, booking_id=booked.id, screening=answers("cough", "contact"))

    row = Screening.objects.get()
    assert (row.outcome, row.apart_at) == ("positive", at(9, 55))
    assert queue_of(came) == "apart"
    assert is_apart(came.visit_id)
    assert guide(ready.desk, came.visit_id).route == ROUTE["zh-Hans"]
    told = Event.objects.filter(name="PatientScreened").latest("seq")
    assert f"outbreak:{ready.site_id}" in told.topics
    one = suspects(ready.nurse, ready.site_id)[0]
    assert (one.is_unmet, one.waiter.number, [f.key for f in one.findings]) == (
        True, came.number, ["linked"],
    )  # fmt: skip


def test_the_wall_never_says_why_nor_who(ready):
    turn_on(ready)
    came = comes(ready, "fever", name="欧阳若兰")
    board = wall_board(Actor.system("test", "queueing.show"), ready.site_id)

    shown = str(board)
    assert came.number in shown
    assert all(word not in shown for word in ("欧阳", "发热", "隔离", "fever", "东侧小门"))


def test_who_is_kept_apart_waits_at_no_window(ready):
    turn_on(ready)
    came = comes(ready, "fever")
    finish_ticket(actor=ready.doctor, ticket_id=came.ticket_id)
    assert list(Ticket.objects.values_list("state", flat=True)) == ["finished"]


def test_answers_on_the_phone_hold_for_the_hours_that_were_set(ready):
    planned(ready, valid_hours=2, version=1)
    turn_on(ready)
    booked = ready.clinic.book(at(11))
    patient_id = Booking.objects.get(pk=booked.id).patient_id
    phone = owner(patient_id, booked.id)
    whom = Whom(ready.site_id, patient_id, booked.id)
    assert at_door(ready.site_id, patient_id).asks

    assert answer_screening(actor=phone, whom=whom, answers=answers("fever")) is True
    with pytest.raises(ScreenedAlready):
        answer_screening(actor=phone, whom=whom, answers=answers())
    assert at_door(ready.site_id, patient_id).route == ROUTE

    with clock.at(at(12, 30)), pytest.raises(ScreeningMissing):
        check_in(actor=ready.desk, booking_id=booked.id)
    with clock.at(at(11)):
        came = check_in(actor=ready.desk, booking_id=booked.id)
    row = Screening.objects.get()
    assert (row.via, row.visit_id, queue_of(came)) == ("phone", came.visit_id, "apart")


def test_answers_at_the_desk_do_not_lift_a_suspicion(ready):
    turn_on(ready)
    patient_id = ready.clinic.patient()
    whom = Whom(ready.site_id, patient_id)
    answer_screening(actor=ready.desk, whom=whom, answers=answers("fever"))
    with pytest.raises(AlreadySuspected):
        answer_screening(actor=ready.desk, whom=whom, answers=answers())
    came = walk_in(
        actor=ready.desk, site_id=ready.site_id, patient_id=patient_id,
        service_id=ready.clinic.service_id, screening=answers(),
    )  # fmt: skip
    assert queue_of(came) == "apart"


def test_nobody_answers_for_others_or_while_nothing_is_asked(ready):
    patient_id = ready.clinic.patient()
    whom = Whom(ready.site_id, patient_id)
    with pytest.raises(NothingAsked):
        answer_screening(actor=ready.desk, whom=whom, answers=answers())
    turn_on(ready)
    with pytest.raises(NotFound):
        answer_screening(actor=owner(ready.clinic.patient()), whom=whom, answers=answers())
    with pytest.raises(NotFound):
        answer_screening(actor=ready.open.cashier, whom=whom, answers=answers())
    assert not Screening.objects.exists()


def test_who_was_here_before_is_named_and_asked(ready, django_assert_num_queries):
    early = comes(ready, screening=False)
    turn_on(ready)
    comes(ready)
    mode = mode_of(ready.site_id)
    with django_assert_num_queries(4):
        left = unasked(ready.desk, mode)
    assert [one.visit.id for one in left] == [early.visit_id]
    assert left[0].visit.arrived_at.utcoffset() == timedelta(hours=8)

    visit = Visit.objects.get(pk=early.visit_id)
    whom = Whom(ready.site_id, visit.patient_id, None, visit.pk)
    answer_screening(actor=ready.nurse, whom=whom, answers=answers("fever"))

    assert queue_of(early) == "apart"
    assert unasked(ready.desk, mode) == []


def test_a_drill_asks_at_the_desk_only_and_moves_nobody(ready):
    turn_on(ready, drill=True)
    patient_id = ready.clinic.patient()
    assert asking_at(ready.site_id, patient_id).must is False
    assert asking_at(ready.site_id, patient_id, via="kiosk") is None
    assert at_door(ready.site_id, patient_id) == at_door(ready.site_id, ready.clinic.patient())
    with pytest.raises(NothingAsked):
        answer_screening(
            actor=owner(patient_id), whom=Whom(ready.site_id, patient_id), answers=answers("fever")
        )

    without, came = comes(ready, screening=False), comes(ready, "fever")
    partly = walk_in(
        actor=ready.desk, site_id=ready.site_id, patient_id=patient_id,
        service_id=ready.clinic.service_id, screening={"fever": "yes"},
    )  # fmt: skip

    row = Screening.objects.get()
    assert (row.is_drill, row.outcome, row.apart_at) == (True, "positive", None)
    assert {queue_of(one) for one in (without, came, partly)} == {queue_of(without)}
    assert queue_of(without) != "apart"
    assert route_of_visit(came.visit_id) is None
    assert guide(ready.desk, came.visit_id).route == ""


def test_a_colleague_plays_the_patient_in_a_drill_and_only_there(ready):
    nobody = Whom(ready.site_id, None)
    drill = turn_on(ready, drill=True)
    assert answer_screening(actor=ready.nurse, whom=nobody, answers=answers("fever"))
    assert suspects(ready.nurse, ready.site_id)[0].patient is None
    turn_on(ready)
    assert suspects(ready.nurse, ready.site_id) == []
    with pytest.raises(NothingAsked):
        answer_screening(actor=ready.nurse, whom=nobody, answers=answers("fever"))
    assert Screening.objects.get().outbreak_id == drill.id


def test_checking_in_costs_one_query_more_while_nothing_is_on(ready, django_assert_num_queries):
    patient_id = ready.clinic.patient()
    with django_assert_num_queries(1):
        assert asking_at(ready.site_id, patient_id) is None
    turn_on(ready)
    with django_assert_num_queries(3):
        assert asking_at(ready.site_id, patient_id).must
