"""`manage.py devices`: answer imaging devices and analysers, until SIGTERM."""

import os
import signal
import threading
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yilu.interop.adapters import dicom, mllp
from yilu.platform import guard
from yilu.platform.spoken import SpokenCommand

AGAIN_SECONDS = 30.0


class Command(SpokenCommand):
    words = "manage devices"
    help = gettext_noop("Answer imaging devices (DICOM) and analysers (HL7) on their ports.")

    def handle(self, *args: Any, **options: Any) -> None:
        for warning in guard.require_safe():
            self.stderr.write(warning)
        host = os.environ.get("YILU_DEVICE_LISTEN") or "127.0.0.1"
        wanted = [
            (serve, int(os.environ.get(name) or 0))
            for name, serve in (("YILU_DICOM_PORT", dicom.serve), ("YILU_HL7_PORT", mllp.serve))
        ]
        if not any(port for _serve, port in wanted):
            raise CommandError(_("Set YILU_DICOM_PORT or YILU_HL7_PORT first."))
        over = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_signal: over.set())
        stops = []
        for serve, port in wanted:
            while port and not over.is_set():
                try:
                    stops.append(serve(host, port))
                    break
                except OSError as error:
                    said = _("Port %(port)s cannot be had: %(why)s")
                    self.stderr.write(said % {"port": port, "why": error})
                    over.wait(AGAIN_SECONDS)
        over.wait()
        for stop in stops:
            stop()
