"""Try what the worker gave up once more."""

from gettext import gettext as _
from typing import Any

from django.core.management.base import BaseCommand

from yilu.platform.running import language
from yilu.platform.worker.failures import retry_given_up


class Command(BaseCommand):
    """Says how many events and timers are owed again."""

    help = "Have the worker try the events and timers that it gave up once more."

    def handle(self, *args: Any, **options: Any) -> None:
        """Retry them all."""
        language.choose()
        events, timers = retry_given_up()
        said = _("%(events)s events and %(timers)s timers are tried again.")
        self.stdout.write(said % {"events": events, "timers": timers})
