"""`yilu doctor`: looks at everything that can go wrong and says how to mend it. Changes nothing."""

import json
import os
import sys
from gettext import gettext as _

from yilu.platform.running import assets, catalogues, embedded, icons, places, stage
from yilu.platform.running.checks import Check
from yilu.platform.running.failures import CannotRun, PortTaken

OLDEST, NEWEST = (3, 11), (3, 13)


def report() -> int:
    """Print one line for each thing looked at; 1 when something must be mended."""
    checks = [*_machine(), *_database()]
    width = max(len(check.name) for check in checks)
    for check in checks:
        print(f"{_('ok ') if check.ok else _('BAD')}  {check.name:<{width}}  {check.found}")
        if not check.ok:
            print(f"     {'':<{width}}  → {check.mend}")
    bad = sum(not check.ok for check in checks)
    print(_("Everything is well.") if not bad else _("%(number)s to mend.") % {"number": bad})
    return 1 if bad else 0


def _machine() -> list[Check]:
    return [_python(), _environment(), _port(), *_folders(), *_built(), _secret()]


def _python() -> Check:
    version = sys.version_info[:2]
    mend = _("Remove .venv and run “make run” with Python 3.11, 3.12 or 3.13.")
    return Check("python", OLDEST <= version <= NEWEST, ".".join(map(str, version)), mend)


def _environment() -> Check:
    from_lock = places.environment_is_current()
    found = (
        _("as locked") if from_lock else _("not installed from requirements/base.txt as it is now")
    )
    return Check("environment", from_lock, found, _("Run “make setup”."))


def _port() -> Check:
    try:
        where = stage.address()
        where.require_free()
    except CannotRun as problem:
        # Our own pages having the port is as it should be.
        is_ours = isinstance(problem, PortTaken) and _is_up()
        return Check("port", is_ours, _("in use by Yilu") if is_ours else _("taken"), str(problem))
    return Check("port", ok=True, found=_("%(port)s is free") % {"port": where.port})


def _is_up() -> bool:
    try:
        with stage.only_one(places.home()):
            return False
    except CannotRun:
        return True


def _folders() -> list[Check]:
    home = places.home()
    writable = os.access(home.path if home.path.exists() else home.path.parent, os.W_OK)
    checks = [
        Check(
            "data folder",
            ok=writable,
            found=str(home.path),
            mend=_("Make it writable or name another with YILU_HOME."),
        )
    ]
    for folder in (home.postgres, home.keys):
        if folder.exists():
            is_closed = folder.stat().st_mode & 0o077 == 0
            mend = _("Run “chmod 700 %(folder)s”.") % {"folder": folder}
            checks.append(Check(f"{folder.name} closed to others", is_closed, str(folder), mend))
    return checks


def _built() -> list[Check]:
    uncompiled = catalogues.stale()
    mend = _("Run “yilu build”, or start with “yilu up”, which does it.")
    return [
        Check("assets", assets.is_current(), str(places.VENDOR), mend),
        Check("icons", icons.is_current(), str(icons.ICONS), mend),
        Check(
            "catalogues",
            not uncompiled,
            _("%(number)s not compiled") % {"number": len(uncompiled)},
            mend,
        ),
        Check("static files", stage.is_collected(), str(places.COLLECTED), mend),
    ]


def _secret() -> Check:
    is_there = (
        bool(os.environ.get("YILU_SECRET_KEY")) or (places.home().keys / "secret_key").exists()
    )
    found = _("present") if is_there else _("not made yet")
    return Check("secret key", is_there, found, _("“yilu up” makes it at its first start."))


def _database() -> list[Check]:
    if not os.environ.get("DATABASE_URL"):
        try:
            embedded.require_complete_data(places.home())
        except CannotRun as problem:
            return [Check("database", ok=False, found=_("cannot be used"), mend=str(problem))]
        if not embedded.is_running(places.home()):
            mend = _("Start it with “yilu up”; the rest can be looked at only then.")
            return [Check("database", ok=False, found=_("does not run"), mend=mend)]
    try:
        said = stage.run_once(places.home(), "examine_database")
    except CannotRun as problem:
        return [Check("database", ok=False, found=_("cannot be examined"), mend=str(problem))]
    return [Check(**found) for found in json.loads(said.strip().splitlines()[-1])]
