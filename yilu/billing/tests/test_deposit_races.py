"""Deposits when two things happen in the same moment: money is never lost, a time sold once."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connections

from yilu.billing.gateway import OrderState
from yilu.billing.jobs import follow_bookings
from yilu.billing.models import Bill, Deposit, Keeping, Payment, Receipt, Refund
from yilu.billing.operations.deposits import open_deposit
from yilu.billing.operations.keeping import book_kept
from yilu.billing.operations.payments import GATEWAY, ask_payment, take_gateway_payment
from yilu.billing.operations.refunds import refund_payment
from yilu.billing.tests.advances import (
    RELEASER,
    SOON,
    balance,
    book,
    returned,
    someone,
    state,
    told_of,
)
from yilu.billing.tests.factories import make_cashier
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.errors import DomainError
from yilu.scheduling.models import Allocation, Booking, Prepayment
from yilu.scheduling.operations.changing import cancel_booking, undo_cancel_booking
from yilu.scheduling.operations.prepaying import release_unpaid
from yilu.scheduling.operations.results import Booked
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at

pytestmark = [
    pytest.mark.races,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("sandbox", "sunday_evening"),
    pytest.mark.covers("A13"),
]
FIFTY, ROUNDS = Decimal("50.00"), 3
LATER = SUNDAY_EVENING + SOON


def at_once(*calls: Callable[[], object], now: datetime = SUNDAY_EVENING) -> Counter[str]:
    """Run the calls at the same moment; count "done" and the refusals' codes."""
    start = Barrier(len(calls))

    def run(call: Callable[[], object]) -> str:
        with clock.at(now):
            start.wait(timeout=60)
            try:
                call()
            except DomainError as refused:
                return refused.code
            finally:
                connections.close_all()
            return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return Counter(pool.map(run, calls))


def asked(who: Actor, booked: Booked) -> UUID:
    """The payment that a phone asks for."""
    bill_id = open_deposit(actor=who, booking_id=booked.id)
    return ask_payment(actor=who, bill_id=bill_id)


def notice(payment_id: UUID) -> Callable[[], object]:
    """The gateway says that a code was paid."""
    reference = payment_id.hex
    order = OrderState("paid", reference, f"T{reference}", FIFTY)
    return lambda: take_gateway_payment(actor=GATEWAY, order=order)


def expiry(booked: Booked) -> Callable[[], object]:
    return lambda: release_unpaid(actor=RELEASER, booking_id=booked.id)


def held() -> Decimal:
    return sum((one.held for one in Deposit.objects.all()), Decimal(0))


def standing(starts_at: datetime) -> int:
    """How many bookings have this time, in the book and in what is held."""
    book_says = Booking.objects.filter(starts_at=starts_at, state__in=["requested", "confirmed"])
    kind = {"active": True, "resource__kind": "practitioner", "during__contains": starts_at}
    assert book_says.count() == Allocation.objects.filter(**kind).count()
    return book_says.count()


def test_of_twelve_who_must_pay_for_one_time_one_holds_it(clinic):
    people = [someone(clinic) for _ in range(12)]

    ended = at_once(*(lambda one=one: book(clinic, one) for one in people))

    assert ended == {"done": 1, "slot_taken": 11}
    assert standing(at(10, day=1)) == Prepayment.objects.count() == 1


def test_money_and_the_end_of_the_time_to_pay_meet_and_the_booking_stands(clinic):
    for hour in range(9, 9 + ROUNDS):
        who = someone(clinic)
        booked = book(clinic, who, hour=hour)
        payment_id = asked(who, booked)

        assert at_once(notice(payment_id), expiry(booked), now=LATER) == {"done": 2}

        assert state(booked) == "confirmed"
        assert Prepayment.objects.get(pk=booked.id).paid == FIFTY
    assert (held(), Refund.objects.count()) == (FIFTY * ROUNDS, 0)
    balance()


def test_money_the_end_and_somebody_else_meet_and_the_time_is_sold_once(clinic):
    for hour in range(9, 9 + ROUNDS):
        who, other = someone(clinic), someone(clinic)
        booked = book(clinic, who, hour=hour)
        payment_id = asked(who, booked)

        at_once(
            notice(payment_id),
            expiry(booked),
            lambda other=other, hour=hour: book(clinic, other, hour=hour),
            now=LATER,
        )

        assert standing(at(hour, day=1)) == 1
        deposit = Deposit.objects.get(booking_id=booked.id)
        keeps = {"confirmed": (FIFTY, 0), "cancelled": (0, FIFTY)}
        assert (deposit.held, deposit.returned) == keeps[state(booked)]
        balance()


def test_two_who_paid_too_late_for_one_time_do_not_both_get_it_back(clinic):
    late = []
    for n in range(2):
        with clock.at(SUNDAY_EVENING + n * SOON):
            who = someone(clinic)
            booked = book(clinic, who)
            late.append((booked, asked(who, booked)))
        with clock.at(SUNDAY_EVENING + (n + 1) * SOON):
            release_unpaid(actor=RELEASER, booking_id=booked.id)

    ended = at_once(*(notice(payment_id) for _, payment_id in late), now=LATER + SOON)

    assert ended == {"done": 2}
    assert sorted(state(booked) for booked, _ in late) == ["cancelled", "confirmed"]
    assert standing(at(10, day=1)) == 1
    assert (held(), returned()) == (FIFTY, FIFTY)
    balance()


def test_two_phones_that_ask_at_once_are_shown_one_code(clinic):
    who = someone(clinic)
    booked = book(clinic, who)

    assert at_once(*[lambda: asked(who, booked)] * 6) == {"done": 6}

    assert (Bill.objects.count(), Payment.objects.count()) == (1, 1)


