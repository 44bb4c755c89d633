"""How the providers of messages are reached. A demonstration reaches its own sandboxes."""

import hashlib
import hmac
import os
from typing import Any

PUSH_HOSTS = (
    "fcm.googleapis.com updates.push.services.mozilla.com web.push.apple.com notify.windows.com"
)


def from_environment(secret_key: str, vapid_key: str, *, is_demonstration: bool) -> dict[str, Any]:
    """The settings of all providers, by the names under which the product asks for them.

    Without any of its own a demonstration speaks to the sandboxes beside it, with keys that
    both sides make from the same secret.
    """
    port = int(os.environ.get("YILU_SANDBOX_PORT") or int(os.environ.get("YILU_PORT") or 8000) + 70)
    at_sandbox = is_demonstration and not os.environ.get("YILU_SMS_SECRET_ID")

    def ask(name: str, sandbox: str, default: str = "") -> str:
        return os.environ.get(f"YILU_{name}") or (sandbox if at_sandbox else default)

    def key(use: str) -> str:
        return hmac.new(secret_key.encode(), f"sandbox {use}".encode(), hashlib.sha256).hexdigest()

    return {
        "SANDBOX_PORT": port,
        "SANDBOX_MAIL_PORT": port + 1,
        "SMS": {
            "protocol": ask("SMS_PROTOCOL", "http", "https"),
            "endpoint": ask("SMS_ENDPOINT", f"127.0.0.1:{port}", "sms.tencentcloudapi.com"),
            "secret_id": ask("SMS_SECRET_ID", "AKIDsandbox"),
            "secret_key": ask("SMS_SECRET_KEY", key("sms")),
            "app_id": ask("SMS_APP_ID", "1400000000"),
            "sign": ask("SMS_SIGN", "医路"),
            # Part of the call-back's address: the provider signs nothing there.
            "receipt_secret": ask("SMS_RECEIPT_SECRET", key("receipts")),
        },
        "WECHAT": {
            "api": ask(
                "WECHAT_API", f"http://127.0.0.1:{port}/wechat", "https://api.weixin.qq.com"
            ),
            "app_id": ask("WECHAT_APP_ID", "wx0000000000000000"),
            "secret": ask("WECHAT_SECRET", key("wechat")),
        },
        "SMTP": {
            "host": ask("SMTP_HOST", "127.0.0.1"),
            "port": int(ask("SMTP_PORT", str(port + 1), "587")),
            "tls": ask("SMTP_TLS", "", "starttls"),
            "user": ask("SMTP_USER", ""),
            "password": ask("SMTP_PASSWORD", ""),
            "sender": ask("SMTP_SENDER", "Yilu <clinic@sandbox.invalid>"),
        },
        "PUSH": {
            "key": vapid_key,
            "subject": ask("PUSH_SUBJECT", "mailto:clinic@sandbox.invalid"),
            # An address that a browser names is called only at these services.
            "hosts": tuple((os.environ.get("YILU_PUSH_HOSTS") or PUSH_HOSTS).split()),
            "sandboxes": (f"127.0.0.1:{port}",) if at_sandbox else (),
        },
        "MESSAGE_TIMEOUT_SECONDS": float(os.environ.get("YILU_MESSAGE_TIMEOUT") or 10),
    }
