"""The demonstration shows a deposit at every point: paid, waiting, gone back, asked by the desk."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import F
from django.utils import translation

from yilu.billing.models import Bill, Deposit, Refund
from yilu.billing.selectors.advances import advances_held
from yilu.billing.tests.factories import make_cashier
from yilu.billing.tests.gateways import follow, running_sandbox
from yilu.catalogue.models import Service
from yilu.demo.operations.advances import ASKING, take_deposits
from yilu.demo.selectors.account import account_of
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.scheduling.models import Booking, Prepayment
from yilu.scheduling.tests.factories import SUNDAY_EVENING, make_clinic, make_service

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A13", "O09")]


def test_the_demonstration_has_deposits_paid_waiting_and_given_back(tmp_path, settings):
    with running_sandbox(tmp_path) as sandbox, clock.at(SUNDAY_EVENING):
        settings.WECHATPAY_FILE = sandbox.file
        Service.objects.filter(key__in=ASKING).delete()
        clinic = make_clinic(service=make_service(key=ASKING[0], online=True), days=14)

        told = take_deposits(actor=Actor.system("demo"), site_id=clinic.site_id, seed=7)
        follow()
        found = advances_held(actor=make_cashier(clinic.site_id), site_id=clinic.site_id)
        right = sums_that_differ()
        Deposit.objects.filter(pk=Deposit.objects.first().pk).update(amount=F("amount") + 1)
        wrong = sums_that_differ()

    assert told == 5
    states = Booking.objects.order_by("starts_at").values_list("state", "prepayment__state")
    assert list(states) == [
        ("confirmed", "paid"), ("requested", "waiting"), ("confirmed", "paid"),
        ("cancelled", "ended"), ("confirmed", "waiting"),
    ]  # fmt: skip
    assert (found.coming, found.number) == (Decimal("100.00"), 2)
    refund = Refund.objects.get()
    assert (refund.amount, refund.state) == (Decimal("50.00"), "done")
    assert Deposit.objects.count() == 3
    assert (right, wrong) == ("", "bills that are paid with another sum than they ask for: 1")
    must = Prepayment.objects.get(is_must=True, state="waiting")
    assert must.pay_by == SUNDAY_EVENING + timedelta(hours=12)


def sums_that_differ() -> str:
    """What the account of the day says of bills and what was paid."""
    day = Bill.objects.first().clinic_day
    account = account_of(day, clock.day_bounds(day, clock.now().tzinfo))
    with translation.override("en"):
        said = [str(one).partition(" (")[0] for one in account.wrong]
    return "".join(one for one in said if one.startswith("bills that are paid"))
