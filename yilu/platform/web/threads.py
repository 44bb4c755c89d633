"""Django on threads behind an async server, with bounds: how many wait, how much they may send.

A request costs one hop to a thread and one back. Its body is read before a thread is taken and
its answer is sent after the thread is given back, so that slow networks hold no thread.
"""

import asyncio
import io
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from http import HTTPStatus
from time import monotonic
from typing import Any, BinaryIO
from wsgiref.types import StartResponse, WSGIApplication

from yilu.platform.web import measures

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

PIECE = 256 * 1024
IN_MEMORY = 4 * 1024 * 1024
RETRY_AFTER_SECONDS = b"2"


@dataclass(frozen=True)
class Bounds:
    """What one process takes on at a time; beyond it callers are told to come back.

    The public, whose crowds nobody can foresee, has a line of its own, which may be long, and
    never more than `public_threads`: the others stay free for those who work here.

    Threads of one process share one processor: four keep it busy while one waits for the database,
    and each more holds a connection whose server process keeps some 9 MB of its own.
    """

    threads: int = 4
    waiting: int = 300
    public_threads: int = 2
    public_waiting: int = 6000
    body_bytes: int = 32 * 1024 * 1024
    body_seconds: float = 60.0


@dataclass
class Answer:
    """What the application said, gathered on its thread."""

    status: int = 500
    headers: Headers = field(default_factory=list)
    body: bytes | BinaryIO = b""


class TurnedAwayError(Exception):
    """A request that is answered before the application sees it."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class OnThreads:
    """An ASGI application that answers HTTP by a WSGI application on a few threads."""

    def __init__(
        self, application: WSGIApplication, bounds: Bounds, public: tuple[str, ...] = ()
    ) -> None:
        self.application = application
        self.bounds = bounds
        self.public = public
        self.inside = 0
        self.inside_public = 0
        self.lane = asyncio.Semaphore(min(bounds.public_threads, bounds.threads))
        self.threads = ThreadPoolExecutor(bounds.threads, thread_name_prefix="pages")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = monotonic()
        try:
            answer = await self._answer(scope, receive)
        except TurnedAwayError as turned_away:
            answer = _short_answer(turned_away.status)
        except ConnectionError:
            return  # the caller left while sending: nobody is there to answer
        measures.count(scope["method"], answer.status, monotonic() - begun)
        await _send(answer, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        if self.public and scope["path"].startswith(self.public):
            return await self._answer_public(scope, receive)
        if self.inside >= self.bounds.threads + self.bounds.waiting:
            raise TurnedAwayError(HTTPStatus.SERVICE_UNAVAILABLE)
        self.inside += 1
        measures.INSIDE.inc()
        try:
            return await self._run(scope, await self._body(scope, receive))
        finally:
            self.inside -= 1
            measures.INSIDE.dec()

    async def _answer_public(self, scope: Scope, receive: Receive) -> Answer:
        """As everybody's, but first come first served on a part of the threads."""
        if self.inside_public >= self.bounds.public_threads + self.bounds.public_waiting:
            raise TurnedAwayError(HTTPStatus.SERVICE_UNAVAILABLE)
        self.inside_public += 1
        measures.INSIDE.inc()
        try:
            body = await self._body(scope, receive)
            async with self.lane:
                return await self._run(scope, body)
        finally:
            self.inside_public -= 1
            measures.INSIDE.dec()

    async def _run(self, scope: Scope, body: bytes) -> Answer:
        call = copy_context().run
        loop = asyncio.get_running_loop()
        environ = _environ(scope, body)
        return await loop.run_in_executor(self.threads, call, self._on_thread, environ)

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        headers = dict(scope["headers"])
        if b"transfer-encoding" in headers and b"content-length" not in headers:
            raise TurnedAwayError(HTTPStatus.LENGTH_REQUIRED)
        length = headers.get(b"content-length", b"0")
        if not length.isdigit():
            raise TurnedAwayError(HTTPStatus.BAD_REQUEST)
        if int(length[:20]) > self.bounds.body_bytes:
            raise TurnedAwayError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if int(length) == 0:
            return b""
        try:
            async with asyncio.timeout(self.bounds.body_seconds):
                return await _read(receive)
        except TimeoutError as error:
            raise TurnedAwayError(HTTPStatus.REQUEST_TIMEOUT) from error

    def _on_thread(self, environ: dict[str, Any]) -> Answer:
        answer = Answer()
        pieces = self.application(environ, _noting(answer))
        try:
            answer.body = _gather(pieces)
        finally:
            if close := getattr(pieces, "close", None):
                close()
        return answer


def _noting(answer: Answer) -> StartResponse:
    def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> Any:
        answer.status = int(status[:3])
        answer.headers = [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in headers]

    return start_response


def _gather(pieces: Iterable[bytes]) -> bytes | BinaryIO:
    """The whole answer: in memory, or in a file without a name when it is streamed and large."""
    if not getattr(pieces, "streaming", False):
        return b"".join(pieces)
    spool = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed when sent
    for piece in pieces:
        spool.write(piece)
    spool.seek(0)
    return spool  # type: ignore[return-value]


async def _read(receive: Receive) -> bytes:
    pieces = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError
        pieces.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(pieces)


async def _send(answer: Answer, send: Send) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    if isinstance(answer.body, bytes):
        await send({"type": "http.response.body", "body": answer.body})
        return
    with answer.body as spool:
        while piece := spool.read(PIECE):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def _short_answer(status: HTTPStatus) -> Answer:
    headers: Headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append((b"retry-after", RETRY_AFTER_SECONDS))
    if status in {HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.REQUEST_TIMEOUT}:
        headers.append((b"connection", b"close"))
    return Answer(status.value, headers, status.phrase.encode())


def _environ(scope: Scope, body: bytes) -> dict[str, Any]:
    server, port = scope.get("server") or ("localhost", 80)
    client, client_port = scope.get("client") or ("", 0)
    return {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server,
        "SERVER_PORT": str(port or 0),
        "REMOTE_ADDR": client,
        "REMOTE_PORT": str(client_port),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **_header_variables(scope["headers"]),
    }


def _header_variables(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    variables: dict[str, str] = {}
    for raw_name, raw_value in headers:
        if b"_" in raw_name:
            continue  # it would be taken for the same name with a hyphen
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        if name not in {"CONTENT_LENGTH", "CONTENT_TYPE"}:
            name = f"HTTP_{name}"
        value = raw_value.decode("latin-1")
        joint = "; " if name == "HTTP_COOKIE" else ","
        variables[name] = f"{variables[name]}{joint}{value}" if name in variables else value
    return variables
