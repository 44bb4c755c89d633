"""Planning anew: what patients answer, and what becomes of those who do not."""

from datetime import timedelta

import pytest

from yilu.catalogue.models import Service
from yilu.messaging.models import Message
from yilu.platform import clock
from yilu.platform.errors import Stale
from yilu.platform.testing import drain
from yilu.scheduling.errors import (
    AnswerOver,
    SlotTaken,
)
from yilu.scheduling.models import Allocation, Booking, Hold, Resource
from yilu.scheduling.operations.answering import (
    accept_move,
    cancel_instead,
    choose_instead,
    decline_move,
    propose_again,
)
from yilu.scheduling.operations.changing import cancel_booking, reschedule_booking
from yilu.scheduling.operations.replanning import (
    confirm_plan,
)
from yilu.scheduling.operations.resources import retire_resource
from yilu.scheduling.operations.waiting_list import WaitingWish, join_waiting_list
from yilu.scheduling.selectors.answers import proposal
from yilu.scheduling.selectors.plans import outlook, plan_line, plan_moves
from yilu.scheduling.tests.factories import (
    MONDAY,
    Clinic,
    at,
    make_clinic,
)
from yilu.scheduling.tests.replanned import (
    confirmed,
    patient_of,
    planned,
    reachable,
    sick,
    sick_later,
    the_move,
)

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A14")]


@pytest.fixture
def clinic() -> Clinic:
    """Two doctors, two rooms."""
    return make_clinic(doctors=2, rooms=2)


def test_who_declines_gets_another_place_alone_and_keeps_the_old_until_then(clinic: Clinic):
    booked, other = (clinic.book(at(hour), patient_id=reachable(clinic)) for hour in (10, 11))
    sick(clinic)
    confirmed(clinic)
    drain()
    first, beside = the_move(booked.id), the_move(other.id)

    assert decline_move(actor=patient_of(first), move_id=first.pk, round_=first.round)

    second = the_move(booked.id)
    assert (second.state, second.round) == ("told", 2)
    assert second.starts_at is not None
    assert first.starts_at is not None
    near = abs(second.starts_at - first.starts_at) < timedelta(hours=2)
    assert not near or second.practitioner_id != first.practitioner_id
    assert Booking.objects.get(pk=booked.id).starts_at == at(10)
    assert the_move(other.id).version == beside.version
    drain()
    assert Message.objects.filter(template="booking_replanned", channel="sms").count() == 3
    # The page of the first proposal is stale.
    with pytest.raises(Stale):
        accept_move(actor=patient_of(first), move_id=first.pk, round_=first.round)
    accept_move(actor=patient_of(first), move_id=first.pk, round_=second.round)
    assert Booking.objects.get(pk=booked.id).starts_at == second.starts_at


def test_after_three_proposals_the_desk_calls(clinic: Clinic):
    booked = clinic.book(at(10))
    sick(clinic)
    confirmed(clinic)
    move = the_move(booked.id)

    assert decline_move(actor=patient_of(move), move_id=move.pk)
    assert decline_move(actor=patient_of(move), move_id=move.pk)
    assert not decline_move(actor=patient_of(move), move_id=move.pk)

    ended = the_move(booked.id)
    assert (ended.state, ended.starts_at) == ("to_call", None)
    assert not Hold.objects.filter(state="held").exists()
    with pytest.raises(AnswerOver):
        decline_move(actor=patient_of(move), move_id=move.pk)
    assert [one.id for one in outlook(clinic.actor, clinic.site_id).calls] == [move.pk]


def test_who_cannot_be_placed_is_called_and_never_lost():
    """One doctor, ill for as long as anybody can book."""
    clinic = make_clinic()
    booked = clinic.book(at(10))
    sick(clinic, days=7)

    plan = confirmed(clinic)

    assert plan.cost == plan.bound == 6000
    assert the_move(booked.id).state == "to_call"
    (call,) = outlook(clinic.actor, clinic.site_id).calls
    assert call.line.id == booked.id
    cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="by telephone")
    drain()
    assert the_move(booked.id).state == "overtaken"
    assert outlook(clinic.actor, clinic.site_id).calls == ()


