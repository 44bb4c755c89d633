"""Forms and buttons that may be sent twice and have one effect, and forms that were too old."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_POST

from yilu.platform.errors import Invalid, Stale
from yilu.platform.once import Answer, fingerprint
from yilu.platform.once import once as run_once
from yilu.platform.web.http import shown_page, wants_part

KEPT_HEADERS = ("Content-Type", "HX-Redirect", "HX-Trigger", "Location", "Vary")
NOT_MEANT = ("csrfmiddlewaretoken", "request_key")


@dataclass(frozen=True, slots=True)
class Anew:
    """Where a form that was too old begins anew: itself in a dialog, or the page that shows it."""

    form: str
    page: str


class _Refused(Exception):
    """Carries a refusal that a view gave as a page out of the deed, which is undone."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response


def once(request: HttpRequest, run: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Answer a POST by what `run` does, once for each `request_key`; a repeat is answered again.

    All of it is one deed. An answer of 400 and above undoes it, and may be tried again.

    Raises: KeyMissing, KeyReused, StillRunning, and what `run` raises.
    """

    def kept() -> Answer:
        response = run()
        if not isinstance(response, HttpResponse):
            raise TypeError("what is streamed cannot be kept")
        if response.status_code >= 400:
            raise _Refused(response)
        headers = {name: response[name] for name in KEPT_HEADERS if name in response.headers}
        return Answer(response.status_code, response.content, headers)

    key = request.POST.get("request_key", "")
    try:
        answer, _ = run_once(_principal(request), key, _print(request), kept)
    except _Refused as refused:
        return refused.response
    return HttpResponse(answer.body, status=answer.status, headers=answer.headers)


def posted_once(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Make a view take POST only, and do its work once for each `request_key`: for deeds."""

    @require_POST
    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return once(request, lambda: view(request, *args, **kwargs))

    return run


def submit(
    request: HttpRequest,
    form: BaseForm,
    save: Callable[[dict[str, Any]], HttpResponseBase],
    again: Callable[[int], HttpResponseBase],
) -> HttpResponseBase:
    """Save a form once, or show it again: 422 with what is wrong, 412 when it is too old.

    `save` gets the cleaned data and calls one operation; `again` renders the bound form with a
    status, after everything was undone. A form that was too old says where it begins anew
    (`form.anew`): sent again, it would be refused again.
    """
    if not form.is_valid():
        return again(422)
    try:
        return once(request, lambda: save(form.cleaned_data))
    except Stale as refused:
        form.add_error(None, str(refused))
        form.anew = _anew(request)  # type: ignore[attr-defined]
        return again(412)
    except Invalid as refused:
        for error in refused.errors:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        if not refused.errors:
            form.add_error(None, str(refused))
        return again(422)


def _anew(request: HttpRequest) -> Anew:
    form = request.get_full_path()
    return Anew(form, shown_page(request) if wants_part(request) else form)


def _principal(request: HttpRequest) -> str:
    if request.user.is_authenticated:
        return str(request.user.pk)
    # Nobody else can know the key of a stranger's form: it was drawn for this page.
    return "stranger"


def _print(request: HttpRequest) -> bytes:
    parts = [request.path.encode()]
    for name in sorted(request.POST.keys() - set(NOT_MEANT)):
        parts += [name.encode(), *(value.encode() for value in request.POST.getlist(name))]
    for name in sorted(request.FILES):
        parts += [f"{name} {f.name} {f.size}".encode() for f in request.FILES.getlist(name)]
    return fingerprint(*parts)
