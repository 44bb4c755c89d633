"""What a visit costs, and how it gets onto a bill."""

from datetime import date
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from yilu.billing import permissions
from yilu.billing.api.schemas import bill_out
from yilu.billing.errors import AlreadyBilled, NoPrice
from yilu.billing.models import Bill, Charge, Receipt
from yilu.billing.operations.bills import open_bill
from yilu.billing.operations.cash import pay_cash
from yilu.billing.operations.charges import add_charge, void_charge
from yilu.billing.selectors.bills import bill_detail, owes_money, waiting_bills
from yilu.billing.selectors.cashier import opened_bill
from yilu.billing.states import BillState, ChargeState
from yilu.billing.tests.factories import PaidVisit, make_cashier, make_price
from yilu.platform.errors import NotAllowed, NotFound
from yilu.platform.ids import new_id
from yilu.platform.models import AuditEntry, Event

pytestmark = [pytest.mark.django_db, pytest.mark.covers("F02")]


def test_what_was_done_is_charged_at_the_price_of_its_day_and_rounded_once():
    visit = PaidVisit()

    charge = Charge.objects.get(pk=visit.charge("0.3333", "4"))

    assert (charge.unit_price, charge.amount) == (Decimal("0.3333"), Decimal("1.33"))
    assert charge.state == ChargeState.OPEN
    assert Event.objects.filter(name="ChargeAdded", subject_id=charge.pk).count() == 1
    assert AuditEntry.objects.filter(action="billing.charge.added").count() == 1


def test_the_same_deed_is_charged_once_however_often_it_is_heard():
    visit, item, source = PaidVisit(), make_price(), new_id()

    told = [
        add_charge(
            actor=visit.cashier,
            visit_id=visit.visit_id,
            item_id=item,
            quantity=Decimal(1),
            source_type="tests.deed",
            source_id=source,
        )
        for _ in range(3)
    ]

    assert len(set(told)) == 1
    assert Charge.objects.count() == 1


def test_without_a_price_on_that_day_nothing_is_charged():
    visit = PaidVisit()

    with pytest.raises(NoPrice):
        add_charge(
            actor=visit.cashier,
            visit_id=visit.visit_id,
            item_id=make_price(since=date(2032, 1, 1)),
            quantity=Decimal(1),
            source_type="tests.deed",
            source_id=new_id(),
        )

    assert not Charge.objects.exists()


def test_a_bill_holds_every_open_charge_and_has_a_number_of_its_day():
    visit = PaidVisit()

    bill = bill_detail(actor=visit.cashier, bill_id=visit.bill("25.00", "12.28"))

    assert (bill.number, bill.total, bill.due) == ("20310303-0001", Decimal("37.28"), bill.total)
    assert {line.amount for line in bill.lines} == {Decimal("25.00"), Decimal("12.28")}


def test_charges_that_come_later_join_the_bill_that_is_still_open():
    visit = PaidVisit()
    first = visit.bill("25.00")

    second = visit.bill("10.00")

    assert first == second
    assert Bill.objects.get().total == Decimal("35.00")
    assert Bill.objects.get().version == 2


def test_a_visit_without_charges_has_no_bill():
    visit = PaidVisit()

    assert open_bill(actor=visit.cashier, visit_id=visit.visit_id) is None
    assert not Bill.objects.exists()


def test_a_bill_of_nothing_is_settled_at_once():
    visit = PaidVisit()

    bill = Bill.objects.get(pk=visit.bill("0.00"))

    assert bill.state == BillState.SETTLED
    assert not Receipt.objects.exists()


def test_a_charge_that_is_taken_off_lowers_the_open_bill():
    visit = PaidVisit()
    wrong = visit.charge("10.00")
    visit.bill("25.00")

    void_charge(actor=visit.cashier, charge_id=wrong, reason="not done")

    assert Bill.objects.get().total == Decimal("25.00")
    assert Charge.objects.get(pk=wrong).state == ChargeState.VOID


