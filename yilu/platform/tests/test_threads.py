"""Django on threads: what is turned away before a thread is taken, and what passes unchanged."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any, TypeVar

import pytest

from yilu.platform.web.threads import Bounds, OnThreads

T = TypeVar("T")
SEEN: ContextVar[str] = ContextVar("seen", default="nothing")


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Path", environ["PATH_INFO"])])
    return [environ["wsgi.input"].read()]


def ask(
    application: OnThreads,
    *messages: dict[str, Any],
    headers: Iterable[tuple[bytes, bytes]] = (),
    **scope: Any,
) -> list[dict[str, Any]]:
    return in_a_loop(conversation(application, *messages, headers=headers, **scope))


def in_a_loop(whole: Coroutine[Any, Any, T]) -> T:
    """Run it on a thread of its own: a browser of other tests may keep a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, whole).result()


async def conversation(
    application: OnThreads,
    *messages: dict[str, Any],
    headers: Iterable[tuple[bytes, bytes]] = (),
    **scope: Any,
) -> list[dict[str, Any]]:
    to_come, sent = iter(messages), []

    async def receive() -> dict[str, Any]:
        for message in to_come:
            return {"type": "http.request", **message}
        return await asyncio.Future()

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    request = {"type": "http", "method": "POST", "path": "/", "query_string": b""}
    request |= {"http_version": "1.1", "headers": list(headers), **scope}
    await application(request, receive, send)
    return sent


def length(number: int) -> list[tuple[bytes, bytes]]:
    return [(b"content-length", str(number).encode())]


def test_a_body_that_comes_in_pieces_arrives_whole():
    start, body = ask(
        OnThreads(echo, Bounds()),
        {"body": "您".encode()[:2], "more_body": True},
        {"body": "您".encode()[2:] + b" ok"},
        headers=length(6),
    )

    assert (start["status"], body["body"].decode()) == (200, "您 ok")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (length(101), 413),
        (length(10**30), 413),
        ([(b"content-length", b"-1")], 400),
        ([(b"content-length", "١".encode())], 400),
        ([(b"transfer-encoding", b"chunked")], 411),
    ],
)
def test_a_body_beyond_the_bounds_is_turned_away_before_it_is_read(headers, status):
    start, _ = ask(OnThreads(echo, Bounds(body_bytes=100)), headers=headers)
    assert start["status"] == status


def test_a_caller_who_never_sends_the_rest_is_told_so():
    bounds = Bounds(body_seconds=0.01)
    start, _ = ask(OnThreads(echo, bounds), {"body": b"a", "more_body": True}, headers=length(2))
    assert start["status"] == 408


def test_a_caller_who_leaves_while_sending_gets_no_answer():
    assert ask(OnThreads(echo, Bounds()), {"type": "http.disconnect"}, headers=length(2)) == []


def test_slow_senders_hold_no_thread():
    async def one_slow_one_quick() -> list[dict[str, Any]]:
        pages = OnThreads(echo, Bounds(threads=1))
        slow = asyncio.ensure_future(
            conversation(pages, {"body": b"a", "more_body": True}, headers=length(2))
        )
        await asyncio.sleep(0)
        answer = await conversation(pages, {"body": b"quick"}, headers=length(5))
        slow.cancel()
        return answer

    assert in_a_loop(one_slow_one_quick())[1]["body"] == b"quick"


def test_when_all_places_are_taken_the_next_is_asked_to_come_back():
    gate = threading.Event()

    def waits(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        gate.wait(10)
        return echo(environ, start_response)

    async def three_for_two_places() -> list[list[dict[str, Any]]]:
        pages = OnThreads(waits, Bounds(threads=1, waiting=1))
        early = [asyncio.ensure_future(conversation(pages)) for _ in range(2)]
        await asyncio.sleep(0)
        late = await conversation(pages)
        gate.set()
        return [late, *await asyncio.gather(*early), await conversation(pages)]

    answers = in_a_loop(three_for_two_places())

    assert [answer[0]["status"] for answer in answers] == [503, 200, 200, 200]
    assert (b"retry-after", b"2") in answers[0][0]["headers"]


def test_nothing_of_one_request_is_left_on_the_thread_for_the_next():
    def remembers(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [])
        before = SEEN.get()
        SEEN.set(environ["PATH_INFO"])
        return [before.encode()]

    pages = OnThreads(remembers, Bounds(threads=1))

    assert [ask(pages, path=path)[1]["body"] for path in ("/a", "/b")] == [b"nothing"] * 2


def test_a_header_with_an_underscore_cannot_pass_for_another():
    def shows(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [environ.get("HTTP_X_REAL_IP", "none").encode()]

    headers = [(b"x_real_ip", b"10.0.0.1")]
    assert ask(OnThreads(shows, Bounds()), headers=headers)[1]["body"] == b"none"


def test_repeated_cookies_are_one_cookie_header():
    def shows(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [environ["HTTP_COOKIE"].encode()]

    headers = [(b"cookie", b"a=1"), (b"cookie", b"b=2")]
    assert ask(OnThreads(shows, Bounds()), headers=headers)[1]["body"] == b"a=1; b=2"


def test_a_chinese_path_keeps_its_letters():
    start, _ = ask(OnThreads(echo, Bounds()), path="/患者")
    sent = dict(start["headers"])[b"x-path"]
    assert sent.decode() == "/患者"


def test_a_large_streamed_answer_is_whole_and_its_source_is_closed():
    closed = []

    class Stream:
        streaming = True

        def __iter__(self):
            return iter([b"x" * 3_000_000] * 3)

        def close(self) -> None:
            closed.append(True)

    def streams(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [])
        return Stream()

    _, *pieces = ask(OnThreads(streams, Bounds()))

    assert sum(len(piece["body"]) for piece in pieces) == 9_000_000
    assert [piece.get("more_body", False) for piece in pieces][-2:] == [True, False]
    assert closed == [True]


def crowded(public: tuple[str, ...], seconds: float) -> bool:
    """Whether somebody at the desk is answered while a crowd holds all it can get."""
    door = threading.Event()

    def slow_for_the_crowd(
        environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith("/book"):
            door.wait(10)
        return echo(environ, start_response)

    application = OnThreads(
        slow_for_the_crowd, Bounds(threads=4, public_threads=2, waiting=20), public
    )

    async def day() -> bool:
        crowd = [
            asyncio.create_task(conversation(application, path="/book/times")) for _ in range(12)
        ]
        await asyncio.sleep(0)
        try:
            await asyncio.wait_for(conversation(application, path="/scheduling/"), seconds)
        except TimeoutError:
            return False
        finally:
            door.set()
            await asyncio.gather(*crowd)
        return True

    return in_a_loop(day())


def test_a_crowd_from_outside_never_takes_the_desks_threads():
    assert crowded(("/book",), seconds=10)


def test_control_without_a_line_of_its_own_the_crowd_starves_the_desk():
    """If the desk were answered here, the test above would prove nothing."""
    assert not crowded((), seconds=0.3)


def test_a_crowd_beyond_its_line_is_told_to_come_back():
    bounds = Bounds(public_threads=1, public_waiting=-1)
    start, _body = ask(OnThreads(echo, bounds, ("/book",)), path="/book/times")
    assert start["status"] == 503
    assert dict(start["headers"])[b"retry-after"] == b"2"
    start, _body = ask(OnThreads(echo, bounds, ("/book",)), {"body": b""}, path="/scheduling/")
    assert start["status"] == 200
