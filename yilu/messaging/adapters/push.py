"""Web push by the standards (RFC 8030, 8188, 8291, 8292), through pywebpush.

What leaves is encrypted for one browser: the push service in between sees no word of it.
"""

import json
from functools import lru_cache
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import requests
from django.conf import settings

from yilu.messaging.rules import vapid
from yilu.messaging.rules.outcomes import Letter, Outcome, Result
from yilu.messaging.selectors.subscriptions import Subscription, subscription

GONE = "push_gone"
"""The browser was uninstalled or took its word back: the subscription is over."""
TAKEN, OVER, BUSY = range(200, 203), {404, 410}, {408, 429}
KEPT_SECONDS = 4 * 3600


def send(letter: Letter) -> Outcome:
    """Hand over one push to where `letter.to`, a subscription, points. One query."""
    found = subscription(UUID(letter.to)) if vapid.is_set() else None
    if found is None:
        return Outcome(Result.REFUSED, GONE if vapid.is_set() else "not_configured")
    if not is_push_service(found.endpoint):
        return Outcome(Result.REFUSED, "push_stranger")
    try:
        return _said(_posted(letter, found))
    except requests.RequestException as error:
        return _network(error)
    except ValueError:
        return Outcome(Result.REFUSED, "push_keys")  # No browser has such keys.


def _network(error: requests.RequestException) -> Outcome:
    is_away = isinstance(error, requests.ConnectTimeout) or "NewConnectionError" in repr(error)
    if is_away or "NameResolution" in repr(error):
        return Outcome(Result.LATER, "unreachable")
    return Outcome(Result.UNSURE, "answer_lost")


def is_push_service(endpoint: str) -> bool:
    """Whether an address that a browser names is one of a push service that we know.

    Anything else would let a browser make this server call addresses of its choice.
    """
    try:
        parts = urlsplit(endpoint)
        at, host = parts.netloc, parts.hostname or ""
    except ValueError:
        return False
    if at in settings.PUSH["sandboxes"]:
        return parts.scheme == "http"
    is_known = any(host == one or host.endswith(f".{one}") for one in settings.PUSH["hosts"])
    return parts.scheme == "https" and is_known and "@" not in at and parts.port in {None, 443}


def _posted(letter: Letter, to: Subscription) -> requests.Response:
    said = {"title": letter.subject, "text": letter.body, "url": letter.page, "tag": letter.id}
    library = _library()
    try:
        answer: requests.Response = library.webpush(
            {"endpoint": to.endpoint, "keys": {"p256dh": to.p256dh, "auth": to.auth}},
            data=json.dumps(said, ensure_ascii=False),
            vapid_private_key=vapid.private_key(),
            vapid_claims={"sub": settings.PUSH["subject"]},
            ttl=KEPT_SECONDS,
            headers={"Urgency": "high"},
            timeout=settings.MESSAGE_TIMEOUT_SECONDS,
            requests_session=_Line(),
        )
    except library.WebPushException as error:
        if error.response is None:
            raise ValueError("no keys of a browser") from error
        answer = error.response
    return answer


class _Line(requests.Session):
    """Speaks to the push service itself: by no proxy of the environment, and to nobody else."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False

    def post(self, *where: Any, **what: Any) -> requests.Response:
        """Post, and follow nobody elsewhere."""
        return super().post(*where, **what, allow_redirects=False)


@lru_cache(maxsize=1)
def _library() -> Any:
    """pywebpush brings a second HTTP library along: only who sends a push pays for it."""
    return import_module("pywebpush")


def _said(answer: requests.Response) -> Outcome:
    code = answer.status_code
    if code in TAKEN:
        return Outcome(Result.ACCEPTED, reference=answer.headers.get("Location", "")[-120:])
    if code in OVER:
        return Outcome(Result.REFUSED, GONE)
    if code in BUSY or code == 503:
        return Outcome(Result.LATER, f"push_{code}")
    if code >= 500:
        return Outcome(Result.UNSURE, f"push_{code}")
    # 400, 401, 403 and 413 speak of what we sent: sending it again would change nothing.
    return Outcome(Result.REFUSED, f"push_{code}")
