"""The key by which push services know that it is this clinic that speaks (VAPID, RFC 8292)."""

import base64
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

# Of the group of P-256: a key is a number below it.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def is_set() -> bool:
    """Whether there are a key and an address to complain to: without them nothing is pushed."""
    subject = str(settings.PUSH["subject"])
    return bool(settings.PUSH["key"]) and subject.startswith(("mailto:", "https://"))


def private_key() -> str:
    """The private key as push libraries take it: 32 bytes in base64url."""
    return _written(_number().to_bytes(32))


def public_key() -> str:
    """What a browser must be shown to subscribe: the point on P-256, in base64url."""
    return _public(_number())


@lru_cache(maxsize=2)
def _public(number: int) -> str:
    key = ec.derive_private_key(number, ec.SECP256R1()).public_key()
    return _written(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _number() -> int:
    return 1 + int(settings.PUSH["key"], 16) % (ORDER - 1)


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
