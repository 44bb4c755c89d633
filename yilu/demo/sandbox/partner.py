"""A partner's platform: hears our webhooks, believes only what is signed, and remembers each once.

Written from `docs/how/partners.md` alone, as a partner would: nothing of the product's is used.
"""

import base64
import hashlib
import hmac
import json
import re
import threading
from collections.abc import Callable
from typing import Any

from yilu.demo.sandbox.wire import Reply, Request
from yilu.platform import clock

OLDEST_SECONDS = 300
NEEDED = {"@method", "@path", "@query", "content-digest"}
Secrets = Callable[[], dict[str, str]]


class PartnerSandbox:
    """Takes webhooks. `secrets` are its keys by name; `received` what it believed, each once."""

    name, prefix = "partner", "/partner"

    def __init__(self, secrets: Secrets, now: Callable[[], float] | None = None) -> None:
        self._secrets = secrets
        self._now = now or (lambda: clock.machine_now().timestamp())
        self._lock = threading.Lock()
        self._notices: dict[str, dict[str, Any]] = {}
        self._nonces: set[str] = set()
        self.heard = 0

    def answer(self, request: Request, *, twice: bool = False) -> Reply:
        """204 for what is signed with our key, heard before or not; 401 for everything else."""
        if request.method != "POST" or not self._is_signed(request):
            return Reply(status=401)
        notice = json.loads(request.body)
        with self._lock:
            self.heard += 1
            self._notices.setdefault(str(notice["id"]), notice)
        return Reply(status=204)

    def received(self) -> list[dict[str, Any]]:
        """What happened to which booking, in the order of hearing it."""
        with self._lock:
            return list(self._notices.values())

    def _is_signed(self, request: Request) -> bool:
        said = request.headers.get("signature-input", "")
        found = re.fullmatch(r"sig1=(\((.*?)\);(.*))", said)
        if found is None:
            return False
        covered = re.findall(r'"([^"]+)"', found[2])
        facts = dict(re.findall(r'(\w+)="?([^";]+)"?', found[3]))
        secret = self._secrets().get(facts.get("keyid", ""))
        if secret is None or facts.get("tag") != "yilu-webhook" or not set(covered) >= NEEDED:
            return False
        age = self._now() - int(facts["created"])
        digest = base64.b64encode(hashlib.sha256(request.body).digest()).decode()
        values = {
            **request.headers,
            "@method": request.method,
            "@path": self.prefix + (request.path if request.path != "/" else ""),
            "@query": "?",
        }
        lines = [f'"{name}": {values[name]}' for name in covered]
        text = "\n".join([*lines, f'"@signature-params": {found[1]}'])
        made = base64.b64encode(hmac.digest(secret.encode(), text.encode(), hashlib.sha256))
        return (
            abs(age) <= OLDEST_SECONDS
            and request.headers.get("content-digest") == f"sha-256=:{digest}:"
            and hmac.compare_digest(f"sig1=:{made.decode()}:", request.headers["signature"])
            and self._is_new(facts["nonce"])
        )

    def _is_new(self, nonce: str) -> bool:
        with self._lock:
            known = nonce in self._nonces
            self._nonces.add(nonce)
        return not known
