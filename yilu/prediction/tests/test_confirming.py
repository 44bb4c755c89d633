"""Asking once more those who may stay away; leaving some alone; writing down what they said."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from yilu.facility.models import Site
from yilu.messaging.models import Message
from yilu.patients.tests.factories import make_patient, make_phone
from yilu.platform import clock
from yilu.platform.errors import NotFound, Stale
from yilu.platform.ids import new_id
from yilu.platform.testing import drain
from yilu.prediction.errors import AlreadyAnswered, AnswerMissing, BookingOver
from yilu.prediction.models import Confirmation
from yilu.prediction.operations.confirming import (
    answer_confirmation,
    decide_confirmations,
    note_not_reached,
    undo_answer,
)
from yilu.prediction.rules.policy import Policy
from yilu.prediction.selectors.calls import call_list
from yilu.prediction.selectors.figures import measured
from yilu.prediction.tests.factories import by_lead, keep_model, staff
from yilu.scheduling.errors import ChangedSince
from yilu.scheduling.models import Booking
from yilu.scheduling.operations.changing import (
    cancel_booking,
    confirm_booking,
    undo_confirm_booking,
)
from yilu.scheduling.tests.factories import MONDAY, at

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A20")]
SUNDAY = date(2031, 3, 2)
HIGH = by_lead(cut=0.1)


@pytest.fixture
def desk(clinic):
    return staff(clinic.site_id)


def coming(clinic, *, alone: bool = False, number: int = 0, **facts) -> Booking:
    """A booking of Monday or Tuesday, made six days ago, whose key is drawn as wished."""
    patient = make_patient(Site.objects.get(pk=clinic.site_id), "林晓芳", phone=make_phone())
    key = next(key for key in iter(new_id, None) if Policy().leaves_alone(key) == alone)
    starts_at = at(9 + number % 3, 30 * (number // 3 % 2), day=number // 6)
    usual = {
        "id": key, "number": f"C{number}-{alone}", "site_id": clinic.site_id,
        "service_id": clinic.service_id, "practitioner_id": clinic.doctors[0],
        "patient_id": patient, "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=30),
        "clinic_day": starts_at.date(), "state": "confirmed", "channel": "web",
        "created_at": starts_at - timedelta(days=6),
    }  # fmt: skip
    return Booking.objects.create(**usual | facts)


def decide(clinic, desk) -> int:
    return decide_confirmations(actor=desk, site_id=clinic.site_id, today=SUNDAY)


def test_the_high_tier_is_written_to_and_called(clinic, desk):
    keep_model(HIGH)
    booking = coming(clinic)

    assert decide(clinic, desk) == 1

    asked = Confirmation.objects.get()
    assert (asked.booking_id, asked.tier, asked.arm, asked.state) == (
        booking.pk, "high", "asked", "call",
    )  # fmt: skip
    assert Message.objects.filter(template="booking_ask_again").count() >= 1
    (line,) = call_list(desk, clinic.site_id).due
    assert line.booking_id == booking.pk


def test_the_middle_tier_is_written_to_and_not_called(clinic, desk):
    keep_model(by_lead(cut=0.1, high=0.15))
    coming(clinic)

    decide(clinic, desk)

    assert Confirmation.objects.get().state == "written"
    assert call_list(desk, clinic.site_id).due == ()


def test_who_is_drawn_is_left_alone_and_counted(clinic, desk):
    keep_model(HIGH)
    coming(clinic, alone=True)

    assert decide(clinic, desk) == 0

    left = Confirmation.objects.get()
    assert (left.arm, left.state, left.tier) == ("left_alone", "left_alone", "high")
    assert not Message.objects.filter(template="booking_ask_again").exists()
    assert call_list(desk, clinic.site_id).due == ()


def test_the_draw_is_by_the_key_alone_and_near_its_share():
    keys = [new_id() for _ in range(4000)]
    drawn = {key for key in keys if Policy().leaves_alone(key)}

    assert drawn == {key for key in keys if Policy(high_from=0.9).leaves_alone(key)}
    assert 0.08 < len(drawn) / 4000 < 0.12


@pytest.mark.parametrize(
    "facts",
    [
        {"confirmed_at": at(8) - timedelta(days=3)},
        {"created_at": at(9) - timedelta(hours=20)},
        {"state": "cancelled", "cancel_reason": "better"},
    ],
)
def test_who_has_confirmed_just_booked_or_cancelled_is_not_asked(clinic, desk, facts):
    keep_model(by_lead(cut=0.01))
    coming(clinic, **facts)

    assert decide(clinic, desk) == 0
    assert not Confirmation.objects.exists()


def test_nobody_is_asked_without_a_model_or_twice(clinic, desk):
    coming(clinic)
    assert decide(clinic, desk) == 0
    keep_model(HIGH)

    assert [decide(clinic, desk), decide(clinic, desk)] == [1, 0]
    assert Confirmation.objects.count() == 1


@pytest.fixture
def asked(clinic, desk) -> Confirmation:
    """Somebody who is to be called."""
    keep_model(HIGH)
    coming(clinic)
    decide(clinic, desk)
    return Confirmation.objects.get()


def test_who_comes_is_confirmed_on_the_booking_and_it_can_be_taken_back(desk, asked):
    offer = answer_confirmation(
        actor=desk, confirmation_id=asked.pk, state="comes", note=" 会准时 ", version=asked.version
    )
    asked.refresh_from_db()
    assert (asked.state, asked.note, asked.answered_by) == ("comes", "会准时", desk.user_id)
    assert Booking.objects.get().confirmed_at is not None

    undo_answer(actor=desk, undo_id=offer)

    asked.refresh_from_db()
    assert (asked.state, asked.tries, asked.note) == ("call", 0, "")
    assert Booking.objects.get().confirmed_at is None


@pytest.mark.parametrize("says", ["before", "after"])
def test_what_the_patient_said_alone_is_not_taken_back_with_the_answer(clinic, desk, asked, says):
    def confirm() -> None:
        confirm_booking(actor=clinic.actor, booking_id=asked.booking_id)

    def answer() -> UUID:
        return answer_confirmation(actor=desk, confirmation_id=asked.pk, state="comes")

    if says == "before":
        confirm()
        undo_answer(actor=desk, undo_id=answer())
    else:
        offer = answer()
        undo_confirm_booking(actor=clinic.actor, booking_id=asked.booking_id)
        confirm()
        with pytest.raises(ChangedSince):
            undo_answer(actor=desk, undo_id=offer)

    assert Booking.objects.get().confirmed_at is not None


def test_who_cannot_come_keeps_the_booking_until_somebody_cancels_it(desk, asked):
    answer_confirmation(actor=desk, confirmation_id=asked.pk, state="cannot")

    assert Booking.objects.get().state == "confirmed"
    (line,) = call_list(desk, asked.site_id).ended
    assert line.cannot


def test_after_two_tries_it_is_left_at_that(desk, asked):
    assert note_not_reached(actor=desk, confirmation_id=asked.pk) == 1
    assert note_not_reached(actor=desk, confirmation_id=asked.pk) == 0

    asked.refresh_from_db()
    assert asked.state == "not_reached"


def test_wrong_answers_change_nothing(clinic, desk, asked):
    stranger = staff(new_id())
    with pytest.raises(NotFound):
        answer_confirmation(actor=stranger, confirmation_id=asked.pk, state="comes")
    with pytest.raises(AnswerMissing):
        answer_confirmation(actor=desk, confirmation_id=asked.pk, state="not_reached")
    with pytest.raises(Stale):
        answer_confirmation(actor=desk, confirmation_id=asked.pk, state="comes", version=7)

    asked.refresh_from_db()
    assert (asked.state, asked.version) == ("call", 1)


def test_the_second_answer_is_refused(desk, asked):
    answer_confirmation(actor=desk, confirmation_id=asked.pk, state="cannot")

    with pytest.raises(AlreadyAnswered):
        answer_confirmation(actor=desk, confirmation_id=asked.pk, state="comes")

    assert Booking.objects.get().confirmed_at is None


@pytest.mark.parametrize("deed", ["confirm", "cancel"])
def test_who_settles_it_alone_leaves_the_list(clinic, desk, asked, deed):
    if deed == "confirm":
        confirm_booking(actor=clinic.actor, booking_id=asked.booking_id)
    else:
        cancel_booking(actor=clinic.actor, booking_id=asked.booking_id, reason="好了")
        with pytest.raises(BookingOver):
            answer_confirmation(actor=desk, confirmation_id=asked.pk, state="comes")
    drain(timers=False)

    asked.refresh_from_db()
    assert (asked.state, asked.arm) == ("over", "asked")
    assert call_list(desk, clinic.site_id).due == ()


@pytest.mark.parametrize("number", [1, 12])
def test_the_list_costs_the_same_for_one_and_for_twelve(
    clinic, desk, django_assert_num_queries, number
):
    keep_model(HIGH)
    for n in range(number):
        coming(clinic, number=n)
    decide(clinic, desk)

    with django_assert_num_queries(7):
        assert len(call_list(desk, clinic.site_id).due) == number


def over(clinic, arm: str, number: int, missed: int) -> None:
    """So many decided bookings of the past, and so many of them missed."""
    patient = clinic.patient()
    rows = [
        Booking(
            number=f"{arm}{n}", site_id=clinic.site_id, service_id=clinic.service_id,
            practitioner_id=clinic.doctors[0], patient_id=patient,
            starts_at=at(9) - timedelta(days=n + 2), ends_at=at(10) - timedelta(days=n + 2),
            clinic_day=MONDAY - timedelta(days=n + 2), channel="web",
            state="no_show" if n < missed else "finished",
        ) for n in range(number)
    ]  # fmt: skip
    Booking.objects.bulk_create(rows)
    state = "written" if arm == "asked" else "left_alone"
    Confirmation.objects.bulk_create(
        [
            Confirmation(
                booking=one, site_id=one.site_id, patient_id=one.patient_id,
                clinic_day=one.clinic_day, starts_at=one.starts_at, tier="high", chance=0.3,
                arm=arm, state=state, decided_at=clock.now(),
            ) for one in rows
        ]
    )  # fmt: skip


def test_the_effect_is_the_difference_with_its_interval(clinic, desk):
    over(clinic, "asked", 200, 30)
    over(clinic, "left_alone", 60, 18)

    found = measured(desk)

    assert (found.asked, found.asked_missed, found.alone, found.alone_missed) == (200, 30, 60, 18)
    assert found.effect.difference == pytest.approx(-0.15)
    assert -0.29 < found.effect.low < -0.15 < found.effect.high < 0


def test_too_few_say_nothing_yet(clinic, desk):
    over(clinic, "asked", 200, 30)
    over(clinic, "left_alone", 49, 10)

    assert (measured(desk).effect, measured(desk).needed) == (None, 1)
