"""What the gateway is asked while nobody waits: no event stands still, and nothing is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest

from yilu.billing.jobs import run_errand
from yilu.billing.models import Errand, Payment, Refund
from yilu.billing.operations.cash import pay_cash
from yilu.billing.operations.errands import LEASE, settle_errand, take_errand
from yilu.billing.operations.payments import GATEWAY, ask_payment, fetch_qr
from yilu.billing.operations.payments import ask_gateway as ask_about
from yilu.billing.operations.refunds import ask_refund, refund_payment
from yilu.billing.states import RefundState
from yilu.billing.tests.factories import MORNING, PaidVisit
from yilu.billing.tests.gateways import Sandbox
from yilu.demo.sandbox.wire import Mode
from yilu.platform import clock
from yilu.platform.models import Event
from yilu.platform.testing import drain

pytestmark = [pytest.mark.django_db, pytest.mark.covers("F04")]


def waiting_payment(visit: PaidVisit) -> Payment:
    """A code that is shown, and that nobody has paid yet."""
    payment_id = ask_payment(actor=visit.cashier, bill_id=visit.bill("37.28"))
    fetch_qr(actor=visit.cashier, payment_id=payment_id)
    return Payment.objects.get(pk=payment_id)


def promised(sandbox: Sandbox) -> Refund:
    """Part of a payment by code is to go back; everybody has heard of it."""
    visit = PaidVisit()
    payment = waiting_payment(visit)
    sandbox.pay(payment.qr, quietly=True)
    ask_about(actor=GATEWAY, payment_id=payment.pk)
    key = refund_payment(
        actor=visit.cashier, payment_id=payment.pk, amount=Decimal("7.28"), reason="too much"
    )
    drain()
    return Refund.objects.get(pk=key)


@contextmanager
def after(time: timedelta) -> Iterator[None]:
    """So long afterwards for machines."""
    with clock.at(MORNING, machine=clock.machine_now() + time):
        yield


def is_given_back_once(sandbox: Sandbox, refund: Refund) -> bool:
    refund.refresh_from_db()
    told = Event.objects.filter(name="PaymentRefunded", subject_id=refund.pk).count()
    known = list(sandbox.gateway.refunds()) == [refund.reference]
    return known and told == 1 and refund.state == RefundState.DONE


@pytest.mark.covers("F05")
def test_money_goes_back_without_any_event_waiting_for_the_gateway(sandbox: Sandbox):
    refund = promised(sandbox)

    assert not sandbox.gateway.refunds()
    assert run_errand() == 0
    assert run_errand() > 0
    assert is_given_back_once(sandbox, refund)
    drain()
    assert Errand.objects.filter(done_at=None).count() == 0


def test_a_code_that_cash_has_overtaken_is_closed_without_any_event_waiting(sandbox: Sandbox):
    visit = PaidVisit()
    payment = waiting_payment(visit)
    pay_cash(actor=visit.cashier, bill_id=payment.bill_id, tendered=Decimal(50))
    sandbox.misbehave(Mode.ERROR)

    drain()

    assert run_errand() == 0
    assert sandbox.order(payment.reference)["trade_state"] == "NOTPAY"
    with after(timedelta(minutes=1)):
        assert run_errand() == 0
    assert sandbox.order(payment.reference)["trade_state"] == "CLOSED"


@pytest.mark.covers("F05")
def test_a_refund_is_given_however_long_the_gateway_is_away(sandbox: Sandbox):
    refund = promised(sandbox)
    sandbox.misbehave(Mode.ERROR, times=30)

    for hours in range(30):
        with after(timedelta(hours=hours)):
            assert run_errand() == 0
            assert run_errand() > 0, "it is left alone for a while"
    assert Errand.objects.get(kind="refund").error.startswith("yilu.billing.errors.GatewayDown")

    with after(timedelta(hours=31)):
        run_errand()
    assert is_given_back_once(sandbox, refund)


@pytest.mark.parametrize("has_asked", [False, True])
def test_who_dies_while_asking_is_followed_when_the_lease_is_over(sandbox, has_asked):
    refund = promised(sandbox)
    taken = take_errand(actor=GATEWAY)
    assert taken is not None
    if has_asked:
        ask_refund(actor=GATEWAY, refund_id=taken.subject_id)

    assert run_errand() > 0, "the lease holds"
    with after(LEASE):
        assert run_errand() == 0
        assert run_errand() > 0

    assert is_given_back_once(sandbox, refund)


def test_who_was_thought_dead_settles_nothing_of_who_followed(sandbox: Sandbox):
    promised(sandbox)
    first = take_errand(actor=GATEWAY)
    with after(LEASE):
        second = take_errand(actor=GATEWAY)
        assert first is not None
        assert second is not None

        assert not settle_errand(actor=GATEWAY, taken=first)
        assert Errand.objects.get().done_at is None
        assert settle_errand(actor=GATEWAY, taken=second)
    assert not settle_errand(actor=GATEWAY, taken=second, error="late")
