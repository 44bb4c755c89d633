"""What pages hear, what they missed, and what they cannot ask for."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from queue import Queue
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection

from yilu.platform import clock, live
from yilu.platform.live import Hint, exchange, hints, hub, tokens
from yilu.platform.models import ClinicClock, Position

PATIENCE = 30


class Page:
    """A browser's stream, read in another thread."""

    def __init__(self, status: int, heard: "Queue[dict[str, Any]]", leave: Callable[[], None]):
        self.status, self._heard, self.leave = status, heard, leave

    def next(self, *kinds: str) -> dict[str, Any]:
        """The next event of one of these kinds."""
        while True:
            event = self._heard.get(timeout=PATIENCE)
            if event["event"] in kinds:
                return event


class Streams:
    """The hub in a loop of its own, as in a web process."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()

    def open(self, *topics: str, last: int | None = None, path: str = "/live") -> Page:
        heard: Queue[dict[str, Any]] = Queue()
        started: Queue[int] = Queue()
        gone = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                started.put(message["status"])
                return
            for event in _events(message["body"].decode()):
                heard.put(event)

        headers = [(b"last-event-id", b"%d" % last)] if last is not None else []
        query = urlencode({"topics": ",".join(topics)}).encode()
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": query,
            "headers": headers,
        }
        asyncio.run_coroutine_threadsafe(hub.application(scope, receive, send), self.loop)
        status = started.get(timeout=PATIENCE)
        return Page(status, heard, lambda: self.loop.call_soon_threadsafe(gone.set))

    def close(self) -> None:
        async def stop() -> None:
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(stop(), self.loop).result(PATIENCE)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


def _events(text: str) -> Iterator[dict[str, Any]]:
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        if "event" in fields:
            fields["data"] = json.loads(fields["data"])
            yield fields


@pytest.fixture
def streams(transactional_db: None, monkeypatch) -> Iterator[Streams]:
    monkeypatch.setattr(hub, "_exchange", exchange.Exchange())
    monkeypatch.setattr(exchange, "PAUSES", (0.0, 0.05))
    streams = Streams()
    yield streams
    streams.close()


def at(seq: int) -> None:
    Position.objects.update_or_create(name="dispatch", defaults={"seq": seq})


def test_a_page_hears_that_its_topic_changed_and_nothing_of_others(streams):
    mine, other = live.signed("queue:1"), live.signed("queue:2")
    one, two = streams.open(mine), streams.open(other)
    one.next("reset")
    two.next("reset")

    live.notify([Hint(7, ("queue:1", "board:1"))])

    assert one.next("changed") == {"id": "7", "event": "changed", "data": {"topics": [mine]}}
    live.notify([Hint(8, ("queue:2",))])
    assert two.next("changed")["id"] == "8"


def test_a_page_that_was_away_hears_what_it_missed(streams):
    at(10)
    topic = live.signed("queue:1")
    first = streams.open(topic)
    first.next("reset")
    live.notify([Hint(11, ("queue:1",)), Hint(12, ("queue:9",))])
    assert first.next("changed")["id"] == "11"

    up_to_date = streams.open(topic, last=12).next("heartbeat", "reset", "changed")
    behind = streams.open(topic, last=10).next("reset", "changed")

    assert up_to_date["event"] == "heartbeat"
    assert (behind["event"], behind["id"]) == ("changed", "11")


@pytest.mark.parametrize("last", [3, 99_999_999], ids=["too long ago", "from elsewhere"])
def test_a_page_that_was_away_too_long_begins_anew(streams, last):
    at(10)
    topic = live.signed("queue:1")
    streams.open(topic).next("reset")

    assert streams.open(topic, last=last).next("reset", "changed")["event"] == "reset"


def test_what_is_not_remembered_any_more_is_not_pretended(streams, monkeypatch):
    monkeypatch.setattr(exchange, "REMEMBERED", 3)
    hub._exchange._remembered = exchange.deque(maxlen=3)
    topic = live.signed("queue:1")
    page = streams.open(topic)
    page.next("reset")
    live.notify([Hint(seq, ("queue:1",)) for seq in range(1, 6)])
    page.next("changed")

    assert streams.open(topic, last=1).next("reset", "changed")["event"] == "reset"
    assert streams.open(topic, last=2).next("reset", "changed")["event"] == "changed"


def test_when_the_listener_was_away_every_page_begins_anew(streams):
    page = streams.open(live.signed("queue:1"))
    page.next("reset")

    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'yilu live' AND datname = current_database()"
        )

    page.next("reset")
    live.notify([Hint(5, ("queue:1",))])
    assert page.next("changed")["id"] == "5"


@pytest.mark.parametrize(
    "forge",
    [
        lambda signed: "queue:1",
        lambda signed: signed[:-1],
        lambda signed: signed.replace("queue:1", "queue:2"),
        lambda signed: "",
        lambda signed: "queue:1~ß",
    ],
)
def test_a_topic_that_no_page_signed_is_refused(streams, forge):
    assert streams.open(forge(live.signed("queue:1"))).status == 403


def test_a_signed_topic_lasts_weeks_and_not_for_ever():
    now = clock.machine_now()
    signed = live.signed("queue:1")

    with clock.at(now, machine=now + timedelta(days=30)):
        assert tokens.read(signed) == "queue:1"
    with clock.at(now, machine=now + timedelta(days=45)):
        assert tokens.read(signed) is None


def test_beyond_the_bound_a_stream_is_refused_and_a_place_is_given_back(streams, monkeypatch):
    monkeypatch.setattr(hub, "MOST_STREAMS", 1)
    topic = live.signed("queue:1")
    first = streams.open(topic)

    assert (first.status, streams.open(topic).status) == (200, 503)

    first.leave()
    while hub._exchange.streams:
        pass
    assert streams.open(topic).status == 200


def test_a_page_that_does_not_read_holds_no_more_than_its_topics():
    stream = exchange.Stream({"queue:1": {"a"}, "queue:2": {"b"}})

    for seq in range(10_000):
        stream.tell(f"queue:{seq % 2 + 1}", seq)

    assert stream.take() == exchange.News(["a", "b"], 9_999, is_lost=False)
    assert stream.take() == exchange.News([], 9_999, is_lost=False)


def test_a_heartbeat_says_what_time_it_is_in_the_clinic(streams, monkeypatch):
    real = clock.machine_now()
    clinic = real - timedelta(days=300)
    ClinicClock.objects.create(clinic=clinic, real=real, speed=20)
    page = streams.open(live.signed("queue:1"))
    page.next("reset")
    monkeypatch.setattr(hub, "BEAT_SECONDS", 0.01)
    live.notify([Hint(1, ("queue:1",))])
    page.next("changed")

    beat = page.next("heartbeat")

    assert beat["id"] == "1"
    assert beat["data"]["speed"] == 20
    assert beat["data"]["now"][:10] == clinic.date().isoformat()


def test_pages_hear_at_once_when_the_clinics_clock_is_set(streams, monkeypatch):
    monkeypatch.setattr(exchange, "LOOK_SECONDS", 0.05)
    real = clock.machine_now()
    ClinicClock.objects.create(clinic=real, real=real, speed=1)
    page = streams.open(live.signed("queue:1"))
    page.next("reset")
    # Written down anew, as every second: nobody needs to hear of that.
    later = real + timedelta(seconds=5)
    ClinicClock.objects.update(clinic=later, real=later)

    ClinicClock.objects.update(clinic=later + timedelta(hours=2), real=later)

    beat = page.next("heartbeat")
    assert datetime.fromisoformat(beat["data"]["now"]) >= real + timedelta(hours=2)


def test_two_hundred_pages_hear_of_a_change(streams):
    topic = live.signed("queue:1")
    first = streams.open(topic)
    first.next("reset")
    pages = [first, *(streams.open(topic) for _ in range(199))]

    live.notify([Hint(1, ("queue:1",))])

    for page in pages:
        page.next("changed")


def test_hints_fit_into_what_postgresql_carries():
    many = [Hint(seq, tuple(f"board:{n:060}" for n in range(20))) for seq in range(1, 200)]

    portions = list(hints._portions(many))

    assert max(len(portion) for portion in portions) < 8000
    assert [hint for portion in portions for hint in hints.read(portion)] == many
