"""Run the providers' sandboxes of a demonstration until asked to stop."""

import os
import sys
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yilu.platform import clinic_clock
from yilu.platform.running.places import ROOT
from yilu.platform.spoken import SpokenCommand


class Command(SpokenCommand):
    words = "manage sandbox"
    help = gettext_noop(
        "Serve made-up SMS, WeChat and mail providers on loopback. Demonstrations only."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not clinic_clock.is_demonstration():
            raise CommandError(_("This is a real clinic: it has no sandboxes."))
        # They need nothing of the product; this process goes on without it, and so much smaller.
        found = os.environ | {"PYTHONPATH": str(ROOT)}
        os.execve(sys.executable, [sys.executable, "-m", "yilu.demo.sandbox"], found)  # noqa: S606
