"""What the gateway does not do is seen by who takes money, pressed on with, never forgotten."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.test import Client

from yilu.billing.errors import GatewayDown
from yilu.billing.jobs import find_forgotten, run_errand
from yilu.billing.models import Errand, Payment, Refund
from yilu.billing.operations.cash import pay_cash
from yilu.billing.operations.errands import try_errand_again
from yilu.billing.operations.payments import GATEWAY, ask_gateway, ask_payment, fetch_qr
from yilu.billing.operations.refunds import refund_payment
from yilu.billing.selectors.errands import unanswered, unanswered_number
from yilu.billing.states import ErrandKind, RefundState
from yilu.billing.tests.factories import MORNING, PaidVisit, make_cashier
from yilu.billing.tests.gateways import Sandbox
from yilu.demo.sandbox.wire import Mode
from yilu.platform import clock
from yilu.platform.errors import NotAllowed, NotFound
from yilu.platform.ids import new_id
from yilu.platform.models import Event, User
from yilu.platform.testing import drain
from yilu.workforce.tests.factories import make_staff

pytestmark = pytest.mark.django_db


def paid_by_code(visit: PaidVisit, sandbox: Sandbox, amount: str = "37.28") -> Payment:
    payment_id = ask_payment(actor=visit.cashier, bill_id=visit.bill(amount))
    code = fetch_qr(actor=visit.cashier, payment_id=payment_id)
    sandbox.pay(code.qr, quietly=True)
    ask_gateway(actor=GATEWAY, payment_id=payment_id)
    return Payment.objects.get(pk=payment_id)


def refund(visit: PaidVisit, sandbox: Sandbox, amount: str = "7.28") -> Refund:
    payment = paid_by_code(visit, sandbox)
    key = refund_payment(
        actor=visit.cashier, payment_id=payment.pk, amount=Decimal(amount), reason="too much"
    )
    return Refund.objects.get(pk=key)


def asked_in_vain(sandbox: Sandbox, times: int = 3) -> None:
    sandbox.misbehave(Mode.ERROR, times=times)
    for hours in range(times):
        with clock.at(MORNING, machine=clock.machine_now() + timedelta(hours=hours)):
            assert run_errand() == 0


def client_of(post: str, site_id: UUID) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.get(pk=make_staff(post, site_id=site_id).user_id))
    return client


def pressed(client: Client, url: str, **said: str) -> Any:
    part = {"HX-Request": "true"}
    return client.post(url, {"request_key": str(new_id()), **said}, headers=part)


@pytest.mark.covers("F04", "F05")
def test_a_refund_that_the_gateway_does_not_give_is_seen_and_tried_again(sandbox: Sandbox):
    visit = PaidVisit()
    owed = refund(visit, sandbox)
    drain()
    asked_in_vain(sandbox)
    cashier = client_of("cashier", visit.site_id)

    page = cashier.get(f"/billing/{visit.site_id}/").content.decode()
    assert "Not done by WeChat Pay" in page
    assert "tried 3 times" in page
    told = Event.objects.get(name="GatewayUnanswered")
    assert f"billing:{visit.site_id}" in told.topics
    board = client_of("manager", visit.site_id).get("/", follow=True).content.decode()
    assert "1 thing was not done by WeChat Pay" in board

    again = f"/billing/gateway/refund/{owed.pk}/again"
    assert again in page
    assert pressed(cashier, again).status_code == 200
    assert run_errand() == 0
    owed.refresh_from_db()
    assert owed.state == RefundState.DONE
    assert "Not done" not in cashier.get(f"/billing/{visit.site_id}/gateway").content.decode()


@pytest.mark.covers("F05")
def test_a_refund_of_which_the_worker_never_heard_is_seen_and_picked_up(sandbox: Sandbox):
    visit = PaidVisit()
    owed = refund(visit, sandbox)  # Whoever should hear of it has failed for good.

    assert find_forgotten() > 0
    assert not Errand.objects.exists(), "it may still hear of it"
    with clock.at(MORNING + timedelta(minutes=6)):
        (line,) = unanswered(actor=visit.cashier, site_id=visit.site_id).lines
        assert (line.subject_id, line.tries, line.next_at) == (owed.pk, 0, None)
        find_forgotten()
        find_forgotten()
        assert run_errand() == 0
        assert run_errand() > 0
    owed.refresh_from_db()
    assert owed.state == RefundState.DONE
    assert list(sandbox.gateway.refunds()) == [owed.reference]


@pytest.mark.covers("F04")
def test_a_code_that_cannot_be_closed_is_seen_too(sandbox: Sandbox):
    visit = PaidVisit()
    payment_id = ask_payment(actor=visit.cashier, bill_id=visit.bill("37.28"))
    fetch_qr(actor=visit.cashier, payment_id=payment_id)
    pay_cash(
        actor=visit.cashier,
        bill_id=Payment.objects.get(pk=payment_id).bill_id,
        tendered=Decimal(50),
    )
    drain(timers=False)
    asked_in_vain(sandbox)

    (line,) = unanswered(actor=visit.cashier, site_id=visit.site_id).lines
    assert (line.kind, line.subject_id) == (ErrandKind.CLOSE, payment_id)


def test_what_is_being_asked_is_not_asked_a_second_time_meanwhile(sandbox: Sandbox):
    visit = PaidVisit()
    owed = refund(visit, sandbox)
    for _ in range(2):
        try_errand_again(actor=visit.cashier, kind="refund", subject_id=owed.pk)
    assert Errand.objects.count() == 1
    Errand.objects.update(tries=1, next_at=MORNING + timedelta(days=999))

    try_errand_again(actor=visit.cashier, kind="refund", subject_id=owed.pk)

    assert run_errand() > 0, "whoever asks holds it"


def test_who_may_not_refund_sees_it_and_presses_nothing(sandbox: Sandbox):
    visit, elsewhere = PaidVisit(), PaidVisit()
    owed = refund(visit, sandbox)
    drain()
    asked_in_vain(sandbox)
    reader = make_cashier(visit.site_id, "billing.see", "billing.see_takings", "patients.see")

    assert not unanswered(actor=reader, site_id=visit.site_id).may_try_again
    with pytest.raises(NotAllowed):
        try_errand_again(actor=reader, kind="refund", subject_id=owed.pk)
    with pytest.raises(NotFound):
        try_errand_again(actor=elsewhere.cashier, kind="refund", subject_id=owed.pk)
    assert unanswered_number(actor=elsewhere.cashier, site_id=elsewhere.site_id) == 0
    desk = client_of("front_desk", visit.site_id)
    assert desk.get(f"/billing/{visit.site_id}/gateway").status_code == 404
    cashier = client_of("cashier", visit.site_id)
    for wrong in (f"refund/{new_id()}", f"close/{owed.pk}", f"nothing/{owed.pk}"):
        assert pressed(cashier, f"/billing/gateway/{wrong}/again").status_code == 404


@pytest.mark.parametrize("many", [1, 4])
def test_what_is_owed_costs_the_same_for_one_and_for_many(
    sandbox: Sandbox, django_assert_max_num_queries, many: int
):
    visit = PaidVisit()
    for _ in range(many):
        refund(visit, sandbox, "1.00")
    drain()
    Errand.objects.update(tries=3, error="GatewayDown")

    with django_assert_max_num_queries(6):
        assert len(unanswered(actor=visit.cashier, site_id=visit.site_id).lines) == many
    with django_assert_max_num_queries(1):
        assert unanswered_number(actor=visit.cashier, site_id=visit.site_id) == many


@pytest.mark.covers("F05")
def test_a_refund_that_is_sent_twice_gives_back_once(sandbox: Sandbox):
    visit = PaidVisit()
    payment = paid_by_code(visit, sandbox)
    cashier = client_of("cashier", visit.site_id)
    said = {"request_key": str(new_id()), "amount": "5.00", "reason": "too much"}

    for _ in range(2):
        answer = cashier.post(f"/billing/payment/{payment.pk}/refund", said)
        assert answer.status_code == 200

    assert [one.amount for one in Refund.objects.all()] == [Decimal("5.00")]
    for wrong in ("0", "-1", "9" * 5_000, "1e9", "x", "", "40.00"):
        said = {"request_key": str(new_id()), "amount": wrong, "reason": "too much"}
        assert cashier.post(f"/billing/payment/{payment.pk}/refund", said).status_code == 422
    assert Refund.objects.count() == 1


@pytest.fixture
def onlooker() -> Iterator[psycopg.Connection]:
    """Somebody else at the same database."""
    facts = connection.get_connection_params()
    named = {
        name: facts[name]
        for name in ("dbname", "user", "password", "host", "port")
        if name in facts
    }
    with psycopg.connect(**named, autocommit=True) as other:
        yield other


@pytest.mark.covers("F04")
@pytest.mark.django_db(transaction=True)
def test_nothing_is_held_while_the_gateway_is_asked(sandbox: Sandbox, onlooker: psycopg.Connection):
    seen: list[tuple[int, int]] = []
    answer = sandbox.gateway.answer

    def look_first(*asked: Any, **how: Any) -> Any:
        (row,) = onlooker.execute(
            "SELECT (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()),"
            " (SELECT count(*) FROM pg_locks JOIN pg_database ON oid = database"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND locktype IN ('tuple', 'advisory', 'transactionid'))"
        )
        seen.append(row)
        return answer(*asked, **how)

    sandbox.gateway.answer = look_first  # type: ignore[method-assign]
    visit = PaidVisit()
    cashier = client_of("cashier", visit.site_id)
    bill_id = visit.bill("37.28")
    code = {"request_key": str(new_id()), "due": "37.28", "version": "1"}
    assert cashier.post(f"/billing/bill/{bill_id}/code", code).status_code == 200
    payment = Payment.objects.get(bill_id=bill_id)
    sandbox.pay(payment.qr, quietly=True)
    with clock.at(MORNING + timedelta(minutes=1)):
        drain()  # The timer that asks when no notice comes.
    refund_payment(actor=visit.cashier, payment_id=payment.pk, amount=Decimal(1), reason="x")
    owed = visit.bill("9.00")
    second = ask_payment(actor=visit.cashier, bill_id=owed)
    fetch_qr(actor=visit.cashier, payment_id=second)
    pay_cash(actor=visit.cashier, bill_id=owed, tendered=Decimal(10))
    drain()
    while run_errand() == 0:
        pass

    assert len(seen) >= 5, "orders, a question, a refund, a closing"
    assert set(seen) == {(0, 0)}
    assert Refund.objects.get().state == RefundState.DONE


def test_a_gateway_without_an_account_is_owed_like_one_that_is_away(sandbox: Sandbox):
    visit = PaidVisit()
    owed = refund(visit, sandbox)
    drain()
    sandbox.file.unlink()

    for hours in range(3):
        with clock.at(MORNING, machine=clock.machine_now() + timedelta(hours=hours)):
            run_errand()

    (line,) = unanswered(actor=visit.cashier, site_id=visit.site_id).lines
    assert line.subject_id == owed.pk
    assert GatewayDown.status == 503
