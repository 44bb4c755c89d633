"""The real server, in processes of its own, on the database of the tests."""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlencode

from django.core.management import get_commands
from django.db import connection

ROOT = Path(__file__).parents[2]
SETTINGS = "tests.browser.settings"
PATIENCE = 60.0
LOWEST_PORT, PORTS = 20_000, 12_000


def free_port() -> int:
    """A port that nothing listens on, and that stays free until somebody does.

    It is below those that the system lends to outgoing connections: one of these might have been
    lent to a browser by the time that a server begins to listen, or comes back.
    """
    while True:
        port = LOWEST_PORT + secrets.randbelow(PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """The environment of the product's processes, pointing at the database of the tests."""
    place = connection.settings_dict
    query = urlencode({"host": place["HOST"], **({"port": place["PORT"]} if place["PORT"] else {})})
    user = f"{place['USER']}:{place['PASSWORD']}" if place["PASSWORD"] else place["USER"]
    inherited = {k: v for k, v in os.environ.items() if k != "YILU_DB_ROLE"}
    return {
        **inherited,
        "DATABASE_URL": f"postgresql://{user}@/{place['NAME']}?{query}",
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "PYTHONPATH": str(ROOT),
        "YILU_THREADS": "8",
        **more,
    }


@contextmanager
def running(
    command: list[str], log: Path, more: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """A process for as long as the block lasts; what it says goes to `log`."""
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 (our own command)
            command, cwd=ROOT, env=environment(more), stdout=output, stderr=subprocess.STDOUT
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def web(log: Path, more: Mapping[str, str] = MappingProxyType({}), port: int = 0) -> Iterator[str]:
    """The web process, with `more` in its environment; the address it answers at."""
    port = port or free_port()
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "1", "--workers-kill-timeout", "3"]
    with running([*command, "yilu.config.asgi:application"], log, more) as process:
        address = f"http://127.0.0.1:{port}"
        _wait_for(port, process, log)
        yield address


@contextmanager
def worker(log: Path, more: Mapping[str, str] = MappingProxyType({})) -> Iterator[None]:
    """The worker, without which nothing is pushed; nothing where there is none yet."""
    if "worker" not in get_commands():
        yield
        return
    with running([sys.executable, "manage.py", "worker"], log, more):
        yield


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if _answers(port):
            return
        time.sleep(0.1)
    raise RuntimeError(f"The server did not answer:\n{log.read_text(errors='replace')[-3000:]}")


def _answers(port: int) -> bool:
    line = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        line.request("GET", "/healthz")
        # Not well either while no worker has shown itself, which starts after us.
        return line.getresponse().status in {200, 503}
    except (OSError, HTTPException):
        return False
    finally:
        line.close()
