"""A database server for a trial: tests and benchmarks run against it, nobody's data is in it."""

import os
import subprocess
from pathlib import Path

from yilu.platform.running import embedded, places, stage
from yilu.platform.running.places import Home

SPEED_UP = "max_connections = 120\n"


def run(command: list[str]) -> int:
    """Run a command with `DATABASE_URL` set to a server of its own; its status is returned.

    A `DATABASE_URL` that is set already is used instead, and nothing is started. The server is
    not the one of `yilu up`: it lives in `tests` inside the place's folder. It serves one command
    at a time: a second one would work in the databases of the first, and lose it with the first.
    Raises: CannotRun.
    """
    if os.environ.get("DATABASE_URL"):
        return finished(command, dict(os.environ))
    home = Home(places.home().path / "tests")
    with stage.only_one(home), embedded.running(home) as server:
        _allow_more_connections(home)
        return finished(command, {**os.environ, "DATABASE_URL": server.owner_url()})


def _allow_more_connections(home: Home) -> None:
    local = home.data / "local.conf"
    if not Path(local).exists():
        local.write_text(SPEED_UP, encoding="utf-8")
        embedded.stop(home)
        embedded.ensure_running(home)


def finished(command: list[str], environment: dict[str, str]) -> int:
    """Run a command to its end, whatever the terminal tells it; its status is returned."""
    with subprocess.Popen(command, env=environment) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                # The terminal has told the command as well: let it tidy up and end.
                continue
