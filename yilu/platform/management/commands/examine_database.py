"""Look at the database for `yilu doctor`; changes nothing."""

import json
from dataclasses import asdict
from gettext import gettext as _
from typing import Any

from django.db import DatabaseError
from django.utils.translation import gettext_noop

from yilu.platform import health, installation, keeper
from yilu.platform.running import language
from yilu.platform.running.checks import Check
from yilu.platform.running.failures import CannotRun
from yilu.platform.spoken import SpokenCommand


class Command(SpokenCommand):
    """Ends with one line of JSON: the checks."""

    words = "manage examine_database"
    help = gettext_noop(
        "Look at the database's settings, migrations and waiting work, for `yilu doctor`."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write what was found."""
        language.choose()
        checks = [*_server_settings(), *health.checks(), *_keys(), *_given_up()]
        self.stdout.write(json.dumps([asdict(check) for check in checks]))


def _server_settings() -> list[Check]:
    try:
        warnings = installation.require_safe_server()
    except CannotRun as problem:
        return [Check("database settings", ok=False, found=_("unsafe"), mend=str(problem))]
    except DatabaseError:
        return []  # the next check says that it does not answer
    checks = [Check("database settings", ok=True, found=_("nothing acknowledged can be lost"))]
    return checks + [
        Check("database", ok=True, found=_("note: %(text)s") % {"text": text}) for text in warnings
    ]


def _keys() -> list[Check]:
    try:
        is_ours = keeper.are_ours()
    except DatabaseError:
        return []
    return [
        Check(
            "keys",
            ok=is_ours,
            found=_("those of this database") if is_ours else _("not those of this database"),
            mend=_("Stop Yilu and put the copy of the folder “keys” in its place."),
        )
    ]


def _given_up() -> list[Check]:
    """What failed for good: nobody else at the terminal would hear of it."""
    try:
        dead = health.given_up()
    except DatabaseError:
        return []
    found = {"events": dead.deliveries, "timers": dead.timers}
    return [
        Check(
            "given up",
            ok=not any(found.values()),
            found=_("%(events)s events and %(timers)s timers") % found,
            mend=_("Mend what the worker's log says, then run “yilu manage retry_given_up”."),
        ),
        Check(
            "long work",
            ok=not dead.jobs,
            found=_("%(number)s failed, not done since") % {"number": dead.jobs},
            mend=_("The page “System” says which and why; there it is begun again or put away."),
        ),
    ]
