"""Try what the worker gave up once more."""

from gettext import gettext as _
from typing import Any

from django.core.management.base import BaseCommand

from yilu.platform.actors import Actor
from yilu.platform.given_up import try_again
from yilu.platform.permissions import KEEP
from yilu.platform.running import language


class Command(BaseCommand):
    """Says how many events and timers are owed again."""

    help = "Have the worker try the events and timers that it gave up once more."

    def handle(self, *args: Any, **options: Any) -> None:
        """Retry them all."""
        language.choose()
        events, timers = try_again(Actor.system("retry_given_up", KEEP))
        said = _("%(events)s events and %(timers)s timers are tried again.")
        self.stdout.write(said % {"events": events, "timers": timers})
