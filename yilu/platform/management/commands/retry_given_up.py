"""Try what the worker gave up once more."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yilu.platform.actors import Actor
from yilu.platform.given_up import try_again
from yilu.platform.permissions import KEEP
from yilu.platform.spoken import SpokenCommand


class Command(SpokenCommand):
    """Says how many events and timers are owed again."""

    words = "manage retry_given_up"
    help = gettext_noop("Have the worker try the events and timers that it gave up once more.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Retry them all."""
        events, timers = try_again(Actor.system("retry_given_up", KEEP))
        said = _("%(events)s events and %(timers)s timers are tried again.")
        self.stdout.write(said % {"events": events, "timers": timers})
