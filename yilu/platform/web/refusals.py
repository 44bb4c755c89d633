"""How a refusal looks: a sentence on a page, `application/problem+json` in the API."""

import json
from typing import Any

from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yilu.platform.errors import BadRequest, DomainError, Invalid, NotAllowed, Overloaded
from yilu.platform.web.http import wants_part

TITLES = {
    400: "Bad request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not found",
    409: "Conflict",
    412: "Precondition failed",
    413: "Content too large",
    422: "Unprocessable content",
    429: "Too many requests",
    503: "Service unavailable",
}


def as_refusal(error: Exception) -> DomainError | None:
    """The refusal that an exception means; None for a bug.

    A database that is gone, too slow or out of connections is a busy hour, not a bug; and
    what the database cannot keep should have been refused at the edge, so it is counted there.
    """
    if isinstance(error, DomainError):
        return error
    if isinstance(error, OperationalError | InterfaceError):
        return Overloaded()
    if isinstance(error, DataError):
        return BadRequest()
    return None


def refusal(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The answer to a request that ended in `error`; None for a bug."""
    refused = as_refusal(error)
    if refused is None:
        return None
    answer = problem(refused) if request.path_info.startswith("/api/") else _page(request, refused)
    if refused.retry_after is not None:
        answer["Retry-After"] = str(refused.retry_after)
    return answer


def problem(error: DomainError, **more: Any) -> HttpResponse:
    """A refusal in the API's shape (RFC 9457)."""
    fields = error.errors if isinstance(error, Invalid) else ()
    body = {
        "type": f"urn:yilu:{error.code}",
        "title": TITLES.get(error.status, "Refused"),
        "status": error.status,
        "code": error.code,
        "detail": str(error),
        "errors": [{"field": f.field, "code": f.code, "detail": f.message} for f in fields],
        **more,
    }
    return HttpResponse(
        json.dumps(body, ensure_ascii=False),
        status=error.status,
        content_type="application/problem+json",
    )


def _page(request: HttpRequest, error: DomainError) -> HttpResponse:
    template = "platform/_error.html" if wants_part(request) else "platform/error.html"
    return render(request, template, {"error": error}, status=error.status)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that does not come from our own page, or from one that is too old."""
    return _page(request, NotAllowed())
