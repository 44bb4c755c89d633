"""What happens around every request. The API runs without sessions and forms' guard."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from yilu.platform import actors, audit
from yilu.platform.web.refusals import refusal

GetResponse = Callable[[HttpRequest], HttpResponseBase]
# Paths that carry their own sign-in, and never a cookie's.
WITHOUT_SESSION = ("/api/", "/healthz", "/metrics", "/static/")

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
    """Tell browsers what they may do with our answers."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
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


class Actors:
    """Give every page the actor on whose behalf it runs, and write down whom it showed."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = audit.start_reading()
        try:
            if is_page(request):
                request.actor = actors.load(request.user)  # type: ignore[attr-defined]
            response = self.get_response(request)
        finally:
            reading = audit.stop_reading(token)
        if reading and reading.patient_ids:
            # Before the answer leaves: who cannot be recorded is not shown.
            audit.write_reading(reading)
        return response


class Refusals:
    """Answer a refusal with its sentence and status, never with a stack trace."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        return refusal(request, error)