def test_one_notice_heard_six_times_at_once_is_one_payment(clinic):
    who = someone(clinic)
    payment_id = asked(who, book(clinic, who))

    assert at_once(*[notice(payment_id)] * 6) == {"done": 6}

    assert Deposit.objects.count() == Receipt.objects.count() == 1
    assert (held(), Refund.objects.count()) == (FIFTY, 0)
    balance()


def test_an_old_and_a_new_code_paid_at_once_take_one_sum_and_give_one_back(clinic):
    for hour in range(9, 9 + ROUNDS):
        who = someone(clinic)
        booked = book(clinic, who, hour=hour)
        first = asked(who, booked)
        with clock.at(SUNDAY_EVENING, machine=clock.machine_now() + timedelta(minutes=11)):
            second = asked(who, booked)
        assert first != second

        assert at_once(notice(first), notice(second)) == {"done": 2}

        assert state(booked) == "confirmed"
        assert Prepayment.objects.get(pk=booked.id).paid == FIFTY
    assert (held(), returned()) == (FIFTY * ROUNDS, FIFTY * ROUNDS)
    balance()


def test_money_that_meets_a_cancellation_goes_back_by_rule_or_whole(clinic):
    """By the rule for who paid before cancelling; whole where the time was gone by then."""
    now = at(11, day=0)  # 23 hours before: half goes back.
    for hour in range(10, 10 + ROUNDS - 1):
        with clock.at(now):
            who = someone(clinic)
            booked = book(clinic, who, hour=hour)
            payment_id = asked(who, booked)

        def cancel(who: Actor = who, booked: Booked = booked) -> object:
            return cancel_booking(actor=who, booking_id=booked.id, reason="ill")

        assert at_once(notice(payment_id), cancel, now=now) == {"done": 2}

        with clock.at(now):
            follow_bookings(told_of("BookingCancelled", booked))
        deposit = Deposit.objects.get(booking_id=booked.id)
        late = Refund.objects.filter(bill_id=deposit.pk, reason="late").exists()
        assert state(booked) == "cancelled"
        assert deposit.returned == (FIFTY if late else FIFTY / 2)
        balance()


def test_patient_and_clinic_who_cancel_at_once_give_back_once(clinic):
    who, booked = someone(clinic), None
    booked = book(clinic, who)
    notice(asked(who, booked))()

    ended = at_once(
        lambda: cancel_booking(actor=who, booking_id=booked.id, reason="ill"),
        lambda: cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="doctor is ill"),
    )
    heard = told_of("BookingCancelled", booked)
    at_once(*[lambda: follow_bookings(heard)] * 4)

    assert ended == {"done": 1, "move_refused": 1}
    assert (held(), returned(), Refund.objects.count()) == (0, FIFTY, 1)
    balance()


def test_a_cancellation_and_the_cashiers_refund_give_back_no_more_than_was_paid(clinic):
    for hour in range(9, 9 + ROUNDS):
        who = someone(clinic)
        booked = book(clinic, who, hour=hour)
        payment_id = asked(who, booked)
        notice(payment_id)()
        cashier = make_cashier(clinic.site_id)

        def refund(payment_id: UUID = payment_id, cashier: Actor = cashier) -> object:
            return refund_payment(
                actor=cashier, payment_id=payment_id, amount=Decimal("30.00"), reason="goodwill"
            )

        def cancel(who: Actor = who, booked: Booked = booked) -> object:
            return cancel_booking(actor=who, booking_id=booked.id, reason="ill")

        at_once(refund, cancel)
        heard = told_of("BookingCancelled", booked)
        at_once(refund, lambda heard=heard: follow_bookings(heard))

        deposit = Deposit.objects.get(booking_id=booked.id)
        assert (deposit.held, deposit.returned) == (0, FIFTY)
        balance()


def test_a_cancellation_taken_back_while_somebody_else_books_sells_the_time_once(clinic):
    for hour in range(9, 9 + ROUNDS):
        who, other = someone(clinic), someone(clinic)
        booked = book(clinic, who, hour=hour)
        payment_id = asked(who, booked)
        cancel_booking(actor=who, booking_id=booked.id, reason="ill")

        at_once(
            lambda booked=booked: undo_cancel_booking(actor=clinic.actor, booking_id=booked.id),
            lambda other=other, hour=hour: book(clinic, other, hour=hour),
            notice(payment_id),
        )

        assert standing(at(hour, day=1)) == 1
        deposit = Deposit.objects.get(booking_id=booked.id)
        keeps = {"confirmed": {(FIFTY, 0)}, "requested": {(0, FIFTY)}, "cancelled": {(0, FIFTY)}}
        assert (deposit.held, deposit.returned) in keeps[state(booked)]
        balance()


def test_two_workers_and_the_cashier_meet_and_what_is_kept_is_booked_once(clinic):
    who = someone(clinic)
    booked = book(clinic, who, hour=9)
    at_once(notice(asked(who, booked)))
    Booking.objects.filter(pk=booked.id).update(state="no_show")
    cashier, payment_id = make_cashier(clinic.site_id), Payment.objects.get().pk

    ended = at_once(
        *(lambda: book_kept(actor=GATEWAY, booking_id=booked.id),) * 2,
        lambda: refund_payment(
            actor=cashier, payment_id=payment_id, amount=Decimal("20.00"), reason="goodwill"
        ),
    )
    book_kept(actor=GATEWAY, booking_id=booked.id)

    assert ended == {"done": 3}
    entered = sum((one.amount for one in Keeping.objects.all()), Decimal(0))
    assert entered == Deposit.objects.get().kept == Decimal("30.00")
    balance()
