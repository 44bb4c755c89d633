"""What makes the patient's pages an app on a phone: manifest, worker, offline page. No sessions:
these are the same for everybody."""

import hashlib
import json
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import condition, require_POST, require_safe

from yilu.facility.selectors.sites import group_name
from yilu.messaging.operations.subscriptions import LONGEST, Browser, renew
from yilu.platform import throttle
from yilu.platform.actors import Actor
from yilu.platform.decoder import check_form
from yilu.platform.errors import BadRequest, NotAllowed, NotFound
from yilu.platform.forms import Text
from yilu.portal.web import keeping

START = "/my?app=1"
ACCENT, CANVAS = "#1f4f9f", "#f3f5f8"
"""`--yl-accent` and `--yl-canvas` of the design."""
PAGES = ("/my", "/book", "/rush/", "/v/", "/o/", "/r/", "/p/", "/q/", "/t/")
"""Where the patient's addresses begin: those whose pages the worker answers for without a line."""
SHEETS = ("tokens", "base", "controls", "states", "panels", "messages", "phone", "small")
FEW_MINUTES = "public, max-age=300"
EACH_TIME = "no-cache"
WORKER_POLICY = "default-src 'none'; connect-src 'self'; img-src 'self'"
MOST_RENEWALS, TEN_MINUTES = 60, 600


class SubscriptionForm(forms.Form):
    """A subscription as a browser describes it."""

    endpoint = Text(max_length=LONGEST)
    p256dh = Text(max_length=100)
    auth = Text(max_length=40)


class RenewalForm(SubscriptionForm):
    """The same, in place of the one at another address."""

    before = Text(max_length=LONGEST)


@require_safe
def manifest(request: HttpRequest, language: str) -> HttpResponse:
    """The app as phones install it, in one language: browsers fetch it without cookies."""
    if language not in dict(settings.LANGUAGES):
        raise NotFound
    with translation.override(language):
        said = _manifest(language)
    response = JsonResponse(said, json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = "application/manifest+json; charset=utf-8"
    response["Cache-Control"] = FEW_MINUTES
    return response


def _manifest(language: str) -> dict[str, Any]:
    name = str(group_name()) or _("Yilu")
    return {
        "id": "/my",
        "name": name,
        "short_name": name[:12],
        "description": _("Book, follow your place in the queue, pay, and see your papers."),
        "lang": {"zh-hans": "zh-Hans"}.get(language, language),
        "dir": "ltr",
        "start_url": START,
        "scope": "/",
        "display": "standalone",
        "orientation": "any",
        "theme_color": ACCENT,
        "background_color": CANVAS,
        "categories": ["medical", "health"],
        "icons": [
            _icon("app-192.png", 192), _icon("app-512.png", 512),
            _icon("app-maskable-192.png", 192, "maskable"),
            _icon("app-maskable-512.png", 512, "maskable"),
            {"src": static("platform/mark.svg"), "sizes": "any", "type": "image/svg+xml"},
        ],
        "shortcuts": [
            _shortcut(pgettext("patient", "Book"), "book"),
            _shortcut(pgettext("patient", "Bookings"), "bookings"),
            _shortcut(pgettext("patient", "Bills"), "bills"),
        ],
    }  # fmt: skip


def _icon(name: str, pixels: int, purpose: str = "any") -> dict[str, str]:
    sizes = f"{pixels}x{pixels}"
    return {
        "src": static(f"icons/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose,
    }  # fmt: skip


def _shortcut(name: str, page: str) -> dict[str, Any]:
    return {"name": name, "url": reverse(f"portal:{page}"), "icons": [_icon("app-192.png", 192)]}


@lru_cache(maxsize=1)
def build() -> dict[str, Any]:
    """What the worker is told: a version that changes with whatever it keeps, and where that is."""
    files = [static(name) for name in (*_sheets(), "portal/offline.js", "platform/mark.svg")]
    told: dict[str, Any] = {
        "offline": reverse("portal:app-offline"),
        "renew": reverse("portal:app-renew"),
        "pages": PAGES,
        "files": files,
        "icon": static("icons/app-192.png"),
        "badge": static("icons/app-badge-96.png"),
    }
    worker = render_to_string("portal/worker.js", {"build": json.dumps(told)})
    digest = hashlib.sha256(worker.encode() + offline_page().encode())
    return told | {"version": digest.hexdigest()[:16]}


@lru_cache(maxsize=1)
def offline_page() -> str:
    """The page without a network, in both languages."""
    return render_to_string("portal/offline.html", {"sheets": _sheets()})


def _sheets() -> list[str]:
    ours = [f"platform/css/{name}.css" for name in SHEETS]
    return ["vendor/noto-sans-sc/index.css", "vendor/tabler.min.css", *ours, "portal/portal.css"]


def _version(request: HttpRequest) -> str:
    return f'"{build()["version"]}"'


@require_safe
@condition(etag_func=_version)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, for all our pages though it is served below one folder."""
    script = render_to_string("portal/worker.js", {"build": json.dumps(build())})
    return HttpResponse(
        script,
        content_type="text/javascript; charset=utf-8",
        headers={
            "Cache-Control": EACH_TIME,
            "Service-Worker-Allowed": "/",
            "Content-Security-Policy": WORKER_POLICY,
        },
    )


@require_safe
@condition(etag_func=_version)
def offline(request: HttpRequest) -> HttpResponse:
    """What the worker keeps and shows when there is no network."""
    return HttpResponse(offline_page(), headers={"Cache-Control": EACH_TIME})


@require_POST
def renewed(request: HttpRequest) -> HttpResponse:
    """A push service gave a browser another address; its worker tells us, signed in or not."""
    check_form(request.POST)
    origin = request.headers.get("Origin", "")
    if urlsplit(origin).netloc != request.get_host():
        raise NotAllowed
    throttle.take(f"portal:renew:{keeping.address_of(request)}", MOST_RENEWALS, TEN_MINUTES)
    form = RenewalForm(request.POST)
    if not form.is_valid():
        raise BadRequest
    sent = form.cleaned_data
    browser = Browser(sent["endpoint"], sent["p256dh"], sent["auth"])
    if not renew(actor=Actor.nobody(), before=sent["before"], browser=browser):
        raise NotFound
    return HttpResponse(status=204)


@require_POST
def window(request: HttpRequest) -> HttpResponseBase:
    """In which kind of window a browser shows us: the installed app's, or its own."""
    kind = request.POST.get("window", "")
    if kind not in {"app", "browser"}:
        raise BadRequest
    response = HttpResponse(status=204)
    keeping.say_window(response, is_app=kind == "app")
    return response
