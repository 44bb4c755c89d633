"""Where webhooks may go: hosts that the operator named, over https, never into our own house."""

import ipaddress
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"


class NotAllowedTarget(ValueError):
    """An address to which nothing is sent."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address, taken apart."""

    is_secure: bool
    host: str
    port: int
    path: str
    query: str

    @property
    def is_loopback(self) -> bool:
        return self.host == LOOPBACK


def target(url: str, *, hosts: Collection[str], may_loop: bool) -> Target:
    """An address to which webhooks may go; `may_loop` in a demonstration alone.

    Raises: NotAllowedTarget.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise NotAllowedTarget(url) from error
    plain = not (parts.username or parts.password or parts.fragment) and url.isascii()
    loops = may_loop and parts.scheme == "http" and host == LOOPBACK
    if not plain or not (loops or (parts.scheme == "https" and host in hosts)):
        raise NotAllowedTarget(url)
    return Target(
        parts.scheme == "https", host, port or (443 if parts.scheme == "https" else 80),
        parts.path or "/", parts.query,
    )  # fmt: skip


def is_public(address: str) -> bool:
    """Whether an address lies outside every private, local and reserved network."""
    found = ipaddress.ip_address(address)
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_global and not (mapped or found).is_multicast
