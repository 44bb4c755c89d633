"""The sandboxes on one loopback port: providers that are real in form, and bad on demand.

`POST /control {"service", "mode", "times", "seconds"}` orders a fault, `DELETE /control` ends all,
`GET /control/<service>` shows what a service has received.
"""

import json
import sys
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from yilu.demo.sandbox.wire import Fault, Faults, Mode, Reply, Request, Service

LARGEST = 2 * 1024 * 1024
CONTROL = "/control"
LOOPBACK = "127.0.0.1"


class SandboxServer(ThreadingHTTPServer):
    """Hands each request to the service of the longest fitting prefix."""

    daemon_threads = True

    def __init__(self, port: int, services: Sequence[Service], faults: Faults) -> None:
        super().__init__((LOOPBACK, port), _Handler)
        self.faults = faults
        self.by_name = {service.name: service for service in services}

    def service_of(self, path: str) -> Service | None:
        """Who answers at a path."""
        fitting = [
            s
            for s in self.by_name.values()
            if path == s.prefix or path.startswith(s.prefix.rstrip("/") + "/")
        ]
        return max(fitting, key=lambda service: len(service.prefix), default=None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hung up before its answer is no error; whatever else went wrong is told."""
        if not isinstance(sys.exception(), BrokenPipeError | ConnectionResetError):
            super().handle_error(request, client_address)

    def run_in_background(self) -> threading.Thread:
        """Serve until `shutdown()`, in a thread of its own."""
        thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        return thread


class _Handler(BaseHTTPRequestHandler):
    """One request."""

    server: SandboxServer
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        self._run()

    def do_POST(self) -> None:
        self._run()

    def do_DELETE(self) -> None:
        self._run()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base's own name)
        """Nothing: what is asked for holds personal data."""

    def _run(self) -> None:
        request = self._read()
        if request.path.startswith(CONTROL):
            self._reply(self._controlled(request))
            return
        service = self.server.service_of(request.path)
        if service is None:
            self._reply(Reply(status=404))
            return
        self._serve(service, request)

    def _serve(self, service: Service, request: Request) -> None:
        inside = "/" + request.path[len(service.prefix) :].lstrip("/")
        asked = Request(request.method, inside, request.query, request.headers, request.body)
        fault = self.server.faults.take(service.name)
        mode = fault.mode if fault else None
        if fault and mode in _BEFORE:
            self._fail(fault)
            return
        reply = service.answer(asked, twice=mode == Mode.TWICE)
        if mode == Mode.LOST:
            self.close_connection = True
            return
        if fault and mode == Mode.LATE:
            time.sleep(fault.seconds)
        self._reply(reply)

    def _fail(self, fault: Fault) -> None:
        """Be bad without doing what was asked."""
        if fault.mode == Mode.ERROR:
            self._reply(Reply(status=500, body=b"internal error", content_type="text/plain"))
        elif fault.mode == Mode.GARBAGE:
            self._reply(Reply(body=b"\xff\xfe<<not json", content_type="application/json"))
        else:
            if fault.mode == Mode.HANG:
                time.sleep(fault.seconds)
            self.close_connection = True

    def _controlled(self, request: Request) -> Reply:
        if request.method == "DELETE":
            self.server.faults.clear()
            return Reply(body=b"{}")
        if request.method == "GET":
            service = self.server.by_name.get(request.path.removeprefix(f"{CONTROL}/"))
            found = service.received() if service else []
            return Reply(body=json.dumps({"items": found}, ensure_ascii=False).encode())
        try:
            order = json.loads(request.body)
            fault = Fault(
                Mode(order["mode"]), int(order.get("times", 1)), float(order.get("seconds", 30))
            )
            self.server.faults.order(str(order["service"]), fault)
        except (ValueError, LookupError, TypeError):
            return Reply(status=400, body=b'{"error": "say service and mode"}')
        return Reply(body=b"{}")

    def _read(self) -> Request:
        parts = urlsplit(self.path)
        length = min(int(self.headers.get("Content-Length") or 0), LARGEST)
        return Request(
            method=self.command,
            path=parts.path or "/",
            query=dict(parse_qsl(parts.query)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length) if length else b"",
        )

    def _reply(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)


_BEFORE = {Mode.HANG, Mode.REFUSE, Mode.ERROR, Mode.GARBAGE}
