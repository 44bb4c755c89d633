"""What happens around every request. The API runs without sessions and forms' guard."""

import secrets
from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from yilu.platform import actors, audit, clinic_clock
from yilu.platform.actors import Actor
from yilu.platform.decoder import check_form, check_query, check_texts
from yilu.platform.errors import DomainError, Overloaded
from yilu.platform.live import hub
from yilu.platform.logs import request_id
from yilu.platform.web import idle
from yilu.platform.web.refusals import MethodNotAllowed, refusal, shown

GetResponse = Callable[[HttpRequest], HttpResponseBase]
# Paths that carry their own sign-in, and never a cookie's.
WITHOUT_SESSION = ("/api/", "/app/", "/healthz", "/metrics", "/static/")

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none';"
        " frame-ancestors 'none'; form-action 'self'"
    ),
}


def is_page(request: HttpRequest) -> bool:
    """Whether a browser's session may stand behind this path."""
    return not request.path_info.startswith(WITHOUT_SESSION)


class Headers:
    """Tell browsers what they may do with our answers; give each request a mark for the logs."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        mark = secrets.token_hex(8)
        token = request_id.set(mark)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response.headers["X-Request-Id"] = mark
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not request.path_info.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class _PagesOnly:
    """Leave a middleware of Django's out where no page is."""

    def __call__(self, request: HttpRequest) -> Any:
        if is_page(request):
            return super().__call__(request)  # type: ignore[misc]
        return self.get_response(request)  # type: ignore[attr-defined]


class PageSessions(_PagesOnly, SessionMiddleware):
    """Sessions, for pages."""


class PageLanguage(_PagesOnly, LocaleMiddleware):
    """The reader's language: a page's from the cookie, the API's from Accept-Language alone."""

    def __call__(self, request: HttpRequest) -> Any:
        if is_page(request):
            return super().__call__(request)
        wants_english = request.headers.get("Accept-Language", "").startswith("en")
        with translation.override("en" if wants_english else "zh-hans"):
            return self.get_response(request)


class PageCsrf(_PagesOnly, CsrfViewMiddleware):
    """The forms' guard, for pages."""

    def process_view(self, request: HttpRequest, *rest: Any) -> Any:
        return super().process_view(request, *rest) if is_page(request) else None


class PageSignIn(_PagesOnly, AuthenticationMiddleware):
    """The signed-in user, for pages."""


class StrictInput:
    """Refuse addresses, queries and forms that hold what the product cannot keep.

    Bodies in JSON are read by the same decoder, in the API.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            if not request.path_info.isascii() or "%" in request.get_full_path():
                check_texts([request.path_info])
            check_query(request.META.get("QUERY_STRING", ""))
            check_texts(request.COOKIES.values())
            if request.method == "POST" and is_page(request):
                check_form(request.POST)
        except DomainError as error:
            return shown(request, error)
        return self.get_response(request)


class Actors:
    """Give every page the actor on whose behalf it runs, and write down whom it showed."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        clinic_clock.refresh()
        token = audit.start_reading()
        try:
            response = _without_actor(request) or self.get_response(request)
        finally:
            reading = audit.stop_reading(token)
        if reading and reading.patient_ids:
            # Before the answer leaves: who cannot be recorded is not shown.
            try:
                audit.write_reading(reading)
            except DatabaseError:
                return shown(request, Overloaded())
        idle.remember(request, response)
        return response


def _without_actor(request: HttpRequest) -> HttpResponseBase | None:
    """Set a page's actor; the answer when nobody can be asked who it is."""
    try:
        if is_page(request):
            # Before anything is read: what changes from here on is told to the page.
            request.live_position = hub.position()  # type: ignore[attr-defined]
            idle.end_if_idle(request)
            request.actor = actors.load(request.user)  # type: ignore[attr-defined]
    except DatabaseError as error:
        request.actor = Actor.nobody()  # type: ignore[attr-defined]
        return refusal(request, error)
    return None


class Refusals:
    """Answer a refusal with its sentence and status, never with a stack trace."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code == 405:
            refused = shown(request, MethodNotAllowed())
            refused.headers["Allow"] = response.headers.get("Allow", "")
            return refused
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        return refusal(request, error)