def test_somebody_chooses_another_free_time_or_cancels(clinic: Clinic):
    chooser, canceller = clinic.book(at(10)), clinic.book(at(11))
    sick(clinic)
    confirmed(clinic)
    one, other = the_move(chooser.id), the_move(canceller.id)

    choose_instead(
        actor=patient_of(one),
        move_id=one.pk,
        starts_at=at(14, day=1),
        practitioner_id=clinic.doctors[0],
    )
    cancel_instead(actor=patient_of(other), move_id=other.pk, reason="no need")
    cancel_instead(actor=patient_of(other), move_id=other.pk, reason="no need")

    moved = Booking.objects.get(pk=chooser.id)
    assert (moved.starts_at, moved.practitioner_id) == (at(14, day=1), clinic.doctors[0])
    assert Booking.objects.get(pk=canceller.id).state == "cancelled"
    assert (the_move(chooser.id).state, the_move(canceller.id).state) == ("accepted", "cancelled")
    assert not Hold.objects.filter(state="held").exists()


def test_a_choice_that_is_taken_leaves_the_kept_place_kept(clinic: Clinic):
    booked = clinic.book(at(10))
    sick(clinic)
    confirmed(clinic)
    move = the_move(booked.id)
    clinic.book(at(15), practitioner_id=clinic.doctors[1])

    with pytest.raises(SlotTaken):
        choose_instead(
            actor=patient_of(move),
            move_id=move.pk,
            starts_at=at(15),
            practitioner_id=clinic.doctors[1],
        )

    assert the_move(booked.id).state == "told"
    assert Hold.objects.get(pk=move.hold_id).state == "held"
    assert Booking.objects.get(pk=booked.id).starts_at == at(10)


def test_no_answer_by_the_deadline_is_a_call_and_the_place_stays_kept(clinic: Clinic):
    booked = clinic.book(at(15))
    sick(clinic)
    confirmed(clinic)
    move = the_move(booked.id)
    assert move.answer_by == at(13)
    assert move.starts_at == at(15)

    with clock.at(at(13)):
        drain()
        assert the_move(booked.id).state == "silent"
        (call,) = outlook(clinic.actor, clinic.site_id).calls
        assert call.starts_at == at(15)
        accept_move(actor=clinic.actor, move_id=move.pk)
    assert Booking.objects.get(pk=booked.id).practitioner_id == clinic.doctors[1]


def test_a_place_that_began_unanswered_is_let_go_and_the_call_stays(clinic: Clinic):
    booked = clinic.book(at(15))
    sick(clinic)
    confirmed(clinic)

    with clock.at(at(13)):
        drain()
    with clock.at(at(15)):
        drain()
        move = the_move(booked.id)
        assert (move.state, move.starts_at) == ("to_call", None)
        with pytest.raises(AnswerOver):
            accept_move(actor=clinic.actor, move_id=move.pk)
    assert not Hold.objects.filter(state="held").exists()


def test_a_booking_that_moves_otherwise_lets_its_kept_place_go(clinic: Clinic):
    booked, proposed = clinic.book(at(10)), clinic.book(at(11))
    sick(clinic)
    plan = planned(clinic)
    reschedule_booking(
        actor=clinic.actor,
        booking_id=proposed.id,
        starts_at=at(16),
        practitioner_id=clinic.doctors[1],
    )
    # Before the worker has heard of it.
    assert confirm_plan(actor=clinic.actor, plan_id=plan.pk) == 1
    assert the_move(proposed.id).state == "overtaken"

    cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="better")
    move = the_move(booked.id)
    with pytest.raises(AnswerOver):
        accept_move(actor=patient_of(move), move_id=move.pk)
    drain()

    assert the_move(booked.id).state == "overtaken"
    assert not Hold.objects.filter(state="held").exists()


@pytest.mark.parametrize("lost", ["deactivated", "blocked"])
def test_a_kept_place_whose_doctor_goes_too_is_replaced(clinic: Clinic, lost: str):
    clinic = make_clinic(doctors=3, rooms=3)
    booked = clinic.book(at(10))
    sick(clinic)
    confirmed(clinic)
    move = the_move(booked.id)
    gone = Resource.objects.get(practitioner_id=move.practitioner_id)
    if lost == "deactivated":
        retire_resource(actor=clinic.actor, resource_id=gone.pk)
    else:
        sick(clinic, resource=gone.pk)

    with pytest.raises(SlotTaken if lost == "blocked" else Exception) as refused:
        accept_move(actor=patient_of(move), move_id=move.pk)
    assert refused.value.code in {"slot_taken", "outside_sessions", "unknown_practitioner"}
    assert the_move(booked.id).state == "told"
    assert propose_again(actor=patient_of(move), move_id=move.pk)

    second = the_move(booked.id)
    assert second.practitioner_id not in {move.practitioner_id, clinic.doctors[0]} or (
        second.starts_at and second.starts_at >= at(8, day=1)
    )
    accept_move(actor=patient_of(move), move_id=move.pk)
    assert Booking.objects.get(pk=booked.id).starts_at == second.starts_at


