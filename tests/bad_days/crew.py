"""The real processes of the product, which may be killed at any moment and come back."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.browser.served import PATIENCE, ROOT, environment, free_port
from yilu.platform.running.supervisor import SERVER

WEB = ("--interface", "asginl", "--http", "1", "--no-ws", "--loop", "uvloop", "--workers", "1")
# They end with us, also when we are killed: left behind, they would work on the next tests' rows.
LAUNCH = (sys.executable, "-S", "-E", str(ROOT / "yilu/platform/running/launch.py"))


class Crew:
    """`web` and `worker`, each in a process group of its own."""

    def __init__(self, logs: Path, more: Mapping[str, str]) -> None:
        self.port = free_port()
        self._logs = logs
        self._environment = environment({}) | {
            "DJANGO_SETTINGS_MODULE": "tests.bad_days.settings",
            "YILU_PORT": str(self.port),
            **more,
        }
        listen = ("--host", "127.0.0.1", "--port", str(self.port), "--backlog", "2048")
        web = [*SERVER, *WEB, *listen, "yilu.config.asgi:application"]
        self._commands = {"web": web, "worker": [sys.executable, "manage.py", "worker"]}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        """Start one of them; what it says is added to its log."""
        with (self._logs / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603 (our own command)
                [*LAUNCH, str(os.getpid()), *self._commands[name]],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """End one of them and all that it has started, without a word of warning."""
        process = self._running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def wait(self) -> None:
        """Wait until pages are answered."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if _answers(self.port):
                return
            time.sleep(0.05)
        raise RuntimeError(f"web does not answer:\n{self.said('web')}")

    def said(self, name: str) -> str:
        """The end of what one of them has said."""
        return (self._logs / f"{name}.log").read_text(errors="replace")[-3000:]

    def stop(self) -> None:
        """End all of them."""
        for name in list(self._running):
            self.kill(name)


@contextmanager
def crew(logs: Path, **more: str) -> Iterator[Crew]:
    """Both processes, answering, for as long as the block lasts."""
    made = Crew(logs, more)
    try:
        made.start("worker")
        made.start("web")
        made.wait()
        yield made
    finally:
        made.stop()


def _answers(port: int) -> bool:
    line = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status in {200, 503}
    except (OSError, HTTPException):
        return False
    finally:
        line.close()
