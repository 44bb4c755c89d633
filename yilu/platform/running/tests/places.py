"""Folders for tests that start servers: short, and passable for the server's system user."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from yilu.platform.running import embedded
from yilu.platform.running.places import Home


@contextmanager
def temporary_home() -> Iterator[Home]:
    """A new empty home. Whatever server still runs in it at the end is stopped."""
    # pytest's own folder may be entered by nobody else, so root's server user could not.
    folder = Path(tempfile.mkdtemp(prefix="yilu-test-"))
    home = Home(folder)
    try:
        yield home
    finally:
        embedded.stop(home)
        shutil.rmtree(folder)


@contextmanager
def copy_of(stopped: Home) -> Iterator[Home]:
    """A new home with everything that this one has, which runs nothing meanwhile."""
    with temporary_home() as home:
        # With owners: the server's files belong to its system user.
        subprocess.run(["/bin/cp", "-a", f"{stopped.path}/.", str(home.path)], check=True)
        yield home
