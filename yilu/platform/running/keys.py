"""Secrets of this place: random, made once, kept in `$YILU_HOME/keys` and nowhere else."""

import os
import secrets
from gettext import gettext as _
from pathlib import Path

from yilu.platform.running.failures import CannotRun
from yilu.platform.running.places import Home

BYTES = 32


def read(home: Home, name: str) -> str | None:
    """The secret called `name` in hexadecimal, or None before it is made."""
    try:
        return (home.keys / name).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None


def ensure(home: Home, name: str) -> str:
    """The secret called `name`, made now if it is not there yet.

    Raises: CannotRun, when others may read it or it cannot be kept.
    """
    try:
        home.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
        if home.keys.stat().st_mode & 0o077:
            said = _("Others may enter %(folder)s: run “chmod 700 %(folder)s”.")
            raise CannotRun(said % {"folder": home.keys})
        if read(home, name) is None:
            _write_once(home.keys / name, secrets.token_hex(BYTES))
        found = read(home, name)
    except OSError as error:
        raise CannotRun(
            _("The keys in %(folder)s cannot be kept (%(reason)s): mend its permissions.")
            % {"folder": home.keys, "reason": error.strerror}
        ) from error
    if not found:
        said = _("The key %(file)s is empty: put its backup in its place.")
        raise CannotRun(said % {"file": home.keys / name})
    return found


def _write_once(path: Path, secret: str) -> None:
    """Write the whole secret under another name first; a link never replaces an older one."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secret + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass  # another process was first: its key counts
    finally:
        fresh.unlink()
