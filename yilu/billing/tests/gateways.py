"""A WeChat Pay sandbox in a thread, for tests: real HTTP and signatures on loopback."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from yilu.billing.jobs import run_errand
from yilu.demo.sandbox.server import SandboxServer
from yilu.demo.sandbox.wechatpay import Gateway, Keys, Merchant
from yilu.demo.sandbox.wire import Fault, Faults, Mode
from yilu.platform.testing import drain


class Sandbox:
    """The gateway, and a payer who scans codes."""

    def __init__(self, gateway: Gateway, faults: Faults, address: str, file: Path) -> None:
        self.gateway, self.faults, self.address, self.file = gateway, faults, address, file

    def pay(self, code_url: str, *, quietly: bool = False) -> None:
        """Have somebody scan the code and pay."""
        asked = {"code_url": code_url, "quietly": quietly}
        httpx.post(f"{self.address}/payer", json=asked, timeout=30).raise_for_status()

    def misbehave(self, mode: Mode, *, times: int = 1, seconds: float = 1.0) -> None:
        """Be bad for the next requests."""
        self.faults.order(self.gateway.name, Fault(mode, times, seconds))

    def order(self, reference: str) -> dict[str, Any]:
        """What the gateway knows of one of our orders."""
        return next(o for o in self.gateway.received() if o["out_trade_no"] == reference)


def follow() -> None:
    """Let everything follow that follows, and have the gateway asked what it is to be asked."""
    drain(timers=False)
    while run_errand() == 0:
        drain(timers=False)


@cache
def _keys() -> Keys:
    """To make keys takes a tenth of a second; those of one gateway serve them all."""
    return Keys.make()


@contextmanager
def running_sandbox(folder: Path, notify_url: str = "http://127.0.0.1:9/none") -> Iterator[Sandbox]:
    """A sandbox on a free port whose account stands in `folder`/wechatpay.json."""
    faults = Faults()
    server = SandboxServer(0, [], faults)
    address = f"http://127.0.0.1:{server.server_port}{Gateway.prefix}"
    merchant = Merchant(_keys(), address, notify_url)
    gateway = Gateway(merchant)
    server.by_name[gateway.name] = gateway
    accounts = {"default": merchant.as_settings()}
    (folder / "wechatpay.json").write_text(json.dumps(accounts))
    thread = server.run_in_background()
    try:
        yield Sandbox(gateway, faults, address, folder / "wechatpay.json")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
