"""What counts as a refusal, and its shape in the API: `application/problem+json`."""

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpResponse, UnreadablePostError
from pydantic_core import to_json

from yilu.platform.decoder import TooLarge
from yilu.platform.errors import BadRequest, DomainError, Invalid, NotFound, Overloaded

TITLES = {
    400: "Bad request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    410: "Gone",
    412: "Precondition failed",
    413: "Content too large",
    415: "Unsupported media type",
    422: "Unprocessable content",
    429: "Too many requests",
    500: "Internal error",
    503: "Service unavailable",
}
# A database that is gone, too slow or out of connections is a busy hour, not a bug; and what
# the database cannot keep should have been refused at the edge.
_MEANINGS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], type[DomainError]], ...] = (
    ((OperationalError, InterfaceError), Overloaded),
    (RequestDataTooBig, TooLarge),
    ((DataError, SuspiciousOperation, UnreadablePostError), BadRequest),
    (Http404, NotFound),
)


def as_refusal(error: Exception) -> DomainError | None:
    """The refusal that an exception means; None for a bug."""
    if isinstance(error, DomainError):
        return error
    for kinds, refusal in _MEANINGS:
        if isinstance(error, kinds):
            return refusal()
    return None


def problem(error: DomainError) -> HttpResponse:
    """A refusal in the API's shape (RFC 9457), with what its kind tells a program besides."""
    fields = error.errors if isinstance(error, Invalid) else ()
    body = {
        "type": f"urn:yilu:{error.code}",
        "title": TITLES.get(error.status, "Refused"),
        "status": error.status,
        "code": error.code,
        "detail": str(error),
        "errors": [{"field": f.field, "code": f.code, "detail": f.message} for f in fields],
        **error.members(),
    }
    response = HttpResponse(
        to_json(body), status=error.status, content_type="application/problem+json"
    )
    return with_headers(response, error)


def with_headers(response: HttpResponse, error: DomainError) -> HttpResponse:
    """Say in headers when to try again, and how to sign in."""
    if error.retry_after is not None:
        response["Retry-After"] = str(error.retry_after)
    if error.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="yilu"'
    return response
