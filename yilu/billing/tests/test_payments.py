"""Taking money: enough of it, once, and with a receipt."""

from datetime import timedelta
from decimal import Decimal

import pytest

from yilu.billing import permissions
from yilu.billing.errors import BillChanged, BillNotOpen, RefundTooLarge, TooLittle
from yilu.billing.models import Bill, Notice, Payment, Receipt, Refund
from yilu.billing.operations.cash import pay_cash
from yilu.billing.operations.notices import hear_notice
from yilu.billing.operations.payments import (
    GATEWAY,
    ask_gateway,
    ask_payment,
    close_at_gateway,
    fetch_qr,
)
from yilu.billing.operations.refunds import ask_refund, refund_payment
from yilu.billing.selectors.takings import day_takings
from yilu.billing.states import BillState, PaymentState, RefundState
from yilu.billing.tests.factories import MORNING, PaidVisit, make_cashier
from yilu.platform import clock
from yilu.platform.errors import NotAllowed, Stale
from yilu.platform.models import AuditEntry, Event, Timer

pytestmark = [pytest.mark.django_db, pytest.mark.covers("F03")]


def nothing_was_taken(bill_id) -> None:
    bill = Bill.objects.get(pk=bill_id)
    assert (bill.state, bill.paid) == (BillState.OPEN, 0)
    assert not Payment.objects.filter(state=PaymentState.PAID).exists()
    assert not Receipt.objects.exists()
    assert not Event.objects.filter(name__in=["PaymentTaken", "BillSettled"]).exists()


def test_cash_settles_a_bill_and_says_what_to_give_back():
    visit = PaidVisit()
    bill_id = visit.bill("37.28")

    taken = pay_cash(actor=visit.cashier, bill_id=bill_id, tendered=Decimal("50"))

    assert (taken.amount, taken.change) == (Decimal("37.28"), Decimal("12.72"))
    assert taken.is_settled
    assert Bill.objects.get().state == BillState.SETTLED
    receipt = Receipt.objects.get()
    assert (receipt.number, receipt.amount) == (1, Decimal("37.28"))
    assert receipt.body["in_words"] == "叁拾柒元贰角捌分"
    assert len(receipt.check_code) == 20
    settled = Event.objects.get(name="BillSettled")
    assert settled.body["total"] == "37.28"
    assert AuditEntry.objects.filter(action="billing.payment.taken").count() == 1


def test_too_little_money_is_refused_and_nothing_is_taken():
    visit = PaidVisit()
    bill_id = visit.bill("37.28")

    with pytest.raises(TooLittle) as refused:
        pay_cash(actor=visit.cashier, bill_id=bill_id, tendered=Decimal("37.27"))

    assert "37.27" in str(refused.value)
    nothing_was_taken(bill_id)


def test_a_sum_that_was_not_read_to_the_patient_is_not_taken():
    visit = PaidVisit()
    bill_id = visit.bill("37.28")

    with pytest.raises(BillChanged):
        pay_cash(actor=visit.cashier, bill_id=bill_id, tendered=Decimal(50), due=Decimal("30.00"))

    nothing_was_taken(bill_id)


def test_a_page_that_is_out_of_date_takes_nothing():
    visit = PaidVisit()
    bill_id = visit.bill("37.28")

    with pytest.raises(Stale):
        pay_cash(actor=visit.cashier, bill_id=bill_id, tendered=Decimal(50), version=7)

    nothing_was_taken(bill_id)


def test_who_may_only_look_takes_nothing():
    visit = PaidVisit()
    bill_id = visit.bill("37.28")

    with pytest.raises(NotAllowed):
        pay_cash(
            actor=make_cashier(visit.site_id, permissions.SEE),
            bill_id=bill_id,
            tendered=Decimal(50),
        )

    nothing_was_taken(bill_id)


def test_a_bill_is_paid_once():
    visit = PaidVisit()
    bill_id = visit.bill("37.28")
    pay_cash(actor=visit.cashier, bill_id=bill_id, tendered=Decimal(50))

    with pytest.raises(BillNotOpen):
        pay_cash(actor=visit.cashier, bill_id=bill_id, tendered=Decimal(50))

    assert Payment.objects.count() == 1


