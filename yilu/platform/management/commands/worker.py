"""`manage.py worker`: deliveries, timers, long jobs and upkeep, until SIGTERM."""

from typing import Any

from django.utils.translation import gettext_noop

from yilu.platform import guard
from yilu.platform.memory import settle
from yilu.platform.spoken import SpokenCommand
from yilu.platform.worker.loop import Worker


class Command(SpokenCommand):
    words = "worker"
    help = gettext_noop("Run the worker. Any number of them may run.")

    def handle(self, *args: Any, **options: Any) -> None:
        for warning in guard.require_safe():
            self.stderr.write(warning)
        settle()
        Worker().run()
