"""The embedded PostgreSQL server: made once, started and stopped by its own programs.

It listens on a socket in a folder that only its own account and root can enter, and on no
network. No permission of a folder that is not the server's own is ever changed.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from gettext import gettext as _
from pathlib import Path

import psycopg
from psycopg import sql

from yilu.platform.running import folders
from yilu.platform.running.accounts import Account, server_account
from yilu.platform.running.failures import CannotRun
from yilu.platform.running.places import Home

MAJOR = "18"
DATABASE, OWNER, APP_ROLE = "yilu", "yilu", "yilu_app"
START_SECONDS, STOP_SECONDS = 60, 8
LEFTOVER_SECONDS, START_TRIES, PAUSE = 10, 20, 0.25
COMPLETE = ("PG_VERSION", "global/pg_control", "postgresql.conf")
SETTINGS = """\
# Written at every start; put settings of your own into local.conf, which is read last.
listen_addresses = ''
port = 5432
unix_socket_permissions = 0700
max_connections = 60
shared_buffers = 64MB
effective_cache_size = 512MB
work_mem = 8MB
maintenance_work_mem = 64MB
random_page_cost = 1.1
jit = off
wal_compression = on
max_wal_size = 1GB
autovacuum_max_workers = 2
autovacuum_naptime = 20s
timezone = 'UTC'
# A line of the log may be read by people who must not read records: no statements, no values.
log_min_error_statement = panic
log_error_verbosity = terse
log_timezone = 'UTC'
logging_collector = on
log_directory = '../log'
log_filename = 'postgresql-%a.log'
log_rotation_age = 1d
log_truncate_on_rotation = on
"""


@dataclass(frozen=True)
class Server:
    """One embedded server: its folder, the account it runs as, the folder of its programs."""

    home: Home
    account: Account
    programs: Path

    def owner_url(self, database: str = DATABASE) -> str:
        """How its owner, a superuser of this server alone, reaches `database`."""
        return self.home.database_url(database, OWNER)


def ensure_running(home: Home) -> Server:
    """Make the server if there is none, start it if it does not run, and return it.

    May be repeated at any time, also after a crash of this function.
    Raises: CannotRun, when the folder cannot be used or the server does not start.
    """
    account = server_account()
    folders.prepare(home, account)
    server = Server(home, account, folders.programs(home))
    for _try in range(START_TRIES):
        if not is_running(home):
            require_complete_data(home)
            if not home.data.exists():
                _initialise(server)
            _start(server)
        try:
            _ensure_database(server)
        except psycopg.OperationalError:
            time.sleep(PAUSE)  # it was found dying, or it is still reading its log after a crash
        else:
            return server
    said = _("The database server does not answer: see %(log)s.")
    raise CannotRun(said % {"log": home.postgres / "log"})


def stop(home: Home) -> None:
    """Stop the server if it runs: connections end, everything acknowledged is on disk."""
    if not is_running(home):
        return
    account = server_account()
    command = (folders.programs(home) / "pg_ctl", "stop", "-D", home.data, "-w")
    try:
        account.run(*command, "-m", "fast", "-t", str(STOP_SECONDS))
    except subprocess.CalledProcessError:
        account.run(*command, "-m", "immediate", "-t", str(STOP_SECONDS))


@contextmanager
def running(home: Home) -> Iterator[Server]:
    """The server for the length of a block; left as it was found."""
    before = is_running(home)
    server = ensure_running(home)
    try:
        yield server
    finally:
        if not before:
            stop(home)


def is_running(home: Home) -> bool:
    """Whether a live process of PostgreSQL works in this data folder."""
    pid = _recorded_pid(home)
    return pid is not None and _works_in(pid, home.data)


def _recorded_pid(home: Home) -> int | None:
    try:
        return int((home.data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _works_in(pid: int, data: Path) -> bool:
    # A number may have passed to another program since a crash; the server's folder cannot.
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == data.resolve()
    except OSError:
        return False


def _clear_after_crash(home: Home) -> None:
    """Wait for the last processes of a server that was killed, then drop its lock files.

    PostgreSQL would trust a process number alone, which may have passed to another program or
    belong to a dead one that nobody has collected; the folder a process works in cannot lie.
    """
    if not Path("/proc/self/cwd").exists():
        return
    deadline = time.monotonic() + LEFTOVER_SECONDS
    while left := _processes_in(home.data):
        if time.monotonic() > deadline:
            raise CannotRun(
                _(
                    "Process %(process)s of an earlier database server still works in %(folder)s: "
                    "end it and repeat."
                )
                % {"process": left[0], "folder": home.data}
            )
        time.sleep(PAUSE)
    for lock in (home.data / "postmaster.pid", home.socket_folder / ".s.PGSQL.5432.lock"):
        lock.unlink(missing_ok=True)


def _processes_in(data: Path) -> list[int]:
    numbers = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [pid for pid in numbers if _works_in(pid, data)]


def require_complete_data(home: Home) -> None:
    """Raises: CannotRun, for a data folder that is half-written or of another version."""
    data = home.data
    if not data.exists():
        return
    if missing := [name for name in COMPLETE if not (data / name).is_file()]:
        raise CannotRun(
            _(
                "The data folder %(folder)s is incomplete (no %(missing)s): put a backup in its "
                "place, or move it away to begin with an empty database; nothing in it was changed."
            )
            % {"folder": data, "missing": missing[0]}
        )
    found = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    if found != MAJOR:
        raise CannotRun(
            _(
                "The data folder %(folder)s was written by PostgreSQL %(found)s and this Yilu runs "
                "%(wanted)s: follow docs/running/upgrade.md; nothing in it was changed."
            )
            % {"folder": data, "found": found, "wanted": MAJOR}
        )


def _initialise(server: Server) -> None:
    """Make the data folder under another name first, so that it is whole or absent."""
    fresh = server.home.data.with_name("data.new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        server.account.run(
            server.programs / "initdb",
            *("-D", fresh, "-U", OWNER, "--encoding=UTF8", "--locale=C.UTF-8"),
            *("--data-checksums", "--auth=trust", "--no-instructions"),
        )
    except subprocess.CalledProcessError as error:
        raise CannotRun(
            _("The database could not be made in %(folder)s (%(reason)s): mend that and repeat.")
            % {"folder": fresh, "reason": _last_line(error.output)}
        ) from error
    with (fresh / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.write("\ninclude_if_exists = 'yilu.conf'\ninclude_if_exists = 'local.conf'\n")
    # Trust is safe here: only the server's own account and root can enter the socket's folder.
    (fresh / "pg_hba.conf").write_text("local all all trust\n", encoding="utf-8")
    fresh.rename(server.home.data)


def _write_settings(server: Server) -> None:
    file = server.home.data / "yilu.conf"
    folder = str(server.home.socket_folder).replace("'", "''")
    file.write_text(f"{SETTINGS}unix_socket_directories = '{folder}'\n", encoding="utf-8")
    os.chown(file, server.account.uid, server.account.gid)


def _start(server: Server) -> None:
    _clear_after_crash(server.home)
    _write_settings(server)
    begun = time.time()
    said = server.home.postgres / "start.log"
    command = (server.programs / "pg_ctl", "start", "-D", server.home.data, "-w")
    try:
        server.account.run(*command, "-t", str(START_SECONDS), "-l", said)
    except subprocess.CalledProcessError as error:
        reason = _log_since(server.home, begun) or error.output
        raise CannotRun(
            _("The database server did not start (%(reason)s): its log is in %(log)s.")
            % {"reason": _last_line(reason), "log": server.home.postgres / "log"}
        ) from error


def _log_since(home: Home, begun: float) -> str:
    """What the server has written since `begun`: at first into one file, then into its log."""
    files = [home.postgres / "start.log", *(home.postgres / "log").glob("*.log")]
    fresh = [file for file in files if file.exists() and file.stat().st_mtime >= begun - 1]
    return "".join(file.read_text(encoding="utf-8", errors="replace") for file in fresh)


def _ensure_database(server: Server) -> None:
    with psycopg.connect(server.owner_url("postgres"), autocommit=True) as connection:
        if not connection.execute(
            "SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE]
        ).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(APP_ROLE)))
        if not connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
        ).fetchone():
            name = sql.Identifier(DATABASE)
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))


def _last_line(text: str) -> str:
    """What a program of PostgreSQL gave as its reason."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "error:" in line] or lines[-1:]
    return telling[0] if telling else "no reason given"
