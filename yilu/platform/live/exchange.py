"""One listener a process, and every stream of the process behind it."""

import asyncio
import logging
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NoReturn

import psycopg
from django.db import connection
from psycopg import AsyncConnection, sql

from yilu.platform import clock
from yilu.platform.clock import Pace
from yilu.platform.live import hints
from yilu.platform.live.hints import Hint

log = logging.getLogger(__name__)
REMEMBERED = 5_000
LOOK_SECONDS = 2.0
SLIP = timedelta(seconds=1)
PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)
# How far the dispatcher is, and how clinic time runs.
_LOOK = """
SELECT coalesce((SELECT seq FROM platform_position WHERE name = 'dispatch'), 0),
       clinic, real, speed
FROM (SELECT 1) AS one LEFT JOIN platform_clinicclock ON true
"""


@dataclass(frozen=True, slots=True)
class News:
    """What a stream has not said yet."""

    topics: list[str]
    seq: int
    is_lost: bool
    is_other_time: bool = False


@dataclass(eq=False, slots=True)
class Stream:
    """One browser. What it has not read yet is a set of its own topics, so it cannot grow."""

    topics: dict[str, set[str]]
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    _changed: set[str] = field(default_factory=set)
    _seq: int = 0
    _is_lost: bool = False
    _is_other_time: bool = False

    def tell(self, topic: str, seq: int) -> None:
        """A topic changed."""
        self._changed |= self.topics[topic]
        self._seq = max(self._seq, seq)
        self.wake.set()

    def lose(self) -> None:
        """Something may have changed that we did not hear of."""
        self._is_lost = True
        self.wake.set()

    def reset_clock(self) -> None:
        """The clinic's clock was set."""
        self._is_other_time = True
        self.wake.set()

    def take(self) -> News:
        """What to say now; after that there is nothing."""
        news = News(sorted(self._changed), self._seq, self._is_lost, self._is_other_time)
        self._changed, self._is_lost, self._is_other_time = set(), False, False
        self.wake.clear()
        return news


class Exchange:
    """Hears every hint once and tells the streams whose topics it names."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self.seq = 0
        self.is_listening = False
        self._by_topic: dict[str, set[Stream]] = {}
        self._remembered: deque[Hint] = deque(maxlen=REMEMBERED)
        self._complete_after = 0
        self._listener: asyncio.Task[NoReturn] | None = None
        self._pace: Pace | None = None

    def join(self, stream: Stream, after: int | None) -> None:
        """Add a stream; what it missed since `after` is told at once."""
        if self._listener is None or self._listener.done():
            self._listener = asyncio.ensure_future(self._listen())
        self.streams.add(stream)
        for topic in stream.topics:
            self._by_topic.setdefault(topic, set()).add(stream)
        if after is not None:
            self._catch_up(stream, after)

    def leave(self, stream: Stream) -> None:
        """Forget a stream."""
        self.streams.discard(stream)
        for topic in stream.topics:
            there = self._by_topic.get(topic, set())
            there.discard(stream)
            if not there:
                self._by_topic.pop(topic, None)

    def _catch_up(self, stream: Stream, after: int) -> None:
        if not self.is_listening or after < self._complete_after or after > self.seq:
            stream.lose()
            return
        for hint in self._remembered:
            if hint.seq > after:
                for topic in stream.topics.keys() & set(hint.topics):
                    stream.tell(topic, hint.seq)

    def hear(self, hint: Hint) -> None:
        """Pass one hint on. One with number 0 is about no event, and is not remembered."""
        if hint.seq:
            if len(self._remembered) == REMEMBERED:
                self._complete_after = self._remembered[0].seq
            self._remembered.append(hint)
            self.seq = max(self.seq, hint.seq)
        for topic in hint.topics:
            for stream in self._by_topic.get(topic, ()):
                stream.tell(topic, hint.seq)

    async def _listen(self) -> NoReturn:
        failures = 0
        while True:
            try:
                async with await _connect() as listening:
                    await self._begin(listening)
                    failures = 0
                    while True:
                        await self._hear_for_a_while(listening)
            except (psycopg.Error, OSError):
                log.warning("live_listener_lost")
            self.is_listening = False
            await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
            failures += 1

    async def _begin(self, listening: AsyncConnection[Any]) -> None:
        await listening.execute(sql.SQL("LISTEN {}").format(sql.Identifier(hints.CHANNEL)))
        # Read after LISTEN: what is handed on from here on is heard.
        self.seq = self._complete_after = await self._look(listening)
        self._remembered.clear()
        self.is_listening = True
        for stream in self.streams:
            stream.lose()

    async def _hear_for_a_while(self, listening: AsyncConnection[Any]) -> None:
        async for notification in listening.notifies(timeout=LOOK_SECONDS):
            for hint in hints.read(notification.payload):
                self.hear(hint)
        await self._look(listening)

    async def _look(self, listening: AsyncConnection[Any]) -> int:
        """How far the dispatcher is. Streams hear of it when the clinic's clock was set."""
        cursor = await listening.execute(_LOOK)
        row = await cursor.fetchone()
        assert row is not None  # noqa: S101 (the statement always gives one)
        seq, *written = row
        before, self._pace = self._pace, Pace(*written) if written[0] else None
        clock.set_pace(self._pace)
        if _was_set(before, self._pace):
            for stream in self.streams:
                stream.reset_clock()
        return int(seq)


async def _connect() -> AsyncConnection[Any]:
    params = connection.get_connection_params()
    for name in ("cursor_factory", "context", "prepare_threshold"):
        params.pop(name, None)
    return await AsyncConnection.connect(
        **params | {"autocommit": True, "application_name": "yilu live"}
    )


def _was_set(before: Pace | None, after: Pace | None) -> bool:
    """Whether a clock runs otherwise than it did, and was not only written down anew."""
    if before is None or after is None:
        return before is not after
    real = clock.machine_now()
    return before.speed != after.speed or abs(after.at(real) - before.at(real)) > SLIP
