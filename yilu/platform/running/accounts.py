"""The system account that the database server runs as, and commands run under it."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from gettext import gettext as _
from pathlib import Path

from yilu.platform.running.failures import CannotRun

SYSTEM_USER = "yilu"
NO_LOGIN = "/usr/sbin/nologin"
SECONDS = 120


@dataclass(frozen=True)
class Account:
    """Who owns the server's files and process. PostgreSQL refuses to be root."""

    uid: int
    gid: int

    def run(self, *command: str | Path, seconds: int = SECONDS) -> str:
        """Run a program of ours as this account and return what it said, whatever its fate.

        Raises: subprocess.CalledProcessError, with everything it said in `output`.
        """
        user, group, more = self._identity()
        done = subprocess.run(
            [str(part) for part in command],
            user=user,
            group=group,
            extra_groups=more,
            # The locale decides how the server sorts and compares Chinese: never the caller's.
            env={"LC_ALL": "C.UTF-8", "PATH": os.defpath, "TZ": "UTC"},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=seconds,
            check=True,
        )
        return done.stdout

    def can_reach(self, folder: Path) -> bool:
        """Whether this account may pass through `folder` and everything above it."""
        try:
            self.run("/bin/sh", "-c", 'cd -- "$1"', "sh", folder)
        except subprocess.CalledProcessError:
            return False
        return True

    def _identity(self) -> tuple[int | None, int | None, list[int] | None]:
        if self.uid == os.getuid():
            return None, None, None
        return self.uid, self.gid, []


def server_account() -> Account:
    """The account for the database server: oneself, or for root a system user made for it.

    Raises: CannotRun, when root cannot make one.
    """
    if os.getuid() != 0:
        return Account(os.getuid(), os.getgid())
    try:
        known = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        known = _make_system_user()
    return Account(known.pw_uid, known.pw_gid)


def _make_system_user() -> pwd.struct_passwd:
    for tool, *options in (
        ("useradd", "--system", "--user-group", "--no-create-home", "--shell", NO_LOGIN),
        ("adduser", "-S", "-D", "-H", "-s", "/sbin/nologin"),
    ):
        if path := shutil.which(tool):
            subprocess.run([path, *options, SYSTEM_USER], capture_output=True, check=False)
            break
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError as error:
        raise CannotRun(
            _(
                "PostgreSQL must not run as root and the system user “%(user)s” could not be "
                "made: add it with your system's tools, or start Yilu as an ordinary user."
            )
            % {"user": SYSTEM_USER}
        ) from error
