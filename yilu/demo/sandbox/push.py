"""A push service in form: it gives browsers addresses, checks who speaks, and keeps what came.

It cannot read what it keeps, as a real one cannot: only a browser's own keys open it.
"""

import base64
import json
import threading
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from yilu.demo.sandbox.wire import Reply, Request
from yilu.platform import clock

LARGEST = 4096


class PushSandbox:
    """Addresses below `/push/`: those that begin with `gone` or `full` answer 410 and 429."""

    name, prefix = "push", "/push"

    def __init__(self, public_key: str) -> None:
        self._public = public_key
        self._lock = threading.Lock()
        self._received: list[dict[str, Any]] = []

    def answer(self, request: Request, *, twice: bool = False) -> Reply:
        """Take a push, or say what is wrong with it."""
        browser = request.path.strip("/")
        if request.method != "POST" or not browser:
            return Reply(status=404)
        status = self._verdict(browser, request)
        if status != 201:
            return Reply(status=status)
        with self._lock:
            self._received.append(
                {
                    "browser": browser,
                    "body": base64.b64encode(request.body).decode(),
                    "ttl": request.headers.get("ttl", ""),
                    "urgency": request.headers.get("urgency", ""),
                }
            )
        return Reply(status=201, headers={"Location": f"/message/{len(self._received)}"})

    def received(self) -> list[dict[str, Any]]:
        """What came, sealed as it came."""
        with self._lock:
            return list(self._received)

    def _verdict(self, browser: str, request: Request) -> int:
        if browser.startswith("gone"):
            return 410
        if browser.startswith("full"):
            return 429
        if len(request.body) > LARGEST:
            return 413
        if request.headers.get("content-encoding") != "aes128gcm" or not request.body:
            return 400
        return 201 if self._is_signed(request.headers) else 403

    def _is_signed(self, headers: Mapping[str, str]) -> bool:
        """Whether the token in `Authorization: vapid t=…, k=…` is for us, and by the known key."""
        scheme, _space, rest = headers.get("authorization", "").partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
        if scheme.lower() != "vapid" or parts.get("k", "").rstrip("=") != self._public:
            return False
        said, _dot, signature = parts.get("t", "").rpartition(".")
        try:
            claims = json.loads(_raw(said.partition(".")[2]))
            rs = _raw(signature)
            sealed = encode_dss_signature(int.from_bytes(rs[:32]), int.from_bytes(rs[32:]))
            key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _raw(self._public))
            key.verify(sealed, said.encode(), ec.ECDSA(hashes.SHA256()))
        except (InvalidSignature, ValueError):
            return False
        is_fresh = clock.machine_now().timestamp() < claims["exp"]
        return is_fresh and claims["aud"] == f"http://{headers.get('host')}" and "sub" in claims


def _raw(written: str) -> bytes:
    return base64.urlsafe_b64decode(written + "=" * (-len(written) % 4))
