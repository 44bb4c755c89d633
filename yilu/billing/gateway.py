"""WeChat Pay v3 (Native), as it speaks. Knows nothing of bills.

The network is slow, deaf or lying at times: every call has a time-out, every answer and notice
is checked for its signature, and whoever calls holds no lock meanwhile.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from wechatpayv3 import WeChatPay, WeChatPayType

from yilu.billing.errors import GatewayDown, NoGateway, NoticeRefused
from yilu.platform import clock

PROVIDER = "wechat"
TIME_OUT = (2, 4)  # seconds to connect, to answer
NOTICE_AGE = timedelta(minutes=5)
CURRENCY = "CNY"
GONE = frozenset({"CLOSED", "REVOKED", "PAYERROR"})


@dataclass(frozen=True, slots=True)
class Account:
    """One merchant's account at the gateway, and where the gateway is."""

    address: str
    mchid: str
    appid: str
    serial: str
    private_key: str
    apiv3_key: str
    public_key: str
    public_key_id: str
    notify_url: str


@dataclass(frozen=True, slots=True)
class OrderState:
    """What the gateway says of one of our orders: `paid`, `waiting` or `gone`."""

    state: str
    reference: str = ""
    transaction_id: str = ""
    amount: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class PaidNotice:
    """A checked notice that an order was paid."""

    event_id: str
    nonce: str
    order: OrderState


def account_for(site_id: UUID) -> Account:
    """The merchant account of a site, from the place's keys; the file's `default` serves all.

    Raises:
        NoGateway: none is set up.
    """
    path = Path(settings.WECHATPAY_FILE)
    if not path.is_file():
        raise NoGateway
    return _account(str(path), path.stat().st_mtime_ns, str(site_id))


@lru_cache(maxsize=64)
def _account(path: str, changed: int, site: str) -> Account:
    accounts = json.loads(Path(path).read_text())
    chosen = accounts.get(site) or accounts.get("default")
    if chosen is None:
        raise NoGateway
    return Account(**chosen)


def create_order(
    account: Account, reference: str, amount: Decimal, what: str, until: datetime
) -> str:
    """Ask for a payment; returns the words that the payer's QR code shows.

    Asking again with the same reference gives the same order.
    """
    answer = _call(
        account,
        "pay",
        description=what,
        out_trade_no=reference,
        amount={"total": _cents(amount), "currency": CURRENCY},
        time_expire=until.isoformat(timespec="seconds"),
        pay_type=WeChatPayType.NATIVE,
    )
    return str(answer["code_url"])


def ask_order(account: Account, reference: str) -> OrderState:
    """What became of an order. One the gateway never heard of is gone."""
    answer = _call(account, "query", missing={"trade_state": "CLOSED"}, out_trade_no=reference)
    return _order_state(account, answer)


def close_order(account: Account, reference: str) -> None:
    """Let nobody pay this order any more."""
    _call(account, "close", missing={}, out_trade_no=reference)


def give_back(account: Account, order: str, refund: str, amount: Decimal, of: Decimal) -> bool:
    """Refund part of an order; repeating with the same refund number refunds once.

    Returns whether the money is already back; the gateway may take its time.
    """
    answer = _call(
        account,
        "refund",
        out_trade_no=order,
        out_refund_no=refund,
        amount={"refund": _cents(amount), "total": _cents(of), "currency": CURRENCY},
    )
    return answer.get("status") in ("SUCCESS", "PROCESSING")


def read_notice(account: Account, headers: Mapping[str, str], body: bytes) -> PaidNotice | None:
    """Check a notice and say what it tells; None when it is not about a payment.

    Raises:
        NoticeRefused: wrong signature, too old, from another merchant, or not readable.
    """
    named = {f"Wechatpay-{n}": headers.get(f"Wechatpay-{n}", "") for n in _NOTICE_HEADERS}
    try:
        sent = int(named["Wechatpay-Timestamp"])
        age = abs(clock.machine_now().timestamp() - sent)
        notice = _client(account).callback(named, body) if age <= NOTICE_AGE.seconds else None
    except Exception as error:  # The library raises bare exceptions on anything unexpected.
        raise NoticeRefused from error
    if not notice:
        raise NoticeRefused
    if notice.get("event_type") != "TRANSACTION.SUCCESS":
        return None
    order = _order_state(account, notice["resource"])
    return PaidNotice(str(notice["id"]), named["Wechatpay-Nonce"], order)


_NOTICE_HEADERS = ("Signature", "Timestamp", "Nonce", "Serial", "Signature-Type")


def _order_state(account: Account, told: Mapping[str, Any]) -> OrderState:
    state = told.get("trade_state", "")
    if state != "SUCCESS":
        return OrderState("gone" if state in GONE else "waiting")
    money = told.get("amount", {})
    ours = (told.get("mchid"), told.get("appid"), money.get("currency"))
    if ours != (account.mchid, account.appid, CURRENCY):
        raise NoticeRefused
    return OrderState(
        "paid",
        str(told["out_trade_no"]),
        str(told["transaction_id"]),
        Decimal(int(money["total"])) / 100,
    )


def _call(account: Account, deed: str, missing: Any = None, **arguments: Any) -> Any:
    """One call; `missing` is the answer when the gateway does not know the order."""
    try:
        status, text = getattr(_client(account), deed)(**arguments)
        answer = json.loads(text) if text else {}
    except Exception as error:  # Time-outs, refused connections, bad signatures, no JSON.
        raise GatewayDown from error
    if missing is not None and answer.get("code") in ("ORDER_NOT_EXIST", "ORDERNOTEXIST"):
        return missing
    if status not in (200, 202, 204):
        raise GatewayDown
    return answer


@lru_cache(maxsize=16)
def _client(account: Account) -> WeChatPay:
    client = WeChatPay(
        wechatpay_type=WeChatPayType.NATIVE,
        mchid=account.mchid,
        private_key=account.private_key,
        cert_serial_no=account.serial,
        appid=account.appid,
        apiv3_key=account.apiv3_key,
        notify_url=account.notify_url,
        public_key=account.public_key,
        public_key_id=account.public_key_id,
        timeout=TIME_OUT,
    )
    # The library has no setting for the address; a sandbox speaks the same protocol elsewhere.
    client._core._gate_way = account.address  # noqa: SLF001
    return client


def _cents(amount: Decimal) -> int:
    return int((amount * 100).to_integral_exact())
