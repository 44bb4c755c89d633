"""Who calls: a partner, by the signature of each single request; and how it was answered."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja.security.base import AuthBase

from yilu.interop.errors import SignatureMissing, SignatureUnreadable
from yilu.interop.operations.admission import admit, caller, keep_request
from yilu.interop.rules.signatures import Message, Unreadable, read
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.api import ApiRequest

DOCUMENTED = (
    "HTTP Message Signatures (RFC 9421), hmac-sha256, over @method, @path, @query, Content-Digest"
    " (RFC 9530) and Idempotency-Key, with created, nonce, keyid, alg and tag `yilu-partner`."
)
COVERED = (
    "content-digest",
    "content-type",
    "date",
    "host",
    "idempotency-key",
    "if-match",
    "signature",
    "signature-input",
)


class PartnerRequest(ApiRequest):
    """A request that a partner signed."""

    partner_id: UUID


class Signed(AuthBase):
    """Lets in whoever signed the request with a good key; the actor is known from here on."""

    openapi_type = "apiKey"
    openapi_in = "header"
    openapi_name = "Signature"
    openapi_description = DOCUMENTED
    param_name: ClassVar[str] = "Signature"

    def __call__(self, request: HttpRequest) -> Actor:
        """The partner as an actor. Raises: every refusal of a signature, and TooMany."""
        message = message_of(request)
        if not {"signature", "signature-input"} <= message.headers.keys():
            raise SignatureMissing
        try:
            found = read(message)
        except Unreadable as error:
            raise SignatureUnreadable from error
        who = caller(found.key)
        request.partner_id = who.partner_id  # type: ignore[attr-defined]
        actor = admit(who, message, found)
        request.actor = actor  # type: ignore[attr-defined]
        return actor


def recorded(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Have every request of a known key written down with its answer, refused ones too."""

    @wraps(run)
    def wrapped(request: HttpRequest, **path: Any) -> HttpResponse:
        began = clock.monotonic()
        response = run(request, **path)
        if response.status_code == 401:
            response["WWW-Authenticate"] = 'Signature realm="yilu"'
        partner_id = getattr(request, "partner_id", None)
        if partner_id is not None:
            keep_request(
                partner_id,
                method=request.method or "",
                path=request.path,
                status=response.status_code,
                code=_code(response),
                milliseconds=int((clock.monotonic() - began) * 1000),
            )
        return response

    return wrapped


def message_of(request: HttpRequest) -> Message:
    """A request as its signer saw it."""
    headers = {name: request.headers[name] for name in COVERED if name in request.headers}
    return Message(
        request.method or "",
        request.path,
        request.META.get("QUERY_STRING", ""),
        request.body,
        headers,
    )


def _code(response: HttpResponse) -> str:
    if response.status_code < 400:
        return ""
    try:
        return str(json.loads(response.content).get("code", ""))
    except (ValueError, AttributeError):
        return ""
