"""Planning anew: from the sick call to a plan, its places and its confirmation."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yilu.messaging.models import Message
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import Invalid, NotAllowed, NotFound, Stale
from yilu.platform.testing import drain, run_jobs
from yilu.scheduling import permissions
from yilu.scheduling.errors import (
    NothingToPlan,
    NotYetPlanned,
    PlanOver,
    SlotTaken,
)
from yilu.scheduling.models import Allocation, Booking, Hold, Plan, PlannedMove
from yilu.scheduling.operations.answering import (
    accept_move,
    decline_move,
)
from yilu.scheduling.operations.blocks import block_resource
from yilu.scheduling.operations.replanning import (
    change_move,
    confirm_plan,
    drop_plan,
    fail_plan,
    leave_out,
    set_urgency,
    start_plan,
    weigh_again,
)
from yilu.scheduling.tests.factories import (
    SUNDAY_EVENING,
    Clinic,
    at,
    make_actor,
    make_clinic,
)
from yilu.scheduling.tests.replanned import (
    desk,
    patient_of,
    planned,
    reachable,
    sick,
    the_move,
)

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A14")]


@pytest.fixture
def clinic() -> Clinic:
    """Two doctors, two rooms."""
    return make_clinic(doctors=2, rooms=2)


def test_a_sick_doctors_day_is_frozen_listed_and_given_kept_places(clinic: Clinic):
    morning = [clinic.book(at(9)), clinic.book(at(9, 30)), clinic.book(at(10))]
    other = clinic.book(at(9), practitioner_id=clinic.doctors[1])
    sick(clinic)

    plan = planned(clinic, resource_id=clinic.doctor_resources[0], reason="ill")

    assert (plan.state, plan.moves.count()) == ("proposed", 3)
    moves = [the_move(one.id) for one in morning]
    assert [move.state for move in moves] == ["proposed"] * 3
    # The nearest that is free: the other doctor on the same day, in the order of the old times.
    assert [move.starts_at for move in moves] == [at(9, 30), at(10), at(10, 30)]
    assert {move.practitioner_id for move in moves} == {clinic.doctors[1]}
    assert plan.cost == plan.bound == 3 * (40 + 2)
    assert not PlannedMove.objects.filter(booking_id=other.id).exists()
    # Nothing has moved, and the kept places cannot be sold.
    assert Booking.objects.get(pk=morning[0].id).starts_at == at(9)
    with pytest.raises(SlotTaken):
        clinic.book(at(9, 30), practitioner_id=clinic.doctors[1])


def test_who_confirms_asks_everybody_and_acceptance_moves_the_booking(clinic: Clinic):
    booked = clinic.book(at(10), patient_id=reachable(clinic))
    sick(clinic)
    plan = planned(clinic)

    assert confirm_plan(actor=clinic.actor, plan_id=plan.pk, version=plan.version) == 1
    drain()

    move = the_move(booked.id)
    assert move.state == "told"
    assert Booking.objects.get(pk=booked.id).starts_at == at(10)
    asked = Message.objects.get(template="booking_replanned", channel="sms")
    assert "/r/" in asked.body
    accept_move(actor=patient_of(move), move_id=move.pk, round_=move.round)
    moved = Booking.objects.get(pk=booked.id)
    assert (moved.starts_at, moved.practitioner_id) == (move.starts_at, clinic.doctors[1])
    assert the_move(booked.id).state == "accepted"
    assert Hold.objects.filter(state="held").count() == 0
    assert Allocation.objects.filter(active=True, booking_id=booked.id).count() == 2
    # A link used twice.
    assert accept_move(actor=patient_of(move), move_id=move.pk, round_=move.round) is None


def test_confirming_twice_asks_nobody_twice_and_a_stale_page_confirms_nothing(clinic: Clinic):
    booked = clinic.book(at(10))
    sick(clinic)
    plan = planned(clinic)
    move = the_move(booked.id)
    change_move(
        actor=clinic.actor,
        move_id=move.pk,
        starts_at=at(15),
        practitioner_id=clinic.doctors[1],
        version=move.version,
    )

    with pytest.raises(Stale):
        confirm_plan(actor=clinic.actor, plan_id=plan.pk, version=plan.version)
    assert the_move(booked.id).state == "proposed"
    assert confirm_plan(actor=clinic.actor, plan_id=plan.pk) == 1
    assert confirm_plan(actor=clinic.actor, plan_id=plan.pk, version=plan.version) == 0

    drain()
    assert Message.objects.filter(template="booking_replanned", channel="sms").count() == 1
    assert the_move(booked.id).starts_at == at(15)


def test_a_change_by_hand_keeps_the_new_place_and_frees_the_old(clinic: Clinic):
    first, second = clinic.book(at(10)), clinic.book(at(11))
    sick(clinic)
    planned(clinic)
    move, other = the_move(first.id), the_move(second.id)
    assert other.starts_at is not None

    with pytest.raises(SlotTaken):
        change_move(
            actor=clinic.actor,
            move_id=move.pk,
            starts_at=other.starts_at,
            practitioner_id=clinic.doctors[1],
        )


def test_a_changed_move_lets_its_first_place_go(clinic: Clinic):
    booked = clinic.book(at(10))
    sick(clinic)
    planned(clinic)
    move = the_move(booked.id)

    change_move(
        actor=clinic.actor, move_id=move.pk, starts_at=at(16), practitioner_id=clinic.doctors[1]
    )

    changed = the_move(booked.id)
    assert (changed.starts_at, changed.by_hand, changed.state) == (at(16), True, "proposed")
    clinic.book(at(10), practitioner_id=clinic.doctors[1])
    with pytest.raises(SlotTaken):
        clinic.book(at(16), practitioner_id=clinic.doctors[1])


def test_what_is_left_out_stays_to_move_and_can_be_planned_again(clinic: Clinic):
    booked, other = clinic.book(at(10)), clinic.book(at(11))
    sick(clinic)
    plan = planned(clinic)
    leave_out(actor=clinic.actor, move_id=the_move(booked.id).pk)
    leave_out(actor=clinic.actor, move_id=the_move(booked.id).pk)

    assert confirm_plan(actor=clinic.actor, plan_id=plan.pk) == 1

    assert (the_move(booked.id).state, the_move(other.id).state) == ("left_out", "told")
    again = planned(clinic)
    assert [move.booking_id for move in again.moves.all()] == [booked.id]


def test_a_dropped_plan_lets_everything_go_and_can_be_made_again(clinic: Clinic):
    clinic.book(at(10))
    sick(clinic)
    plan = planned(clinic)

    drop_plan(actor=clinic.actor, plan_id=plan.pk)
    drop_plan(actor=clinic.actor, plan_id=plan.pk)

    assert not Hold.objects.filter(state="held").exists()
    with pytest.raises(PlanOver):
        confirm_plan(actor=clinic.actor, plan_id=plan.pk)
    assert planned(clinic).moves.count() == 1


def test_nobody_confirmed_in_time_and_the_places_are_free_again(clinic: Clinic):
    booked = clinic.book(at(15))
    sick(clinic)
    plan = planned(clinic)

    with clock.at(SUNDAY_EVENING + timedelta(hours=2)):
        with pytest.raises(PlanOver):
            confirm_plan(actor=clinic.actor, plan_id=plan.pk)
        drain()

    plan.refresh_from_db()
    assert plan.state == "dropped"
    assert not Hold.objects.filter(state="held").exists()
    assert Booking.objects.get(pk=booked.id).starts_at == at(15)


def test_one_booking_is_in_one_plan_at_a_time(clinic: Clinic):
    clinic.book(at(10))
    with pytest.raises(NothingToPlan):
        start_plan(actor=desk(clinic), site_id=clinic.site_id)
    sick(clinic)
    plan_id = start_plan(actor=desk(clinic), site_id=clinic.site_id)

    with pytest.raises(NothingToPlan):
        start_plan(actor=desk(clinic), site_id=clinic.site_id)
    with pytest.raises(NotYetPlanned):
        confirm_plan(actor=clinic.actor, plan_id=plan_id)
    assert Plan.objects.count() == 1


def test_a_planner_that_died_leaves_nothing_frozen(clinic: Clinic):
    clinic.book(at(10))
    sick(clinic)
    plan_id = start_plan(actor=desk(clinic), site_id=clinic.site_id)

    fail_plan(actor=Actor.system("test", permissions.BOOK), plan_id=plan_id)

    assert run_jobs() == 1
    assert Plan.objects.get(pk=plan_id).state == "failed"
    assert planned(clinic).state == "proposed"


def test_only_who_may_change_bookings_plans(clinic: Clinic):
    booked = clinic.book(at(10))
    sick(clinic)
    looker = make_actor(clinic.site_id, permissions.SEE)
    with pytest.raises(NotAllowed):
        start_plan(actor=looker, site_id=clinic.site_id)
    plan = planned(clinic)

    for deed in (confirm_plan, drop_plan):
        with pytest.raises(NotAllowed):
            deed(actor=looker, plan_id=plan.pk)
        with pytest.raises(NotFound):
            deed(actor=Actor(kind="staff", name="elsewhere"), plan_id=plan.pk)
    confirm_plan(actor=clinic.actor, plan_id=plan.pk)
    move = the_move(booked.id)
    stranger = Actor(kind="patient", name="link", owns=frozenset({booked.id}))
    for deed in (accept_move, decline_move):
        with pytest.raises(NotFound):
            deed(actor=stranger, move_id=move.pk)
    assert the_move(booked.id).state == "told"


def test_urgency_said_by_hand_decides_who_waits_once_the_plan_is_weighed_again(clinic: Clinic):
    """Only one place is left in the week: it goes to whoever is more urgent."""
    first, second = clinic.book(at(10)), clinic.book(at(10, 30))
    sick(clinic, days=7)
    one_place_is_left(clinic)
    plan = planned(clinic)
    assert (the_move(first.id).state, the_move(second.id).state) == ("proposed", "to_call")
    place = the_move(first.id).starts_at

    later = the_move(second.id)
    set_urgency(actor=clinic.actor, move_id=later.pk, urgency="urgent", version=later.version)
    # Nothing moves until somebody asks for it; a page from before is out of date.
    assert the_move(first.id).starts_at == place
    with pytest.raises(Stale):
        weigh_again(actor=clinic.actor, plan_id=plan.pk, version=plan.version)
    weigh_again(actor=desk(clinic), plan_id=plan.pk)
    with pytest.raises(NotYetPlanned):
        confirm_plan(actor=clinic.actor, plan_id=plan.pk)
    assert run_jobs() == 1

    assert (the_move(first.id).state, the_move(second.id).state) == ("to_call", "proposed")
    assert the_move(second.id).starts_at == place
    plan.refresh_from_db()
    assert plan.cost == plan.bound
    assert Hold.objects.filter(state="held").count() == 1


def one_place_is_left(clinic: Clinic) -> None:
    """The second doctor is there for one visit on Wednesday."""
    for start, end in ((at(8), at(9, day=2)), (at(9, 30, day=2), at(18, day=6))):
        block_resource(
            actor=clinic.actor,
            resource_id=clinic.doctor_resources[1],
            starts_at=start,
            ends_at=end,
            kind="absence",
        )


def test_weighing_again_leaves_alone_what_was_done_by_hand(clinic: Clinic):
    by_hand, out, other = (clinic.book(at(hour)) for hour in (9, 10, 11))
    sick(clinic)
    plan = planned(clinic)
    change_move(
        actor=clinic.actor,
        move_id=the_move(by_hand.id).pk,
        starts_at=at(16),
        practitioner_id=clinic.doctors[1],
    )
    leave_out(actor=clinic.actor, move_id=the_move(out.id).pk)

    weigh_again(actor=desk(clinic), plan_id=plan.pk)

    assert (the_move(by_hand.id).starts_at, the_move(by_hand.id).state) == (at(16), "proposed")
    assert the_move(other.id).state == "waiting"
    assert run_jobs() == 1
    assert the_move(other.id).state == "proposed"
    assert (the_move(by_hand.id).starts_at, the_move(out.id).state) == (at(16), "left_out")


def test_urgency_is_one_of_three_and_only_while_the_plan_is_looked_at(clinic: Clinic):
    booked = clinic.book(at(10))
    sick(clinic)
    plan = planned(clinic)
    move = the_move(booked.id)
    with pytest.raises(Invalid):
        set_urgency(actor=clinic.actor, move_id=move.pk, urgency="very")
    looker = make_actor(clinic.site_id, permissions.SEE)
    with pytest.raises(NotAllowed):
        set_urgency(actor=looker, move_id=move.pk, urgency="soon")
    assert the_move(booked.id).version == move.version

    confirm_plan(actor=clinic.actor, plan_id=plan.pk)

    for deed, about in (
        (set_urgency, {"move_id": move.pk, "urgency": "soon"}),
        (weigh_again, {"plan_id": plan.pk}),
    ):
        with pytest.raises(PlanOver):
            deed(actor=clinic.actor, **about)


@pytest.mark.parametrize("many", [1, 12])
def test_dropping_a_plan_costs_the_same_for_one_and_for_twelve(many: int):
    clinic = make_clinic(doctors=2, rooms=2)
    for n in range(many):
        clinic.book(at(9 if n < 6 else 14) + timedelta(minutes=30 * (n % 6)))
    sick(clinic)
    plan = planned(clinic)

    with CaptureQueriesContext(connection) as asked:
        drop_plan(actor=clinic.actor, plan_id=plan.pk)

    assert len(asked) == 15
    assert not Hold.objects.filter(state="held").exists()
