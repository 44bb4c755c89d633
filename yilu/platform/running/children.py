"""One supervised process: started, watched, started again, and ended with all it started."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from gettext import gettext as _
from pathlib import Path

MARK = "YILU_CHILD_OF"
PAUSES = (0.2, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds before a child is started again: the first time at once, then ever more patiently."""
SETTLED_SECONDS = 30.0
LAUNCH = Path(__file__).with_name("launch.py")


@dataclass
class Child:
    """A process that must always run. Its name is what the person at the terminal reads."""

    name: str
    command: list[str]
    environment: dict[str, str]
    tell: Callable[[str], None]
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    started_at: float = 0.0
    next_at: float = field(default=0.0)

    def watch(self, now: float) -> None:
        """Start it when it is due, notice when it has died. Called several times a second."""
        if self.process is None:
            if now >= self.next_at:
                self._start(now)
        elif self.process.poll() is not None:
            self._bury(now)

    @property
    def runs(self) -> bool:
        """Whether it was alive when it was last looked at."""
        return self.process is not None and self.process.returncode is None

    def ask_to_stop(self) -> None:
        """Begin a clean stop."""
        self._signal(signal.SIGTERM)

    def wait(self, until: float) -> None:
        """Wait for its end, and from `until` on end it with everything it started."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self.process.wait()
        self._signal(signal.SIGKILL)  # what it may have left behind in its group
        self.process = None

    def _start(self, now: float) -> None:
        launch = [sys.executable, "-S", "-E", str(LAUNCH), str(os.getpid())]
        self.process = subprocess.Popen(
            [*launch, *self.command],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.started_at = now

    def _bury(self, now: float) -> None:
        """Note a death, end what it left in its group, and set the time of its next start."""
        status = self.process.returncode if self.process else 0
        self._signal(signal.SIGKILL)
        self.process = None
        if now - self.started_at > SETTLED_SECONDS:
            self.deaths = 0
        pause = PAUSES[min(self.deaths, len(PAUSES) - 1)]
        self.deaths += 1
        self.next_at = now + pause
        said = _("%(process)s ended (%(how)s); starting it again in %(pause)s s")
        how = {"process": self.name, "how": _in_words(status), "pause": f"{pause:g}"}
        self.tell(said % how)

    def _signal(self, number: int) -> None:
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return


def end_orphans(mark: str) -> list[int]:
    """End the processes that an earlier supervisor of this place left behind.

    Returns their numbers. They carry the place's mark in their environment.
    """
    wanted = f"{MARK}={mark}".encode()
    orphans = [pid for pid in _process_numbers() if _carries(pid, wanted)]
    for number in (signal.SIGTERM, signal.SIGKILL):
        _send(orphans, number)
        deadline = time.monotonic() + 3.0
        while any(_carries(pid, wanted) for pid in orphans) and time.monotonic() < deadline:
            time.sleep(0.05)
    return orphans


def _process_numbers() -> Iterable[int]:
    proc = Path("/proc")
    entries = proc.iterdir() if proc.is_dir() else iter(())
    return [int(entry.name) for entry in entries if entry.name.isdigit()]


def _carries(pid: int, wanted: bytes) -> bool:
    try:
        return pid != os.getpid() and wanted in Path(f"/proc/{pid}/environ").read_bytes().split(
            b"\0"
        )
    except OSError:
        return False


def _send(processes: Iterable[int], number: int) -> None:
    for pid in processes:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def _in_words(status: int) -> str:
    if status < 0:
        return _("killed by %(signal)s") % {"signal": signal.Signals(-status).name}
    return _("by itself") if status == 0 else _("status %(status)s") % {"status": status}
