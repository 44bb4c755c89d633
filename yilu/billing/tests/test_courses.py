"""Courses of treatment on the bill: charged once, counted when paid, given back when ended."""

from decimal import Decimal

import pytest

from yilu.aesthetics.models import Course
from yilu.aesthetics.operations.courses import Offer, end_course, offer_package, sell_course
from yilu.billing.models import Charge, Refund
from yilu.billing.operations.bills import open_bill
from yilu.billing.operations.cash import pay_cash
from yilu.billing.operations.courses import charge_course, return_course, tell_courses_paid
from yilu.billing.states import ChargeState
from yilu.billing.tests.factories import PaidVisit, make_price
from yilu.catalogue.models import PriceItem
from yilu.platform.models import Event
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C10")]
PRICE = Decimal("3000.00")


def sold():
    """A visit at which a course of three sessions was sold and charged twice, as events may be."""
    visit = PaidVisit()
    item = make_price(str(PRICE))
    boss = make_staff("manager", site_id=visit.site_id, name="文竹君").actor()
    code = PriceItem.objects.get(pk=item).code
    offer = Offer("ipl", "三次卡", "Three", 3, 365, code)
    package = offer_package(actor=boss, site_id=visit.site_id, offer=offer)
    course = sell_course(actor=boss, visit_id=visit.visit_id, package_id=package)
    for _n in range(2):
        charge_course(actor=visit.cashier, visit_id=visit.visit_id, course_id=course, item_id=item)
    return visit, boss, course


def ended(visit, boss, course):
    end_course(actor=boss, course_id=course, reason="搬家")
    amount = Course.objects.get().returned
    return [
        return_course(actor=visit.cashier, course_id=course, amount=amount, reason="搬家")
        for _n in range(2)
    ]


def test_a_course_is_charged_once_counts_when_paid_and_goes_back_once():
    visit, boss, course = sold()
    assert Charge.objects.filter(source_type="aesthetics.course").count() == 1
    bill = open_bill(actor=visit.cashier, visit_id=visit.visit_id)
    assert Course.objects.get().state == "sold"
    total = Charge.objects.filter(bill_id=bill).get().amount
    pay_cash(actor=visit.cashier, bill_id=bill, tendered=total)
    assert Event.objects.filter(name="BillSettled").exists()
    tell_courses_paid(actor=visit.cashier, bill_id=bill)
    assert Course.objects.get().state == "paid"
    Course.objects.update(used=1)

    assert ended(visit, boss, course) == [Decimal("2000.00"), Decimal()]
    assert Refund.objects.get().amount == Decimal("2000.00")


def test_a_course_that_nobody_paid_is_taken_off_the_bill():
    visit, boss, course = sold()

    assert ended(visit, boss, course) == [Decimal(), Decimal()]

    assert Charge.objects.get(source_type="aesthetics.course").state == ChargeState.VOID
    assert not Refund.objects.exists()
