"""Planning anew when many press at once: nothing is sold twice, asked twice or lost."""

from dataclasses import replace
from functools import partial
from uuid import UUID

import pytest

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.models import Event
from yilu.platform.testing import beside, run_jobs
from yilu.scheduling.errors import AnswerOver
from yilu.scheduling.models import Booking, PlannedMove
from yilu.scheduling.operations.answering import (
    accept_move,
    cancel_instead,
    choose_instead,
    decline_move,
)
from yilu.scheduling.operations.blocks import block_resource
from yilu.scheduling.operations.changing import reschedule_booking
from yilu.scheduling.operations.replanning import confirm_plan, drop_plan, start_plan
from yilu.scheduling.tests.factories import SUNDAY_EVENING, Clinic, at, make_clinic
from yilu.scheduling.tests.test_races import HALF_HELD, OVERLAPS, at_once, booking, count

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def proposed() -> tuple[Clinic, UUID, UUID]:
    """A plan with one place that is kept; gives back the clinic, the plan and the booking."""
    clinic = make_clinic(doctors=2, rooms=2)
    with clock.at(SUNDAY_EVENING):
        booked = clinic.book(at(10))
        block_resource(
            actor=clinic.actor,
            resource_id=clinic.doctor_resources[0],
            starts_at=at(8),
            ends_at=at(18),
            kind="absence",
        )
        actor = replace(clinic.actor, user_id=None)
        plan_id = start_plan(actor=actor, site_id=clinic.site_id)
        assert run_jobs() == 1
    return clinic, plan_id, booked.id


@pytest.mark.covers("A14")
def test_two_confirm_a_plan_while_others_want_its_place(proposed: tuple[Clinic, UUID, UUID]):
    clinic, plan_id, booking_id = proposed
    move = PlannedMove.objects.get(booking_id=booking_id)
    wish = clinic.wish(move.starts_at, practitioner_id=move.practitioner_id)

    def confirm() -> object:
        return confirm_plan(actor=clinic.actor, plan_id=plan_id)

    ended = at_once([confirm, confirm, *[booking(clinic, wish)] * 4])

    assert ended == {"done": 2, "slot_taken": 4}
    offered = Event.objects.filter(name="MoveOffered")
    assert offered.count() == 1
    assert count(OVERLAPS) == 0


@pytest.mark.covers("A14")
def test_a_patient_declines_while_the_desk_accepts_for_them(proposed: tuple[Clinic, UUID, UUID]):
    clinic, plan_id, booking_id = proposed
    with clock.at(SUNDAY_EVENING):
        confirm_plan(actor=clinic.actor, plan_id=plan_id)
    move = PlannedMove.objects.get(booking_id=booking_id)
    patient = Actor(kind="patient", name="link", owns=frozenset({move.pk}))

    ended = at_once(
        [
            lambda: accept_move(actor=clinic.actor, move_id=move.pk, round_=move.round),
            lambda: decline_move(actor=patient, move_id=move.pk, round_=move.round),
        ]
    )

    assert ended["done"] == 1
    move.refresh_from_db()
    assert move.state in {"accepted", "told"}
    kept = Booking.objects.get(pk=booking_id)
    assert kept.starts_at == (move.starts_at if move.state == "accepted" else at(10))
    assert count(OVERLAPS) == 0
    assert count(HALF_HELD) == 0


@pytest.mark.covers("A14")
@pytest.mark.parametrize("answer", ["accept", "choose", "cancel"])
def test_an_answer_is_judged_by_the_booking_that_is_moved_in_that_moment(
    proposed: tuple[Clinic, UUID, UUID], answer: str
):
    clinic, plan_id, booking_id = proposed
    with clock.at(SUNDAY_EVENING):
        confirm_plan(actor=clinic.actor, plan_id=plan_id)
    move = PlannedMove.objects.get(booking_id=booking_id)
    facts = {"actor": clinic.actor, "move_id": move.pk, "round_": move.round}
    answers = {
        "accept": partial(accept_move, **facts),
        "choose": partial(
            choose_instead, **facts, starts_at=at(15), practitioner_id=clinic.doctors[1]
        ),
        "cancel": partial(cancel_instead, **facts, reason="ill"),
    }

    move_on = partial(
        reschedule_booking, actor=clinic.actor, booking_id=booking_id, starts_at=at(16),
        practitioner_id=clinic.doctors[1],
    )  # fmt: skip

    with pytest.raises(AnswerOver):
        beside(move_on, answers[answer])

    kept = Booking.objects.get(pk=booking_id)
    assert (kept.starts_at, kept.state) == (at(16), "confirmed")


@pytest.mark.covers("A14")
def test_two_begin_the_same_plan_and_one_does(proposed: tuple[Clinic, UUID, UUID]):
    clinic, plan_id, booking_id = proposed
    with clock.at(SUNDAY_EVENING):
        drop_plan(actor=clinic.actor, plan_id=plan_id)
    actor = replace(clinic.actor, user_id=None)

    ended = at_once([lambda: start_plan(actor=actor, site_id=clinic.site_id)] * 4)

    assert ended["done"] == 1
    assert PlannedMove.objects.filter(booking_id=booking_id, state="waiting").count() == 1
