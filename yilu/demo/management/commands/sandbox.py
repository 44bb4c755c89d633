"""Run the providers' sandboxes of a demonstration until asked to stop."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yilu.demo.sandbox.accounts import gateway
from yilu.demo.sandbox.assembled import servers
from yilu.platform import clinic_clock


class Command(BaseCommand):
    help = "Serve made-up SMS, WeChat and mail providers on loopback. Demonstrations only."

    def handle(self, *args: Any, **options: Any) -> None:
        if not clinic_clock.is_demonstration():
            raise CommandError("This is a real clinic: it has no sandboxes.")
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        web, mail = servers([gateway()])
        with web, mail:
            for server in (web, mail):
                threading.Thread(target=server.serve_forever, args=(0.2,), daemon=True).start()
            stopping.wait()
            for server in (web, mail):
                server.shutdown()
