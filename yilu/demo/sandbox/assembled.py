"""All sandboxes of a demonstration, with the keys that the product uses."""

import json
import os
from collections.abc import Sequence
from typing import Any

import httpx
from django.conf import settings

from yilu.demo.sandbox.mail import MailSandbox
from yilu.demo.sandbox.push import PushSandbox
from yilu.demo.sandbox.server import SandboxServer
from yilu.demo.sandbox.sms import SmsSandbox
from yilu.demo.sandbox.wechat_messages import WechatSandbox
from yilu.demo.sandbox.wire import Faults, Service
from yilu.messaging.rules import vapid

CALL_BACK_SECONDS = 5.0


def services() -> list[Service]:
    """One of each provider over HTTP."""
    sms, wechat = settings.SMS, settings.WECHAT
    return [
        SmsSandbox(sms["secret_id"], sms["secret_key"], sms["app_id"], call_back),
        WechatSandbox(wechat["app_id"], wechat["secret"]),
        PushSandbox(vapid.public_key()),
    ]


def servers(more: Sequence[Service] = ()) -> tuple[SandboxServer, MailSandbox]:
    """The two servers, which listen but do not serve yet. `more` are other apps' providers."""
    faults = Faults()
    web = SandboxServer(settings.SANDBOX_PORT, [*services(), *more], faults)
    return web, MailSandbox(settings.SANDBOX_MAIL_PORT, faults)


def call_back(reports: list[dict[str, Any]]) -> None:
    """Tell the product what became of SMS, as the provider does. Lost if it is away."""
    port = os.environ.get("YILU_PORT") or "8000"
    secret = settings.SMS["receipt_secret"]
    address = f"http://127.0.0.1:{port}/api/v1/messages/receipts/sms/{secret}"
    try:
        httpx.post(
            address,
            content=json.dumps(reports),
            headers={"Content-Type": "application/json"},
            timeout=CALL_BACK_SECONDS,
            trust_env=False,
        )
    except httpx.HTTPError:
        return
