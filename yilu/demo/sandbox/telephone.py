"""A telephone system: tells the clinic of a call, signed.

Written from `docs/how/telephone.md` alone, as its maker would: nothing of the product's is used.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
import urllib.request

PATH = "/api/v1/telephone/calls"
COVERED = '("@method" "@path" "@query" "content-digest")'
WAITS_SECONDS = 10


def signed(
    key: str, secret: str, said: dict[str, str], created: int
) -> tuple[bytes, dict[str, str]]:
    """The body and the headers of one word about a call."""
    body = json.dumps(said).encode()
    digest = f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
    facts = (
        f'{COVERED};created={created};nonce="{secrets.token_hex(16)}";keyid="{key}"'
        ';alg="hmac-sha256";tag="yilu-telephone"'
    )
    text = (
        f'"@method": POST\n"@path": {PATH}\n"@query": ?\n"content-digest": {digest}\n'
        f'"@signature-params": {facts}'
    )
    made = base64.b64encode(hmac.digest(secret.encode(), text.encode(), hashlib.sha256)).decode()
    return body, {
        "Content-Type": "application/json",
        "Content-Digest": digest,
        "Signature-Input": f"sig1={facts}",
        "Signature": f"sig1=:{made}:",
    }


def say(address: str, key: str, secret: str, said: dict[str, str]) -> int:
    """Tell a clinic at an address; the status of its answer. Raises: OSError."""
    body, headers = signed(key, secret, said, int(time.time()))
    request = urllib.request.Request(address + PATH, body, headers, method="POST")  # noqa: S310 (the caller names a clinic of its own)
    with urllib.request.urlopen(request, timeout=WAITS_SECONDS) as answer:  # noqa: S310
        return int(answer.status)
