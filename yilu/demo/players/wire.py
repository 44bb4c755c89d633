"""How players reach the product: over HTTP only, by a token or by a signed-in session."""

import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from threading import Lock
from typing import Any
from uuid import uuid4

import httpx
from django.utils.crypto import get_random_string

from yilu.demo.players.pages import Form, forms_of
from yilu.platform import clock

PATIENCE = 20.0
CSRF_LENGTH = 32
Values = Mapping[str, str | Sequence[str]]


class Refused(Exception):
    """The product said no, or not now: a normal event of a day. `status` 0 is our own no."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code = status, code


class Away(Exception):
    """The product did not answer at all: it starts, or was ended, and comes back."""


class Wire:
    """The one line to the product: never more than some requests each second, from any thread."""

    def __init__(
        self,
        address: str,
        *,
        each_second: float = 40.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._client = httpx.Client(
            base_url=address,
            timeout=PATIENCE,
            trust_env=False,
            transport=transport,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )
        self._csrf = get_random_string(CSRF_LENGTH)
        self._gap, self._next, self._lock = 1.0 / each_second, 0.0, Lock()

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def api(
        self,
        token: str,
        method: str,
        path: str,
        *,
        body: Any = None,
        params: Mapping[str, str] | None = None,
        key: str = "",
    ) -> Any:
        """One call of the JSON API; what it answered, or None. `key` makes a repeat harmless.

        Raises: Refused.
        """
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        if method == "POST":
            headers["Idempotency-Key"] = key or str(uuid4())
        answer = self._ask(
            method, f"/api/v1{path}", headers=headers, json=body, params=dict(params or {})
        )
        return answer.json() if answer.content else None

    def signed(self, method: str, path: str, headers: Mapping[str, str], content: bytes) -> Any:
        """One call that carries its own signature; what it answered, or None. Raises: Refused."""
        sent = {**headers, "Accept-Language": "en", "Content-Type": "application/json"}
        answer = self._ask(method, path, headers=sent, content=content)
        return answer.json() if answer.content else None

    def forms(self, session: str, path: str) -> list[Form]:
        """The forms of a page. Raises: Refused."""
        answer = self._ask("GET", path, cookies=self._cookies(session))
        return forms_of(answer.text)

    def form(self, session: str, path: str, ending: str) -> Form:
        """The form of a page whose address ends so. Raises: Refused, when there is none."""
        for one in self.forms(session, path):
            if one.action.rstrip("/").endswith(ending):
                return one
        raise Refused(404, f"no form {ending}")

    def send(self, session: str, path: str, values: Values) -> list[Form]:
        """Send a form as a page with htmx does; the forms of the answer. Raises: Refused."""
        fields = {"request_key": str(uuid4()), **values}
        headers = {"X-CSRFToken": self._csrf, "HX-Request": "true"}
        answer = self._ask(
            "POST", path, headers=headers, data=fields, cookies=self._cookies(session)
        )
        return forms_of(answer.text)

    def _cookies(self, session: str) -> dict[str, str]:
        return {"yilu_session": session, "csrftoken": self._csrf}

    def _wait_for_turn(self) -> None:
        with self._lock:
            now = clock.monotonic()
            mine = max(self._next, now)
            self._next = mine + self._gap
        time.sleep(mine - now)

    def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        self._wait_for_turn()
        cookies = options.pop("cookies", {})
        if cookies:
            said = "; ".join(f"{name}={value}" for name, value in cookies.items())
            options["headers"] = {**options.get("headers", {}), "Cookie": said}
        try:
            answer = self._client.request(method, path, **options)
        except httpx.TransportError as error:
            raise Away from error
        # "See other" is how a page without scripts says that it is done.
        if answer.status_code >= 300 and answer.status_code != HTTPStatus.SEE_OTHER:
            raise Refused(answer.status_code, _code(answer))
        return answer


def pay_at_sandbox(port: int, code_url: str) -> None:
    """Scan a code with a made-up phone, and pay. Raises: Refused."""
    try:
        answer = httpx.post(
            f"http://127.0.0.1:{port}/wechatpay/payer",
            json={"code_url": code_url},
            timeout=PATIENCE,
            trust_env=False,
        )
    except httpx.HTTPError as error:
        raise Refused(0, type(error).__name__) from error
    if answer.status_code != 200:
        raise Refused(answer.status_code, "payer")


def _code(answer: httpx.Response) -> str:
    if "json" not in answer.headers.get("content-type", ""):
        return "page"
    try:
        return str(answer.json().get("code", ""))
    except ValueError:
        return "unreadable"