@pytest.mark.covers("F07")
def test_receipts_of_a_site_are_numbered_without_a_gap():
    visit = PaidVisit()
    pay_cash(actor=visit.cashier, bill_id=visit.bill(), tendered=Decimal(50))
    other = PaidVisit(site_id=visit.site_id)
    with pytest.raises(TooLittle):
        pay_cash(actor=other.cashier, bill_id=other.bill("80.00"), tendered=Decimal(50))
    third = PaidVisit(site_id=visit.site_id)
    pay_cash(actor=third.cashier, bill_id=third.bill(), tendered=Decimal(50))

    assert list(Receipt.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def asked(visit: PaidVisit, bill_id) -> Payment:
    payment_id = ask_payment(actor=visit.cashier, bill_id=bill_id)
    fetch_qr(actor=visit.cashier, payment_id=payment_id)
    return Payment.objects.get(pk=payment_id)


def notice_of(sandbox, payment: Payment) -> tuple[dict[str, str], bytes]:
    sandbox.pay(payment.qr, quietly=True)
    return sandbox.gateway.notice(sandbox.order(payment.reference))


@pytest.mark.covers("F04")
def test_a_notice_said_three_times_settles_the_bill_once(sandbox):
    visit = PaidVisit()
    payment = asked(visit, visit.bill("37.28"))
    headers, body = notice_of(sandbox, payment)

    for _ in range(3):
        hear_notice(actor=GATEWAY, site_id=visit.site_id, headers=headers, body=body)

    assert Bill.objects.get().state == BillState.SETTLED
    assert Receipt.objects.count() == 1
    assert Notice.objects.count() == 1
    assert Event.objects.filter(name="PaymentTaken").count() == 1


@pytest.mark.covers("F04")
def test_when_no_notice_comes_the_gateway_is_asked(sandbox):
    visit = PaidVisit()
    payment = asked(visit, visit.bill("37.28"))
    sandbox.pay(payment.qr, quietly=True)
    assert Timer.objects.get(subject_id=payment.pk).handler == "billing.ask_gateway"

    ask_gateway(actor=GATEWAY, payment_id=payment.pk)

    assert Bill.objects.get().state == BillState.SETTLED


@pytest.mark.covers("F04")
def test_a_code_that_nobody_paid_in_time_is_closed(sandbox):
    visit = PaidVisit()
    payment = asked(visit, visit.bill("37.28"))

    with clock.at(MORNING, machine=clock.machine_now() + timedelta(minutes=11)):
        ask_gateway(actor=GATEWAY, payment_id=payment.pk)

    payment.refresh_from_db()
    assert payment.state == PaymentState.CLOSED
    assert sandbox.order(payment.reference)["trade_state"] == "CLOSED"


@pytest.mark.covers("F04")
def test_money_that_comes_after_the_cash_is_taken_in_and_given_back(sandbox):
    visit = PaidVisit()
    bill_id = visit.bill("37.28")
    payment = asked(visit, bill_id)
    headers, body = notice_of(sandbox, payment)
    pay_cash(actor=visit.cashier, bill_id=bill_id, tendered=Decimal(50))

    hear_notice(actor=GATEWAY, site_id=visit.site_id, headers=headers, body=body)
    refund = Refund.objects.get()
    ask_refund(actor=GATEWAY, refund_id=refund.pk)

    refund.refresh_from_db()
    bill = Bill.objects.get()
    assert (refund.amount, refund.state) == (Decimal("37.28"), RefundState.DONE)
    assert (bill.paid, bill.refunded) == (Decimal("37.28"), Decimal("0.00"))
    assert list(sandbox.gateway.refunds()) == [refund.reference]


@pytest.mark.covers("F04")
def test_a_code_that_cash_has_overtaken_can_no_longer_be_paid(sandbox):
    visit = PaidVisit()
    bill_id = visit.bill("37.28")
    payment = asked(visit, bill_id)
    pay_cash(actor=visit.cashier, bill_id=bill_id, tendered=Decimal(50))

    for _ in range(2):
        close_at_gateway(actor=GATEWAY, payment_id=payment.pk)

    assert sandbox.order(payment.reference)["trade_state"] == "CLOSED"
    assert not Refund.objects.exists()


@pytest.mark.covers("F04")
def test_money_whose_notice_was_lost_is_found_when_its_code_is_closed(sandbox):
    visit = PaidVisit()
    bill_id = visit.bill("37.28")
    payment = asked(visit, bill_id)
    sandbox.pay(payment.qr, quietly=True)
    pay_cash(actor=visit.cashier, bill_id=bill_id, tendered=Decimal(50))

    close_at_gateway(actor=GATEWAY, payment_id=payment.pk)

    refund = Refund.objects.get()
    assert (refund.payment_id, refund.amount, refund.reason) == (
        payment.pk, Decimal("37.28"), "excess",
    )  # fmt: skip
    assert Bill.objects.get().paid == Decimal("37.28")


def test_a_code_whose_time_is_over_is_not_handed_out_again(sandbox):
    visit = PaidVisit()
    bill_id = visit.bill("37.28")
    old = asked(visit, bill_id)

    with clock.at(MORNING, machine=clock.machine_now() + timedelta(minutes=11)):
        new = ask_payment(actor=visit.cashier, bill_id=bill_id)

    old.refresh_from_db()
    assert (old.state, new == old.pk) == (PaymentState.CLOSED, False)


def test_asking_for_a_code_twice_is_one_payment(sandbox):
    visit = PaidVisit()
    bill_id = visit.bill("37.28")

    assert asked(visit, bill_id).pk == asked(visit, bill_id).pk
    assert Payment.objects.count() == 1


def test_who_watches_a_bill_is_told_once_its_code_can_be_shown(sandbox):
    visit = PaidVisit()
    payment_id = ask_payment(actor=visit.cashier, bill_id=visit.bill("37.28"))
    assert not Event.objects.filter(name="PaymentAsked").exists()

    for _ in range(2):
        fetch_qr(actor=visit.cashier, payment_id=payment_id)

    assert Event.objects.filter(name="PaymentAsked").count() == 1


@pytest.mark.covers("F05")
def test_cash_is_refunded_at_once_with_a_receipt_of_its_own():
    visit = PaidVisit()
    taken = pay_cash(actor=visit.cashier, bill_id=visit.bill("37.28"), tendered=Decimal(50))

    refund_payment(
        actor=visit.cashier, payment_id=taken.payment_id, amount=Decimal("7.28"), reason="too much"
    )

    assert Bill.objects.get().refunded == Decimal("7.28")
    assert list(Receipt.objects.order_by("number").values_list("amount", flat=True)) == [
        Decimal("37.28"),
        Decimal("-7.28"),
    ]


@pytest.mark.covers("F05")
def test_no_more_is_refunded_than_was_paid():
    visit = PaidVisit()
    taken = pay_cash(actor=visit.cashier, bill_id=visit.bill("37.28"), tendered=Decimal(50))
    refund_payment(
        actor=visit.cashier, payment_id=taken.payment_id, amount=Decimal(30), reason="too much"
    )

    with pytest.raises(RefundTooLarge):
        refund_payment(
            actor=visit.cashier, payment_id=taken.payment_id, amount=Decimal(8), reason="again"
        )

    assert Refund.objects.count() == 1


def test_the_takings_of_a_day_add_up(django_assert_num_queries):
    visit = PaidVisit()
    taken = pay_cash(actor=visit.cashier, bill_id=visit.bill("37.28"), tendered=Decimal(50))
    refund_payment(
        actor=visit.cashier, payment_id=taken.payment_id, amount=Decimal("7.28"), reason="x"
    )
    PaidVisit(site_id=visit.site_id).bill("12.00")

    with django_assert_num_queries(1):
        takings = day_takings(actor=visit.cashier, site_id=visit.site_id, day=MORNING.date())

    assert (takings.taken, takings.refunded, takings.owed) == (
        Decimal("37.28"),
        Decimal("7.28"),
        Decimal("12.00"),
    )
