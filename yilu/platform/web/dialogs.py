"""A form in a dialog, or on a page of its own where scripts do not run."""

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.http import HttpRequest, HttpResponse

from yilu.platform.errors import DomainError
from yilu.platform.web.http import render_page, sent_version

T = TypeVar("T")
SHOWN_ON_FORM = {409, 422}


def form_dialog(
    request: HttpRequest,
    form: forms.Form,
    title: str,
    url: str,
    label: str,
    *,
    version: int | None = None,
    wide: bool = False,
) -> HttpResponse:
    """The form under `title`, sent to `url` by a button called `label`; 422 with its errors.

    Sent back, it keeps the version that its reader saw, so that what others changed meanwhile
    is not lost.
    """
    return render_page(
        request,
        "platform/form.html",
        part="platform/_dialog.html",
        status=422 if form.is_bound and form.errors else 200,
        form=form,
        title=title,
        url=url,
        label=label,
        version=sent_version(request) if form.is_bound else version,
        wide=wide,
    )


def tried(form: forms.Form, deed: Callable[[], T]) -> T | None:
    """What a deed made; None, with its sentence on the form, when it was refused for its facts."""
    try:
        return deed()
    except DomainError as refusal:
        if refusal.status not in SHOWN_ON_FORM:
            raise
        form.add_error(None, str(refusal))
        return None
