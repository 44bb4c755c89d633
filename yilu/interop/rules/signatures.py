"""Signed messages: HTTP Message Signatures (RFC 9421) with HMAC-SHA256, in one strict profile.

The standard lets a signer choose much; here it must cover all that matters, say when and with
which key it signed, and use a nonce. What is signed as here, any library of the standard verifies.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

ALGORITHM = "hmac-sha256"
FOR_US, FOR_PARTNERS, FOR_TELEPHONE = "yilu-partner", "yilu-webhook", "yilu-telephone"
"""The tags of the directions: what was signed for one opens nothing in another."""
ALWAYS = ("@method", "@path", "@query")
_INPUT = re.compile(
    r"([a-z][a-z0-9_-]{0,19})="
    r'(\(("[@a-z0-9-]{1,40}"(?: "[@a-z0-9-]{1,40}")*)\)((?:;[^;]{1,120}){1,6}))'
)
_PARAMETER = re.compile(
    r';(created)=(\d{1,12})|;(nonce|keyid|alg|tag)="([A-Za-z0-9_.:+/=-]{1,64})"'
)
_SIGNATURE = re.compile(r"([a-z][a-z0-9_-]{0,19})=:([A-Za-z0-9+/=]{1,200}):")
_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/=]{44}):")


class Unreadable(ValueError):
    """It is not written as it must be, or leaves out what must be covered."""


@dataclass(frozen=True, slots=True)
class Message:
    """A request as its signer and its reader both see it. Header names are in small letters."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def component(self, name: str) -> str:
        """The value of a component. Raises: Unreadable, when the message has none."""
        derived = {
            "@method": self.method.upper(),
            "@authority": self.headers.get("host", "").lower(),
            "@path": self.path,
            "@query": f"?{self.query}",
        }
        value = (derived if name.startswith("@") else self.headers).get(name)
        if value is None:
            raise Unreadable(name)
        return value.strip()


@dataclass(frozen=True, slots=True)
class Read:
    """What a signature says of itself. `parameters` is its text as it was signed."""

    components: tuple[str, ...]
    parameters: str
    created: int
    nonce: str
    key: str
    signature: bytes


def read(message: Message, *, tag: str = FOR_US) -> Read:
    """The one signature of a message, which must cover what is needed here.

    Raises: Unreadable.
    """
    given = _INPUT.fullmatch(message.headers.get("signature-input", "").strip())
    made = _SIGNATURE.fullmatch(message.headers.get("signature", "").strip())
    if given is None or made is None or given[1] != made[1]:
        raise Unreadable("signature")
    components = tuple(given[3].replace('"', "").split(" "))
    said = _parameters(given[4])
    if said["alg"] != ALGORITHM or said["tag"] != tag or not covers(message, components):
        raise Unreadable("signature-input")
    signature = _decoded(made[2])
    return Read(components, given[2], int(said["created"]), said["nonce"], said["keyid"], signature)


def covers(message: Message, components: tuple[str, ...]) -> bool:
    """Whether everything that decides what a message does is covered, once."""
    needed = set(ALWAYS) | {
        name for name in ("idempotency-key", "if-match") if name in message.headers
    }
    if message.body:
        needed.add("content-digest")
    return needed <= set(components) and len(set(components)) == len(components)


def base(message: Message, components: tuple[str, ...], parameters: str) -> bytes:
    """The text that is signed (RFC 9421 §2.5). Raises: Unreadable."""
    lines = [f'"{name}": {message.component(name)}' for name in components]
    return "\n".join([*lines, f'"@signature-params": {parameters}']).encode()


def fits(message: Message, found: Read, secret: bytes) -> bool:
    """Whether the secret's holder signed this. Takes equally long whatever is wrong."""
    try:
        signed = base(message, found.components, found.parameters)
    except Unreadable:
        return False
    return hmac.compare_digest(hmac.digest(secret, signed, hashlib.sha256), found.signature)


def content_digest(body: bytes) -> str:
    """The Content-Digest of a body (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def is_body_of(message: Message) -> bool:
    """Whether the body is the one that Content-Digest names, which an empty one need not have."""
    said = message.headers.get("content-digest", "").strip()
    if not message.body and not said:
        return True
    return bool(_DIGEST.fullmatch(said)) and hmac.compare_digest(said, content_digest(message.body))


def sign(
    message: Message, *, secret: bytes, key: str, nonce: str, created: int, tag: str
) -> dict[str, str]:
    """The headers that sign a message. Its other headers must be as they will be sent."""
    headers = dict(message.headers)
    added: dict[str, str] = {}
    if message.body:
        headers["content-digest"] = added["Content-Digest"] = content_digest(message.body)
    more = [name for name in ("content-digest", "idempotency-key", "if-match") if name in headers]
    components = (*ALWAYS, *more)
    names = " ".join(f'"{name}"' for name in components)
    parameters = (
        f'({names});created={created};nonce="{nonce}";keyid="{key}";alg="{ALGORITHM}";tag="{tag}"'
    )
    whole = Message(message.method, message.path, message.query, message.body, headers)
    made = hmac.digest(secret, base(whole, components, parameters), hashlib.sha256)
    added["Signature-Input"] = f"sig1={parameters}"
    added["Signature"] = f"sig1=:{base64.b64encode(made).decode()}:"
    return added


def _parameters(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        match = _PARAMETER.match(text, at)
        if match is None:
            raise Unreadable("signature-input")
        name, value = (match[1], match[2]) if match[1] else (match[3], match[4])
        if name in found:
            raise Unreadable(name)
        found[name], at = value, match.end()
    if set(found) != {"created", "nonce", "keyid", "alg", "tag"}:
        raise Unreadable("signature-input")
    return found


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Unreadable("signature") from error
