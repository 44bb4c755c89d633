"""The browser that tests and pictures use: found, or fetched from the system's packages."""

import os
import shutil
import subprocess
import sys

from yilu.platform.running.failures import CannotRun

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BY_HAND = "install one, for instance with “apt-get install chromium”, or name it in YILU_CHROMIUM"


def find() -> str | None:
    """The path of a Chromium on this machine, if there is one."""
    named = os.environ.get("YILU_CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


def ensure() -> str:
    """The path of a Chromium, installed by root from the system's packages if need be.

    Raises: CannotRun, when there is none and none can be had.
    """
    if found := find():
        return found
    apt = shutil.which("apt-get")
    if os.getuid() != 0 or apt is None:
        raise CannotRun(f"The tests need a Chromium: {BY_HAND}.")
    print("Installing chromium from the system's packages", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        done = subprocess.run([apt, "-q", *words], env=quiet, capture_output=True, check=False)
        if done.returncode != 0:
            raise CannotRun(f"Chromium could not be installed by apt-get {words[0]}: {BY_HAND}.")
    if found := find():
        return found
    raise CannotRun(f"The system's packages hold no Chromium: {BY_HAND}.")


if __name__ == "__main__":
    try:
        ensure()
    except CannotRun as problem:
        sys.exit(f"yilu: {problem}")
