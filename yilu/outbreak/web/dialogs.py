"""A form in the dialog of a page: shown, sent once, and shown again while something is wrong."""

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render

from yilu.platform.web.http import ActorRequest
from yilu.platform.web.once import submit


def dialog(
    request: ActorRequest,
    form: Form,
    save: Callable[[dict[str, Any]], HttpResponseBase],
    **words: Any,
) -> HttpResponseBase:
    """Show or save a form; `words` are those of `platform/_dialog.html`."""

    def again(status: int) -> HttpResponse:
        context = {"form": form, "url": request.path, **words}
        return render(request, "platform/_dialog.html", context, status=status)

    return submit(request, form, save, again) if request.method == "POST" else again(200)
