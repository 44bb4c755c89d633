"""A small SMTP server that keeps what it gets."""

import re
import socketserver
import threading
import time
from email import message_from_bytes, policy
from email.message import EmailMessage

from yilu.demo.sandbox.wire import Fault, Faults, Mode

NAME = "mail"
LARGEST = 2 * 1024 * 1024
# Mailboxes that do not exist begin so.
UNKNOWN = "nobody@"


class MailSandbox(socketserver.ThreadingTCPServer):
    """Takes mail on loopback, and keeps it in memory."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int, faults: Faults) -> None:
        super().__init__(("127.0.0.1", port), _Talk)
        self.faults = faults
        self._lock = threading.Lock()
        self._received: list[EmailMessage] = []

    def keep(self, raw: bytes) -> None:
        """Keep one mail."""
        with self._lock:
            self._received.append(message_from_bytes(raw, policy=policy.default))

    def received(self) -> list[EmailMessage]:
        """What was taken, oldest first."""
        with self._lock:
            return list(self._received)


class _Talk(socketserver.StreamRequestHandler):
    """One conversation. A fault strikes when the words of a mail have come."""

    server: MailSandbox
    timeout = 60

    def handle(self) -> None:
        self._say("220 sandbox ready")
        while line := self.rfile.readline(1000):
            verb = line.decode("ascii", "replace").strip()
            if not self._answered(verb):
                return

    def _answered(self, verb: str) -> bool:
        word = verb[:4].upper()
        if word == "QUIT":
            self._say("221 bye")
            return False
        if word == "DATA":
            return self._take()
        if word == "RCPT" and UNKNOWN in verb:
            self._say("550 no such mailbox")
        elif re.match(r"HELO|EHLO|MAIL|RCPT|RSET|NOOP", word):
            self._say("250 ok")
        else:
            self._say("502 not here")
        return True

    def _take(self) -> bool:
        fault = self.server.faults.take(NAME)
        if fault is not None and fault.mode == Mode.REFUSE:
            self._say("451 try again later")
            return True
        self._say("354 go on")
        raw = self._words()
        if fault is not None and not self._misbehaves(fault, raw):
            return False
        if fault is None or fault.mode == Mode.TWICE:
            self.server.keep(raw)
        self._say("250 taken")
        return True

    def _misbehaves(self, fault: Fault, raw: bytes) -> bool:
        """What a fault does with a mail; whether to go on to a good answer."""
        if fault.mode in {Mode.LOST, Mode.LATE}:
            self.server.keep(raw)
        if fault.mode in {Mode.HANG, Mode.LATE}:
            time.sleep(fault.seconds)
        if fault.mode == Mode.GARBAGE:
            self._say("\x00\x01 nonsense")
        if fault.mode == Mode.ERROR:
            self._say("554 broken")
        return fault.mode in {Mode.LATE, Mode.TWICE}

    def _words(self) -> bytes:
        lines: list[bytes] = []
        size = 0
        while (line := self.rfile.readline(10_000)) not in {b".\r\n", b""}:
            size += len(line)
            if size <= LARGEST:
                lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())
