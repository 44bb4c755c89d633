"""Several cashiers, and several notices, at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from yilu.billing.models import Bill, Charge, Payment, Receipt
from yilu.billing.operations.cash import pay_cash
from yilu.billing.operations.charges import add_charge
from yilu.billing.operations.payments import GATEWAY, ask_gateway, ask_payment, fetch_qr
from yilu.billing.states import PaymentState
from yilu.billing.tests.factories import MORNING, PaidVisit, make_price
from yilu.platform import clock
from yilu.platform.errors import DomainError
from yilu.platform.ids import new_id
from yilu.platform.models import Event
from yilu.platform.testing import beside

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def at_once(call: Callable[[], object], times: int) -> list[str]:
    """Run a call several times at the same moment: "done" or the refusal's code, sorted."""
    start = Barrier(times)

    def run(_: int) -> str:
        with clock.at(MORNING):
            start.wait()
            try:
                call()
            except DomainError as error:
                return error.code
            finally:
                connection.close()
            return "done"

    with ThreadPoolExecutor(times) as pool:
        return sorted(pool.map(run, range(times)))


@pytest.mark.covers("F04")
def test_of_twenty_cashiers_one_takes_the_money():
    visit = PaidVisit()
    bill_id = visit.bill("37.28")

    def pay() -> object:
        return pay_cash(actor=visit.cashier, bill_id=bill_id, tendered=Decimal(50))

    assert at_once(pay, 20) == ["bill_not_open"] * 19 + ["done"]
    assert Payment.objects.count() == Receipt.objects.count() == 1
    assert Bill.objects.get().paid == Decimal("37.28")


@pytest.mark.covers("F01")
def test_what_is_charged_twice_at_the_same_moment_is_charged_once():
    visit = PaidVisit()
    item_id, source_id = make_price("37.28"), new_id()

    def charge() -> object:
        return add_charge(
            actor=visit.cashier,
            visit_id=visit.visit_id,
            item_id=item_id,
            quantity=Decimal(1),
            source_type="clinical.prescription",
            source_id=source_id,
        )

    assert at_once(charge, 6) == ["done"] * 6
    assert Charge.objects.filter(source_id=source_id).count() == 1
    assert Event.objects.filter(name="ChargeAdded").count() == 1


@pytest.mark.covers("F04")
def test_a_code_asked_for_anew_stays_when_the_old_one_is_found_to_be_over(sandbox):
    visit = PaidVisit()
    bill_id = visit.bill("37.28")
    old = ask_payment(actor=visit.cashier, bill_id=bill_id)
    fetch_qr(actor=visit.cashier, payment_id=old)
    later = clock.machine_now() + timedelta(minutes=11)

    with clock.at(MORNING, machine=later):
        beside(
            partial(ask_payment, actor=visit.cashier, bill_id=bill_id),
            partial(ask_gateway, actor=GATEWAY, payment_id=old),
        )
        new = Payment.objects.exclude(pk=old).get().pk
        assert fetch_qr(actor=visit.cashier, payment_id=new).qr
    assert Payment.objects.get(pk=old).state == PaymentState.CLOSED
    assert Payment.objects.get(pk=new).state == PaymentState.PENDING
