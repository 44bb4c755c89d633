"""One bill paid by two ways: a part in cash, and the rest by a code or in cash later."""

import json
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from yilu.billing import permissions
from yilu.billing.errors import BillChanged, NoPart, TooMuch
from yilu.billing.models import Bill, Payment, Receipt
from yilu.billing.operations.cash import pay_cash, pay_part_in_cash
from yilu.billing.operations.notices import hear_notice
from yilu.billing.operations.payments import GATEWAY
from yilu.billing.operations.refunds import refund_payment
from yilu.billing.rules import quick_sums
from yilu.billing.selectors.takings import day_takings
from yilu.billing.states import BillState, PaymentState
from yilu.billing.tests.factories import MORNING, PaidVisit, make_cashier
from yilu.billing.tests.gateways import Sandbox
from yilu.billing.tests.test_payments import asked, notice_of
from yilu.platform.errors import NotAllowed, Stale
from yilu.platform.models import User
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("F03")]


def part(visit: PaidVisit, bill_id, amount: str = "100.00", **seen):
    return pay_part_in_cash(
        actor=visit.cashier, bill_id=bill_id, amount=Decimal(amount), **seen
    )  # fmt: skip


def test_a_part_in_cash_and_the_rest_by_code_settle_one_bill(sandbox: Sandbox):
    visit = PaidVisit()
    bill_id = visit.bill("280.00")

    taken = part(visit, bill_id)

    assert (taken.left, taken.is_settled, taken.change) == (Decimal("180.00"), False, 0)
    assert (Bill.objects.get().state, Receipt.objects.count()) == (BillState.OPEN, 0)
    payment = asked(visit, bill_id)
    headers, body = notice_of(sandbox, payment)
    hear_notice(actor=GATEWAY, site_id=visit.site_id, headers=headers, body=body)

    assert payment.amount == Decimal("180.00")
    assert Bill.objects.get().state == BillState.SETTLED
    ways = [(one["method"], one["amount"]) for one in Receipt.objects.get().body["payments"]]
    assert ways == [("cash", "100.00"), ("wechat", "180.00")]
    takings = day_takings(actor=visit.cashier, site_id=visit.site_id, day=MORNING.date())
    assert [(str(one.method), one.amount) for one in takings.methods] == [
        ("cash", Decimal("100.00")),
        ("wechat", Decimal("180.00")),
    ]


def test_a_code_over_all_of_it_is_closed_by_a_part_in_cash(sandbox: Sandbox):
    visit = PaidVisit()
    bill_id = visit.bill("280.00")
    payment = asked(visit, bill_id)

    part(visit, bill_id)

    payment.refresh_from_db()
    assert payment.state == PaymentState.CLOSED


@pytest.mark.parametrize("amount", ["0", "-5", "280.00", "281", "0.004"])
def test_what_is_no_part_is_not_taken(amount):
    visit = PaidVisit()
    bill_id = visit.bill("280.00")

    with pytest.raises(NoPart):
        part(visit, bill_id, amount)

    assert (Payment.objects.count(), Bill.objects.get().paid) == (0, 0)


def test_a_part_is_taken_of_the_sum_that_was_read_and_by_who_may():
    visit = PaidVisit()
    bill_id = visit.bill("280.00")

    with pytest.raises(BillChanged):
        part(visit, bill_id, due=Decimal("300.00"))
    with pytest.raises(Stale):
        part(visit, bill_id, version=7)
    visit.cashier = make_cashier(visit.site_id, permissions.SEE)
    with pytest.raises(NotAllowed):
        part(visit, bill_id)

    assert Payment.objects.count() == 0


@pytest.mark.covers("F05")
def test_a_part_that_goes_back_is_owed_again():
    visit = PaidVisit()
    bill_id = visit.bill("280.00")
    taken = part(visit, bill_id)

    refund_payment(
        actor=visit.cashier, payment_id=taken.payment_id, amount=Decimal(100), reason="pays by card"
    )
    bill = Bill.objects.get()
    assert (bill.state, bill.paid, bill.refunded, bill.left) == (
        BillState.OPEN, 0, 0, Decimal("280.00"),
    )  # fmt: skip
    pay_cash(actor=visit.cashier, bill_id=bill_id, tendered=Decimal(300))

    bill.refresh_from_db()
    assert (bill.state, bill.paid, bill.refunded) == (BillState.SETTLED, Decimal("280.00"), 0)


def test_more_than_anybody_hands_over_is_asked_about_and_not_taken():
    visit = PaidVisit()
    bill_id = visit.bill("280.00")

    with pytest.raises(TooMuch):
        pay_cash(actor=visit.cashier, bill_id=bill_id, tendered=Decimal(6901234567))

    assert Payment.objects.count() == 0
    assert pay_cash(actor=visit.cashier, bill_id=bill_id, tendered=Decimal(1280)).change == 1000


@pytest.mark.parametrize(
    ("due", "sums"),
    [
        ("280.00", [280, 300, 400, 500]),
        ("54.80", [Decimal("54.80"), 60, 100, 200]),
        ("37.28", [Decimal("37.28"), 40, 50, 100]),
        ("5.00", [5, 10, 20, 50]),
        ("1000.00", [1000]),
        ("2365.00", [2365, 2370, 2380, 2400]),
        ("0.00", []),
    ],
)
def test_the_sums_offered_are_those_that_people_hand_over(due, sums):
    assert quick_sums(Decimal(due)) == [Decimal(one) for one in sums]


@pytest.mark.parametrize(
    ("language", "said"), [("en", "¥180.00 is left"), ("zh-hans", "还需收 ¥180.00")]
)
def test_the_till_takes_a_part_and_shows_what_came_in(language, said):
    visit = PaidVisit()
    bill_id = visit.bill("280.00")
    client = Client(headers={"HX-Request": "true"})
    client.cookies["yilu_language"] = language
    client.force_login(User.objects.get(pk=make_staff("cashier", site_id=visit.site_id).user_id))
    form = {"due": "280.00", "version": "1", "tendered": "100", "is_part": "1"}

    first, twice = (client.post(reverse("billing:cash", args=[bill_id]), form) for _ in range(2))

    assert (first.status_code, twice.status_code) == (200, 412)
    assert said in json.loads(first["HX-Trigger"])["toast"]["text"]
    assert "¥180.00" in first.text
    assert "¥100.00" in first.text
    assert Bill.objects.get().paid == 100
