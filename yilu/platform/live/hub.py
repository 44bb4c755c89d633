"""Holds the event streams of browsers. Async code only; no stream costs a database connection."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
BEAT_SECONDS = 15.0


async def application(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[..., Awaitable[None]]
) -> None:
    """Hold one stream until its browser leaves, with a beat so that both ends know it lives."""
    headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    leaving = asyncio.ensure_future(receive())
    while True:
        await send({"type": "http.response.body", "body": b": beat\n\n", "more_body": True})
        done, _ = await asyncio.wait({leaving}, timeout=BEAT_SECONDS)
        if done and leaving.result()["type"] == "http.disconnect":
            return
        if done:
            leaving = asyncio.ensure_future(receive())