def test_what_was_taken_off_is_neither_listed_nor_on_the_receipt():
    visit = PaidVisit()
    wrong = visit.charge("10.00")
    bill_id = visit.bill("25.00")

    void_charge(actor=visit.cashier, charge_id=wrong, reason="not done")

    bill = bill_detail(actor=visit.cashier, bill_id=bill_id)
    assert [line.amount for line in bill.lines] == [Decimal("25.00")]
    assert [line.amount.amount for line in bill_out(bill).lines] == [Decimal("25.00")]
    pay_cash(actor=visit.cashier, bill_id=bill_id, tendered=Decimal(50))
    assert [line["amount"] for line in Receipt.objects.get().body["lines"]] == ["25.00"]


def test_the_cashiers_page_of_a_bill_of_nothing_says_so():
    visit = PaidVisit()
    bill_id = visit.bill("25.00")
    void_charge(actor=visit.cashier, charge_id=Charge.objects.get().pk, reason="not done")

    opened = opened_bill(actor=visit.cashier, bill_id=bill_id)
    with translation.override("en"):
        page = render_to_string("billing/_bill.html", {"opened": opened})

    assert "No charges are on this bill any more." in page
    assert "Nothing was to be paid, so there is no receipt." in page


def test_a_bill_from_which_all_is_taken_off_is_settled_and_owed_no_more():
    visit = PaidVisit()
    wrong = visit.charge("10.00")
    bill_id = visit.bill("25.00")
    left = Charge.objects.exclude(pk=wrong).get().pk
    void_charge(actor=visit.cashier, charge_id=wrong, reason="not done")
    assert owes_money(visit.visit_id)

    void_charge(actor=visit.cashier, charge_id=left, reason="not done")

    bill = Bill.objects.get(pk=bill_id)
    assert (bill.state, bill.total) == (BillState.SETTLED, Decimal("0.00"))
    assert not owes_money(visit.visit_id)
    assert Event.objects.get(name="BillSettled", subject_id=bill_id).body["receipt_id"] is None
    assert not Receipt.objects.exists()


def test_a_charge_on_a_paid_bill_is_not_taken_off():
    visit = PaidVisit()
    charge = visit.charge("10.00")
    bill_id = visit.bill("25.00")
    pay_cash(actor=visit.cashier, bill_id=bill_id, tendered=Decimal(50))

    with pytest.raises(AlreadyBilled):
        void_charge(actor=visit.cashier, charge_id=charge, reason="not done")

    assert Charge.objects.get(pk=charge).state == ChargeState.BILLED


def test_without_the_grant_nothing_is_charged():
    visit = PaidVisit()

    with pytest.raises(NotAllowed):
        add_charge(
            actor=make_cashier(visit.site_id, permissions.SEE),
            visit_id=visit.visit_id,
            item_id=make_price(),
            quantity=Decimal(1),
            source_type="tests.deed",
            source_id=new_id(),
        )

    assert not Charge.objects.exists()


def test_a_bill_of_another_site_is_not_there():
    visit, elsewhere = PaidVisit(), PaidVisit()

    with pytest.raises(NotFound):
        bill_detail(actor=elsewhere.cashier, bill_id=visit.bill())


@pytest.mark.parametrize("bills", [1, 12])
def test_the_waiting_bills_cost_two_queries_however_many(bills, django_assert_num_queries):
    visit = PaidVisit()
    visit.bill()
    for _ in range(bills - 1):
        PaidVisit(site_id=visit.site_id).bill()

    with django_assert_num_queries(2):
        waiting = waiting_bills(actor=visit.cashier, site_id=visit.site_id)

    assert len(waiting) == bills


@pytest.mark.parametrize("charges", [1, 12])
def test_a_bill_costs_six_queries_however_long(charges, django_assert_num_queries):
    visit = PaidVisit()
    bill_id = visit.bill(*["1.00"] * charges)

    with django_assert_num_queries(6):
        bill = bill_detail(actor=visit.cashier, bill_id=bill_id)

    assert len(bill.lines) == charges
