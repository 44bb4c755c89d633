"""Deposits against the signed sandbox: paid in time, late, twice, given back, set off."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum

from yilu.billing.gateway import OrderState
from yilu.billing.jobs import follow_bookings
from yilu.billing.models import Bill, Deposit, Payment, Receipt, Refund
from yilu.billing.operations.bills import open_bill
from yilu.billing.operations.cash import pay_cash
from yilu.billing.operations.charges import void_charge
from yilu.billing.operations.deposits import open_deposit, return_left_over
from yilu.billing.operations.payments import GATEWAY, ask_payment, take_gateway_payment
from yilu.billing.operations.refunds import refund_payment
from yilu.billing.selectors.takings import day_takings
from yilu.billing.states import AWAITED, BillState
from yilu.billing.tests.advances import (
    RELEASER,
    SOON,
    arrive,
    balance,
    book,
    charge,
    code,
    paid,
    pay,
    someone,
    state,
    told_of,
)
from yilu.billing.tests.gateways import Sandbox, follow, running_sandbox
from yilu.messaging.models import Message
from yilu.platform import clock
from yilu.platform.errors import NotFound
from yilu.platform.testing import drain
from yilu.scheduling.errors import PayTimeOver, RefundChanged
from yilu.scheduling.models import Prepayment
from yilu.scheduling.operations.changing import cancel_booking, confirm_booking
from yilu.scheduling.operations.prepaying import release_unpaid
from yilu.scheduling.tests.factories import SUNDAY_EVENING, at

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("sunday_evening"),
    pytest.mark.covers("A13"),
]


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("keys")) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(
    gateway: Sandbox, settings: object, tmp_path_factory: pytest.TempPathFactory
) -> Sandbox:
    settings.WECHATPAY_FILE = gateway.file
    return gateway


def test_who_must_pay_has_the_time_kept_and_the_booking_once_paid(clinic, sandbox):
    who = someone(clinic)
    booked = book(clinic, who)
    assert (booked.state, booked.to_pay.amount) == ("requested", Decimal("50.00"))
    assert booked.to_pay.pay_by == SUNDAY_EVENING + timedelta(minutes=15)
    pay(sandbox, code(who, booked.id))
    assert state(booked) == "confirmed"
    assert Prepayment.objects.get().paid == Decimal("50.00")
    assert [r.amount for r in Receipt.objects.all()] == [Decimal("50.00")]
    balance()


def test_asking_twice_is_one_bill_and_one_payment(clinic, sandbox):
    who = someone(clinic)
    booked = book(clinic, who)
    assert code(who, booked.id) == code(who, booked.id)
    assert Bill.objects.count() == Payment.objects.count() == 1


def test_what_is_not_paid_in_time_is_let_go_and_said(clinic, sandbox):
    who = someone(clinic)
    booked = book(clinic, who)
    payment_id = code(who, booked.id)
    with clock.at(SUNDAY_EVENING + SOON):
        drain()
        assert state(booked) == "cancelled"
        with pytest.raises(PayTimeOver):
            open_deposit(actor=who, booking_id=booked.id)
        assert Bill.objects.get().state == BillState.VOID
        assert Payment.objects.get(pk=payment_id).state == "closed"
        assert Message.objects.filter(template="booking_lapsed").exists()
        assert not Message.objects.filter(template="booking_confirmed").exists()
        # The time is free again.
        assert book(clinic, someone(clinic)).state == "requested"


def test_money_that_comes_late_brings_the_time_back_if_it_is_free(clinic, sandbox):
    who = someone(clinic)
    booked = book(clinic, who)
    payment_id = code(who, booked.id)
    sandbox.pay(Payment.objects.get(pk=payment_id).qr, quietly=True)
    with clock.at(SUNDAY_EVENING + SOON):
        release_unpaid(actor=RELEASER, booking_id=booked.id)
        assert state(booked) == "cancelled"
        follow()
    assert state(booked) == "confirmed"
    assert Refund.objects.count() == 0
    balance()


def test_money_that_comes_late_goes_back_whole_if_the_time_is_gone(clinic, sandbox):
    who = someone(clinic)
    booked = book(clinic, who)
    payment_id = code(who, booked.id)
    with clock.at(SUNDAY_EVENING + SOON):
        release_unpaid(actor=RELEASER, booking_id=booked.id)
        clinic.book(at(10, day=1))
        sandbox.pay(Payment.objects.get(pk=payment_id).qr, quietly=True)
        follow()
    assert state(booked) == "cancelled"
    refund = Refund.objects.get()
    assert (refund.amount, refund.state, refund.reason) == (Decimal("50.00"), "done", "late")
    assert Message.objects.filter(template="deposit_returned").count() == 1
    balance()


def test_the_same_notice_twice_is_one_payment_and_another_sum_is_none(clinic, sandbox):
    who = someone(clinic)
    booked = book(clinic, who)
    payment_id = code(who, booked.id)
    reference = Payment.objects.get().reference
    with pytest.raises(NotFound):
        take_gateway_payment(
            actor=GATEWAY, order=OrderState("paid", reference, "T1", Decimal("5.00"))
        )
    assert state(booked) == "requested"
    order = OrderState("paid", reference, "T1", Decimal("50.00"))
    assert take_gateway_payment(actor=GATEWAY, order=order) == payment_id
    assert take_gateway_payment(actor=GATEWAY, order=order) == payment_id
    assert Deposit.objects.count() == Receipt.objects.count() == 1
    balance()


@pytest.mark.parametrize(
    ("hours", "back"), [(25, "50.00"), (24, "50.00"), (23, "25.00"), (2, "25.00"), (1, "0.00")]
)
def test_what_goes_back_depends_on_how_long_before(clinic, sandbox, hours, back):
    who, booked = paid(clinic, sandbox, hour=10, day=2)
    with clock.at(at(10, day=2) - timedelta(hours=hours)):
        cancel_booking(actor=who, booking_id=booked.id, reason="ill", expected=Decimal(back))
        follow()
    given = Refund.objects.filter(state="done").aggregate(s=Sum("amount"))["s"] or Decimal("0.00")
    assert given == Decimal(back)
    assert Deposit.objects.get().returned == given
    balance()


def test_another_sum_than_shown_is_shown_again_and_nothing_is_cancelled(clinic, sandbox):
    who, booked = paid(clinic, sandbox, hour=10, day=2)
    with clock.at(at(10, day=2) - timedelta(hours=23)), pytest.raises(RefundChanged):
        cancel_booking(actor=who, booking_id=booked.id, reason="ill", expected=Decimal("50.00"))
    assert state(booked) == "confirmed"
    assert Prepayment.objects.get().paid == Decimal("50.00")


def test_when_the_clinic_cancels_all_goes_back_however_late(clinic, sandbox):
    _who, booked = paid(clinic, sandbox)
    with clock.at(at(9, 30, day=1)):
        cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="doctor is ill")
        follow()
    assert Refund.objects.get().amount == Decimal("50.00")
    balance()


def test_the_desk_cancels_for_the_patient_by_the_patients_rule(clinic, sandbox):
    _who, booked = paid(clinic, sandbox)
    with clock.at(at(9, 30, day=1)):
        cancel_booking(actor=clinic.actor, booking_id=booked.id, reason="called", for_patient=True)
        drain(timers=False)
    assert Refund.objects.count() == 0
    balance()


def test_hearing_of_a_cancellation_twice_gives_back_once(clinic, sandbox):
    who, booked = paid(clinic, sandbox, hour=10, day=2)
    cancel_booking(actor=who, booking_id=booked.id, reason="ill")
    told = told_of("BookingCancelled", booked)
    follow_bookings(told)
    follow_bookings(told)
    assert Refund.objects.count() == 1


def test_the_desk_lets_somebody_off_and_the_booking_never_lapses(clinic, sandbox):
    who = someone(clinic)
    booked = book(clinic, who)
    confirm_booking(actor=clinic.actor, booking_id=booked.id)
    with clock.at(SUNDAY_EVENING + SOON):
        drain()
        assert state(booked) == "confirmed"
        pay(sandbox, code(who, booked.id))
    assert Prepayment.objects.get().state == "paid"


def test_a_deposit_is_set_off_against_the_bill_and_the_rest_is_paid(clinic, sandbox):
    who, booked = paid(clinic, sandbox)
    with clock.at(at(10, day=1)):
        visit_id, cashier = arrive(clinic, who, booked)
        charge(cashier, visit_id, "180.00")
        bill_id = open_bill(actor=cashier, visit_id=visit_id)
        bill = Bill.objects.get(pk=bill_id)
        assert (bill.paid, bill.total) == (Decimal("50.00"), Decimal("180.00"))
        taken = pay_cash(actor=cashier, bill_id=bill_id, tendered=Decimal(200))
        assert (taken.amount, taken.change) == (Decimal("130.00"), Decimal("70.00"))
        takings = day_takings(actor=cashier, site_id=clinic.site_id, day=bill.clinic_day)
        assert takings.taken == Decimal("130.00")
    balance()


def test_a_bill_that_the_deposit_covers_after_a_charge_was_taken_off_is_settled(clinic, sandbox):
    who, booked = paid(clinic, sandbox)
    with clock.at(at(10, day=1)):
        visit_id, cashier = arrive(clinic, who, booked)
        charge(cashier, visit_id, "40.00")
        wrong = charge(cashier, visit_id, "140.00")
        bill_id = open_bill(actor=cashier, visit_id=visit_id)
        assert bill_id is not None
        ask_payment(actor=cashier, bill_id=bill_id)
        void_charge(actor=cashier, charge_id=wrong, reason="not done")
    bill = Bill.objects.get(pk=bill_id)
    assert (bill.state, bill.paid, bill.total) == ("settled", Decimal("40.00"), Decimal("40.00"))
    assert [line["amount"] for line in Receipt.objects.get(bill=bill).body["lines"]] == ["40.00"]
    assert not Payment.objects.filter(state__in=AWAITED).exists()  # Nobody is asked for more.
    balance()


def test_what_a_visit_did_not_use_goes_back_when_it_is_over(clinic, sandbox):
    who, booked = paid(clinic, sandbox)
    with clock.at(at(10, day=1)):
        visit_id, cashier = arrive(clinic, who, booked)
        charge(cashier, visit_id, "30.00")
        open_bill(actor=cashier, visit_id=visit_id)
        assert Bill.objects.get(visit_id=visit_id).state == "settled"
        drain(timers=False)
        return_left_over(actor=GATEWAY, visit_id=visit_id)
    assert Refund.objects.get().amount == Decimal("20.00")
    balance()


def test_a_charge_taken_off_leaves_the_deposit_for_what_remains(clinic, sandbox):
    who, booked = paid(clinic, sandbox)
    with clock.at(at(10, day=1)):
        visit_id, cashier = arrive(clinic, who, booked)
        dear = charge(cashier, visit_id, "100.00")
        charge(cashier, visit_id, "60.00")
        bill_id = open_bill(actor=cashier, visit_id=visit_id)
        void_charge(actor=cashier, charge_id=dear, reason="not done")
        bill = Bill.objects.get(pk=bill_id)
        assert (bill.total, bill.paid) == (Decimal("60.00"), Decimal("50.00"))
    balance()


def test_what_was_set_off_and_is_refunded_goes_back_to_who_paid_the_deposit(clinic, sandbox):
    who, booked = paid(clinic, sandbox)
    with clock.at(at(10, day=1)):
        visit_id, cashier = arrive(clinic, who, booked)
        charge(cashier, visit_id, "50.00")
        open_bill(actor=cashier, visit_id=visit_id)
        payment = Payment.objects.get(method="deposit")
        refund_payment(
            actor=cashier, payment_id=payment.pk, amount=Decimal("20.00"), reason="complaint"
        )
        follow()
    assert [r.state for r in Refund.objects.all()] == ["done", "done"]
    assert Deposit.objects.get().returned == Decimal("20.00")
    balance()
