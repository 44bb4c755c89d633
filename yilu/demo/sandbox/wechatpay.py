"""A WeChat Pay gateway on loopback: the real wire format and signatures, no real money.

Orders are kept in a file, so that a killed sandbox forgets nothing. A payer is played by
`POST /payer {"code_url"}`; `GET /payer?code_url=` says what the payer's phone would show.
"""

import base64
import json
import re
import secrets
import sqlite3
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from yilu.demo.sandbox.wire import Reply, Request

PAYER = "/payer"
SCHEME = "WECHATPAY2-SHA256-RSA2048"
PUBLIC_KEY_ID = "PUB_KEY_ID_SANDBOX"


@dataclass(frozen=True, slots=True)
class Keys:
    """Both sides' keys: the merchant signs requests, the gateway answers and notices."""

    merchant: rsa.RSAPrivateKey
    gateway: rsa.RSAPrivateKey
    apiv3: str

    @classmethod
    def make(cls) -> "Keys":
        merchant = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        gateway = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return cls(merchant, gateway, secrets.token_hex(16))

    @classmethod
    def kept_in(cls, file: Path) -> "Keys":
        """The keys of a place's sandbox, made at first use."""
        if not file.is_file():
            made = cls.make()
            kept = {
                "merchant": _private(made.merchant),
                "gateway": _private(made.gateway),
                "apiv3": made.apiv3,
            }
            file.touch(mode=0o600)
            file.write_text(json.dumps(kept))
        kept = json.loads(file.read_text())
        return cls(_read(kept["merchant"]), _read(kept["gateway"]), kept["apiv3"])


@dataclass(frozen=True, slots=True)
class Merchant:
    """The merchant account that the sandbox knows, as a place's settings describe it."""

    keys: Keys
    address: str
    notify_url: str
    mchid: str = "1900000109"
    appid: str = "wxd678efh567hg6787"
    serial: str = "5157F09EFDC096DE15EBE81A47057A7200000000"

    def as_settings(self) -> dict[str, str]:
        """What billing needs to speak to this sandbox (one entry of its accounts file)."""
        return {
            "address": self.address,
            "mchid": self.mchid,
            "appid": self.appid,
            "serial": self.serial,
            "private_key": _private(self.keys.merchant),
            "apiv3_key": self.keys.apiv3,
            "public_key": _public(self.keys.gateway),
            "public_key_id": PUBLIC_KEY_ID,
            "notify_url": self.notify_url,
        }


@dataclass(slots=True)
class Answer:
    """A status and what is said."""

    status: int
    body: dict[str, Any] = field(default_factory=dict)


