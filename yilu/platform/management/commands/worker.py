"""`manage.py worker`: deliveries, timers, long jobs and upkeep, until SIGTERM."""

from typing import Any

from django.core.management.base import BaseCommand

from yilu.platform import guard
from yilu.platform.memory import settle
from yilu.platform.worker.loop import Worker


class Command(BaseCommand):
    help = "Run the worker. Any number of them may run."
    # They would load every page of the product, which the worker never shows.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for warning in guard.require_safe():
            self.stderr.write(warning)
        settle()
        Worker().run()