def test_a_service_that_ended_meanwhile_is_a_call(clinic: Clinic):
    booked = clinic.book(at(10))
    sick(clinic)
    Service.objects.filter(pk=clinic.service_id).update(is_active=False)

    planned(clinic)

    assert the_move(booked.id).state == "to_call"


def test_a_broken_room_only_changes_the_room_and_asks_nobody():
    clinic = make_clinic(doctors=1, rooms=2)
    booked = clinic.book(at(10))
    room = (
        Allocation.objects.filter(booking_id=booked.id)
        .exclude(resource_id=clinic.doctor_resources[0])
        .get()
        .resource_id
    )
    sick(clinic, resource=room)

    plan = planned(clinic)

    move = the_move(booked.id)
    assert (move.starts_at, move.practitioner_id) == (at(10), clinic.doctors[0])
    assert (plan.cost, plan.bound) == (0, 0)
    # The other room is kept: nobody else can have it then.
    other = next(one for one in clinic.room_resources if one != room)
    assert Allocation.objects.get(hold_id=move.hold_id, active=True).resource_id == other
    assert confirm_plan(actor=clinic.actor, plan_id=plan.pk) == 0
    assert the_move(booked.id).state == "accepted"
    held = Allocation.objects.filter(booking_id=booked.id, active=True)
    assert set(held.values_list("resource_id", flat=True)) == {clinic.doctor_resources[0], other}
    drain()
    assert not Message.objects.filter(template__in=["booking_changed", "booking_replanned"])


def test_a_patient_never_gets_two_at_a_time(clinic: Clinic):
    patient = clinic.patient()
    clinic.book(at(10), practitioner_id=clinic.doctors[1], patient_id=patient)
    clinic.book(at(10, 30), practitioner_id=clinic.doctors[1], patient_id=patient)
    first = clinic.book(at(11), patient_id=patient)
    second = clinic.book(at(11, 30), patient_id=patient)
    sick(clinic)

    planned(clinic)

    moves = [the_move(one.id) for one in (first, second)]
    spans = sorted((move.starts_at, move.ends_at) for move in moves)
    assert spans[0][1] <= spans[1][0]
    for start, end in spans:
        assert not (start < at(11) and at(10) < end)


def test_who_is_urgent_is_moved_least(clinic: Clinic):
    """One place is left on the day: it goes to whom the waiting list calls urgent."""
    clinic = make_clinic(doctors=2, rooms=2)
    usual, urgent = clinic.book(at(10)), clinic.book(at(11))
    join_waiting_list(
        actor=clinic.actor,
        wish=WaitingWish(
            site_id=clinic.site_id,
            service_id=clinic.service_id,
            practitioner_id=None,
            patient_id=Booking.objects.get(pk=urgent.id).patient_id,
            from_on=MONDAY,
            until_on=MONDAY,
            urgency="urgent",
            channel="desk",
            instead_of=urgent.id,
        ),
    )
    for minutes in range(0, 180, 30):
        if minutes != 150:
            clinic.book(at(9, minutes), practitioner_id=clinic.doctors[1])
        clinic.book(at(14, minutes), practitioner_id=clinic.doctors[1])
    sick(clinic)

    planned(clinic)

    assert the_move(urgent.id).starts_at == at(11, 30)
    assert the_move(usual.id).starts_at == at(10, day=1)
    assert the_move(usual.id).practitioner_id == clinic.doctors[0]


def test_lists_cost_the_same_queries_for_one_and_for_twelve(
    clinic: Clinic, django_assert_num_queries
):
    clinic.book(at(9))
    sick(clinic, days=2)
    one = planned(clinic, resource_id=clinic.doctor_resources[0])
    for hour in (9, 10, 11, 14, 15, 16):
        for minute in (0, 30):
            reschedule = clinic.book(at(hour, minute, day=2))
            assert reschedule
    sick_later(clinic)
    many = planned(clinic, resource_id=clinic.doctor_resources[0])
    assert (one.moves.count(), many.moves.count()) == (1, 12)

    for plan in (one, many):
        with django_assert_num_queries(4):
            assert plan_line(clinic.actor, plan.pk).state == "proposed"
        with django_assert_num_queries(8):
            assert len(plan_moves(clinic.actor, plan.pk)) == plan.moves.count()
    with django_assert_num_queries(5):
        assert len(outlook(clinic.actor, clinic.site_id).plans) == 2
    with django_assert_num_queries(5):
        assert proposal(many.moves.all()[0].pk).round == 1
