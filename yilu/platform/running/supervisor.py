"""`yilu up`: everything one clinic needs, started in order, kept running, stopped cleanly."""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from gettext import gettext as _
from types import FrameType

from yilu.platform.running import embedded, stage
from yilu.platform.running.children import Child, end_orphans
from yilu.platform.running.failures import CannotRun
from yilu.platform.running.places import Home, home

CHILDREN_SECONDS = 6.0
STREAM_SECONDS = "4"
READY_SECONDS = 60.0
LOOK = 0.2
SERVER_LOOK = 1.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PAGES = "web"
# Off unless set. In a demonstration beside the port of the pages: 11112 and 10575 at 8000.
DEVICE_PORTS = {"YILU_DICOM_PORT": 3112, "YILU_HL7_PORT": 2575}
DEMONSTRATION_ONLY = ("sandbox", "players")
SERVER = (sys.executable, "-m", "yilu.config.serve")
# One callable, no life-span calls, no web sockets. The buffers are for many open streams.
SERVER_OPTIONS = (
    *("--interface", "asginl", "--http", "1", "--no-ws", "--loop", "uvloop"),
    *("--backlog", "2048", "--backpressure", "6000", "--runtime-threads", "1"),
    *("--workers-kill-timeout", STREAM_SECONDS, "--respawn-failed-workers"),
    *("--no-access-log", "--log-level", "warning"),
)


@dataclass
class Stack:
    """Everything of one place that runs now."""

    home: Home
    address: stage.Address
    children: list[Child] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)

    def keep_running(self) -> None:
        """Look after the processes until somebody asks to stop.

        The pages come first: what works behind them starts when the first was answered, and does
        not keep people waiting for it.
        """
        server_due = 0.0
        while not self.stopping.is_set():
            now = time.monotonic()
            for child in self.children:
                if child.name == PAGES or self.opened.is_set():
                    child.watch(now)
            if now >= server_due:
                self._look_after_server()
                server_due = now + SERVER_LOOK
            self.stopping.wait(LOOK)

    def stop(self) -> None:
        """End the processes together, then the database server."""
        for child in self.children:
            child.ask_to_stop()
        until = time.monotonic() + CHILDREN_SECONDS
        for child in self.children:
            child.wait(until)
        # What a child had started dies a moment after it: nothing is stopped before that.
        end_orphans(str(self.home.path))
        if not os.environ.get("DATABASE_URL"):
            embedded.stop(self.home)

    def _look_after_server(self) -> None:
        if os.environ.get("DATABASE_URL") or embedded.is_running(self.home):
            return
        tell(_("the database server ended; starting it again"))
        try:
            embedded.ensure_running(self.home)
        except CannotRun as problem:
            tell(str(problem))


def up() -> None:
    """Run everything until Ctrl-C or SIGTERM.

    Raises: CannotRun, when something outside is in the way; nothing is left running then.
    """
    place, where = home(), stage.address()
    with stage.only_one(place), _asked_to_stop_is_an_interrupt():
        if left := end_orphans(str(place.path)):
            said = _("ended %(number)s processes that an earlier run had left behind")
            tell(said % {"number": len(left)})
        where.require_free()
        tell(_("building what pages need"))
        stage.build(place)
        stack = Stack(place, where)
        try:
            _run(stack)
        except KeyboardInterrupt:
            tell(_("stopping"))
        finally:
            with _deaf_to_further_requests():
                stack.stop()
    tell(_("stopped"))


def tell(sentence: str) -> None:
    """One line for the person at the terminal."""
    clock = datetime.now().astimezone().strftime("%H:%M:%S")
    print(f"{clock}  {sentence}", flush=True)


def _run(stack: Stack) -> None:
    if not os.environ.get("DATABASE_URL"):
        tell(_("starting the database server"))
        embedded.ensure_running(stack.home)
    found = _database(stack.home)
    stack.children += _children(stack, found)
    with _announcing(stack, found):
        stack.keep_running()


