"""`@idempotent`: a POST that may be sent twice and has one effect."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.http import HttpResponse
from ninja.operation import Operation

from yilu.platform.api.requests import ApiRequest
from yilu.platform.once import LONGEST_KEY, Answer, fingerprint, once

View = Callable[..., HttpResponse]
Afterwards = Callable[[ApiRequest, HttpResponse], HttpResponse]
KEPT_HEADERS = ("Content-Type", "ETag", "Location")
PARAMETER = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "description": "Any text of your own, new for each deed; the same when you repeat a request.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
}


def idempotent(view: View) -> View:
    """Have a view run once for each principal and Idempotency-Key; a repeat gets its answer again.

    The whole view is one deed, and its answer is kept with it. Put it below the router's own
    decorator. Two queries besides the view's own.
    """
    return idempotent_then(_as_it_is)(view)


def idempotent_then(afterwards: Afterwards) -> Callable[[View], View]:
    """As `idempotent`, with something to do once the deed is committed, on a repeat too.

    For what must not hold a transaction open, such as a call to somebody else's server.
    """
    return partial(_wrap, afterwards)


def _as_it_is(request: ApiRequest, response: HttpResponse) -> HttpResponse:
    return response


def _wrap(afterwards: Afterwards, view: View) -> View:
    @wraps(view)
    def run(request: ApiRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        print_ = fingerprint(
            (request.method or "").encode(), request.get_full_path().encode(), request.body
        )
        given, repeated = once(
            str(request.actor.user_id),
            request.headers.get("Idempotency-Key", ""),
            print_,
            lambda: _kept(view(request, *args, **kwargs)),
        )
        response = HttpResponse(given.body, status=given.status, headers=given.headers)
        if repeated:
            response["Idempotency-Replayed"] = "true"
        return afterwards(request, response)

    run._ninja_contribute_to_operation = [_document]  # type: ignore[attr-defined]  # noqa: SLF001
    return run


def _kept(response: HttpResponse) -> Answer:
    headers = {name: response[name] for name in KEPT_HEADERS if name in response.headers}
    return Answer(response.status_code, response.content, headers)


def _document(operation: Operation) -> None:
    extra = operation.openapi_extra = operation.openapi_extra or {}
    extra.setdefault("parameters", []).append(PARAMETER)
    extra["x-idempotent"] = True
