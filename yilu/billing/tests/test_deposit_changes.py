"""Deposits when a booking is moved, taken back, or refunded by hand: each has one clear rule."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from yilu.billing.gateway import OrderState
from yilu.billing.models import Deposit, Payment, Refund
from yilu.billing.operations.deposits import open_deposit
from yilu.billing.operations.payments import GATEWAY, ask_payment, take_gateway_payment
from yilu.billing.operations.refunds import refund_payment
from yilu.billing.tests.advances import (
    SOON,
    ask_deposit,
    balance,
    book,
    returned,
    someone,
    state,
)
from yilu.billing.tests.factories import make_cashier
from yilu.catalogue.models import Performs
from yilu.messaging.models import Message
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.testing import drain
from yilu.scheduling.errors import CannotUndo, ChangedSince, PayTimeOver, RefundStarted
from yilu.scheduling.models import Booking, Prepayment
from yilu.scheduling.operations.arrivals import mark_arrived
from yilu.scheduling.operations.changing import (
    cancel_booking,
    confirm_booking,
    reschedule_booking,
    undo_cancel_booking,
    undo_confirm_booking,
    undo_reschedule_booking,
)
from yilu.scheduling.operations.prepaying import ask_for_prepayment
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.selectors.prepaying import due_for, prepaid
from yilu.scheduling.tests.factories import SUNDAY_EVENING, Clinic, at, make_service

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("sandbox", "sunday_evening"),
    pytest.mark.covers("A13"),
]
FIFTY = Decimal("50.00")
DEADLINE = SUNDAY_EVENING + timedelta(minutes=15)


def asked(who: Actor, booked: Booked) -> Payment:
    bill_id = open_deposit(actor=who, booking_id=booked.id)
    return Payment.objects.get(pk=ask_payment(actor=who, bill_id=bill_id))


def come(payment: Payment) -> None:
    """The gateway says that a code was paid."""
    order = OrderState("paid", payment.reference, f"T{payment.reference}", payment.amount)
    take_gateway_payment(actor=GATEWAY, order=order)


def paid(clinic: Clinic) -> tuple[Actor, Booked]:
    who = someone(clinic)
    booked = book(clinic, who)
    come(asked(who, booked))
    return who, booked


def other_service(clinic: Clinic, amount: str) -> UUID:
    """Another service of the same doctor, which asks for this sum."""
    service_id = make_service(online=True, change_until_minutes=0)
    Performs.objects.create(practitioner_id=clinic.doctors[0], service_id=service_id)
    ask_deposit(clinic, service_id=service_id, amount=Decimal(amount))
    return service_id


def move(who: Actor, booked: Booked, hour: int, *, day: int = 1, to: UUID | None = None) -> None:
    reschedule_booking(
        actor=who, booking_id=booked.id, starts_at=at(hour, day=day), practitioner_id=None,
        service_id=to,
    )  # fmt: skip


def test_who_moves_an_unpaid_booking_gets_no_more_time_to_pay(clinic):
    who = someone(clinic)
    booked = book(clinic, who)
    with clock.at(DEADLINE - timedelta(minutes=1)):
        move(who, booked, 14, day=2)
        drain()
        assert Prepayment.objects.get().pay_by == DEADLINE
    with clock.at(DEADLINE):
        drain()
        assert state(booked) == "cancelled"


def test_an_unpaid_booking_moved_to_a_sooner_time_is_paid_before_that(clinic):
    who = someone(clinic)
    nine = at(9)
    with clock.at(nine - timedelta(minutes=20)):
        booked = book(clinic, who)
    with clock.at(nine - timedelta(minutes=10)):
        move(who, booked, 9, day=0)
        assert due_for(booked.id).pay_by == nine - timedelta(minutes=5)
        undo_reschedule_booking(actor=clinic.actor, booking_id=booked.id)
    with clock.at(nine - timedelta(minutes=7)):
        booked = book(clinic, someone(clinic), hour=11)
        reschedule_booking(
            actor=clinic.actor, booking_id=booked.id, starts_at=nine, practitioner_id=None
        )
        assert due_for(booked.id).pay_by == nine
    with clock.at(nine):
        drain()
        assert state(booked) == "cancelled"


def test_what_the_desk_asked_for_may_be_paid_until_the_new_time(clinic):
    booked = clinic.book(at(10, day=1))
    ask_for_prepayment(actor=clinic.actor, booking_id=booked.id)
    move(clinic.actor, booked, 10, day=3)
    with clock.at(at(12, day=2)):
        assert due_for(booked.id).pay_by == at(10, day=3)
    move(clinic.actor, booked, 9, day=0)
    with clock.at(at(10, day=0)):
        assert due_for(booked.id) is None
        assert state(booked) == "confirmed"


def test_a_cancellation_is_not_taken_back_once_money_goes_back(clinic):
    who, booked = paid(clinic)
    cancel_booking(actor=who, booking_id=booked.id, reason="ill")
    before = Booking.objects.values().get()

    with pytest.raises(RefundStarted) as refused:
        undo_cancel_booking(actor=clinic.actor, booking_id=booked.id)

    assert "¥50.00" in str(refused.value)
    assert Booking.objects.values().get() == before
    drain(timers=False)
    assert (state(booked), returned()) == ("cancelled", FIFTY)
    balance()


def test_a_late_cancellation_that_gave_nothing_back_can_be_taken_back_with_the_deposit(clinic):
    who, booked = paid(clinic)
    with clock.at(at(9, 30, day=1)):
        cancel_booking(actor=who, booking_id=booked.id, reason="ill")
        undo_cancel_booking(actor=clinic.actor, booking_id=booked.id)
        drain(timers=False)
        assert state(booked) == "confirmed"
        assert (prepaid(booked.id).state, prepaid(booked.id).paid) == ("paid", FIFTY)
        assert Refund.objects.count() == 0


def test_who_has_not_paid_when_a_cancellation_is_taken_back_has_a_quarter_of_an_hour(clinic):
    who = someone(clinic)
    booked = book(clinic, who)
    drain()
    cancel_booking(actor=who, booking_id=booked.id, reason="ill")
    again = SUNDAY_EVENING + timedelta(minutes=9)
    with clock.at(again):
        drain()
        undo_cancel_booking(actor=clinic.actor, booking_id=booked.id)
        drain()
        assert state(booked) == "requested"
        assert due_for(booked.id).pay_by == again + timedelta(minutes=15)
        said = Message.objects.filter(template="booking_to_pay").values("key").distinct()
        assert said.count() == 2
        assert not Message.objects.filter(template="booking_confirmed").exists()
    with clock.at(SUNDAY_EVENING + SOON):
        drain()
        assert state(booked) == "requested"
    with clock.at(again + timedelta(minutes=15)):
        drain()
        assert state(booked) == "cancelled"


def test_money_for_a_booking_that_was_taken_back_and_paid_anew_goes_back(clinic):
    """The first code was closed with the cancellation, and somebody pays it after all."""
    who = someone(clinic)
    booked = book(clinic, who)
    first = asked(who, booked)
    cancel_booking(actor=who, booking_id=booked.id, reason="ill")
    drain(timers=False)
    undo_cancel_booking(actor=clinic.actor, booking_id=booked.id)
    come(asked(who, booked))

    come(first)
    drain(timers=False)

    assert Prepayment.objects.get().paid == FIFTY
    assert [(one.amount, one.reason) for one in Refund.objects.all()] == [(FIFTY, "paid twice")]
    said = Message.objects.filter(template="deposit_returned").get()
    assert "重复支付" in said.body
    balance()


def test_a_part_of_what_must_be_paid_makes_nothing_stand_and_goes_back_when_it_lapses(clinic):
    who = someone(clinic)
    booked = book(clinic, who)
    first = asked(who, booked)
    move(who, booked, 14, to=other_service(clinic, "80.00"))

    come(first)

    assert state(booked) == "requested"
    assert due_for(booked.id).amount == Decimal("30.00")
    with clock.at(DEADLINE):
        drain()
    assert (state(booked), returned()) == ("cancelled", FIFTY)
    balance()


def test_the_rest_makes_it_stand(clinic):
    who = someone(clinic)
    booked = book(clinic, who)
    first = asked(who, booked)
    move(who, booked, 14, to=other_service(clinic, "80.00"))
    come(first)

    come(asked(who, booked))

    assert (state(booked), Prepayment.objects.get().paid) == ("confirmed", Decimal("80.00"))
    with clock.at(DEADLINE):
        drain()
    assert state(booked) == "confirmed"
    balance()


def test_a_change_to_a_dearer_service_taken_back_asks_for_no_more(clinic):
    who, booked = paid(clinic)
    move(who, booked, 14, to=other_service(clinic, "80.00"))
    assert due_for(booked.id).amount == Decimal("30.00")

    undo_reschedule_booking(actor=clinic.actor, booking_id=booked.id)

    assert due_for(booked.id) is None
    assert Prepayment.objects.get().state == "paid"
    with pytest.raises(PayTimeOver):
        open_deposit(actor=who, booking_id=booked.id)


def test_once_money_came_what_the_desk_did_before_is_not_taken_back(clinic):
    who = someone(clinic)
    booked = book(clinic, who)
    code = asked(who, booked)
    left = confirm_booking(actor=clinic.actor, booking_id=booked.id)
    come(code)

    with pytest.raises(ChangedSince):
        undo_confirm_booking(actor=clinic.actor, booking_id=booked.id, version=left)
    with pytest.raises(CannotUndo):
        undo_confirm_booking(actor=clinic.actor, booking_id=booked.id)

    assert (state(booked), Prepayment.objects.get().paid) == ("confirmed", FIFTY)
    mark_arrived(actor=clinic.actor, booking_id=booked.id)


def test_what_the_cashier_gave_back_is_not_promised_again(clinic):
    who, booked = paid(clinic)
    cashier = make_cashier(clinic.site_id)
    refund_payment(
        actor=cashier, payment_id=Payment.objects.get().pk, amount=Decimal(20), reason="goodwill"
    )
    assert prepaid(booked.id).mine.amount == Decimal("30.00")
    assert due_for(booked.id) is None

    cancel_booking(actor=who, booking_id=booked.id, reason="ill", expected=Decimal(30))
    drain(timers=False)

    assert (Deposit.objects.get().held, returned()) == (0, FIFTY)
    balance()
