"""A whole installation for tests: `yilu up` as a process, on a free port, in its own folder."""

import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from yilu.platform.running.places import ROOT, Home

PATIENCE = 180.0


@dataclass(frozen=True)
class Clinic:
    """A running installation."""

    home: Home
    port: int
    process: subprocess.Popen[str]

    def answers(self) -> bool:
        """Whether a page is answered just now and the worker works."""
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}/healthz", timeout=PATIENCE
            ) as page:
                return page.status == 200
        except OSError:
            return False

    def child(self, words: str) -> int | None:
        """The number of the supervisor's child whose command line has these words."""
        mine = [pid for pid in _numbers() if _parent(pid) == self.process.pid]
        return next((pid for pid in mine if words in _command(pid)), None)

    def descendants(self) -> list[int]:
        """Every process that carries the mark of this place."""
        mark = f"YILU_CHILD_OF={self.home.path}".encode()
        return [pid for pid in _numbers() if mark in _read(pid, "environ").split(b"\0")]

    def stop(self, number: int = signal.SIGTERM) -> float:
        """Ask it to stop; returns the seconds that it took."""
        begun = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(PATIENCE)
        return time.monotonic() - begun


@contextmanager
def running_clinic(home: Home, **environment: str) -> Iterator[Clinic]:
    """`yilu up` until the end of the block, without a demonstration, with one web process."""
    port = free_port()
    # Into a file: a pipe that nobody reads would one day hold up whoever writes.
    with tempfile.TemporaryFile("w+") as said:
        process = start(home, port, said, **environment)
        clinic = Clinic(home, port, process)
        try:
            eventually(lambda: clinic.answers() or process.poll() is not None)
            assert process.poll() is None, said.seek(0) or said.read()
            yield clinic
        finally:
            if process.poll() is None:
                clinic.stop()


def refusal(home: Home, port: int) -> tuple[int, str]:
    """The status and the words with which `yilu up` gives up at once."""
    with start(home, port, subprocess.PIPE) as process:
        said, _ = process.communicate(timeout=PATIENCE)
        return process.returncode, said


def start(
    home: Home, port: int, said: IO[str] | int, *, group: int | None = None, **environment: str
) -> subprocess.Popen[str]:
    """Begin `yilu up`; what it says goes to `said`. `group` 0: as a terminal does, in its own."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("YILU_", "DATABASE_"))}
    own = {"YILU_HOME": str(home.path), "YILU_PORT": str(port), "YILU_DEMO": "0"}
    del inherited["DJANGO_SETTINGS_MODULE"]
    return subprocess.Popen(
        [sys.executable, "-m", "yilu", "up"],
        cwd=ROOT,
        env={**inherited, **own, "YILU_WORKERS": "1", **environment},
        stdout=said,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=group,
    )


def free_port() -> int:
    """A port that nobody has just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(check: Callable[[], object], seconds: float = PATIENCE) -> float:
    """Wait until `check` holds; returns the seconds that it took."""
    begun = time.monotonic()
    while not check():
        assert time.monotonic() - begun < seconds, "it did not happen in time"
        select.select([], [], [], 0.02)
    return time.monotonic() - begun


def _numbers() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""


def _parent(pid: int) -> int:
    words = _read(pid, "stat").rpartition(b")")[2].split()
    return int(words[1]) if words else 0


def _command(pid: int) -> str:
    return _read(pid, "cmdline").replace(b"\0", b" ").decode()
