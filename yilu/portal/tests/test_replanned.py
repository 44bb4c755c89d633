"""A time that cannot be kept, as its patient answers it under a link."""

from dataclasses import replace

import pytest

from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.testing import drain, run_jobs
from yilu.portal.tests.factories import Front, Someone
from yilu.portal.tests.test_doors import press
from yilu.portal.tests.test_offers import link_in
from yilu.scheduling.models import Booking, PlannedMove
from yilu.scheduling.operations.answering import note_silence
from yilu.scheduling.operations.blocks import block_resource
from yilu.scheduling.operations.changing import cancel_booking
from yilu.scheduling.operations.replanning import confirm_plan, start_plan
from yilu.scheduling.tests.factories import at

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A14")]


@pytest.fixture
def booked(front: Front, someone: Someone) -> Booking:
    """Somebody's booking for Monday at ten, with whom is ill; they are asked."""
    clinic = front.clinic.clinic
    made = clinic.book(at(10), patient_id=someone.patient(front.clinic.site_id))
    resource = clinic.doctor_resources[0]
    block_resource(
        actor=clinic.actor, resource_id=resource, starts_at=at(8), ends_at=at(18), kind="absence"
    )
    actor = replace(clinic.actor, user_id=None)
    plan_id = start_plan(actor=actor, site_id=clinic.site_id)
    assert run_jobs() == 1
    confirm_plan(actor=clinic.actor, plan_id=plan_id)
    drain()
    return Booking.objects.get(pk=made.id)


def link() -> str:
    return link_in("booking_replanned", "r")


def round_() -> int:
    return PlannedMove.objects.get().round


def page(who: Someone) -> str:
    return str(who.client.get(link()).content.decode())


def test_looking_answers_nothing_and_taking_twice_takes_once(booked: Booking):
    who = Someone()
    for words in ("很抱歉", "已为您留号", "您的预约没有取消"):
        assert words in page(who)
    move = PlannedMove.objects.get()
    assert move.state == "told"

    for _ in range(2):
        assert press(who, f"{link()}/take", round=move.round).status_code == 303

    booked.refresh_from_db()
    assert booked.starts_at == move.starts_at != at(10)
    assert "号已为您留好" in page(who)


def test_another_suggestion_is_shown_at_once_and_the_old_page_is_stale(booked: Booking):
    who, first = Someone(), PlannedMove.objects.get()

    assert press(who, f"{link()}/leave", round=first.round).status_code == 303

    second = PlannedMove.objects.get()
    assert (second.round, second.state) == (2, "told")
    stale = press(who, f"{link()}/take", round=first.round)
    assert stale.status_code == 412
    booked.refresh_from_db()
    assert booked.starts_at == at(10)
    press(who, f"{link()}/take", round=second.round)
    booked.refresh_from_db()
    assert booked.starts_at == second.starts_at


def test_a_page_that_is_open_when_the_time_to_think_ends_can_still_be_answered(booked: Booking):
    who, move = Someone(), PlannedMove.objects.get()
    assert move.answer_by is not None
    with clock.at(move.answer_by):
        note_silence(actor=Actor.system("timers"), move_id=move.pk)

    assert press(who, f"{link()}/take", round=move.round).status_code == 303

    booked.refresh_from_db()
    assert booked.starts_at == move.starts_at


def test_another_time_is_chosen_among_all_that_is_free(booked: Booking):
    who = Someone()
    times = who.client.get(f"{link()}/other?day=2031-03-05").content.decode()
    assert "09:00" in times
    chosen = f"2031-03-05T09:00:00+08:00|{booked.practitioner_id}"

    done = press(who, f"{link()}/other", time=chosen, round=round_())

    assert done.status_code == 303
    booked.refresh_from_db()
    assert booked.starts_at == at(9, day=2)
    nonsense = press(who, f"{link()}/other", time="soon", round=round_())
    assert nonsense.status_code in {200, 400}


def test_the_visit_is_cancelled_instead(booked: Booking):
    who = Someone()
    assert press(who, f"{link()}/cancel", round=round_()).status_code == 303
    booked.refresh_from_db()
    assert booked.state == "cancelled"
    assert "您的预约已取消" in page(who)


def test_what_was_changed_meanwhile_can_no_longer_be_answered(front: Front, booked: Booking):
    who = Someone()
    actor = front.clinic.clinic.actor
    cancel_booking(actor=actor, booking_id=booked.pk, reason="by telephone")

    refused = press(who, f"{link()}/take", round=round_())

    assert refused.status_code == 409
    drain()
    assert "该改期建议已失效" in page(who)


def test_a_place_that_is_lost_is_replaced_on_the_spot(front: Front, booked: Booking):
    """The doctor of the new place falls ill too, before the answer."""
    who, clinic, first = Someone(), front.clinic.clinic, PlannedMove.objects.get()
    assert first.starts_at is not None
    for resource in clinic.doctor_resources:
        block_resource(
            actor=clinic.actor,
            resource_id=resource,
            starts_at=at(8, day=1),
            ends_at=at(18, day=1),
            kind="absence",
        )

    answer = press(who, f"{link()}/take", round=first.round)

    second = PlannedMove.objects.get()
    if first.clinic_day == second.clinic_day and answer.status_code == 303:
        return  # The first place was on another day than the second absence.
    assert answer.status_code == 409
    assert "该时间已无法安排" in answer.content.decode()
    assert (second.round, second.state) == (2, "told")


def test_a_link_that_was_never_given_opens_nothing(front: Front):
    assert Someone().client.get("/r/never").status_code == 404
