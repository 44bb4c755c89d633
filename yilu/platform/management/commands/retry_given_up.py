"""Try what the worker gave up once more."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yilu.platform.actors import Actor
from yilu.platform.failed_jobs import begin_again
from yilu.platform.given_up import try_again
from yilu.platform.permissions import KEEP
from yilu.platform.spoken import SpokenCommand


class Command(SpokenCommand):
    """Says how many events and timers are owed again, and how much long work is begun again."""

    words = "manage retry_given_up"
    help = gettext_noop(
        "Have the worker try the events and timers that it gave up once more, and long work that"
        " failed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Retry them all."""
        keeper = Actor.system("retry_given_up", KEEP)
        events, timers = try_again(keeper)
        jobs = begin_again(keeper)
        said = _("%(events)s events and %(timers)s timers are tried again.")
        self.stdout.write(said % {"events": events, "timers": timers})
        if jobs:
            said = _("%(number)s pieces of long work are begun again.")
            self.stdout.write(said % {"number": jobs})
