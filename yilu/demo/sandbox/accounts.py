"""The accounts and keys of the demonstration, known to both sides."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from yilu.demo.sandbox.partner import PartnerSandbox
from yilu.demo.sandbox.wechatpay import Gateway, Keys, Merchant

KEYS_FILE = "wechatpay-sandbox.json"
ORDERS_FILE = "wechatpay-sandbox.sqlite3"
PARTNER_FILE = "partner-sandbox.json"
TELEPHONE_FILE = "telephone-sandbox.json"


@dataclass(frozen=True, slots=True)
class SignKey:
    """A key that the demonstration's partner, or a telephone system of it, was given."""

    name: str
    secret: str


def merchant(site_id: str) -> Merchant:
    """The account of a site at the sandbox of this place; keys are made at first use."""
    port = os.environ.get("YILU_PORT") or "8000"
    return Merchant(
        Keys.kept_in(_folder() / KEYS_FILE),
        f"http://127.0.0.1:{settings.SANDBOX_PORT}{Gateway.prefix}",
        f"http://127.0.0.1:{port}/billing/wechatpay/{site_id}/notice",
    )


def write_accounts(site_ids: list[str]) -> None:
    """Tell billing how to reach the sandbox for these sites."""
    accounts = {site_id: merchant(site_id).as_settings() for site_id in site_ids}
    path = Path(settings.WECHATPAY_FILE)
    path.touch(mode=0o600)
    path.write_text(json.dumps(accounts))


def gateway() -> Gateway:
    """The gateway itself, with the orders it has had."""
    first = next(iter(json.loads(Path(settings.WECHATPAY_FILE).read_text())), "")
    return Gateway(merchant(first), _folder() / ORDERS_FILE)


def write_partner_key(name: str, secret: str) -> None:
    """Tell the partner's sandbox and players with what they sign."""
    path = _folder() / PARTNER_FILE
    path.touch(mode=0o600)
    path.write_text(json.dumps({"name": name, "secret": secret}))


def partner_key() -> SignKey | None:
    """The partner's key; None before the demonstration is loaded."""
    try:
        return SignKey(**json.loads((_folder() / PARTNER_FILE).read_text()))
    except FileNotFoundError:
        return None


def write_telephone_keys(keys: Mapping[str, SignKey]) -> None:
    """Tell players with what the telephone system of each site, by key, signs."""
    path = _folder() / TELEPHONE_FILE
    path.touch(mode=0o600)
    path.write_text(json.dumps({site: asdict(key) for site, key in keys.items()}))


def telephone_key(site: str) -> SignKey | None:
    """The key of a site's telephone system; None where there is none."""
    try:
        known = json.loads((_folder() / TELEPHONE_FILE).read_text())
    except FileNotFoundError:
        return None
    return SignKey(**known[site]) if site in known else None


def partner() -> PartnerSandbox:
    """The partner's receiver. It learns of its key when it needs it."""

    def secrets() -> dict[str, str]:
        known = partner_key()
        return {known.name: known.secret} if known else {}

    return PartnerSandbox(secrets)


def _folder() -> Path:
    folder = Path(settings.WECHATPAY_FILE).parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
