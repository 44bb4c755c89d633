"""What stands ready before any process is started: address, environment, database, assets."""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from gettext import gettext as _
from pathlib import Path

from yilu.platform.running import assets, catalogues, icons, keys, places
from yilu.platform.running.children import MARK
from yilu.platform.running.failures import CannotRun, PortTaken
from yilu.platform.running.places import COLLECTED, ROOT, Home

DEFAULT_PORT = 8000
SETTINGS = "yilu.config.settings.base"
COLLECTED_STAMP = ".made-from"
REFUSED = ("CommandError: ", "yilu: ")
"""How a command begins a sentence that is meant for people."""


@dataclass(frozen=True)
class Address:
    """Where browsers find us. Loopback unless YILU_LISTEN opens it to the network."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address to open in a browser on this machine."""
        shown = "localhost" if self.host in {"127.0.0.1", "0.0.0.0", "::"} else self.host  # noqa: S104
        return f"http://{shown}:{self.port}/"

    def require_free(self) -> None:
        """Raises: CannotRun, when another program has the port or it may not be used."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                raise PortTaken(
                    _(
                        "Port %(port)s cannot be used (%(reason)s): stop the program that "
                        "has it, or choose another, such as YILU_PORT=%(next)s."
                    )
                    % {"port": self.port, "reason": error.strerror, "next": self.port + 1}
                ) from error


@dataclass(frozen=True)
class Found:
    """What the database was found to be, and which commands the product has."""

    is_empty: bool
    is_demo: bool
    demo_allowed: bool
    warnings: list[str]
    commands: list[str]


def address() -> Address:
    """From YILU_PORT and YILU_LISTEN. Raises: CannotRun, for a port that is no port."""
    wish = os.environ.get("YILU_PORT") or str(DEFAULT_PORT)
    if not (wish.isascii() and wish.isdigit() and 0 < int(wish[:6]) < 65536):
        said = _("YILU_PORT must be a number from 1 to 65535, not “%(wish)s”.")
        raise CannotRun(said % {"wish": wish})
    return Address(os.environ.get("YILU_LISTEN") or "127.0.0.1", int(wish))


def environment(home: Home, **more: str) -> dict[str, str]:
    """What every process of ours is started with."""
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "YILU_HOME": str(home.path),
        MARK: str(home.path),
        "PYTHONPATH": path,
        "PYTHONUNBUFFERED": "1",
        # Many small threads: without this each keeps a heap of its own.
        "MALLOC_ARENA_MAX": "2",
        **more,
    }


def manage_command(*words: str) -> list[str]:
    """The command line of one of the apps' commands, run by this very Python."""
    return [sys.executable, str(ROOT / "manage.py"), *words]


@contextmanager
def only_one(home: Home) -> Iterator[None]:
    """Hold the place's lock for a block. Raises: CannotRun, when another `yilu up` has it."""
    try:
        home.path.mkdir(parents=True, exist_ok=True)
        lock = (home.path / "up.lock").open("a+", encoding="ascii")
    except OSError as error:
        raise CannotRun(
            _(
                "The data folder %(folder)s cannot be written (%(reason)s): "
                "mend its permissions or name another folder with YILU_HOME."
            )
            % {"folder": home.path, "reason": error.strerror}
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise CannotRun(
                _(
                    "Yilu already runs from %(folder)s (process %(process)s): "
                    "stop that one, or name another folder with YILU_HOME."
                )
                % {"folder": home.path, "process": lock.read().strip() or "?"}
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def build(home: Home) -> None:
    """Make what pages need and is stale: style, fonts, icons, catalogues, collected files."""
    try:
        assets.build()
        icons.build()
        catalogues.compile_stale()
        keys.ensure(home, "secret_key")
        keys.ensure(home, "vapid_key")
        _collect(home)
    except OSError as error:
        raise CannotRun(
            _(
                "%(file)s cannot be written (%(reason)s): "
                "mend the permissions of the folder of the code."
            )
            % {"file": error.filename or ROOT, "reason": error.strerror}
        ) from error


def empty_figures(home: Home) -> str:
    """An empty folder in which the processes of `web` share what they count."""
    shutil.rmtree(home.path / "figures", ignore_errors=True)
    (home.path / "figures").mkdir(mode=0o700)
    return str(home.path / "figures")


def prepare_database(home: Home) -> Found:
    """Migrate as the owner. Raises: CannotRun, with the reason that the command gave."""
    said = run_once(home, "prepare_database", YILU_DB_ROLE="owner")
    return Found(**json.loads(said.strip().splitlines()[-1]))


def run_once(home: Home, *words: str, **more: str) -> str:
    """Run one command of ours to its end and return what it said.

    Raises: CannotRun, with the last line it wrote when it failed.
    """
    done = subprocess.run(
        manage_command(*words),
        env=environment(home, **more),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        reason = lines[-1] if lines else f"status {done.returncode}"
        if reason.startswith(REFUSED):
            raise CannotRun(reason.partition(": ")[2])
        said = _("“yilu manage %(command)s” failed: %(reason)s")
        raise CannotRun(said % {"command": " ".join(words), "reason": reason})
    return done.stdout


def static_hash() -> str:
    """A mark that changes when any static file of ours does."""
    files = sorted((ROOT / "yilu").glob("*/static/**/*"))
    stats = [(str(f), f.stat().st_size, f.stat().st_mtime_ns) for f in files if f.is_file()]
    return places.fingerprint(repr(stats).encode())


def is_collected() -> bool:
    """Whether the collected static files are those of now."""
    stamp = COLLECTED / COLLECTED_STAMP
    return stamp.is_file() and stamp.read_text(encoding="ascii") == static_hash()


def _collect(home: Home) -> None:
    if is_collected():
        return
    run_once(home, "collectstatic", "--noinput", "--clear", "--verbosity=0")
    Path(COLLECTED / COLLECTED_STAMP).write_text(static_hash(), encoding="ascii")
