"""What hears analysers: HL7 messages in MLLP frames, from machines that we know."""

import logging
import socketserver
import threading
from collections.abc import Callable

from django.db import close_old_connections, connections

from yilu.interop.operations.hearing import LISTENER, hear

log = logging.getLogger(__name__)
BEGIN, END = b"\x0b", b"\x1c\r"
LONGEST = 1024 * 1024
SECONDS = 120.0
AT_ONCE = threading.BoundedSemaphore(16)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class _Talk(socketserver.BaseRequestHandler):
    """One connection: a frame, an answer, and so on; whoever speaks otherwise is hung up on."""

    def handle(self) -> None:
        if not AT_ONCE.acquire(blocking=False):
            return
        try:
            self.request.settimeout(SECONDS)
            self._talk()
        except OSError:
            return
        finally:
            AT_ONCE.release()
            connections.close_all()

    def _talk(self) -> None:
        kept = b""
        while True:
            more = self.request.recv(8192)
            if not more:
                return
            kept += more
            if len(kept) > LONGEST or not kept.startswith(BEGIN):
                return
            while END in kept:
                frame, _end, kept = kept.partition(END)
                close_old_connections()
                answer = self._answer(frame.removeprefix(BEGIN))
                if answer is None:
                    return
                self.request.sendall(BEGIN + answer + END)
                if kept and not kept.startswith(BEGIN):
                    return

    def _answer(self, frame: bytes) -> bytes | None:
        try:
            return hear(actor=LISTENER, raw=frame, address=str(self.client_address[0]))
        except Exception:  # One message that breaks us must not end the process.
            log.exception("a message of %s could not be answered", self.client_address[0])
            return None


def serve(host: str, port: int) -> Callable[[], None]:
    """Hear analysers on this port until the function that is given back is called."""
    server = _Server((host, port), _Talk)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def stop() -> None:
        server.shutdown()
        server.server_close()

    return stop
