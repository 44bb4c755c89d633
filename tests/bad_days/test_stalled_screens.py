"""Screens that were opened and are never read: they cost nobody anything.

`YILU_SOAK=1` opens 2,000 of them.
"""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from http.client import HTTPConnection
from urllib.parse import quote

import pytest
from django.db import connection

from tests.bad_days.conftest import Open
from tests.bad_days.crew import Crew
from yilu.platform.live import tokens
from yilu.scheduling.selectors.topics import day_topic
from yilu.scheduling.tests.factories import at

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
SCREENS = 2000 if os.environ.get("YILU_SOAK") == "1" else 200
ROUNDS = 6
MOST_CONNECTIONS = 5
PATIENCE = 30.0


@contextmanager
def screen_that_never_reads(port: int, path: str) -> Iterator[socket.socket]:
    """A screen whose browser hangs: it has asked, and takes nothing from the wire."""
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        line.settimeout(PATIENCE)
        line.connect(("127.0.0.1", port))
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        yield line


@contextmanager
def screen_that_reads(port: int, path: str) -> Iterator[Callable[[str], str]]:
    """A screen as it should be; what it gives back waits for the next event of a kind."""
    line = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    line.request("GET", path)
    stream = line.getresponse()
    assert stream.status == 200

    def hears(kind: str) -> str:
        while stream.readline().decode().strip() != f"event: {kind}":
            pass
        return stream.readline().decode()

    try:
        yield hears
    finally:
        line.close()


def connections() -> int:
    """How many connections this database has, besides the one that asks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


@pytest.mark.covers("B09")
def test_screens_that_never_read_take_no_connection_and_hold_nobody_up(
    product: Crew, opening: Callable[..., Open]
):
    opened = opening(product, rooms=2)
    topic = day_topic(opened.clinic.site_id, date.fromisoformat(f"{at(9):%Y-%m-%d}"))
    path = f"/live?topics={quote(tokens.signed(topic))}"
    patients = opened.patients(ROUNDS)
    before = connections()

    with ExitStack() as screens:
        for _ in range(SCREENS):
            screens.enter_context(screen_that_never_reads(product.port, path))
        hears = screens.enter_context(screen_that_reads(product.port, path))
        hears("heartbeat")
        for half, who in enumerate(patients):
            when = at(9) + timedelta(minutes=30 * half)
            answer = opened.callers.one(opened.booking(when, who, f"key-{half}"))
            assert answer.status == 201, answer.body
            assert tokens.signed(topic) in hears("changed")
        taken = connections() - before

    assert taken <= MOST_CONNECTIONS
