"""A bill that was paid is found again: by who paid, by its number, by that of its receipt."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from yilu.billing.models import Bill, Receipt
from yilu.billing.operations.cash import pay_cash
from yilu.billing.selectors.paid import paid_bills
from yilu.billing.tests.factories import PaidVisit
from yilu.platform.errors import NotFound
from yilu.platform.models import User
from yilu.workforce.tests.factories import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.covers("F05", "F07")]


def paid(visit: PaidVisit, amount: str = "37.28") -> Bill:
    bill_id = visit.bill(amount)
    pay_cash(actor=visit.cashier, bill_id=bill_id, tendered=Decimal(amount))
    return Bill.objects.get(pk=bill_id)


def client_of(visit: PaidVisit, post: str = "cashier", language: str = "zh-hans") -> Client:
    client = Client()
    client.cookies["yilu_language"] = language
    client.force_login(User.objects.get(pk=make_staff(post, site_id=visit.site_id).user_id))
    return client


def test_a_paid_bill_is_reached_from_the_till_and_leads_to_its_refund_and_receipt():
    visit = PaidVisit()
    bill, client = paid(visit), client_of(visit)
    till = reverse("billing:cashier", args=[visit.site_id])
    listed = reverse("billing:paid", args=[visit.site_id])

    assert f'href="{listed}"' in client.get(till).text
    page = client.get(listed).text
    assert f'href="{till}?bill={bill.pk}"' in page
    opened = client.get(till, {"bill": str(bill.pk)}).text

    assert reverse("billing:receipt", args=[Receipt.objects.get().pk]) in opened


@pytest.mark.parametrize("typed", ["bill", "receipt", "record", "name"])
def test_it_is_found_by_what_stands_on_paper_or_by_who_paid(typed):
    visit = PaidVisit()
    bill = paid(visit)
    paid(PaidVisit(site_id=visit.site_id), "10.00")
    visit.cashier = _who_sees_patients(visit)
    words = {
        "bill": bill.number,
        "receipt": str(Receipt.objects.get(bill=bill).number).zfill(10),
        "record": _record_no(visit),
        "name": "谢佩兰",
    }[typed]

    found = paid_bills(actor=visit.cashier, site_id=visit.site_id, typed=f" {words} ")

    assert bill.pk in {one.bill_id for one in found}
    if typed != "name":  # Both are called so.
        assert [one.bill_id for one in found] == [bill.pk]


@pytest.mark.parametrize("typed", ["", "x" * 10_000, "9" * 30, "0", "%", "\u202e", "😀", "'"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_whatever_is_typed_is_answered(typed, language):
    visit = PaidVisit()
    visit.bill()

    page = client_of(visit, language=language).get(
        reverse("billing:paid", args=[visit.site_id]), {"q": typed}
    )

    assert page.status_code in {200, 400}


def test_another_sites_bills_are_not_there():
    visit, other = PaidVisit(), PaidVisit()
    paid(visit)

    with pytest.raises(NotFound):
        paid_bills(actor=other.cashier, site_id=visit.site_id)
    assert client_of(other).get(reverse("billing:paid", args=[visit.site_id])).status_code == 404


@pytest.mark.parametrize("bills", [1, 4])
def test_the_list_costs_the_same_for_one_and_for_four(bills, django_assert_num_queries):
    visit = PaidVisit()
    for _n in range(bills):
        paid(PaidVisit(site_id=visit.site_id))

    with django_assert_num_queries(4):
        found = paid_bills(actor=visit.cashier, site_id=visit.site_id)

    assert len(found) == bills


def _who_sees_patients(visit: PaidVisit):
    return make_staff("cashier", site_id=visit.site_id).actor()


def _record_no(visit: PaidVisit) -> str:
    [line] = [
        one
        for one in paid_bills(actor=visit.cashier, site_id=visit.site_id)
        if one.patient.id == visit.patient_id
    ]
    return line.patient.record_no
