"""Requests that may be sent twice and have one effect: by Idempotency-Key, or a form's own key."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connection
from django.utils.translation import gettext_lazy as _

from yilu.platform import clock
from yilu.platform.db import in_deed
from yilu.platform.errors import BadRequest, Conflict, Invalid

LONGEST_KEY = 200
# As plain SQL: this stands in the way of every deed.
_LOOK = """
SELECT pg_try_advisory_xact_lock(%s), r.fingerprint, r.status, r.headers, r.body
FROM (SELECT 1) AS one LEFT JOIN platform_request r ON r.principal = %s AND r.key = %s
"""
_KEEP = """
INSERT INTO platform_request (principal, key, fingerprint, status, headers, body, created_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (principal, key) DO NOTHING
"""


class KeyMissing(BadRequest):
    code = "idempotency_key_missing"
    message = _("Send an Idempotency-Key, so that a repeated request has one effect.")


class KeyReused(Invalid):
    code = "idempotency_key_reused"
    message = _("This key was used for another request.")


class StillRunning(Conflict):
    code = "still_running"
    message = _("The first request with this key is still running.")
    retry_after = 1


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a request, kept so that it can be said again."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def fingerprint(*parts: bytes) -> bytes:
    """What tells one request from another under the same key."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.digest()


def once(principal: str, key: str, print_: bytes, run: Callable[[], Answer]) -> tuple[Answer, bool]:
    """Run a deed once per principal and key; a repeat gets the first answer, and True.

    The answer is kept in the deed's own transaction, so only committed answers are repeated;
    a refusal undoes the deed and may be tried again under the same key. Two queries besides
    the deed's own.

    Raises:
        KeyMissing, KeyReused, StillRunning.
    """
    if not key or len(key) > LONGEST_KEY:
        raise KeyMissing
    return in_deed(lambda: _run_or_repeat(principal, key, print_, run))


def _run_or_repeat(
    principal: str, key: str, print_: bytes, run: Callable[[], Answer]
) -> tuple[Answer, bool]:
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, [_lock_number(principal, key), principal, key])
        free, before, status, headers, body = cursor.fetchone()
    if before is not None:
        if bytes(before) != print_:
            raise KeyReused
        return Answer(status, bytes(body), json.loads(headers)), True
    if not free:
        raise StillRunning
    answer = run()
    _keep(principal, key, print_, answer)
    return answer, False


def _keep(principal: str, key: str, print_: bytes, answer: Answer) -> None:
    headers = json.dumps(answer.headers)
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            [principal, key, print_, answer.status, headers, answer.body, clock.machine_now()],
        )
        if cursor.rowcount != 1:
            # The first ended between our look and our lock: undo ours, the repeat gets its answer.
            raise StillRunning


def _lock_number(principal: str, key: str) -> int:
    digest = hashlib.blake2b(f"{principal}\0{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
