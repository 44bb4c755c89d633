"""How a refusal looks: a sentence on a page, `application/problem+json` in the API."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from yilu.platform.errors import (
    BadRequest,
    DomainError,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Stale,
)
from yilu.platform.problems import as_refusal, problem, with_headers
from yilu.platform.web import idle
from yilu.platform.web.http import shown_page, wants_part, with_trigger


class MethodNotAllowed(DomainError):
    code, status = "method_not_allowed", 405
    message = _("That cannot be done with this address.")


class Bug(DomainError):
    code, status = "bug", 500
    message = _("Something went wrong on our side. It has been written down; please try again.")


def refusal(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The answer to a request that ended in `error`; None for a bug."""
    refused = as_refusal(error)
    return None if refused is None else shown(request, refused)


def shown(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A refusal as this request wants it: a page, a part of one, or a problem in JSON."""
    if request.path_info.startswith("/api/"):
        return problem(error)
    if _must_sign_in(request, error):
        return _to_sign_in(request)
    return _page(request, error)


def _page(request: HttpRequest, error: DomainError) -> HttpResponse:
    whole = next(page for start, page in settings.FAULT_PAGES if request.path.startswith(start))
    template = "platform/_error.html" if wants_part(request) else whole
    response = render(request, template, {"error": error}, status=error.status)
    if isinstance(error, Stale) and "seen" in error.params:
        with_trigger(response, seen=error.params["seen"])
    return with_headers(response, error)


def _must_sign_in(request: HttpRequest, error: DomainError) -> bool:
    """Whether signing in is what helps: nobody is here yet, and something is only for somebody.

    What is not there for a stranger may be there for staff whose session has ended.
    """
    actor = getattr(request, "actor", None)
    if isinstance(error, NotSignedIn):
        return True
    if actor is None or actor.kind != "nobody":
        return False
    return isinstance(error, NotAllowed) or (isinstance(error, NotFound) and idle.was_here(request))


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    page = next(to for start, to in settings.SIGN_IN_PAGES if request.path.startswith(start))
    is_read = request.method == "GET"
    if wants_part(request):
        # What was typed stays in sight: the page says how to go on. A part only leads away, and
        # one that the page fetches by itself lets the page decide.
        answer = HttpResponse(status=401)
        there = f"{page}?{urlencode({'next': shown_page(request)})}"
        if idle.UNATTENDED in request.headers:
            return with_trigger(answer, signedOut=there)
        if is_read:
            answer["HX-Redirect"] = there
        return answer
    query = f"?{urlencode({'next': request.get_full_path()})}" if is_read else ""
    return HttpResponse(status=303, headers={"Location": f"{page}{query}"})


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that does not come from our own page, or from one that is too old."""
    return _page(request, NotAllowed())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address that leads nowhere."""
    return shown(request, NotFound())


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that Django itself could not read."""
    return shown(request, as_refusal(exception) or BadRequest())


def bug(request: HttpRequest) -> HttpResponse:
    """What people see of a bug. Its trace is in the log."""
    return shown(request, Bug())
