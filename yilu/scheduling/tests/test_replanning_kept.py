"""How long a plan keeps its places: as long as anybody can confirm it."""

from datetime import timedelta

import pytest

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.testing import drain, run_jobs
from yilu.scheduling import permissions
from yilu.scheduling.errors import PlanOver, SlotTaken
from yilu.scheduling.models import Allocation, Booking, Hold, Plan
from yilu.scheduling.operations.answering import accept_move
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.operations.replanning import (
    Figures,
    change_move,
    confirm_plan,
    finish_plan,
    place_moves,
    start_plan,
    weigh_again,
)
from yilu.scheduling.planning import NO_PLACE, Place
from yilu.scheduling.states import MoveState
from yilu.scheduling.tests.factories import SUNDAY_EVENING, Clinic, at, make_clinic
from yilu.scheduling.tests.replanned import desk, patient_of, planned, sick, the_move

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A14")]
PLANNER = Actor.system("planner", permissions.BOOK)


@pytest.fixture
def clinic() -> Clinic:
    """Two doctors, two rooms."""
    return make_clinic(doctors=2, rooms=2)


def after(minutes: int):
    """So long after the plan was proposed, which is for two hours."""
    return clock.at(SUNDAY_EVENING + timedelta(minutes=minutes))


def nobody_gets(clinic: Clinic, hour: int) -> None:
    with pytest.raises(SlotTaken):
        clinic.book(at(hour), practitioner_id=clinic.doctors[1])


def ends_of_places(plan: Plan) -> set[object]:
    """When holds and what they hold are over."""
    holds = [move.hold_id for move in plan.moves.all()]
    pieces = Allocation.objects.filter(hold__in=holds, active=True)
    assert pieces.count() == 2 * len(holds)
    kept = Hold.objects.filter(pk__in=holds)
    return {
        *kept.values_list("expires_at", flat=True),
        *pieces.values_list("expires_at", flat=True),
    }


def chosen_by_hand(clinic: Clinic, booking_id) -> None:
    change_move(
        actor=clinic.actor,
        move_id=the_move(booking_id).pk,
        starts_at=at(16),
        practitioner_id=clinic.doctors[1],
    )


def test_a_place_chosen_by_hand_is_kept_as_long_as_the_plan_that_was_weighed_again(clinic: Clinic):
    by_hand, other = clinic.book(at(9)), clinic.book(at(10))
    sick(clinic)
    plan = planned(clinic)
    with after(10):
        chosen_by_hand(clinic, by_hand.id)
    with after(90):
        weigh_again(actor=desk(clinic), plan_id=plan.pk)
        assert run_jobs() == 1

    plan.refresh_from_db()
    assert ends_of_places(plan) == {plan.expires_at} == {SUNDAY_EVENING + timedelta(minutes=210)}
    with after(150):
        nobody_gets(clinic, 16)
        assert confirm_plan(actor=clinic.actor, plan_id=plan.pk) == 2
        for booked in (by_hand, other):
            move = the_move(booked.id)
            accept_move(actor=patient_of(move), move_id=move.pk, round_=move.round)
    assert Booking.objects.get(pk=by_hand.id).starts_at == at(16)


def test_it_is_kept_while_the_rest_is_being_planned(clinic: Clinic):
    by_hand = clinic.book(at(9))
    clinic.book(at(10))
    sick(clinic)
    plan = planned(clinic)
    chosen_by_hand(clinic, by_hand.id)
    with after(119):
        weigh_again(actor=desk(clinic), plan_id=plan.pk)

    with after(121):
        nobody_gets(clinic, 16)
        assert run_jobs() == 1
        nobody_gets(clinic, 16)


