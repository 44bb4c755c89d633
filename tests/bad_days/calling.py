"""Callers over HTTP, one by one or all at the same moment."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from threading import Barrier
from typing import Any

SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `body` is sent as JSON, or as it is when it is bytes."""

    method: str
    path: str
    body: Any = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Status 0: nothing, because the connection broke."""

    status: int
    body: bytes

    @property
    def read(self) -> Any:
        return json.loads(self.body)


NOTHING = Answer(0, b"")


class Callers:
    """Somebody with a token."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self.token = port, token

    def one(self, call: Call) -> Answer:
        """Ask once, on a connection of its own."""
        line = self._line()
        try:
            return self._ask(line, call)
        finally:
            line.close()

    def at_once(self, calls: Sequence[Call]) -> list[Answer]:
        """Ask all at the same moment: every connection stands before the first request is sent."""
        gate = Barrier(len(calls))

        def ask(call: Call) -> Answer:
            line = self._line()
            try:
                line.connect()
                gate.wait(SECONDS)
                return self._ask(line, call)
            finally:
                line.close()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(ask, calls))

    def _line(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)

    def _ask(self, line: HTTPConnection, call: Call) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}"}
        if call.key:
            headers["Idempotency-Key"] = call.key
        body = call.body
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            line.request(call.method, call.path, body=body, headers=headers)
            got = line.getresponse()
            return Answer(got.status, got.read())
        except (OSError, HTTPException):
            return NOTHING
