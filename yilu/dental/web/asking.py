"""What is taken back asks why first: one dialog, and one way through it, for all of dentistry."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from yilu.clinical.selectors.context import Setting
from yilu.clinical.web.forms import ReasonForm
from yilu.clinical.web.sealed import context_of, opened
from yilu.dental.selectors.context import chair
from yilu.platform.errors import NotFound
from yilu.platform.web.http import ActorRequest, sent_number, with_toast
from yilu.platform.web.once import posted_once


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """One thing to be taken back: the dialog's words, the part that changes, and the deed.

    `run` takes the reason and the version that was seen; `shown` gives the part anew.
    """

    title: str
    text: str
    label: str
    done: str
    target: str
    is_of: Callable[[UUID], bool]
    run: Callable[[str, int | None], object]
    shown: Callable[[], HttpResponse]


def ask_why(request: ActorRequest, visit_id: UUID, what: Withdrawal) -> HttpResponseBase:
    """Ask why, or do it and show the part anew. Raises: NotFound for a thing of another patient."""
    if request.method == "POST":
        return _done(request, visit_id, what)
    where = chair(request.actor, visit_id)
    _require_theirs(where, what)
    context = {
        "url": request.get_full_path(),
        "title": what.title,
        "text": what.text,
        "label": what.label,
        "harmful": True,
        "form": ReasonForm.about(context_of(where)),
        "target": what.target,
        "version": asked_version(request),
    }
    return render(request, "platform/_dialog.html", context)


asking = require_http_methods(["GET", "HEAD", "POST"])


def asked_version(request: ActorRequest) -> int | None:
    """The version named in the address; None for none."""
    typed = request.GET.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


@posted_once
def _done(request: ActorRequest, visit_id: UUID, what: Withdrawal) -> HttpResponseBase:
    _require_theirs(opened(request, visit_id), what)
    what.run(request.POST.get("reason", ""), sent_number(request, "version"))
    return with_toast(what.shown(), what.done)


def _require_theirs(where: Setting, what: Withdrawal) -> None:
    if not what.is_of(where.patient_id):
        raise NotFound
