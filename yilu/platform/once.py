"""Requests that may be sent twice and have one effect: by Idempotency-Key, or a form's own key."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import OperationalError, connection
from django.utils.translation import gettext_lazy as _

from yilu.platform import clock
from yilu.platform.db import in_deed, prepared
from yilu.platform.errors import BadRequest, Conflict, Invalid

LONGEST_KEY = 200
# As plain SQL: this stands in the way of every deed.
_LOOK = """
SELECT pg_try_advisory_xact_lock(%(lock)s), r.fingerprint, r.status, r.headers, r.body
FROM (SELECT 1) AS one
LEFT JOIN platform_request r ON r.principal = %(principal)s AND r.key = %(key)s
"""
_LOOK_AGAIN = """
SELECT fingerprint, status, headers, body FROM platform_request
WHERE principal = %(principal)s AND key = %(key)s
"""
_KEEP = """
INSERT INTO platform_request (principal, key, fingerprint, status, headers, body, created_at)
VALUES (%(principal)s, %(key)s, %(print)s, %(status)s, %(headers)s, %(body)s, %(now)s)
ON CONFLICT (principal, key) DO NOTHING RETURNING status
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
    the deed's own, and one more after a refusal.

    Raises:
        KeyMissing, KeyReused, StillRunning.
    """
    if not key or len(key) > LONGEST_KEY:
        raise KeyMissing
    try:
        return in_deed(lambda: _run_or_repeat(principal, key, print_, run))
    except (KeyReused, StillRunning, OperationalError):
        raise
    except Exception:
        # The first may have ended between our look and our lock. Then what refused us was its own
        # effect – the time that it booked is taken – and its answer is ours.
        first = _answer_meanwhile(principal, key, print_)
        if first is None:
            raise
        return first, True


def _answer_meanwhile(principal: str, key: str, print_: bytes) -> Answer | None:
    if connection.in_atomic_block:
        return None
    found = prepared(_LOOK_AGAIN, {"principal": principal, "key": key})
    return _again(print_, *found[0]) if found else None


def _run_or_repeat(
    principal: str, key: str, print_: bytes, run: Callable[[], Answer]
) -> tuple[Answer, bool]:
    asked = {"lock": _lock_number(principal, key), "principal": principal, "key": key}
    [(free, before, status, headers, body)] = prepared(_LOOK, asked)
    if before is not None:
        return _again(print_, before, status, headers, body), True
    if not free:
        raise StillRunning
    answer = run()
    _keep(principal, key, print_, answer)
    return answer, False


def _again(
    print_: bytes, before: bytes, status: int, headers: dict[str, str], body: bytes
) -> Answer:
    """The answer that was kept, for the same request only."""
    if bytes(before) != print_:
        raise KeyReused
    return Answer(status, bytes(body), headers)


def _keep(principal: str, key: str, print_: bytes, answer: Answer) -> None:
    kept = {
        "principal": principal,
        "key": key,
        "print": print_,
        "status": answer.status,
        "headers": json.dumps(answer.headers),
        "body": answer.body,
        "now": clock.machine_now(),
    }
    if not prepared(_KEEP, kept):
        # The first ended between our look and our lock: undo ours, the repeat gets its answer.
        raise StillRunning


def _lock_number(principal: str, key: str) -> int:
    digest = hashlib.blake2b(f"{principal}\0{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
