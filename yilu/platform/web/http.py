"""The thin edge between HTTP and the product, for pages."""

import json
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from yilu.platform.actors import Actor

UNDO_SECONDS = 600


class ActorRequest(HttpRequest):
    """A request whose actor is known."""

    actor: Actor


def wants_part(request: HttpRequest) -> bool:
    """True when the browser asks for a fragment, as an `hx-` request does."""
    return request.headers.get("HX-Request") == "true"


def shown_page(request: HttpRequest) -> str:
    """The page in which a part was asked for, as htmx tells it."""
    sent = urlsplit(request.headers.get("HX-Current-URL", ""))
    # Written into links: a path that names another place ("//") is none of ours.
    way = "/" + sent.path.lstrip("/\\")
    return f"{way}?{sent.query}" if sent.query else way


def render_page(
    request: HttpRequest, page: str, *, part: str, status: int = 200, **context: Any
) -> HttpResponse:
    """Render `page`, or only `part` of it. The page must include the same part."""
    template = part if wants_part(request) else page
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def with_toast(
    response: HttpResponse, text: str, *, undo: str = "", seconds: int = UNDO_SECONDS
) -> HttpResponse:
    """Have the page say what was done; `undo` is the address that takes it back."""
    toast: dict[str, object] = {"text": text}
    if undo:
        toast |= {"undo": undo, "seconds": seconds}
    return with_trigger(response, toast=toast)


def with_trigger(response: HttpResponse, **events: Any) -> HttpResponse:
    """Raise events in the page that gets this answer (htmx `HX-Trigger`)."""
    before = json.loads(response.headers.get("HX-Trigger", "{}"))
    response["HX-Trigger"] = json.dumps(before | events, ensure_ascii=True)
    return response


def sent_version(request: HttpRequest) -> int | None:
    """The version that a form says it was filled in from; None when it names none."""
    return sent_number(request, "version")


def sent_number(request: HttpRequest, name: str) -> int | None:
    """A number that a form carries unseen; None when it carries none."""
    sent = request.POST.get(name, "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else None


def go_to(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser on, whether it asked for a page or for a part."""
    response = HttpResponse(status=200 if wants_part(request) else 303)
    response["HX-Redirect" if wants_part(request) else "Location"] = url
    return response
