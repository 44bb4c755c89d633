"""The browser that tests and pictures use: found, or fetched from the system's packages."""

import os
import shutil
import subprocess
import sys

from yilu.platform.running.failures import CannotRun

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The same without windows, tabs and extensions: pages open in two thirds of the time.
BARE = ("chromium-headless-shell",)
BY_HAND = "install one, for instance with “apt-get install chromium”, or name it in YILU_CHROMIUM"


def find(*, bare: bool = False) -> str | None:
    """The path of a Chromium on this machine, if there is one; a bare one if that is enough."""
    named = os.environ.get("YILU_CHROMIUM")
    names = (*BARE, *NAMES) if bare else NAMES
    return named or next((path for name in names if (path := shutil.which(name))), None)


def ensure(*, bare: bool = False) -> str:
    """The path of a Chromium, installed by root from the system's packages if need be.

    Raises: CannotRun, when there is none and none can be had.
    """
    if found := find(bare=bare):
        return found
    apt = shutil.which("apt-get")
    if os.getuid() != 0 or apt is None:
        raise CannotRun(f"The tests need a Chromium: {BY_HAND}.")
    print("Installing chromium from the system's packages", flush=True)
    for words in (["update"], ["install", NAMES[0]]):
        if not _is_done(apt, *words):
            raise CannotRun(f"Chromium could not be installed by apt-get {words[0]}: {BY_HAND}.")
    _is_done(apt, "install", *BARE)  # not every system has it, and all goes without
    if found := find(bare=bare):
        return found
    raise CannotRun(f"The system's packages hold no Chromium: {BY_HAND}.")


def _is_done(apt: str, *words: str) -> bool:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = [apt, "-q", "--yes", "--no-install-recommends", *words]
    return subprocess.run(command, env=quiet, capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    try:
        ensure()
    except CannotRun as problem:
        sys.exit(f"yilu: {problem}")
