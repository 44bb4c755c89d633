"""`/live`: the event streams of browsers. Async code only; no stream costs a database connection.

A page asks for the topics its view signed and hears `changed` with those that changed; it then
fetches the parts under its own rights. `id:` is the event's sequence number, so a page that was
away hears what it missed, or `reset` when that is not known any more.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from yilu.platform import clock
from yilu.platform.live import tokens
from yilu.platform.live.exchange import Exchange, Stream

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

BEAT_SECONDS = 10.0
SLOWEST_SECONDS = 20.0
MOST_STREAMS = 4000
MOST_TOPICS = 100
LONGEST_QUERY = 16_000
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
_exchange = Exchange()


def position() -> int | None:
    """The last event that this process has heard of; None while it does not listen."""
    return _exchange.seq if _exchange.is_listening else None


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Hold one stream until its browser leaves or cannot keep up."""
    topics = _topics(scope)
    if scope["path"] != "/live" or scope["method"] != "GET":
        await _refuse(send, HTTPStatus.NOT_FOUND)
    elif not topics:
        await _refuse(send, HTTPStatus.FORBIDDEN)
    elif len(_exchange.streams) >= MOST_STREAMS:
        await _refuse(send, HTTPStatus.SERVICE_UNAVAILABLE, (b"retry-after", b"5"))
    else:
        await _hold(Stream(topics), _after(scope), receive, send)


async def _hold(stream: Stream, after: int | None, receive: Receive, send: Send) -> None:
    leaving = asyncio.ensure_future(_gone(receive))
    leaving.add_done_callback(lambda _: stream.wake.set())
    _exchange.join(stream, after)
    try:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await _say(send, b"retry: 1000\n\n" + _beat(is_up_to_date=not stream.wake.is_set()))
        while not leaving.done():
            await _say(send, await _next_words(stream))
    except (TimeoutError, OSError):
        pass  # It does not read, or it is gone: it will come again and ask what it missed.
    finally:
        _exchange.leave(stream)
        leaving.cancel()


async def _next_words(stream: Stream) -> bytes:
    """What to say next: what changed, that the clock was set, or after silence that we are here."""
    try:
        async with asyncio.timeout(BEAT_SECONDS):
            await stream.wake.wait()
    except TimeoutError:
        return _beat(is_up_to_date=True)
    news = stream.take()
    time = _beat(is_up_to_date=False) if news.is_other_time else b""
    if news.is_lost:
        return time + b"id: %d\nevent: reset\ndata: {}\n\n" % _exchange.seq
    if not news.topics:
        return time
    data = json.dumps({"topics": news.topics}).encode()
    place = max(news.seq, 0) or _exchange.seq
    return time + b"id: %d\nevent: changed\ndata: %b\n\n" % (place, data)


def _beat(*, is_up_to_date: bool) -> bytes:
    data = json.dumps({"now": clock.now().isoformat(), "speed": clock.pace().speed}).encode()
    knows = is_up_to_date and _exchange.is_listening
    place = b"id: %d\n" % _exchange.seq if knows else b""
    return place + b"event: heartbeat\ndata: %b\n\n" % data


async def _say(send: Send, words: bytes) -> None:
    if words:
        async with asyncio.timeout(SLOWEST_SECONDS):
            await send({"type": "http.response.body", "body": words, "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _topics(scope: Message) -> dict[str, set[str]]:
    """The topics asked for, each with the signed forms under which this page knows it."""
    found: dict[str, set[str]] = {}
    for asked in _query(scope).get("topics", [""])[-1].split(",")[:MOST_TOPICS]:
        topic = tokens.read(asked)
        if topic is not None:
            found.setdefault(topic, set()).add(asked)
    return found


def _after(scope: Message) -> int | None:
    """The last event the page heard of, if it says so."""
    headers = dict(scope["headers"])
    last = headers.get(b"last-event-id", b"").decode("ascii", "replace")
    said = last or _query(scope).get("after", [""])[-1]
    return int(said) if said.isdecimal() and said.isascii() and len(said) < 19 else None


def _query(scope: Message) -> dict[str, list[str]]:
    return parse_qs(scope["query_string"][:LONGEST_QUERY].decode("ascii", "replace"))


async def _refuse(send: Send, status: HTTPStatus, *headers: tuple[bytes, bytes]) -> None:
    body = json.dumps({"status": status.value, "title": status.phrase}).encode()
    kind = (b"content-type", b"application/problem+json")
    await send({"type": "http.response.start", "status": status.value, "headers": [kind, *headers]})
    await send({"type": "http.response.body", "body": body})