class Gateway:
    """The gateway as one of the sandboxes."""

    name = "wechatpay"
    prefix = "/wechatpay"

    def __init__(self, merchant: Merchant, store: Path | None = None) -> None:
        self.merchant = merchant
        self.notices_sent = 0
        self._lock = threading.Lock()
        self._db = sqlite3.connect(str(store or ":memory:"), check_same_thread=False)
        with self._db:
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS orders (no TEXT PRIMARY KEY, body TEXT NOT NULL)"
            )
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS refunds (no TEXT PRIMARY KEY, body TEXT NOT NULL)"
            )

    def answer(self, request: Request, *, twice: bool = False) -> Reply:
        """Do what one request asks for, and sign the answer."""
        if request.path.startswith(PAYER) and request.method == "GET":
            done = self._looked_at(request.query.get("code_url", ""))
        elif request.path.startswith(PAYER):
            done = self._played(request, twice=twice)
        else:
            done = self._api(request)
        body = b"" if done.status == 204 else json.dumps(done.body).encode()
        return Reply(status=done.status, body=body, headers=self._signature(body, None))

    def received(self) -> list[dict[str, Any]]:
        """Every order that was asked for."""
        with self._lock:
            rows = self._db.execute("SELECT body FROM orders ORDER BY no").fetchall()
        return [json.loads(body) for (body,) in rows]

    def refunds(self) -> dict[str, dict[str, Any]]:
        """Every refund that was asked for, by its number."""
        with self._lock:
            rows = self._db.execute("SELECT no, body FROM refunds ORDER BY no").fetchall()
        return {no: json.loads(body) for no, body in rows}

    def _api(self, request: Request) -> Answer:
        path, method = request.path, request.method
        query = urlencode(request.query)
        target = f"{path}?{query}" if query else path
        if not self._is_signed(request, target):
            return Answer(401, {"code": "SIGN_ERROR", "message": "wrong signature"})
        asked = json.loads(request.body) if request.body else {}
        if (method, path) == ("POST", "/v3/pay/transactions/native"):
            return self._create(asked)
        if (method, path) == ("POST", "/v3/refund/domestic/refunds"):
            return self._refund(asked)
        order = re.fullmatch(r"/v3/pay/transactions/out-trade-no/(\w+)(/close)?", path)
        if order is None:
            return Answer(404, {"code": "NOT_FOUND"})
        return self._close(order[1]) if order[2] else self._query(order[1])

    def _create(self, asked: dict[str, Any]) -> Answer:
        no = asked["out_trade_no"]
        known = self._order(no)
        if known is None:
            known = asked | {
                "trade_state": "NOTPAY",
                "code_url": f"weixin://wxpay/bizpayurl?pr={secrets.token_urlsafe(8)}",
            }
            self._keep("orders", no, known)
        elif known["amount"] != asked["amount"]:
            return Answer(400, {"code": "INVALID_REQUEST", "message": "amount differs"})
        elif known["trade_state"] != "NOTPAY":
            return Answer(400, {"code": "ORDERPAID"})
        return Answer(200, {"code_url": known["code_url"]})

    def _query(self, no: str) -> Answer:
        order = self._order(no)
        if order is None:
            return Answer(404, {"code": "ORDER_NOT_EXIST"})
        return Answer(200, self._told(order))

    def _close(self, no: str) -> Answer:
        order = self._order(no)
        if order is None:
            return Answer(404, {"code": "ORDER_NOT_EXIST"})
        if order["trade_state"] == "SUCCESS":
            return Answer(400, {"code": "ORDERPAID"})
        self._keep("orders", no, order | {"trade_state": "CLOSED"})
        return Answer(204)

    def _refund(self, asked: dict[str, Any]) -> Answer:
        no = asked["out_refund_no"]
        with self._lock:
            row = self._db.execute("SELECT body FROM refunds WHERE no = ?", [no]).fetchone()
        if row is None:
            self._keep("refunds", no, asked | {"status": "SUCCESS"})
        return Answer(
            200,
            {"out_refund_no": no, "status": "SUCCESS", "amount": asked["amount"]},
        )

    def _looked_at(self, code_url: str) -> Answer:
        """What a phone shows of a code before its owner pays."""
        order = self._by_code(code_url)
        if order is None:
            return Answer(404)
        shown = {
            "what": order.get("description", ""),
            "total": order["amount"]["total"],
            "state": order["trade_state"],
        }
        return Answer(200, shown)

    def _played(self, request: Request, *, twice: bool) -> Answer:
        """A payer scans the code and pays. `quietly` sends no notice, as a lost one."""
        asked = json.loads(request.body or b"{}")
        order = self._by_code(str(asked.get("code_url")))
        if order is None:
            return Answer(404)
        if order["trade_state"] != "NOTPAY":
            return Answer(400, {"code": order["trade_state"]})
        paid = order | {
            "trade_state": "SUCCESS",
            "transaction_id": f"42000{time.time_ns()}",
        }
        self._keep("orders", order["out_trade_no"], paid)
        if not asked.get("quietly"):
            told = (str(paid["notify_url"]), self.notice(paid), 2 if twice else 1)
            threading.Thread(target=self._notify, args=told, daemon=True).start()
        return Answer(200)

    def notice(self, order: dict[str, Any], at: int | None = None) -> tuple[dict[str, str], bytes]:
        """The headers and body of a signed notice about a paid order."""
        nonce = secrets.token_hex(6)
        resource = json.dumps(self._told(order)).encode()
        sealed = AESGCM(self.merchant.keys.apiv3.encode()).encrypt(
            nonce.encode(), resource, b"transaction"
        )
        body = json.dumps(
            {
                "id": secrets.token_hex(16),
                "create_time": time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime()),
                "resource_type": "encrypt-resource",
                "event_type": "TRANSACTION.SUCCESS",
                "summary": "支付成功",
                "resource": {
                    "original_type": "transaction",
                    "algorithm": "AEAD_AES_256_GCM",
                    "ciphertext": base64.b64encode(sealed).decode(),
                    "associated_data": "transaction",
                    "nonce": nonce,
                },
            }
        ).encode()
        return self._signature(body, at), body

    def _notify(self, url: str, notice: tuple[dict[str, str], bytes], times: int) -> None:
        """Tell the merchant, and try again as the real one does when nobody answers 200."""
        headers, body = notice
        for attempt in range(times):
            for wait in (0, 0.5, 1, 2, 4):
                time.sleep(wait)
                if self._deliver(
                    url, headers if attempt == 0 else self._signature(body, None), body
                ):
                    break

    def _deliver(self, url: str, headers: dict[str, str], body: bytes) -> bool:
        request = urllib.request.Request(  # noqa: S310 (our own address, from the settings)
            url,
            data=body,
            headers=headers | {"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310
                self.notices_sent += 1
                return bool(response.status == 200)
        except (URLError, OSError):
            return False

    def _told(self, order: dict[str, Any]) -> dict[str, Any]:
        total = order["amount"]["total"]
        told = {
            "mchid": self.merchant.mchid,
            "appid": self.merchant.appid,
            "out_trade_no": order["out_trade_no"],
            "trade_state": order["trade_state"],
            "trade_type": "NATIVE",
            "amount": {"total": total, "payer_total": total, "currency": "CNY"},
        }
        if order["trade_state"] == "SUCCESS":
            told["transaction_id"] = order["transaction_id"]
        return told

    def _order(self, no: str) -> dict[str, Any] | None:
        with self._lock:
            row = self._db.execute("SELECT body FROM orders WHERE no = ?", [no]).fetchone()
        return json.loads(row[0]) if row else None

    def _by_code(self, code_url: str) -> dict[str, Any] | None:
        with self._lock:
            rows = self._db.execute(
                "SELECT body FROM orders WHERE body LIKE ?", [f"%{code_url[-11:]}%"]
            ).fetchall()
        found = (json.loads(body) for (body,) in rows)
        return next((order for order in found if order["code_url"] == code_url), None)

    def _keep(self, table: str, no: str, body: dict[str, Any]) -> None:
        with self._lock, self._db:
            self._db.execute(
                f"INSERT OR REPLACE INTO {table} VALUES (?, ?)",  # noqa: S608 (our own words)
                [no, json.dumps(body)],
            )

    def _is_signed(self, request: Request, target: str) -> bool:
        scheme, _, rest = request.headers.get("authorization", "").partition(" ")
        given = dict(re.findall(r'(\w+)="([^"]*)"', rest))
        if scheme != SCHEME or given.get("mchid") != self.merchant.mchid:
            return False
        message = "\n".join(
            [
                request.method,
                target,
                given.get("timestamp", ""),
                given.get("nonce_str", ""),
                request.body.decode(),
                "",
            ]
        )
        try:
            self.merchant.keys.merchant.public_key().verify(
                base64.b64decode(given.get("signature", "")),
                message.encode(),
                padding.PKCS1v15(),
                hashes.SHA256(),
            )
        except (InvalidSignature, ValueError):
            return False
        return True

    def _signature(self, body: bytes, at: int | None) -> dict[str, str]:
        stamp, nonce = str(at or int(time.time())), secrets.token_hex(16)
        signed = self.merchant.keys.gateway.sign(
            f"{stamp}\n{nonce}\n".encode() + body + b"\n", padding.PKCS1v15(), hashes.SHA256()
        )
        return {
            "Wechatpay-Timestamp": stamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Serial": PUBLIC_KEY_ID,
            "Wechatpay-Signature": base64.b64encode(signed).decode(),
            "Wechatpay-Signature-Type": SCHEME,
        }


def _private(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def _public(key: rsa.RSAPrivateKey) -> str:
    return (
        key.public_key()
        .public_bytes(
            serialization.Encoding.PEM,
            serialization.PublicFormat.SubjectPublicKeyInfo,
        )
        .decode()
    )


def _read(pem: str) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the sandbox keeps RSA keys")
    return key