def test_planning_takes_nothing_off_the_time_that_places_are_kept(clinic: Clinic):
    moves = [clinic.book(at(9)), clinic.book(at(10))]
    sick(clinic)
    plan_id = start_plan(actor=desk(clinic), site_id=clinic.site_id)
    for minute, booked in enumerate(moves):
        place = Place(1, booked.starts_at, booked.ends_at, clinic.doctors[1])
        wanted = [(the_move(booked.id).pk, place)]
        with after(minute):
            assert place_moves(actor=PLANNER, plan_id=plan_id, wanted=wanted) == []

    with after(5):
        finish_plan(actor=PLANNER, plan_id=plan_id, figures=Figures(2, 2, 0.1))

    plan = Plan.objects.get(pk=plan_id)
    assert ends_of_places(plan) == {plan.expires_at} == {SUNDAY_EVENING + timedelta(minutes=125)}
    # Not a minute longer: who confirms nothing keeps nothing.
    with after(125):
        drain()
        clinic.book(at(9), practitioner_id=clinic.doctors[1])


def test_whose_place_ran_out_while_it_was_planned_and_is_anothers_gets_the_next(clinic: Clinic):
    moves = [clinic.book(at(hour)) for hour in (9, 10, 11)]
    sick(clinic)
    plan_id = start_plan(actor=desk(clinic), site_id=clinic.site_id)
    wanted = [
        (the_move(one.id).pk, Place(1, one.starts_at, one.ends_at, clinic.doctors[1]))
        for one in moves
    ]
    assert place_moves(actor=PLANNER, plan_id=plan_id, wanted=wanted) == []
    with after(121):
        clinic.book(at(9), practitioner_id=clinic.doctors[1])
        passing = clinic.book(at(10), practitioner_id=clinic.doctors[1])
        cancel_booking(actor=clinic.actor, booking_id=passing.id, reason="ill")

        finish_plan(actor=PLANNER, plan_id=plan_id, figures=Figures(3, 3, 0.1))

        taken, free_again, kept = (the_move(one.id) for one in moves)
        assert [one.state for one in (taken, free_again, kept)] == [MoveState.PROPOSED] * 3
        assert (taken.practitioner_id, taken.starts_at) == (clinic.doctors[1], at(9, 30))
        plan = Plan.objects.get(pk=plan_id)
        assert ends_of_places(plan) == {plan.expires_at}
        assert 3 < plan.cost < 3 + NO_PLACE
        nobody_gets(clinic, 10)
        nobody_gets(clinic, 11)
        assert confirm_plan(actor=clinic.actor, plan_id=plan_id) == 3
        for one in (free_again, taken):
            accept_move(actor=patient_of(one), move_id=one.pk)
    assert Booking.objects.get(pk=moves[1].id).starts_at == at(10)
    assert Booking.objects.get(pk=moves[0].id).starts_at == at(9, 30)


def test_whose_place_ran_out_and_for_whom_nothing_else_is_free_is_called(clinic: Clinic):
    booked = clinic.book(at(9))
    sick(clinic, days=7)
    plan_id = start_plan(actor=desk(clinic), site_id=clinic.site_id)
    place = Place(1, booked.starts_at, booked.ends_at, clinic.doctors[1])
    wanted = [(the_move(booked.id).pk, place)]
    assert place_moves(actor=PLANNER, plan_id=plan_id, wanted=wanted) == []
    with after(121):
        clinic.book(at(9), practitioner_id=clinic.doctors[1])
        sick(clinic, days=7, resource=clinic.doctor_resources[1])

        finish_plan(actor=PLANNER, plan_id=plan_id, figures=Figures(3, 3, 0.1))

    move = the_move(booked.id)
    assert (move.state, move.starts_at, move.hold) == (MoveState.TO_CALL, None, None)
    assert Plan.objects.get(pk=plan_id).cost == 3 + NO_PLACE


def test_nobody_is_asked_about_a_place_that_another_took_as_it_ran_out(clinic: Clinic):
    booked = clinic.book(at(9))
    sick(clinic)
    plan = planned(clinic)
    move = the_move(booked.id)
    with after(120):  # Their clock is a moment ahead.
        clinic.book(move.starts_at, practitioner_id=move.practitioner_id)

    with after(119), pytest.raises(PlanOver):
        confirm_plan(actor=clinic.actor, plan_id=plan.pk)

    move.refresh_from_db()
    assert move.state == MoveState.PROPOSED
    assert Booking.objects.get(pk=booked.id).starts_at == at(9)
