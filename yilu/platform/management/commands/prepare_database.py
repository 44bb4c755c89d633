"""Bring the database up to date and say what it is, for the supervisor."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management import get_commands
from django.core.management.base import CommandError
from django.utils.translation import gettext_noop

from yilu.platform import clinic_clock, guard, installation
from yilu.platform.actors import Actor
from yilu.platform.running import language
from yilu.platform.running.failures import CannotRun
from yilu.platform.spoken import SpokenCommand

STARTER = Actor.system("platform.start")


class Command(SpokenCommand):
    """Ends with one line of JSON: what stands in the database, warnings, and known commands."""

    words = "manage prepare_database"
    help = gettext_noop(
        "Apply migrations and rights as the database's owner; say what the database holds."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse unsafe settings or an unsafe server, migrate, grant, report.

        A demonstration's clock goes on from where it was when everything stopped.
        """
        language.choose()
        try:
            warnings = guard.require_safe()
            clinic_clock.stand()
            installation.prepare()
        except CannotRun as refusal:
            raise CommandError(str(refusal)) from refusal
        clinic_clock.resume(STARTER)
        found = asdict(installation.installation())
        found |= {
            "warnings": warnings,
            "demo_allowed": installation.demonstration_allowed(),
            "commands": sorted(get_commands()),
        }
        self.stdout.write(json.dumps(found))