def _database(place: Home) -> stage.Found:
    tell(_("bringing the database up to date"))
    found = stage.prepare_database(place)
    for warning in found.warnings:
        tell(warning)
    if not (found.is_empty and found.demo_allowed and "demo_load" in found.commands):
        return found
    tell(_("loading the demonstration clinic"))
    loading = subprocess.run(
        stage.manage_command("demo_load"),
        env=stage.environment(place, YILU_DB_ROLE="owner"),
        check=False,
    )
    if loading.returncode != 0:
        raise CannotRun(_("The demonstration could not be loaded; its reason stands above."))
    return stage.prepare_database(place)


def _children(stack: Stack, found: stage.Found) -> list[Child]:
    environment = stage.environment(stack.home, YILU_PORT=str(stack.address.port))
    with_figures = environment | {"PROMETHEUS_MULTIPROC_DIR": stage.empty_figures(stack.home)}
    listen = ("--host", stack.address.host, "--port", str(stack.address.port))
    workers = ("--workers", os.environ.get("YILU_WORKERS") or str(_processors()))
    web = [*SERVER, *SERVER_OPTIONS, *listen, *workers, "yilu.config.asgi:application"]
    children = [Child(PAGES, web, with_figures, tell)]
    names = ["worker", *(DEMONSTRATION_ONLY if found.is_demo else ())]
    environment |= _device_ports(stack.address.port) if found.is_demo else {}
    if any(environment.get(name) for name in DEVICE_PORTS):
        names.append("devices")
    for name in names:
        if name in found.commands:
            command = stage.manage_command(name)
            children.append(Child(name, command, environment, tell))
    return children


def _device_ports(port: int) -> dict[str, str]:
    """Where a demonstration answers machines, on loopback; what is set already stays."""
    return {name: os.environ.get(name) or str(port + n) for name, n in DEVICE_PORTS.items()}


def _processors() -> int:
    return max(1, min(4, len(os.sched_getaffinity(0))))


@contextmanager
def _announcing(stack: Stack, found: stage.Found) -> Iterator[None]:
    """Say where to go and who to be as soon as the first page is answered, while we watch."""
    waiting = threading.Thread(target=_announce, args=(stack, found), daemon=True)
    waiting.start()
    try:
        yield
    finally:
        stack.stopping.set()


def _announce(stack: Stack, found: stage.Found) -> None:
    is_open = _answers(stack)
    stack.opened.set()
    if not is_open:
        said = _("no page was answered within %(seconds)s s; run “yilu doctor”")
        tell(said % {"seconds": f"{READY_SECONDS:.0f}"})
        return
    tell(_("Yilu 医路 is open at %(address)s") % {"address": stack.address.url})
    command = "demo_signins" if found.is_demo else "setup_link" if found.is_empty else ""
    if command in found.commands:
        try:
            print(stage.run_once(stack.home, command), flush=True)
        except CannotRun as problem:
            # Ctrl-C is heard by that command too, and is no fault of it.
            if not stack.stopping.wait(LOOK):
                tell(str(problem))
    if not stack.stopping.is_set():
        tell(_("stop with Ctrl-C"))


def _answers(stack: Stack) -> bool:
    host = stack.address.host.replace("0.0.0.0", "127.0.0.1")  # noqa: S104
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and not stack.stopping.wait(LOOK):
        try:
            urllib.request.urlopen(f"http://{host}:{stack.address.port}/sign-in", timeout=5)
        except urllib.error.HTTPError:
            return True
        except OSError:
            continue
        else:
            return True
    return False


@contextmanager
def _asked_to_stop_is_an_interrupt() -> Iterator[None]:
    """Let SIGTERM and a closed terminal stop us just as Ctrl-C does, at any point."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    # Set even for SIGINT: a shell's background job starts with it ignored.
    before = {n: signal.signal(n, interrupt) for n in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _deaf_to_further_requests() -> Iterator[None]:
    """An impatient second Ctrl-C must not leave processes behind; stopping is quick enough."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
