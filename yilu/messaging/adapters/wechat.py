"""WeChat subscribe messages by the official interface: a token, and a message."""

import logging
import threading
from dataclasses import dataclass

import httpx
from django.conf import settings

from yilu.messaging.rules.outcomes import Letter, Outcome, Result
from yilu.platform import clock
from yilu.platform.names import CHINESE

# It writes whole addresses at the level INFO, and ours hold the token.
logging.getLogger("httpx").setLevel(logging.WARNING)
TOKEN_OVER = {40001, 40014, 42001}
REFUSED = {40003, 40037, 41030, 43101, 43107, 47003}
BUSY = {-1, 45009, 45011}


@dataclass(slots=True)
class _Token:
    value: str = ""
    until: float = 0.0


_token = _Token()
_lock = threading.Lock()


def send(letter: Letter) -> Outcome:
    """Hand over one subscribe message. A token that is over is fetched anew, once."""
    if not settings.WECHAT["app_id"]:
        return Outcome(Result.REFUSED, "not_configured")
    try:
        token = _fetched()
    except (httpx.HTTPError, ValueError):
        return Outcome(Result.LATER, "no_token")
    outcome, is_token_over = _posted(letter, token)
    if is_token_over:
        try:
            outcome, _ = _posted(letter, _fetched(fresh=True))
        except (httpx.HTTPError, ValueError):
            return Outcome(Result.LATER, "no_token")
    return outcome


def _fetched(*, fresh: bool = False) -> str:
    """The access token. The stable one, so that processes do not end each other's."""
    with _lock:
        if fresh or _token.until <= clock.monotonic():
            answer = _call(
                "/cgi-bin/stable_token",
                {
                    "grant_type": "client_credential",
                    "appid": settings.WECHAT["app_id"],
                    "secret": settings.WECHAT["secret"],
                    "force_refresh": fresh,
                },
            )
            said = _json(answer.raise_for_status())
            value, seconds = said.get("access_token"), said.get("expires_in")
            if not isinstance(value, str) or not isinstance(seconds, int):
                raise ValueError("no token")
            _token.value = value
            # Fetched anew before it ends: a message must not meet the moment of its end.
            _token.until = clock.monotonic() + max(seconds - 300, 0)
        return _token.value


def _posted(letter: Letter, token: str) -> tuple[Outcome, bool]:
    message: dict[str, object] = {
        "touser": letter.to,
        "template_id": letter.provider_id,
        "page": letter.page,
        "data": {name: {"value": value[:20]} for name, value in (letter.fields or {}).items()},
        "miniprogram_state": "formal",
        "lang": "zh_CN" if letter.language == CHINESE else "en_US",
        "client_msg_id": letter.id,
    }
    try:
        answer = _call("/cgi-bin/message/subscribe/send", message, access_token=token)
    except (httpx.ConnectError, httpx.ConnectTimeout):
        return Outcome(Result.LATER, "unreachable"), False
    except httpx.HTTPError:
        return Outcome(Result.UNSURE, "answer_lost"), False
    if answer.status_code in {429, 503}:
        return Outcome(Result.LATER, f"http_{answer.status_code}"), False
    try:
        said = _json(answer)
    except ValueError:
        return Outcome(Result.UNSURE, f"http_{answer.status_code}"), False
    return _said(said)


def _said(said: dict[str, object]) -> tuple[Outcome, bool]:
    code = said.get("errcode")
    if code == 0:
        return Outcome(Result.ACCEPTED, reference=str(said.get("msgid", ""))[:120]), False
    if code in TOKEN_OVER:
        return Outcome(Result.LATER, f"errcode_{code}"), True
    if not isinstance(code, int):
        return Outcome(Result.UNSURE, "answer_unreadable"), False
    return Outcome(Result.REFUSED if code in REFUSED else Result.LATER, f"errcode_{code}"), False


def _call(path: str, body: dict[str, object], **query: str) -> httpx.Response:
    return httpx.post(
        settings.WECHAT["api"] + path,
        params=query,
        json=body,
        timeout=settings.MESSAGE_TIMEOUT_SECONDS,
        trust_env=False,
    )


def get(path: str, **query: str) -> dict[str, object]:
    """What the interface answers to a question. Raises: httpx.HTTPError, ValueError."""
    answer = httpx.get(
        settings.WECHAT["api"] + path,
        params=query,
        timeout=settings.MESSAGE_TIMEOUT_SECONDS,
        trust_env=False,
    )
    return _json(answer.raise_for_status())


def with_token(path: str, body: dict[str, object]) -> dict[str, object]:
    """What it answers to whoever shows the access token; one that is over is fetched anew, once.

    Raises: httpx.HTTPError, ValueError.
    """
    said = _json(_call(path, body, access_token=_fetched()).raise_for_status())
    if said.get("errcode") in TOKEN_OVER:
        said = _json(_call(path, body, access_token=_fetched(fresh=True)).raise_for_status())
    return said


def _json(answer: httpx.Response) -> dict[str, object]:
    said = answer.json()
    if not isinstance(said, dict):
        raise ValueError("not an object")
    return said


def forget_token() -> None:
    """Ask for a new token with the next message, as after a change of the secret."""
    with _lock:
        _token.until = 0.0
