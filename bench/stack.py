"""The real product on a database of its own: `web`, `worker` and the sandbox, on loopback."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from yilu.platform.running import places, stage
from yilu.platform.running.places import Home
from yilu.platform.running.supervisor import SERVER, SERVER_OPTIONS

DATABASE = "yilu_benchmark"
PATIENCE = 90.0
END_SECONDS = 15


@dataclass(frozen=True)
class Place:
    """Where everything is: the folder of keys and logs, the database, the port."""

    home: Home
    url: str
    port: int
    workers: int

    @property
    def environment(self) -> dict[str, str]:
        """What its processes are started with."""
        return stage.environment(
            self.home,
            DATABASE_URL=self.url,
            YILU_DEMO="1",
            YILU_PORT=str(self.port),
            YILU_SANDBOX_PORT=str(free_port()),
            YILU_LOG="WARNING",
        )


def free_port() -> int:
    """A port that nothing listens on now; the one after it is free as well."""
    for _ in range(100):
        with socket.socket() as probe, socket.socket() as after:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
            try:
                after.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port
    raise RuntimeError("no two free ports beside each other")


@contextmanager
def scratch(database: str = DATABASE) -> Iterator[Place]:
    """An empty database on the server of `DATABASE_URL`, with the tables, for one block."""
    server = os.environ["DATABASE_URL"]
    name = sql.Identifier(database)
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
        parts = urlsplit(server)
        url = urlunsplit(parts._replace(path=f"/{database}", netloc=parts.netloc))
        home = Home(places.home().path / "bench")
        workers = max(1, min(4, len(os.sched_getaffinity(0))))
        place = Place(home, url, free_port(), workers)
        try:
            os.environ.update(place.environment)
            stage.build(home)
            stage.prepare_database(home)
            yield place
        finally:
            connection.execute(drop)


@contextmanager
def serving(place: Place) -> Iterator[dict[str, int]]:
    """The processes by what they are, once the first page is answered."""
    listen = ["--host", "127.0.0.1", "--port", str(place.port), "--workers", str(place.workers)]
    web = [*SERVER, *SERVER_OPTIONS, *listen]
    commands = {
        "sandbox": stage.manage_command("sandbox"),
        "worker": stage.manage_command("worker"),
        "web": [*web, "yilu.config.asgi:application"],
    }
    figures = {"PROMETHEUS_MULTIPROC_DIR": stage.empty_figures(place.home)}
    with ExitStack() as stack:
        found = {}
        for kind, command in commands.items():
            more = figures if kind == "web" else {}
            log = place.home.path / f"{kind}.log"
            found[kind] = stack.enter_context(_running(command, os.environ | more, log))
        _wait(place.port)
        yield found


@contextmanager
def _running(command: list[str], environment: dict[str, str], log: Path) -> Iterator[int]:
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 (our own programs)
            command, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        line = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            line.request("GET", "/healthz")
            if line.getresponse().status == 200:
                return
        except (OSError, HTTPException):
            pass
        finally:
            line.close()
        time.sleep(0.1)
    raise RuntimeError("the product did not answer; see the logs in the folder of the benchmark")
