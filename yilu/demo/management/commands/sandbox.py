"""Run the providers' sandboxes of a demonstration until asked to stop."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yilu.platform import clinic_clock
from yilu.platform.running.places import ROOT


class Command(BaseCommand):
    help = "Serve made-up SMS, WeChat and mail providers on loopback. Demonstrations only."

    def handle(self, *args: Any, **options: Any) -> None:
        if not clinic_clock.is_demonstration():
            raise CommandError("This is a real clinic: it has no sandboxes.")
        # They need nothing of the product; this process goes on without it, and so much smaller.
        found = os.environ | {"PYTHONPATH": str(ROOT)}
        os.execve(sys.executable, [sys.executable, "-m", "yilu.demo.sandbox"], found)  # noqa: S606
