"""Play patients and staff until asked to stop."""

import os
import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yilu.demo.players.crew import Crew
from yilu.demo.players.hands import Hands
from yilu.demo.players.play import Play
from yilu.demo.players.wire import Wire
from yilu.platform import clinic_clock
from yilu.platform.actors import Actor
from yilu.platform.spoken import SpokenCommand

DIRECTOR = Actor.system("demo.players")
HANDS = 4


class Command(SpokenCommand):
    words = "manage players"
    help = gettext_noop(
        "Play today's patients, and the staff of every post without a person. Demonstrations only."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not clinic_clock.is_demonstration():
            raise CommandError(_("This is a real clinic: nobody is played in it."))
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        port = os.environ.get("YILU_PORT") or "8000"
        Play(
            wire=Wire(f"http://127.0.0.1:{port}"),
            crew=Crew(DIRECTOR),
            sandbox_port=settings.SANDBOX_PORT,
            told=self._tell,
            hands=Hands(HANDS),
            stopping=stopping,
        ).run()

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
