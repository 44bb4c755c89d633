"""Look at the database for `yilu doctor`; changes nothing."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from yilu.platform import health, installation
from yilu.platform.running.checks import Check
from yilu.platform.running.failures import CannotRun


class Command(BaseCommand):
    """Ends with one line of JSON: the checks."""

    help = "Look at the database's settings, migrations and waiting work, for `yilu doctor`."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Write what was found."""
        checks = [*_server_settings(), *health.checks()]
        self.stdout.write(json.dumps([asdict(check) for check in checks]))


def _server_settings() -> list[Check]:
    try:
        warnings = installation.require_safe_server()
    except CannotRun as problem:
        return [Check("database settings", ok=False, found="unsafe", mend=str(problem))]
    except DatabaseError:
        return []  # the next check says that it does not answer
    checks = [Check("database settings", ok=True, found="nothing acknowledged can be lost")]
    return checks + [Check("database", ok=True, found=f"note: {text}") for text in warnings]
