"""Where everything lives on this machine. Nothing here creates or changes a folder."""

import hashlib
import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[3]
"""The folder of the code: README, Makefile, `yilu/`."""

BUILD = ROOT / "var" / "build"
"""What set-up makes from locked sources; it can be deleted at any time."""

FONTS = BUILD / "fonts"
"""NotoSansSC-Regular.ttf and NotoSansSC-Bold.ttf, for printed papers."""

COLLECTED = BUILD / "static"
"""Static files with the hash of their content in their names, as whitenoise serves them."""

TEST_ASSETS = BUILD / "testing"
"""Scripts that tests put into pages and that are never served."""

VENDOR = ROOT / "yilu" / "platform" / "static" / "vendor"
"""Style sheets, fonts and icons made by others, copied here at set-up."""

SERVER_WIDE_HOME = Path("/var/lib/yilu")
SOCKET_PATH_LIMIT = 100
"""Linux allows 107 bytes for the whole path of a socket; PostgreSQL needs 15 for its name."""


@dataclass(frozen=True)
class Home:
    """The folder with everything that must outlive the code: database, keys, files.

    Only `postgres` and `binaries` are ever touched by the database server's system user.
    """

    path: Path

    @property
    def postgres(self) -> Path:
        """The database server's own folder, mode 0700."""
        return self.path / "postgres"

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.postgres / "data"

    @property
    def binaries(self) -> Path:
        """A copy of PostgreSQL's programs, made only when root starts Yilu."""
        return self.path / "binaries"

    @property
    def keys(self) -> Path:
        """Encryption keys, mode 0700; never in the database nor in a backup of it."""
        return self.path / "keys"

    @property
    def socket_folder(self) -> Path:
        """The folder of the server's socket, mode 0700; elsewhere when `path` is too long."""
        inside = self.postgres / "run"
        if len(os.fsencode(inside)) + len("/.s.PGSQL.5432") <= SOCKET_PATH_LIMIT:
            return inside
        mark = fingerprint(os.fsencode(self.path))[:12]
        return Path(tempfile.gettempdir()) / f"yilu-{os.getuid()}-{mark}"

    def database_url(self, database: str = "yilu", user: str = "yilu") -> str:
        """How to reach `database` on the embedded server: over its socket, never the network."""
        return f"postgresql://{user}@/{database}?{urlencode({'host': str(self.socket_folder)})}"


def home() -> Home:
    """`YILU_HOME` if set; else `/var/lib/yilu` for root and `var/` beside the code for others."""
    if chosen := os.environ.get("YILU_HOME"):
        return Home(Path(chosen).expanduser().absolute())
    return Home(SERVER_WIDE_HOME if os.getuid() == 0 else ROOT / "var")


def fingerprint(content: bytes) -> str:
    """A short name for exactly this content."""
    return hashlib.sha256(content).hexdigest()


def environment_is_current() -> bool:
    """Whether the virtual environment was installed from the locked list as it is now."""
    lock = (ROOT / "requirements" / "base.txt").read_bytes()
    stamp = Path(sys.prefix) / "installed.json"
    try:
        made = json.loads(stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(made.get("base") == fingerprint(lock))
