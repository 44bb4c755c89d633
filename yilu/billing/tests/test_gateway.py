"""What passes between us and the gateway, over real HTTP with real signatures."""

import json
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from yilu.billing import gateway
from yilu.billing.errors import GatewayDown, NoGateway, NoticeRefused
from yilu.billing.tests.gateways import Sandbox
from yilu.demo.sandbox.wechatpay import Keys, Merchant
from yilu.demo.sandbox.wire import Mode
from yilu.platform import clock

pytestmark = pytest.mark.covers("F04")
SITE = uuid4()


def ask(reference: str = "r1", amount: str = "37.28") -> str:
    until = clock.machine_now() + timedelta(minutes=10)
    return gateway.create_order(
        gateway.account_for(SITE), reference, Decimal(amount), "诊查费", until
    )


def test_a_payment_is_asked_for_paid_and_known_as_paid(sandbox: Sandbox):
    code = ask()
    sandbox.pay(code, quietly=True)

    order = gateway.ask_order(gateway.account_for(SITE), "r1")

    assert code.startswith("weixin://wxpay/")
    assert (order.state, order.reference, order.amount) == ("paid", "r1", Decimal("37.28"))
    assert order.transaction_id


def test_asking_again_is_the_same_order(sandbox: Sandbox):
    assert ask() == ask()


def test_an_order_the_gateway_never_heard_of_is_gone(sandbox: Sandbox):
    assert gateway.ask_order(gateway.account_for(SITE), "nothing").state == "gone"


def test_a_closed_order_cannot_be_paid(sandbox: Sandbox):
    ask()
    gateway.close_order(gateway.account_for(SITE), "r1")

    assert gateway.ask_order(gateway.account_for(SITE), "r1").state == "gone"
    assert sandbox.order("r1")["trade_state"] == "CLOSED"


def test_a_refund_said_twice_is_given_once(sandbox: Sandbox):
    code = ask()
    sandbox.pay(code, quietly=True)
    account = gateway.account_for(SITE)

    for _ in range(2):
        assert gateway.give_back(account, "r1", "f1", Decimal("7.28"), Decimal("37.28"))

    assert list(sandbox.gateway.refunds()) == ["f1"]


@pytest.mark.parametrize("mode", [Mode.ERROR, Mode.GARBAGE, Mode.REFUSE, Mode.LOST])
def test_a_gateway_that_talks_nonsense_is_a_gateway_that_is_down(sandbox: Sandbox, mode):
    sandbox.misbehave(mode)

    with pytest.raises(GatewayDown):
        ask()


def test_a_gateway_that_hangs_is_not_waited_for(sandbox: Sandbox, monkeypatch):
    monkeypatch.setattr(gateway, "TIME_OUT", (0.2, 0.2))
    gateway._client.cache_clear()
    sandbox.misbehave(Mode.HANG, seconds=1)

    with pytest.raises(GatewayDown):
        ask()

    gateway._client.cache_clear()


def test_a_request_that_we_did_not_sign_is_refused_by_the_gateway(sandbox: Sandbox, tmp_path):
    path = tmp_path / "wechatpay.json"
    accounts = json.loads(path.read_text())
    strange = Merchant(Keys.make(), sandbox.address, "").as_settings()
    accounts["default"]["private_key"] = strange["private_key"]
    path.write_text(json.dumps(accounts))

    with pytest.raises(GatewayDown):
        ask()


def test_a_site_without_an_account_has_no_gateway(tmp_path, settings):
    settings.WECHATPAY_FILE = tmp_path / "none.json"

    with pytest.raises(NoGateway):
        gateway.account_for(SITE)


def notice(sandbox: Sandbox, at: int | None = None) -> tuple[dict[str, str], bytes]:
    sandbox.pay(ask(), quietly=True)
    return sandbox.gateway.notice(sandbox.order("r1"), at)


def test_a_signed_notice_tells_what_was_paid(sandbox: Sandbox):
    headers, body = notice(sandbox)

    told = gateway.read_notice(gateway.account_for(SITE), headers, body)

    assert told is not None
    assert (told.order.reference, told.order.amount) == ("r1", Decimal("37.28"))


def test_a_notice_with_any_byte_changed_is_refused(sandbox: Sandbox):
    headers, body = notice(sandbox)
    account = gateway.account_for(SITE)

    for place in range(0, len(body), 7):
        forged = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        with pytest.raises(NoticeRefused):
            gateway.read_notice(account, headers, forged)


@pytest.mark.parametrize("name", ["Signature", "Timestamp", "Nonce", "Serial", "Signature-Type"])
def test_a_notice_with_a_header_missing_is_refused(sandbox: Sandbox, name):
    headers, body = notice(sandbox)

    with pytest.raises(NoticeRefused):
        gateway.read_notice(gateway.account_for(SITE), headers | {f"Wechatpay-{name}": ""}, body)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_rightly_signed_notice_of_another_time_is_refused(sandbox: Sandbox, minutes):
    at = clock.machine_now() + timedelta(minutes=minutes)
    headers, body = notice(sandbox, int(at.timestamp()))

    with pytest.raises(NoticeRefused):
        gateway.read_notice(gateway.account_for(SITE), headers, body)


def test_a_notice_for_another_merchant_is_refused(sandbox: Sandbox, tmp_path):
    headers, body = notice(sandbox)
    path = tmp_path / "wechatpay.json"
    accounts = json.loads(path.read_text())
    accounts["default"]["mchid"] = "1999999999"
    path.write_text(json.dumps(accounts))

    with pytest.raises(NoticeRefused):
        gateway.read_notice(gateway.account_for(SITE), headers, body)
