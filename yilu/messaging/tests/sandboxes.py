"""The providers' sandboxes, run in threads on loopback."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any

from yilu.demo.sandbox.mail import MailSandbox
from yilu.demo.sandbox.push import PushSandbox
from yilu.demo.sandbox.server import SandboxServer
from yilu.demo.sandbox.sms import CallBack, SmsSandbox
from yilu.demo.sandbox.wechat_messages import WechatSandbox
from yilu.demo.sandbox.wire import Fault, Faults, Mode
from yilu.messaging.adapters import wechat as wechat_adapter
from yilu.messaging.rules import vapid

SECRET_ID, SECRET_KEY, APP_ID = "AKIDtest", "k" * 32, "1400000001"


@dataclass(frozen=True, slots=True)
class Sandboxes:
    """All of them, and how to make them bad."""

    sms: SmsSandbox
    wechat: WechatSandbox
    mail: MailSandbox
    push: PushSandbox
    push_address: str
    faults: Faults

    def order(self, service: str, mode: str, times: int = 1, seconds: float = 5.0) -> None:
        self.faults.order(service, Fault(Mode(mode), times, seconds))


@contextmanager
def sandboxes(settings: Any, call_back: CallBack | None = None) -> Iterator[Sandboxes]:
    """Run them, and let the product speak to them."""
    faults = Faults()
    sms = SmsSandbox(SECRET_ID, SECRET_KEY, APP_ID, call_back)
    wechat = WechatSandbox("wx1", "s" * 32)
    with ExitStack() as stack:
        mail = stack.enter_context(MailSandbox(0, faults))
        push = PushSandbox(vapid.public_key())
        server = stack.enter_context(SandboxServer(0, [sms, wechat, push], faults))
        for one in (mail, server):
            _run(one)
            stack.callback(one.shutdown)
        port = server.server_address[1]
        settings.SMS = settings.SMS | {
            "protocol": "http", "endpoint": f"127.0.0.1:{port}", "secret_id": SECRET_ID,
            "secret_key": SECRET_KEY, "app_id": APP_ID,
        }  # fmt: skip
        settings.WECHAT = {
            "api": f"http://127.0.0.1:{port}/wechat", "app_id": "wx1", "secret": "s" * 32,
        }  # fmt: skip
        settings.SMTP = settings.SMTP | {
            "host": "127.0.0.1", "port": mail.server_address[1], "tls": "", "user": "",
            "sender": "Yilu <clinic@sandbox.invalid>",
        }  # fmt: skip
        settings.PUSH = settings.PUSH | {"sandboxes": (f"127.0.0.1:{port}",)}
        settings.MESSAGE_TIMEOUT_SECONDS = 0.3
        wechat_adapter.forget_token()
        yield Sandboxes(sms, wechat, mail, push, f"http://127.0.0.1:{port}/push", faults)


def _run(server: Any) -> None:
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
