"""A WeChat Pay sandbox in a thread, for tests: real HTTP and signatures on loopback."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import httpx

from yilu.demo.sandbox.wechatpay import Gateway, Keys, Merchant


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


class Sandbox:
    """The gateway, and a payer who scans codes."""

    def __init__(self, gateway: Gateway, address: str) -> None:
        self.gateway = gateway
        self.address = address

    def control(self, path: str, **asked: Any) -> Any:
        answer = httpx.post(f"{self.address}/sandbox/{path}", json=asked, timeout=10)
        return answer.json()

    def pay(self, code_url: str, *, quietly: bool = False) -> None:
        self.control("pay", code_url=code_url, quietly=quietly)

    def order(self, reference: str) -> dict[str, Any]:
        order = self.gateway._order(reference)
        assert order is not None
        return order


@contextmanager
def running_sandbox(folder: Path, notify_url: str = "http://127.0.0.1:9/none") -> Iterator[Sandbox]:
    """A sandbox on a free port whose account stands in `folder`/wechatpay.json."""
    gateway: Gateway | None = None

    def serve(environ: Any, start_response: Any) -> Any:
        assert gateway is not None
        return gateway(environ, start_response)

    with make_server("127.0.0.1", 0, serve, handler_class=_Quiet) as server:
        address = f"http://127.0.0.1:{server.server_port}"
        merchant = Merchant(Keys.make(), address, notify_url)
        gateway = Gateway(merchant)
        accounts = {"default": merchant.as_settings()}
        (folder / "wechatpay.json").write_text(json.dumps(accounts))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield Sandbox(gateway, address)
        finally:
            server.shutdown()
            thread.join()
