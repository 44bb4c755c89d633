"""A WeChat Pay gateway on loopback: the real wire format and signatures, no real money.

Orders are kept in a file, so that a killed sandbox forgets nothing. A payer is played by
`POST /sandbox/pay`; faults are set by `POST /sandbox/fault`.
"""

import base64
import json
import re
import secrets
import sqlite3
import threading
import time
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

StartResponse = Callable[[str, list[tuple[str, str]]], Any]
SCHEME = "WECHATPAY2-SHA256-RSA2048"
PUBLIC_KEY_ID = "PUB_KEY_ID_SANDBOX"
REASONS = {200: "OK", 204: "No Content", 400: "Bad Request", 401: "Unauthorized"}
REASONS |= {404: "Not Found", 500: "Internal Server Error"}


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


@dataclass(slots=True)
class Faults:
    """How the gateway misbehaves just now: hang, error, deaf (no notices), twice, late, garbage."""

    mode: str = ""
    seconds: float = 0.0


class Gateway:
    """The gateway as a WSGI application."""

    def __init__(self, merchant: Merchant, store: Path | None = None) -> None:
        self.merchant = merchant
        self.faults = Faults()
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

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
        path = environ["PATH_INFO"]
        if path.startswith("/sandbox/"):
            return self._send(start_response, self._control(path, json.loads(body or b"{}")), b"")
        if self.faults.mode == "hang":
            time.sleep(self.faults.seconds)
        if self.faults.mode == "error":
            return self._send(start_response, Answer(500, {"code": "SYSTEM_ERROR"}), b"")
        answer = self._api(environ, path, body)
        return self._send(start_response, answer, b"?" if self.faults.mode == "garbage" else b"")

    def _api(self, environ: dict[str, Any], path: str, body: bytes) -> Answer:
        query = environ.get("QUERY_STRING", "")
        target = f"{path}?{query}" if query else path
        if not self._is_signed(environ, target, body):
            return Answer(401, {"code": "SIGN_ERROR", "message": "wrong signature"})
        asked = json.loads(body) if body else {}
        method = environ["REQUEST_METHOD"]
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

    def _control(self, path: str, asked: dict[str, Any]) -> Answer:
        if path == "/sandbox/fault":
            self.faults = Faults(asked.get("mode", ""), float(asked.get("seconds", 0)))
            return Answer(200)
        if path == "/sandbox/pay":
            return self._pay(asked)
        if path == "/sandbox/refunds":
            with self._lock:
                rows = self._db.execute("SELECT no, body FROM refunds ORDER BY no").fetchall()
            return Answer(200, {no: json.loads(body) for no, body in rows})
        return Answer(404)

    def _pay(self, asked: dict[str, Any]) -> Answer:
        """A payer scans the code and pays. `quietly` sends no notice, as a lost one."""
        order = self._by_code(asked["code_url"])
        if order is None:
            return Answer(404)
        if order["trade_state"] != "NOTPAY":
            return Answer(400, {"code": order["trade_state"]})
        paid = order | {
            "trade_state": "SUCCESS",
            "transaction_id": f"42000{time.time_ns()}",
        }
        self._keep("orders", order["out_trade_no"], paid)
        if self.faults.mode == "deaf" or asked.get("quietly"):
            return Answer(200)
        times = 2 if self.faults.mode == "twice" else 1
        notice = self.notice(paid)
        threading.Thread(target=self._notify, args=(notice, times), daemon=True).start()
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

    def _notify(self, notice: tuple[dict[str, str], bytes], times: int) -> None:
        """Tell the merchant, and try again as the real one does when nobody answers 200."""
        headers, body = notice
        if self.faults.mode == "late":
            time.sleep(self.faults.seconds)
        for attempt in range(times):
            for wait in (0, 0.5, 1, 2, 4):
                time.sleep(wait)
                if self._deliver(headers if attempt == 0 else self._signature(body, None), body):
                    break

    def _deliver(self, headers: dict[str, str], body: bytes) -> bool:
        request = urllib.request.Request(  # noqa: S310 (our own address, from the settings)
            self.merchant.notify_url,
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

    def _is_signed(self, environ: dict[str, Any], target: str, body: bytes) -> bool:
        scheme, _, rest = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        given = dict(re.findall(r'(\w+)="([^"]*)"', rest))
        if scheme != SCHEME or given.get("mchid") != self.merchant.mchid:
            return False
        message = "\n".join(
            [
                environ["REQUEST_METHOD"],
                target,
                given.get("timestamp", ""),
                given.get("nonce_str", ""),
                body.decode(),
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

    def _send(self, start_response: StartResponse, answer: Answer, before: bytes) -> list[bytes]:
        body = b"" if answer.status == 204 else json.dumps(answer.body).encode()
        headers = [("Content-Type", "application/json"), *self._signature(body, None).items()]
        start_response(f"{answer.status} {REASONS[answer.status]}", headers)
        return [before + body]


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
